"""What a channel is: a name, and one method. Copy ``blueprint.py`` to write another."""

from collections.abc import Callable
from typing import Protocol

from gateway.dispatch.words import ChannelKind, Letter, Outcome


class ChannelError(Exception):
    """A channel cannot be used as it is configured; the text says why and what to do, and holds no secret."""


class Clock(Protocol):
    """Time as a channel needs it. ``sleep`` is the caller's: one that must stop quickly gives its event's ``wait``."""

    @property
    def now_ms(self) -> Callable[[], int]:
        """Unix milliseconds: the time in a signature or a mail's date."""
        ...

    @property
    def mono_s(self) -> Callable[[], float]:
        """Seconds of a clock that never jumps: limits."""
        ...

    @property
    def sleep(self) -> Callable[[float], object]:
        """Waits so many seconds."""
        ...


class Channel(Protocol):
    """One configured way to people. Used by one thread at a time."""

    name: str
    kind: ChannelKind
    # Whether the receiver shows a letter with the same key only once. If not, one whose fate is unknown may be doubled.
    idempotent: bool

    def send(self, letter: Letter) -> Outcome:
        """Hand it over and say what became of it, by what the vendor's answer says, not its HTTP status alone.

        Waits where the vendor's limits ask for it. Raises nothing for what a network or a vendor may do.
        """
        ...

    def close(self) -> None:
        """Give connections back."""
        ...
