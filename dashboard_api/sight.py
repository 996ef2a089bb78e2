"""What can be said of each device now: the store's word, unless it is too old to be believed. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from contracts.inventory import Place
from contracts.states import WORDS, State, Word
from gateway.store import LiveRow

# The gateway makes silent devices unknown by itself. This is for a gateway that is silent, and must not be the quicker.
GRACE_MS = 5_000
# From the word a resident hopes for to the one that helps least.
BEST_FIRST: tuple[Word, ...] = (
    "free",
    "finishing",
    "in_use",
    "not_charging",
    "reserved",
    "closed",
    "out_of_order",
    "unknown",
)


@dataclass(frozen=True, slots=True)
class Sight:
    """One device as it may be shown. ``stale``: ``state`` and ``word`` are unknown because ``row`` is too old."""

    place: Place
    row: LiveRow | None
    state: State
    word: Word | None
    stale: bool

    @property
    def seen_ms(self) -> int | None:
        """Event time of the newest reading."""
        return self.row.seen_ms if self.row else None

    @property
    def said(self) -> str:
        """The state as it was reported; "" where that is not shown, so that any news of it is a change."""
        return "" if self.stale else self.state

    @property
    def since_ms(self) -> int | None:
        """When what is shown began; unknown for what is stale."""
        return None if self.row is None or self.stale else self.row.since_ms


def look(
    places: Iterable[Place],
    rows: Iterable[LiveRow],
    latched: Collection[str],
    now_ms: int,
    limit_ms: Callable[[float], int],
) -> list[Sight]:
    """Every device of the inventory, in its order, also those that never spoke.

    ``latched``: assets with a severity 1 fault that nobody has released: their sockets are out of order whatever else
    they say. ``limit_ms``: the age at which a reading stops being fresh, by report interval in seconds.
    """
    by_id = {row.device: row for row in rows}
    return [_one(place, by_id.get(place.device), latched, now_ms, limit_ms) for place in places]


def _one(
    place: Place, row: LiveRow | None, latched: Collection[str], now_ms: int, limit_ms: Callable[[float], int]
) -> Sight:
    stale = row is not None and _old(row, now_ms, limit_ms(place.interval_s))
    state: State = "unknown" if row is None or stale else row.state
    if place.kind != "connector":
        return Sight(place, row, state, None, stale)
    if place.device in latched or place.parent in latched:
        return Sight(place, row, state, "out_of_order", stale)
    return Sight(place, row, state, _word(row, state, stale), stale)


def _old(row: LiveRow, now_ms: int, limit_ms: int) -> bool:
    if row.state == "unknown":
        return False  # nothing is claimed of it
    return row.seen_ms is None or now_ms - row.seen_ms > limit_ms + GRACE_MS


def _word(row: LiveRow | None, state: State, stale: bool) -> Word:
    # A word nobody knows, and a socket of which nothing is known, must never be read as free.
    if row is None or stale or state == "unknown":
        return "unknown"
    return next((word for word in WORDS if word == row.word), "unknown")


def best(words: Iterable[Word | None]) -> Word:
    """The best word of several sockets."""
    return min((word or "unknown" for word in words), key=BEST_FIRST.index, default="unknown")


def newest_ms(sights: Iterable[Sight]) -> int | None:
    """Event time of the newest reading of all."""
    return max((sight.seen_ms for sight in sights if sight.seen_ms is not None), default=None)


def by_junction(sights: Iterable[Sight]) -> Mapping[str, list[Sight]]:
    """Devices by junction id; connectors are left to their charge point."""
    found: dict[str, list[Sight]] = {}
    for sight in sights:
        if sight.place.kind != "connector":
            found.setdefault(sight.place.junction, []).append(sight)
    return found


def by_pile(sights: Iterable[Sight]) -> Mapping[str, list[Sight]]:
    """Connectors by charge point."""
    found: dict[str, list[Sight]] = {}
    for sight in sights:
        if sight.place.parent is not None:
            found.setdefault(sight.place.parent, []).append(sight)
    return found
