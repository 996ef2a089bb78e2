"""The front's event stream: what differs between two looks, in the words of the village's own stream."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from dashboard_api.feed import REPLAY, RESET, Event, Listeners, News, Sees, device_event
from dashboard_api.sheet import Look, Socket

LOOK_S = 1.0


class Hub(Listeners):
    """Listeners of this front. Its numbers begin with the moment it started, so that none is ever used twice."""

    def __init__(self, started_ms: int) -> None:
        super().__init__()
        self.seq = started_ms
        self._past: deque[Event] = deque(maxlen=REPLAY)

    def told(self, before: Look | None, after: Look) -> None:
        """The village said something else than before."""
        changed = None if before is None else differences(before, after)
        if changed is None:
            self.again()
        elif changed:
            self._tell([device_event(self.seq + n, one) for n, one in enumerate(changed, 1)])

    def again(self) -> None:
        """Everything is to be read anew."""
        self._tell([Event(self.seq + 1, None, RESET)])

    async def watch(self, stale: Callable[[], bool]) -> None:
        """Says it when the village falls silent, and when it is back."""
        was = stale()
        while True:
            await asyncio.sleep(LOOK_S)
            if stale() != was:
                was = not was
                self.again()

    async def missed(self, after: int, start: int, sees: Sees | None) -> AsyncIterator[bytes]:
        """What is remembered of it."""
        if not self._past or not self._past[0].seq - 1 <= after < start:
            yield RESET
            return
        yield News([event for event in self._past if after < event.seq <= start]).wire(sees)

    def _tell(self, events: list[Event]) -> None:
        self._past.extend(events)
        self.seq = events[-1].seq
        self.hand(News(events))


def differences(before: Look, after: Look) -> list[Socket] | None:
    """The sockets that say something else; None where more than that is different."""
    if _rest(before) != _rest(after) or [one.id for one in before.sockets] != [one.id for one in after.sockets]:
        return None
    pairs = zip(before.sockets, after.sockets, strict=True)
    changed = [(old, new) for old, new in pairs if old != new]
    if any(replace(old, said=new.said, seen_ms=new.seen_ms) != new and old.said == new.said for old, new in changed):
        return None  # a reason, a closing: nothing that an event would say
    return [new for _, new in changed]


def _rest(look: Look) -> Look:
    sites = tuple(
        replace(site, chargers=tuple(replace(one, sockets=()) for one in site.chargers)) for site in look.sites
    )
    return replace(look, sites=sites, now_ms=0, seq=0, newest_ms=None)
