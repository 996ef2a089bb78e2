"""Mail through an SMTP server."""

import hashlib
import re
import smtplib
import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator

from contracts.strict import Strict
from gateway.delivery.channels.base import ChannelError, Clock
from gateway.delivery.channels.common import CONNECT, READ, Number, on_loopback
from gateway.delivery.channels.limit import Limit
from gateway.delivery.channels.speech import one_line, said
from gateway.dispatch.words import ChannelKind, Failed, Letter, Outcome, Sent

_PORTS = {"starttls": 587, "tls": 465, "plain": 25}
_ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}"
_PICTURES = {b"\xff\xd8\xff": "jpeg", b"\x89PNG\r\n\x1a\n": "png"}


class SmtpSettings(Strict):
    """Mail through an SMTP server."""

    kind: Literal["smtp"] = Field(description="smtp: mail")
    host: str = Field(min_length=1, description="name or address of the mail server")
    security: Literal["starttls", "tls", "plain"] = Field(
        default="starttls", description="starttls, tls from the first byte, or plain: to this computer only"
    )
    port: int | None = Field(default=None, ge=1, le=65_535, description="none: 587, 465 with tls, 25 with plain")
    sender: str = Field(pattern=f"^{_ADDRESS}$", description="address that mails come from")
    sender_name: str = Field(default="", max_length=60, description="name shown with it")
    username: str | None = Field(default=None, min_length=1, description="user of the server; none: no login")
    secret: SecretStr | None = Field(default=None, description="password of that user")
    ca: Path | None = Field(default=None, description="authority that signed its certificate; none: the system's")
    insecure: bool = Field(default=False, description="true: plain may leave this computer, for all to read")
    connect_s: float = CONNECT
    read_s: float = READ
    per_minute: Number = Field(default=60, description="mails a minute at most; more wait")

    @model_validator(mode="after")
    def _safe(self) -> "SmtpSettings":
        if self.security == "plain" and not self.insecure and not on_loopback(self.host):
            raise ValueError("security: plain goes to this computer only; use starttls or tls, or set insecure: true")
        if self.secret is not None and self.username is None:
            raise ValueError("username: a secret without a username; set it, or take the secret away")
        return self


class Smtp:
    """One mail server. Servers know no keys: a letter whose fate is unknown may be doubled."""

    kind: ChannelKind = "smtp"
    idempotent = False

    def __init__(self, name: str, settings: SmtpSettings, clock: Clock) -> None:
        self.name, self._settings, self._clock = name, settings, clock
        self._limit = Limit(settings.per_minute, clock)
        try:
            self._tls = ssl.create_default_context(cafile=str(settings.ca) if settings.ca else None)
        except OSError as error:
            why = "cannot be read" if isinstance(error, FileNotFoundError | PermissionError) else "holds no certificate"
            raise ChannelError(f"ca: {settings.ca} {why}; name a file this user can read") from error

    def send(self, letter: Letter) -> Outcome:
        """One connection, one mail."""
        if not re.fullmatch(_ADDRESS, letter.to):
            return Failed(False, "no mail address; correct the roster")
        if full := self._limit.take():
            return full
        given: list[bool] = []
        try:
            server = self._connected()
            try:
                return self._handed_over(server, letter, given)
            finally:
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
                server.close()
        except (smtplib.SMTPException, OSError) as error:
            return _broken(error, given=bool(given))

    def _connected(self) -> smtplib.SMTP:
        it, own = self._settings, self._settings.sender.rpartition("@")[2]
        port = it.port or _PORTS[it.security]
        if it.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(it.host, port, own, timeout=it.connect_s, context=self._tls)
        else:
            server = smtplib.SMTP(it.host, port, own, timeout=it.connect_s)
        try:
            if server.sock:
                server.sock.settimeout(it.read_s)
            server.ehlo()
            if it.security == "starttls":
                server.starttls(context=self._tls)
                server.ehlo()
            if it.username is not None:
                server.login(it.username, it.secret.get_secret_value() if it.secret else "")
        except BaseException:
            server.close()
            raise
        return server

    def _handed_over(self, server: smtplib.SMTP, letter: Letter, given: list[bool]) -> Outcome:
        """Envelope, then the mail; ``given`` is filled once the mail may have been taken."""
        for code, _ in (server.mail(self._settings.sender), server.rcpt(letter.to)):
            if code >= 400:
                return _refused(code)
        mail = self._mail(letter).as_bytes(policy=WIRE)
        given.append(True)
        code, words = server.data(mail)
        # Servers say under which number they keep it.
        return Sent(True, said(words.decode(errors="replace"), letter.to)[:80]) if code < 400 else _refused(code)

    def _mail(self, letter: Letter) -> EmailMessage:
        own = self._settings.sender.rpartition("@")[2]
        mail = EmailMessage()
        mail["From"] = formataddr((one_line(self._settings.sender_name), self._settings.sender))
        mail["To"] = letter.to
        mail["Subject"] = one_line(letter.title)
        mail["Date"] = format_datetime(datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC))
        # The same for every attempt: readers that know it show a doubled mail once.
        mail["Message-ID"] = f"<{hashlib.sha256(letter.key.encode()).hexdigest()[:32]}@{own}>"
        mail["Auto-Submitted"] = "auto-generated"  # no holiday answers, please
        mail.set_content(letter.text)
        picture = letter.picture or b""
        kind = next((kind for head, kind in _PICTURES.items() if picture.startswith(head)), None)
        if kind:
            mail.add_attachment(picture, maintype="image", subtype=kind, filename=f"picture.{kind}")
        return mail

    def close(self) -> None:
        """Nothing is held: a connection a mail."""


def _refused(code: int) -> Failed:
    words = {535: "; is the username or the secret wrong?", 550: "; is the address right?"}.get(code, "")
    return Failed(code < 500, f"the mail server says {code}{words}")


def _broken(error: Exception, *, given: bool) -> Failed:
    """In our own words: the library's hold addresses, and a server's may hold the user."""
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return _refused(error.smtp_code)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Failed(False, "the mail server offers no TLS or no login; see `security` and `username`")
    if isinstance(error, ssl.SSLError):
        return Failed(True, "its certificate is not to be trusted, or TLS failed; see `ca`, and the clock")
    if isinstance(error, socket.gaierror):
        return Failed(True, "no name server knows its address")
    if isinstance(error, ConnectionRefusedError):
        return Failed(True, "connection refused")
    if given:
        return Failed(True, "the connection broke before the answer", unknown=True)
    return Failed(True, "no answer in time" if isinstance(error, TimeoutError) else "the connection broke")
