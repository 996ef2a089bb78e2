"""What the templates draw: words, shapes and figures, decided here and only laid out there. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from contracts.inventory import ChargePoint, Village
from contracts.states import STATES, State, Word, worst
from dashboard_api.scene import Scene
from dashboard_api.sight import Sight, by_junction, by_pile
from dashboard_api.times import clock_text
from dashboard_api.web.sketch import Label, Sketch, apart, below, sketch
from dashboard_api.web.texts import Lang, say
from gateway.faults.catalogue import entry

# Above so many junctions only those with a problem are labelled.
LABELS = 9
CARD_ORDER: tuple[State, ...] = ("down", "degraded", "unknown", "up")
# Width of the map on a small phone, and of a letter on it.
NARROW_PX, CHINESE_PX, LATIN_PX = 298, 17.0, 9.4
# Its height, and how far below or above its junction a label stands.
LOW_PX, BELOW_PX, ABOVE_PX = 238, 41, -29
WORD_LOOKS: dict[Word, tuple[str, str]] = {
    "free": ("up", "up"),
    "in_use": ("busy", "busy"),
    "finishing": ("busy", "ending"),
    "reserved": ("busy", "reserved"),
    "closed": ("unknown", "closed"),
    "out_of_order": ("down", "down"),
    "not_charging": ("unknown", "closed"),
    "unknown": ("unknown", "unknown"),
}


@dataclass(frozen=True, slots=True)
class Pill:
    """A state as shape + word + colour; ``css`` names the colour, ``shape`` the drawing."""

    css: str
    shape: str
    word: str


def state_pill(lang: Lang, state: State) -> Pill:
    """A device's state."""
    return Pill(state, state, say(lang, f"state.{state}"))


def word_pill(lang: Lang, word: Word) -> Pill:
    """A socket's word."""
    css, shape = WORD_LOOKS[word]
    return Pill(css, shape, say(lang, f"word.{word}"))


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device on a card. ``state`` is shown; ``said`` and ``word`` are what the live update compares with."""

    id: str
    kind: str
    name: str
    state: State
    said: str
    word: str
    pill: Pill
    why: str
    last_known: str
    declared: str
    out: bool
    seen_ms: int | None
    since_ms: int | None


@dataclass(frozen=True, slots=True)
class Spot:
    """One junction, on the map and as a card. ``x``, ``y`` percent; ``anchor``, ``shift``: where its label hangs."""

    id: str
    name: str
    grid: str
    state: State
    pill: Pill
    devices: list[DeviceRow]
    x: float
    y: float
    anchor: str
    shift: int
    label: bool
    below: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the summary: ``value`` of ``total`` (None: a count of its own), with a note below."""

    key: str
    name: str
    value: int
    total: int | None
    note: str
    css: str


@dataclass(frozen=True, slots=True)
class Socket:
    """One connector. ``word`` is shown; ``said`` and ``heard`` are what the live update compares with."""

    id: str
    number: int
    kw: str
    word: Word
    heard: str
    said: str
    pill: Pill
    last_known: str
    danger: bool
    seen_ms: int | None
    since_ms: int | None


@dataclass(frozen=True, slots=True)
class Pile:
    """One charge point with its sockets; ``free`` None: nothing is known of any of them."""

    id: str
    name: str
    place: str
    free: int | None
    sockets: list[Socket]
    seen_ms: int | None


def row(lang: Lang, sight: Sight, sockets: Sequence[Sight], now_ms: int) -> DeviceRow:
    """A device for its card, a charge point with its ``sockets``. ``why``: the first code seen now, in words.

    ``out``: it does not have to work, and makes no junction look broken.
    """
    place, live, out = sight.place, sight.row, sight.out.now
    last = say(lang, "junctions.last_known", state=say(lang, f"state.{live.state}")) if live and sight.stale else ""
    # A socket with a latch on it is not all right, whatever it says by now.
    in_service = (sight, *(socket for socket in sockets if not socket.out.now or socket.word == "out_of_order"))
    state = worst("down" if one.word == "out_of_order" else one.state for one in in_service)
    out = out and not any(one.word == "out_of_order" for one in in_service)
    return DeviceRow(
        place.device,
        place.kind,
        place.name.text(lang),
        "unknown" if out else state,
        sight.said,
        (live.word or "") if live else "",
        Pill("unknown", "closed", say(lang, "declared.out")) if out else state_pill(lang, state),
        _why(lang, in_service),
        last,
        _declared(lang, sight, now_ms),
        out,
        sight.seen_ms,
        sight.since_ms,
    )


