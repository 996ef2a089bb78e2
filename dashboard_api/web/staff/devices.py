"""Devices: the list of them, and one with its last week."""

from dataclasses import dataclass
from itertools import groupby

from contracts.metrics import METRICS
from contracts.names import name_of
from contracts.states import State
from dashboard_api import scene
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.sight import Sight, by_pile
from dashboard_api.times import clock_text
from dashboard_api.web import view
from dashboard_api.web.ages import lasting
from dashboard_api.web.staff.cards import WorkCard, card
from dashboard_api.web.staff.commanding import Order, of_device
from dashboard_api.web.texts import Lang, say, strings
from dashboard_api.web.view import CARD_ORDER, DeviceRow, Pill, state_pill
from gateway.faults.catalogue import entry
from gateway.store import FaultRow, IntervalRow

DAY_MS = 24 * 3600 * 1000
DAYS = 7
# The newest of its faults, and of the stretches in which something was wrong, that one page shows.
FAULTS, STRETCHES = 20, 30
KINDS = ("camera", "warning_light", "charge_point", "contact")


@dataclass(frozen=True, slots=True)
class Place:
    """A junction and what stands there, as far as it was asked for."""

    id: str
    name: str
    devices: list[DeviceRow]


@dataclass(frozen=True, slots=True)
class DeviceList:
    """Devices by junction. ``counts``: of each state, whatever state was asked for."""

    places: list[Place]
    counts: list[tuple[State, Pill, int, bool]]
    kinds: list[tuple[str, str, bool]]


def listed(desk: Desk, lang: Lang, person: Person, kind: str, state: str) -> DeviceList:
    """What ``person`` sees, of one kind and in one state, or of any: ''."""
    sights = [one for one in scene.look(desk) if person.sees(one.place.junction)]
    rows = [(sight.place.junction, row) for sight, row in _rows(lang, sights, desk.clock())]
    mine = [(junction, row) for junction, row in rows if kind in ("", row.kind)]
    found = [(junction, row) for junction, row in mine if state in ("", row.state)]
    places = [
        Place(junction, name_of(desk.names, junction).text(lang), [row for _, row in group])
        for junction, group in groupby(found, key=lambda pair: pair[0])
    ]
    places.sort(key=lambda place: min(CARD_ORDER.index(row.state) for row in place.devices))
    counts = [
        (one, state_pill(lang, one), sum(row.state == one for _, row in mine), state == one) for one in CARD_ORDER
    ]
    return DeviceList(places, counts, [(one, say(lang, f"kind.{one}"), kind == one) for one in KINDS])


