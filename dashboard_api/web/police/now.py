"""The cameras now: which are not usable, since when and why; what is unknown apart from what is down."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.names import name_of
from contracts.states import STATES
from dashboard_api import catalogue, scene
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.sight import Sight
from dashboard_api.times import clock_text
from dashboard_api.web.reports.words import brief
from dashboard_api.web.texts import Lang, say
from dashboard_api.web.view import Pill, state_pill
from gateway.store import FaultRow, IntervalRow
from gateway.uptime import targets

OPEN = 5_000


@dataclass(frozen=True, slots=True)
class Card:
    """A camera. ``why`` "" where nobody said; ``fault``: the number of what is dealt with for it, ``cause``: what
    that says where it is no fault of its own."""

    id: str
    name: str
    place: str
    state: str
    said: str
    pill: Pill
    since: str
    since_ms: int | None
    why: str
    seen_ms: int | None
    fault: str
    cause: str
    declared: str


@dataclass(frozen=True, slots=True)
class Now:
    """``usable`` of ``serving`` cameras work, ``degraded`` of these with something wrong. ``aside``: under maintenance
    or out of service, so that they are not counted."""

    usable: int
    serving: int
    degraded: int
    down: list[Card]
    unknown: list[Card]
    poor: list[Card]
    aside: list[Card]
    turns_ms: int | None


def read(desk: Desk, lang: Lang, person: Person) -> Now:
    """Of what ``person`` sees."""
    now_ms, open_faults = desk.clock(), desk.store.open_faults(OPEN)
    windows = desk.store.windows(None, now_ms, now_ms + scene.AHEAD_MS)
    sights = [
        one
        for one in scene.sights_of(desk, open_faults, windows, now_ms)
        if one.place.kind == "camera" and person.sees(one.place.junction)
    ]
    last = desk.store.intervals_of([one.place.device for one in sights], now_ms - 1, now_ms)
    of = {row.asset: row for row in reversed(open_faults)}
    cards = [(one, _card(desk, lang, one, last[one.place.device], _behind(one, of))) for one in sights]
    serving = [(one, card) for one, card in cards if not (one.planned.now or one.out.now)]
    by = {state: [card for one, card in serving if one.state == state] for state in STATES}
    return Now(
        len(by["up"]) + len(by["degraded"]),
        len(serving),
        len(by["degraded"]),
        _oldest_last(by["down"]),
        _oldest_last(by["unknown"]),
        _oldest_last(by["degraded"]),
        [card for one, card in cards if one.planned.now or one.out.now],
        scene.turns_ms(windows, now_ms),
    )


def _behind(sight: Sight, of: Mapping[str, FaultRow]) -> FaultRow | None:
    """The open fault that is dealt with for it: its own, else its node's or junction's, and of these the cause."""
    found = next((of[target] for target in targets(sight.place) if target in of), None)
    while found is not None and found.root is not None and found.root in of and of[found.root] is not found:
        found = of[found.root]
    return found


def _oldest_last(cards: list[Card]) -> list[Card]:
    return sorted(cards, key=lambda card: -(card.since_ms or 0))


def _card(desk: Desk, lang: Lang, sight: Sight, last: list[IntervalRow], fault: FaultRow | None) -> Card:
    place, now_ms = sight.place, desk.clock()
    # A device that is stale is unknown since its own last word, whatever it was before.
    row = None if sight.stale or not last else last[-1]
    since_ms = sight.seen_ms if sight.stale else row.from_ms if row else sight.since_ms
    return Card(
        place.device,
        place.name.text(lang),
        name_of(desk.names, place.junction).text(lang),
        sight.state,
        sight.said,
        state_pill(lang, sight.state),
        "" if since_ms is None else clock_text(since_ms, now_ms),
        since_ms,
        _why(lang, sight, row),
        sight.seen_ms,
        "" if fault is None else fault.id,
        "" if fault is None or fault.asset == place.device else _sentence(desk, lang, fault),
        _declared(lang, sight, now_ms),
    )


def _sentence(desk: Desk, lang: Lang, fault: FaultRow) -> str:
    said = catalogue.sentence(fault.code, name_of(desk.names, fault.asset))
    return said.en if lang == "en" else said.zh


def _why(lang: Lang, sight: Sight, row: IntervalRow | None) -> str:
    if sight.stale:
        return say(lang, "police.silent_gateway")
    words = dict.fromkeys(word for word in ((row.code, row.cause) if row else ()) if word)
    codes = list(words) or (list(sight.row.codes) if sight.row else [])
    return say(lang, "police.comma").join(brief(lang, code) for code in codes)


def _declared(lang: Lang, sight: Sight, now_ms: int) -> str:
    kind, found = ("out", sight.out) if sight.out.now else ("planned", sight.planned)
    if not found.now:
        return ""
    if found.until_ms is None:
        return say(lang, "declared.out_open")
    return say(lang, f"declared.{kind}_until", time=clock_text(found.until_ms, now_ms))