def _declared(lang: Lang, sight: Sight, now_ms: int) -> str:
    """Out of service, or maintenance, and until when."""
    kind, found = ("out", sight.out) if sight.out.now else ("planned", sight.planned)
    if not found.now:
        return ""
    if found.until_ms is None:
        return say(lang, "declared.out_open")
    return say(lang, f"declared.{kind}_until", time=clock_text(found.until_ms, now_ms))


def _why(lang: Lang, sights: Sequence[Sight]) -> str:
    codes = [code for s in sights if s.row and not s.stale and s.state != "up" for code in s.row.codes]
    return entry(codes[0]).sentence.say(lang).strip() if codes else ""


def spots(lang: Lang, village: Village, scene: Scene) -> tuple[list[Spot], Sketch]:
    """Every junction with its devices, and the roads between them."""
    places = list(village.junctions())
    drawing = sketch([(junction.id, junction.lat, junction.lon) for _, junction in places])
    low = below(drawing.at)
    devices, sockets = by_junction(scene.sights), by_pile(scene.sights)
    found = []
    for grid, junction in places:
        here = devices.get(junction.id, ())
        rows = [row(lang, sight, sockets.get(sight.place.device, ()), scene.now_ms) for sight in here]
        state: State = worst(device.state for device in rows if not device.out)
        if rows and all(device.out for device in rows):
            state = "unknown"
        x, y = drawing.at[junction.id]
        found.append(
            Spot(
                junction.id,
                junction.name.text(lang),
                grid.name.text(lang),
                state,
                state_pill(lang, state),
                rows,
                x,
                y,
                *_label(junction.name.text(lang), x, junction.id in low),
                len(places) <= LABELS or state != "up",
                junction.id in low,
            )
        )
    return _legible(found), drawing


def _legible(found: Sequence[Spot]) -> list[Spot]:
    """Of names that would stand on each other on a small phone one is written, that of a broken junction first."""
    broken_first = sorted((spot for spot in found if spot.label), key=lambda spot: spot.state != "down")
    kept = apart(_stands(spot) for spot in broken_first)
    return [replace(spot, label=spot.label and spot.id in kept) for spot in found]


def _stands(spot: Spot) -> Label:
    wide, at = _wide(spot.name), spot.x / 100 * NARROW_PX + spot.shift
    left = at - {"start": 0.0, "middle": wide / 2, "end": wide}[spot.anchor]
    return Label(spot.id, left, left + wide, spot.y / 100 * LOW_PX + (BELOW_PX if spot.below else ABOVE_PX))


def _wide(name: str) -> float:
    return sum(LATIN_PX if character < "\u2e80" else CHINESE_PX for character in name)


def _label(name: str, x: float, low: bool) -> tuple[str, int]:
    """Where a label hangs and how far it is moved aside (px): off its road, and inside the narrowest map there is."""
    at, wide = x / 100 * NARROW_PX, _wide(name)
    if x > 75:
        return "end", round(15 + max(0, wide - at - 10))
    if x < 25 or (low and x < 60):
        return "start", round(-15 - max(0, at + wide - 10 - NARROW_PX))
    return "middle", round(max(0, wide / 2 - at + 5) - max(0, at + wide / 2 + 5 - NARROW_PX))


def cards(found: Iterable[Spot]) -> list[Spot]:
    """Junctions where something is wrong first: a phone shows two of twenty at a time."""
    return sorted(found, key=lambda spot: CARD_ORDER.index(spot.state))


def counts(lang: Lang, found: Iterable[Spot]) -> list[tuple[Pill, int]]:
    """How many junctions are in which state."""
    number = Counter(spot.state for spot in found)
    return [(state_pill(lang, state), number[state]) for state in STATES if number[state] or state == "up"]