def _rows(lang: Lang, sights: list[Sight], now_ms: int) -> list[tuple[Sight, DeviceRow]]:
    sockets = by_pile(sights)
    return [
        (sight, view.row(lang, sight, sockets.get(sight.place.device, ()), now_ms))
        for sight in sights
        if sight.place.kind != "connector"
    ]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the week. ``left``, ``width`` in per mille of the bar; ``line``: from, to and how long."""

    state: State
    left: float
    width: float
    pill: Pill
    why: str
    line: str


@dataclass(frozen=True, slots=True)
class Figure:
    """Something that is measured: its name, its unit, and what it was last."""

    name: str
    word: str
    unit: str
    latest: str


@dataclass(frozen=True, slots=True)
class DevicePage:
    """One device. ``bar``: its last week, oldest first; ``stretches``: those in which it was not well, newest first."""

    row: DeviceRow
    junction: str
    place: str
    node: str
    charted: list[tuple[str, str, list[Figure]]]
    days: list[tuple[float, str]]
    bar: list[Stretch]
    stretches: list[Stretch]
    up: str
    sockets: list[DeviceRow]
    faults: list[WorkCard]
    plans: bool
    orders: list[Order]


def whole(desk: Desk, lang: Lang, person: Person, device: str) -> DevicePage | None:
    """One device with its past; None for what is not in the inventory."""
    now_ms, sights = desk.clock(), scene.look(desk)
    sight = next((one for one in sights if one.place.device == device), None)
    if sight is None:
        return None
    sockets = by_pile(sights).get(device, [])
    rows = desk.store.intervals(device, now_ms - DAYS * DAY_MS, now_ms)
    bar = [_stretch(lang, one, now_ms) for one in rows]
    return DevicePage(
        view.row(lang, sight, sockets, now_ms),
        sight.place.junction,
        name_of(desk.names, sight.place.junction).text(lang),
        sight.place.node,
        [_charted(lang, one) for one in (sight, *sockets)],
        [(day * 1000 / DAYS, _day(now_ms, day)) for day in range(DAYS)],
        bar,
        [one for one in reversed(bar) if one.state != "up"][:STRETCHES],
        _share(rows, now_ms),
        [view.row(lang, one, (), now_ms) for one in sockets],
        [card(desk, lang, person, row) for row in _faults(desk, device, sockets)],
        person.may("plan"),
        of_device(desk, lang, person, device),
    )


def _charted(lang: Lang, sight: Sight) -> tuple[str, str, list[Figure]]:
    metrics = sight.row.metrics if sight.row else {}
    known = METRICS.get(sight.place.kind, {})
    names = [name for name in known if name in metrics]
    return (
        sight.place.device,
        sight.place.name.text(lang),
        [Figure(name, _metric(lang, name), _unit(known[name].unit), _short(metrics[name])) for name in names],
    )


def _short(value: float) -> str:
    """Three figures: more of them nobody reads, and no sensor here is as exact."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")


def _metric(lang: Lang, name: str) -> str:
    return strings(lang).get(f"metric.{name}", name)


def _unit(unit: str) -> str:
    return "" if unit in {"0/1", "0-255"} else unit


def _stretch(lang: Lang, row: IntervalRow, now_ms: int) -> Stretch:
    start = now_ms - DAYS * DAY_MS
    begin, end = max(row.from_ms, start), now_ms if row.to_ms is None else min(row.to_ms, now_ms)
    per_mille = 1000 / (DAYS * DAY_MS)
    words = {"time": clock_text(row.from_ms, now_ms), "age": lasting(lang, row.from_ms, end)}
    key = "device.since" if row.to_ms is None else "device.was"
    if row.to_ms is not None:
        words["end"] = clock_text(row.to_ms, now_ms)
    why = entry(row.code).sentence.say(lang).strip() if row.code else ""
    left, width = (begin - start) * per_mille, max(2.0, (end - begin) * per_mille)
    return Stretch(
        row.state, round(left, 2), round(width, 2), state_pill(lang, row.state), why, say(lang, key, **words)
    )


def _day(now_ms: int, day: int) -> str:
    return clock_text(now_ms - (DAYS - day) * DAY_MS, now_ms)[:5]


def _share(rows: list[IntervalRow], now_ms: int) -> str:
    """Of the week's known time, how much it was well; "" if nothing is known. No figure of the police's report."""
    start, known, well = now_ms - DAYS * DAY_MS, 0, 0
    for row in rows:
        long = (row.to_ms or now_ms) - max(row.from_ms, start)
        if row.state != "unknown":
            known += long
            well += long if row.state != "down" else 0
    return f"{100 * well / known:.1f} %" if known > 0 else ""


def _faults(desk: Desk, device: str, sockets: list[Sight]) -> list[FaultRow]:
    """Its newest faults, open ones first."""
    assets = {device, *(one.place.device for one in sockets)}
    now_ms = desk.clock()
    spans = desk.store.fault_spans(assets, now_ms - 90 * DAY_MS, now_ms + DAY_MS)
    numbers = sorted({span.fault for span in spans}, reverse=True)[:FAULTS]
    found = [row for row in map(desk.store.fault, numbers) if row is not None]
    return sorted(found, key=lambda row: (row.order_state == "closed", -row.opened_ms))
