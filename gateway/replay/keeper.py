"""The store's rules for what the engine says, in memory: one open fault per (asset, code, root), intervals that neither
overlap nor leave a doubt. A test holds it to the real store.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from gateway.faults import Change, Filled, Interval, Message, Rules, Stretch, Veiled
from gateway.replay.events import TimedEvent
from gateway.replay.outcome import Outcome, Stay
from gateway.replay.register import FaultChange, Register
from gateway.replay.windows import Windows


class Keeper:
    """Takes changes in the order in which they were said, and says what it all came to."""

    def __init__(self, rules: Rules) -> None:
        self._register = Register(round(rules.reopen_s * 1000))
        self._stays: dict[str, list[Stay]] = {}
        self._messages: list[Message] = []
        self._windows = Windows()

    def take(self, changes: Sequence[Change]) -> None:
        """Keep what was said together, in order; what says nothing of faults, messages or uptime is passed over."""
        self._register.apply([change for change in changes if isinstance(change, FaultChange)])
        for change in changes:
            self._other(change)

    def apply(self, change: Change) -> None:
        """The same for one change."""
        self.take((change,))

    def _other(self, change: Change) -> None:
        match change:
            case Interval():
                _replace(self._stays.setdefault(change.device, []), change)
            case Filled():
                self._stays[change.device] = list(_filled(self._stays.get(change.device, []), change))
            case Message():
                self._messages.append(change)
            case Veiled():
                self._windows.veiled(change)
            case _:
                pass

    def note(self, event: TimedEvent) -> None:
        """Keep the windows that people's lines announce; other events are passed over."""
        self._windows.note(event)

    def since(self, device: str, from_ms: int, now_ms: int) -> tuple[Stretch, ...]:
        """What is kept of a device from ``from_ms`` until ``now_ms``, in order."""
        kept = ((stay, now_ms if stay.to_ms is None else stay.to_ms) for stay in self._stays.get(device, ()))
        return tuple(
            Stretch(stay.from_ms, end, stay.state, stay.code, stay.cause) for stay, end in kept if end > from_ms
        )

    def outcome(self) -> Outcome:
        """As it stands now."""
        return Outcome(self._register.faults(), list(self._messages), dict(self._stays), self._windows.all())


def _replace(stays: list[Stay], new: Interval) -> None:
    """What stood at or after the new one's start goes, what ran into it ends there."""
    while stays and stays[-1].from_ms >= new.from_ms:
        stays.pop()
    if stays and (stays[-1].to_ms is None or stays[-1].to_ms > new.from_ms):
        stays[-1] = replace(stays[-1], to_ms=new.from_ms)
    stays.append(Stay(new.from_ms, None, new.state, new.code, new.cause))


def _filled(stays: Iterable[Stay], late: Filled) -> Iterator[Stay]:
    """Where ``unknown`` was kept, or ``over`` it whatever was, this is what was; nothing else moves."""
    for stay in stays:
        end = late.to_ms if stay.to_ms is None else min(stay.to_ms, late.to_ms)
        start = max(stay.from_ms, late.from_ms)
        if (stay.state != "unknown" and not late.over) or start >= end:
            yield stay
            continue
        if stay.from_ms < start:
            yield replace(stay, to_ms=start)
        yield Stay(start, end, late.state, late.code, late.cause)
        if stay.to_ms is None or end < stay.to_ms:
            yield replace(stay, from_ms=end)
