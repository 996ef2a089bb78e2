"""Asking a camera over RTSP what FFmpeg keeps to itself: refused, silent, wrong password, busy."""

import socket
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from edge.drivers.opencv.login import Login, authorization

PORT = 554
TIMEOUT_S = 4.0
MAX_ANSWER = 64 * 1024
BUSY_STATUS = frozenset({453, 503})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a probe, and in words, without address or login."""

    kind: Literal["ok", "unreachable", "silent", "wrong_password", "busy"]
    error: str | None = None


OK = Outcome("ok")


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    reason: str
    challenges: tuple[str, ...]


class _NotRtsp(Exception):
    """The other side's answer is no RTSP."""


def describe(url: str, login: Login | None, timeout_s: float = TIMEOUT_S) -> Outcome:
    """DESCRIBE, with ``login`` if the camera asks for one: at most one login a call."""
    return _probe(url, "DESCRIBE", login, timeout_s)


def options(url: str, timeout_s: float = TIMEOUT_S) -> Outcome:
    """OPTIONS, never with a login: whether the camera answers at all. A 401 is an answer."""
    outcome = _probe(url, "OPTIONS", None, timeout_s)
    return OK if outcome.kind == "wrong_password" else outcome


def _probe(url: str, method: str, login: Login | None, timeout_s: float) -> Outcome:
    parts = urlsplit(url)
    try:
        connection = socket.create_connection((parts.hostname or "", parts.port or PORT), timeout_s)
    except (OSError, UnicodeError, ValueError) as error:
        return Outcome("unreachable", f"no connection: {_words(error)}")
    with connection:
        try:
            return _judge(_converse(connection, url, method, login), login)
        except TimeoutError:
            return Outcome("silent", "accepts the connection and does not answer")
        except _NotRtsp as error:
            return Outcome("unreachable", str(error))
        except OSError as error:
            return Outcome("unreachable", f"closes the connection: {_words(error)}")


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _converse(connection: socket.socket, url: str, method: str, login: Login | None) -> _Reply:
    reply = _ask(connection, url, method, 1, None)
    answer = authorization(login, reply.challenges, method, url) if reply.status == 401 and login else None
    return _ask(connection, url, method, 2, answer) if answer else reply


def _ask(connection: socket.socket, url: str, method: str, number: int, answer: str | None) -> _Reply:
    lines = [f"{method} {url} RTSP/1.0", f"CSeq: {number}", "User-Agent: village-safety-monitor"]
    if method == "DESCRIBE":
        lines.append("Accept: application/sdp")
    if answer:
        lines.append(f"Authorization: {answer}")
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return _parse(_receive(connection))


def _receive(connection: socket.socket) -> bytes:
    """One answer with its body, so that a second request finds the line clear."""
    data = b""
    while b"\r\n\r\n" not in data:
        data = _more(connection, data)
    head, _, _body = data.partition(b"\r\n\r\n")
    wanted = len(head) + 4 + _length(head)
    while len(data) < wanted:
        data = _more(connection, data)
    return head


def _more(connection: socket.socket, data: bytes) -> bytes:
    if len(data) > MAX_ANSWER:
        raise _NotRtsp("answers more than an RTSP server does")
    chunk = connection.recv(4096)
    if not chunk:
        raise ConnectionResetError("before an answer")
    return data + chunk


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return 0


def _parse(head: bytes) -> _Reply:
    first, *rest = head.decode("utf-8", "replace").split("\r\n")
    version, _, status = first.partition(" ")
    code, _, reason = status.partition(" ")
    if not version.startswith("RTSP/") or not code.isdigit():
        raise _NotRtsp("does not speak RTSP")
    pairs = [line.partition(":") for line in rest]
    challenges = tuple(value.strip() for name, _, value in pairs if name.strip().lower() == "www-authenticate")
    return _Reply(int(code), reason.strip()[:80], challenges)


def _judge(reply: _Reply, login: Login | None) -> Outcome:
    said = f"{reply.status} {reply.reason}".strip()
    if reply.status < 400:
        return OK
    if reply.status == 401:
        return Outcome("wrong_password", f"{said}: {'the login is refused' if login else 'a login is needed'}")
    if reply.status in BUSY_STATUS or (reply.status == 403 and "too many" in reply.reason.lower()):
        return Outcome("busy", said)
    return Outcome("unreachable", said)
