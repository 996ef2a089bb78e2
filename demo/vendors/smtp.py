"""A mail server by hand: none that is kept up can be told to take a mail and then cut the line."""

import asyncio
import base64
import ssl
import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from demo.vendors.ledger import Ledger, Order, Received


class Session:
    """One connection."""

    def __init__(
        self,
        ledger: Ledger,
        login: tuple[str, str] | None,
        tls: ssl.SSLContext | None,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self._ledger, self._login, self._tls = ledger, login, tls
        self._reader, self._writer = streams
        self._known, self._to = login is None, ""
        self._order: Order | None = None

    async def run(self) -> None:
        """Until either side leaves."""
        try:
            await self._say("220 mail.example ESMTP")
            while line := await self._reader.readline():
                if not await self._do(line.decode(errors="replace").strip()):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            self._writer.close()

    async def _say(self, *lines: str) -> None:
        for line in lines:
            self._writer.write(f"{line}\r\n".encode())
        await self._writer.drain()

    async def _do(self, line: str) -> bool:
        """Answer one command; False ends the connection."""
        word, _, rest = line.partition(" ")
        match word.upper():
            case "EHLO" | "HELO":
                offers = ["STARTTLS"] if self._tls else []
                offers += ["AUTH PLAIN"] if self._login else []
                await self._say(*(f"250-{offer}" for offer in ["mail.example", *offers]), "250 SIZE 10485760")
            case "STARTTLS" if self._tls:
                await self._say("220 go ahead")
                await self._writer.start_tls(self._tls)
            case "AUTH":
                await self._auth(rest)
            case "MAIL" if self._known:
                await self._say("250 ok")
            case "RCPT" if self._known:
                await self._rcpt(rest)
            case "DATA" if self._to:
                return await self._data()
            case "QUIT":
                await self._say("221 bye")
                return False
            case "RSET" | "NOOP":
                await self._say("250 ok")
            case _:
                await self._say("530 log in first" if not self._known else "500 not understood")
        return True

    async def _auth(self, rest: str) -> None:
        user, _, password = base64.b64decode(rest.partition(" ")[2]).decode().strip("\0").partition("\0")
        self._known = (user, password) == self._login
        await self._say("235 welcome" if self._known else "535 5.7.8 wrong user or password")

    async def _rcpt(self, rest: str) -> None:
        self._order = self._ledger.order("smtp")
        address = rest.partition("<")[2].partition(">")[0]
        order: Order | None = self._order
        if order is not None and order.how in {"500", "429", "errcode"}:
            await self._say(f"{451 if order.how != 'errcode' else order.code} <{address}> not now")
            return
        self._to = address
        await self._say("250 ok")

    async def _data(self) -> bool:
        await self._say("354 go ahead")
        lines = bytearray()
        while (line := await self._reader.readline()) != b".\r\n":
            if not line:
                return False
            lines += line.removeprefix(b".")
        order: Order | None = self._order
        if order is not None and order.how in {"close", "timeout"}:
            await asyncio.sleep(order.seconds if order.how == "timeout" else 0)
            self._writer.transport.abort()
            return False
        if order is not None and order.how == "slow":
            await asyncio.sleep(order.seconds)
        self._taken(bytes(lines))
        if order is not None and order.how == "drop_after":
            self._writer.transport.abort()
            return False
        await self._say("250 2.0.0 queued as 4F2A")
        return True

    def _taken(self, raw: bytes) -> None:
        mail = message_from_bytes(raw, policy=default)
        assert isinstance(mail, EmailMessage)  # noqa: S101  # the policy says so
        body = mail.get_body(("plain",))
        text = f"{mail['Subject']}\n{body.get_content() if body else ''}".strip()
        picture = any(part.get_content_maintype() == "image" for part in mail.iter_attachments())
        at_ms = time.time_ns() // 1_000_000
        self._ledger.take(Received("smtp", self._to, text, str(mail["Message-ID"]), at_ms, picture=picture))
        self._to = ""
