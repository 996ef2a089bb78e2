"""An RTSP client: logs in through its gate, plays one video track over TCP or UDP, and always says TEARDOWN.

The login goes into hashed answers alone, never into an address, so that no log, error or process list can show it.
"""

import contextlib
import email.utils
import time
from collections.abc import Iterator

from edge.drivers.opencv.address import Address
from edge.drivers.opencv.datagrams import Datagrams
from edge.drivers.opencv.line import Packet, Reply, connect
from edge.drivers.opencv.login import authorization
from edge.drivers.opencv.media import Media, media, same_host
from edge.drivers.opencv.outcome import Failed, refusal
from edge.drivers.opencv.rtp import Depacketiser, Frame

TIMEOUT_S = 4.0
GOODBYE_S = 0.5
AGENT = "village-safety-monitor"
# While others try the same login, so long is waited for them, in such steps.
TURN_S, TURN_STEP_S = 6.0, 0.1
SESSION_S = 60.0
MOST_REDIRECTS = 1
SESSION_OVER = frozenset({401, 454})


class Client:
    """One stream, from :meth:`play` to :meth:`close`. All raise :class:`Failed`. ``date``: the camera's clock as Unix
    time, where it has just said one.
    """

    def __init__(self, address: Address, timeout_s: float = TIMEOUT_S) -> None:
        if address.login_error:
            raise Failed("wrong_password", address.login_error)
        self.date: float | None = None
        self._address, self._timeout_s = address, timeout_s
        self._url = address.url
        self._number, self._redirects, self._past = 0, 0, 0
        self._challenges: tuple[str, ...] = ()
        self._session: str | None = None
        self._session_s = SESSION_S
        self._asked_at = address.clock()
        self._datagrams: Datagrams | None = None
        self._early: list[Packet] = []
        self._channel = 0
        self._line = connect(self._url, timeout_s)

    @property
    def seen(self) -> int:
        """Bytes both ways, without the headers of IP."""
        return self._past + self._line.seen + (self._datagrams.seen if self._datagrams else 0)

    def describe(self) -> Media:
        """What the camera offers; at most one login is tried."""
        reply = self._ask("DESCRIBE", self._url, "Accept: application/sdp")
        if 300 <= reply.status < 400:
            return self._moved(reply)
        return media(reply.body, reply.headers.get("content-base") or self._url)

    def play(self, span: str = "npt=0.000-") -> tuple[Media, Depacketiser]:
        """Ask for the video; its packets then come by :meth:`frames`."""
        offered = self.describe()
        self._setup(offered)
        self._ask("PLAY", offered.all, f"Range: {span}")
        return offered, Depacketiser(offered.codec, offered.payload_type)

    def frames(self, track: Depacketiser, wait_s: float) -> Iterator[Frame] | None:
        """The pictures that one more read completes; None when nothing came within ``wait_s``."""
        self._keep_alive()
        packets = (
            self._datagrams.receive(self._line, wait_s, self._heard) if self._datagrams else self._interleaved(wait_s)
        )
        return None if packets is None else (frame for packet in packets for frame in track.push(packet))

    def close(self) -> None:
        """TEARDOWN, and let go; never raises."""
        with contextlib.suppress(Failed, OSError):
            if self._session is not None:
                self._line.socket.settimeout(GOODBYE_S)
                self._send("TEARDOWN", self._url)
                self._reply(GOODBYE_S)
        self._line.close()
        if self._datagrams is not None:
            self._datagrams.close()

    def _moved(self, reply: Reply) -> Media:
        """Follow to another path of the same host, once: a login is for one host alone."""
        target = reply.headers.get("location", "")
        if self._redirects >= MOST_REDIRECTS or not same_host(target, self._url):
            raise Failed("unreachable", f"{reply.status}: redirects to another address; name that one as the source")
        self._redirects += 1
        self._past += self._line.seen
        self._line.close()
        self._url, self._challenges = target, ()
        self._line = connect(target, self._timeout_s)
        return self.describe()

    def _setup(self, offered: Media) -> None:
        if self._address.transport == "udp":
            self._datagrams = Datagrams(self._line)
            wanted = f"RTP/AVP;unicast;client_port={self._datagrams.port}-{self._datagrams.port + 1}"
        else:
            self._line.packets = True
            wanted = "RTP/AVP/TCP;unicast;interleaved=0-1"
        reply = self._ask("SETUP", offered.control, f"Transport: {wanted}")
        self._session, _, rest = reply.headers.get("session", "").partition(";")
        timeout = rest.partition("timeout=")[2].partition(";")[0].strip()
        self._session_s = float(timeout) if timeout.isdigit() and int(timeout) >= 10 else SESSION_S
        said = dict(part.partition("=")[::2] for part in reply.headers.get("transport", "").split(";"))
        channel = said.get("interleaved", "0").partition("-")[0]
        self._channel = int(channel) if channel.isdigit() else 0
        if self._datagrams is not None:
            self._datagrams.open_way(said.get("server_port", "").partition("-")[0])

    def _interleaved(self, wait_s: float) -> list[bytes] | None:
        early, self._early = self._early, []
        found = self._line.receive(0.0 if early else wait_s)
        if found is None and not early:
            return None
        packets = [packet for channel, packet in early if channel == self._channel]
        for one in found or ():
            if isinstance(one, Reply):
                self._heard(one)
            elif one[0] == self._channel:
                packets.append(one[1])
        return packets

    def _heard(self, reply: Reply) -> None:
        """The reply to a sign of life."""
        self._note_date(reply)
        if reply.status == 401 and any("stale=true" in one.lower().replace('"', "") for one in reply.challenges):
            # The right login with an old nonce: once more at once with the new one.
            self._challenges, self._asked_at = reply.challenges, float("-inf")
        elif reply.status in SESSION_OVER:
            # Asked again by a new connection, whose login goes through the gate.
            raise Failed("unreachable", f"{reply.status} {reply.reason}: the camera has ended the session")

    def _keep_alive(self) -> None:
        if self._session is not None and self._address.clock() - self._asked_at > self._session_s / 2:
            self._send("OPTIONS", self._url)

    def _ask(self, method: str, url: str, *more: str) -> Reply:
        """One request and its reply below 400; a login where it is asked for."""
        self._send(method, url, *more)
        reply = self._reply(self._timeout_s)
        if reply.status == 401 and self._address.login and reply.challenges:
            reply = self._log_in(reply, method, url, *more)
        if reply.status >= 400:
            raise refusal(reply.status, reply.reason, login=bool(self._challenges))
        return reply

    def _log_in(self, reply: Reply, method: str, url: str, *more: str) -> Reply:
        self._wait_for_turn()
        accepted: bool | None = None
        try:
            self._challenges = reply.challenges
            self._send(method, url, *more)
            reply = self._reply(self._timeout_s)
            accepted = reply.status != 401
        finally:
            self._address.gate.tell(self._address.clock(), self._address.what, accepted=accepted)
        return reply

    def _wait_for_turn(self) -> None:
        gate, clock = self._address.gate, self._address.clock
        end = clock() + TURN_S
        while (turn := gate.ask(clock(), self._address.what)) == "soon" and clock() < end:
            time.sleep(TURN_STEP_S)
        if turn == "later":
            raise Failed(
                "wrong_password", "the login was refused; it is tried again later, so that no account is locked"
            )
        if turn == "soon":
            raise Failed("silent", "others wait for an answer to the same login")

    def _send(self, method: str, url: str, *more: str) -> None:
        self._number += 1
        self._asked_at = self._address.clock()
        lines = [f"{method} {url} RTSP/1.0", f"CSeq: {self._number}", f"User-Agent: {AGENT}", *more]
        if self._session:
            lines.append(f"Session: {self._session}")
        if self._challenges and self._address.login:
            answer = authorization(self._address.login, self._challenges, method, url)
            if answer:
                lines.append(f"Authorization: {answer}")
        self._line.send("\r\n".join(lines) + "\r\n\r\n")

    def _reply(self, wait_s: float) -> Reply:
        """The reply to the newest request; packets that come before it are kept for :meth:`frames`."""
        end = self._address.clock() + wait_s
        while (left_s := end - self._address.clock()) > 0:
            for one in self._line.receive(left_s) or ():
                if isinstance(one, tuple):
                    self._early.append(one)
                else:  # whatever its number: some cameras count for themselves
                    self._note_date(one)
                    return one
        raise Failed("silent", "accepts the connection and does not answer")

    def _note_date(self, reply: Reply) -> None:
        with contextlib.suppress(ValueError, KeyError):
            self.date = email.utils.parsedate_to_datetime(reply.headers["date"]).timestamp()


def reached(address: Address, timeout_s: float = TIMEOUT_S) -> int:
    """OPTIONS, without a login: whether the camera answers at all; a 401 is an answer. The bytes it took. Raises
    :class:`Failed`.
    """
    line = connect(address.url, timeout_s)
    try:
        line.send(f"OPTIONS {address.url} RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: {AGENT}\r\n\r\n")
        end = address.clock() + timeout_s
        while (left_s := end - address.clock()) > 0:
            for reply in line.receive(left_s) or ():
                if isinstance(reply, Reply):
                    if reply.status >= 400 and reply.status != 401:
                        raise refusal(reply.status, reply.reason, login=False)
                    return line.seen
        raise Failed("silent", "accepts the connection and does not answer")
    finally:
        line.close()
