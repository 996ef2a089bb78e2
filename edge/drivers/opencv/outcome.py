"""What came of an attempt at a camera, in words without address or login."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["ok", "unreachable", "silent", "wrong_password", "busy"]
BUSY_STATUS = frozenset({453, 503})


@dataclass(frozen=True, slots=True)
class Outcome:
    """``error``: what a technician reads."""

    kind: Kind
    error: str | None = None


OK = Outcome("ok")


class Failed(Exception):
    """An attempt that failed; its text is that of ``outcome``. ``status``: the camera's, 0 where it gave none."""

    def __init__(self, kind: Kind, error: str, status: int = 0) -> None:
        super().__init__(error)
        self.outcome, self.status = Outcome(kind, error), status


def words(error: Exception) -> str:
    """What the system says of an error, without an address."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def refusal(status: int, reason: str, *, login: bool) -> Failed:
    """The failure that a status from 400 on means. ``login``: whether one was sent."""
    said = f"{status} {reason}".strip()
    if status == 401:
        return Failed("wrong_password", f"{said}: {'the login is refused' if login else 'a login is needed'}")
    if status in BUSY_STATUS or (status == 403 and "too many" in reason.lower()):
        return Failed("busy", said, status)
    return Failed("unreachable", said, status)
