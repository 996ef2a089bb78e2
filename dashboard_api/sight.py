"""What can be said of each device now: the store's word, unless it is too old to be believed, and what people have
declared of it: maintenance, out of service. Pure.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracts.inventory import Place
from contracts.states import WORDS, State, Word
from gateway.store import LiveRow
from gateway.uptime import Window, targets
from gateway.uptime.windows import WindowKind

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
class Declared:
    """Whether it holds ``now``; if so, from and until when (``until_ms`` None: until further notice)."""

    now: bool = False
    from_ms: int | None = None
    until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """One device as it may be shown. ``stale``: ``state`` and ``word`` are unknown because ``row`` is too old.
    ``planned``, ``out``: maintenance is going on there; it does not have to work.
    """

    place: Place
    row: LiveRow | None
    state: State
    word: Word | None
    stale: bool
    planned: Declared = Declared()
    out: Declared = Declared()

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

    @property
    def word_since_ms(self) -> int | None:
        """Since when its word is what it is."""
        return self.out.from_ms if self.word == "closed" and self.out.now else self.since_ms


def look(
    places: Iterable[Place],
    rows: Iterable[LiveRow],
    latched: Collection[str],
    now_ms: int,
    limit_ms: Callable[[float], int],
    windows: Sequence[Window] = (),
) -> list[Sight]:
    """Every device of the inventory, in its order, also those that never spoke.

    ``latched``: assets with a severity 1 fault that nobody has released: their sockets are out of order whatever else
    they say. ``limit_ms``: the age at which a reading stops being fresh, by report interval in seconds. ``windows``:
    those that hold now or will.
    """
    by_id = {row.device: row for row in rows}
    of: dict[str, list[Window]] = {}
    for window in windows:
        of.setdefault(window.target, []).append(window)
    found = []
    for place in places:
        row = by_id.get(place.device)
        stale = row is not None and _old(row, now_ms, limit_ms(place.interval_s))
        state: State = "unknown" if row is None or stale else row.state
        mine = [window for target in targets(place) for window in of.get(target, ())]
        planned, out = (_declared(mine, kind, now_ms) for kind in ("planned", "out_of_service"))
        word = _word(place, row, state, stale, latched, out.now) if place.kind == "connector" else None
        found.append(Sight(place, row, state, word, stale, planned, out))
    return found


def _declared(windows: Sequence[Window], kind: WindowKind, now_ms: int) -> Declared:
    """What windows that touch each other say together."""
    mine = sorted((window for window in windows if window.kind == kind), key=lambda window: window.from_ms)
    now = [w for w in mine if max(w.from_ms, w.known_ms) <= now_ms and (w.to_ms is None or w.to_ms > now_ms)]
    if not now:
        return Declared()
    from_ms, until_ms = now[0].from_ms, now[0].to_ms
    for window in mine:
        if until_ms is not None and window.from_ms <= until_ms:
            until_ms = None if window.to_ms is None else max(until_ms, window.to_ms)
    return Declared(True, from_ms, until_ms)


def _old(row: LiveRow, now_ms: int, limit_ms: int) -> bool:
    if row.state == "unknown":
        return False  # nothing is claimed of it
    return row.seen_ms is None or now_ms - row.seen_ms > limit_ms + GRACE_MS


def _word(place: Place, row: LiveRow | None, state: State, stale: bool, latched: Collection[str], out: bool) -> Word:
    """Danger first: a socket that is closed by somebody's word and broken, too, is not to be touched."""
    if place.device in latched or place.parent in latched:
        return "out_of_order"
    # A word nobody knows, and a socket of which nothing is known, must never be read as free.
    known = row is not None and not stale and state != "unknown"
    said: Word = next((word for word in WORDS if known and row is not None and word == row.word), "unknown")
    return "closed" if out and said != "out_of_order" else said


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