def tiles(lang: Lang, scene: Scene) -> list[Tile]:
    """The four figures at the top."""
    devices = [_device_tile(lang, kind, scene.sights) for kind in ("camera", "warning_light")]
    return [*devices, _socket_tile(lang, scene.sights), _fault_tile(lang, scene)]


def _device_tile(lang: Lang, kind: str, sights: Sequence[Sight]) -> Tile:
    mine = [sight for sight in sights if sight.place.kind == kind]
    states = [sight.state for sight in mine if not sight.out.now]
    bad, out = states.count("down") + states.count("degraded"), len(mine) - len(states)
    well = say(lang, "summary.all_up") if states else "" if out else say(lang, "summary.none")
    parts = [_note(lang, "some_not", bad, states.count("unknown")) or well]
    parts += [say(lang, "summary.some_out", n=out)] if out else []
    note = " · ".join(part for part in parts if part)
    css = worst(states) if states else "unknown"
    return Tile(kind, say(lang, f"summary.{kind}"), states.count("up"), len(states), note, css)


def _note(lang: Lang, key: str, bad: int, unknown: int) -> str:
    """What is wrong, in figures; "" if nothing is."""
    parts = [say(lang, f"summary.{key}", n=bad)] if bad else []
    parts += [say(lang, "summary.some_unknown", n=unknown)] if unknown else []
    return " · ".join(parts)


def _socket_tile(lang: Lang, sights: Sequence[Sight]) -> Tile:
    words = [sight.word for sight in sights if sight.place.kind == "connector"]
    bad, unknown, closed = words.count("out_of_order"), words.count("unknown"), words.count("closed")
    parts = [_note(lang, "sockets_out", bad, unknown)] if bad or unknown else []
    parts += [say(lang, "summary.sockets_closed", n=closed)] if closed else []
    note = " · ".join(parts) or say(lang, "summary.sockets_ok" if words else "summary.none")
    css = "down" if bad else "unknown" if unknown or not words else "up"
    return Tile("sockets", say(lang, "summary.sockets"), words.count("free"), len(words), note, css)


def _fault_tile(lang: Lang, scene: Scene) -> Tile:
    safety = sum(group.fault.severity == 1 for group in scene.open)
    untaken = sum(group.fault.acknowledged_ms is None for group in scene.open)
    if safety:
        note, css = say(lang, "summary.faults_safety", n=safety), "down"
    elif scene.open:
        note = say(lang, "summary.faults_open", n=untaken) if untaken else say(lang, "summary.faults_taken")
        css = "degraded"
    elif scene.silent:
        note, css = say(lang, "summary.faults_silent"), "unknown"
    else:
        note, css = say(lang, "summary.faults_none"), "up"
    return Tile("faults", say(lang, "summary.faults"), len(scene.open), None, note, css)


def piles(lang: Lang, village: Village, scene: Scene) -> list[Pile]:
    """Charge points with their sockets, in file order."""
    sights = {sight.place.device: sight for sight in scene.sights}
    found = []
    for _, junction, node in village.nodes():
        for device in node.devices:
            if isinstance(device, ChargePoint):
                sockets = [
                    _socket(lang, sights[f"{device.id}.{socket.number}"], socket.number, socket.power_kw)
                    for socket in device.connectors
                ]
                sight = sights[device.id]
                words = [socket.word for socket in sockets]
                free = None if set(words) == {"unknown"} else words.count("free")
                place = junction.name.text(lang)
                found.append(Pile(device.id, sight.place.name.text(lang), place, free, sockets, sight.seen_ms))
    return found


def _socket(lang: Lang, sight: Sight, number: int, kw: float | None) -> Socket:
    word: Word = sight.word or "unknown"
    before = sight.row.word if sight.row and sight.stale and word == "unknown" else None
    known: str = say(lang, f"word.{before}") if before in WORD_LOOKS else ""
    return Socket(
        sight.place.device,
        number,
        "" if kw is None else say(lang, "piles.kw", kw=f"{kw:g}"),
        word,
        (sight.row.word or "") if sight.row else "",
        sight.said,
        word_pill(lang, word),
        say(lang, "piles.last_known", word=known) if known else "",
        word == "out_of_order",
        sight.seen_ms,
        sight.word_since_ms,
    )
