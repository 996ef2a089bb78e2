"""A village in the middle of an afternoon, written into a store at once: whatever the pages can show is there. For
pictures of the pages, and for tests that walk all of them.
"""

import hashlib
import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from contracts.inventory import Place, Village, load_inventory
from contracts.messages import LARGEST_PICTURE
from contracts.metrics import METRICS
from contracts.states import State, Word
from demo import autumn, channels, machine, people, village
from demo.scenes.degradations import DEGRADATIONS
from demo.scenes.spoil import spoilt
from demo.scenes.view import View
from edge import jpeg
from gateway.faults import Fact
from gateway.faults.catalogue import entry
from gateway.store import (
    Batch,
    Deed,
    EvidenceNote,
    FaultAcknowledge,
    FaultFacts,
    FaultOpen,
    FaultRoot,
    FaultWrite,
    IntervalRow,
    LiveRow,
    PictureCome,
    Store,
    WindowSet,
)
from gateway.telemetry import Embedded, line

# 2026-11-23 14:08:31 in China.
AT_MS = 1_795_414_111_000
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
BY = "maintenance-1"
DARK = "f-polder"
CHARTED, BLURRED = "cam-05", "cam-02"
# Each chart's usual value, and how far it swings in a day.
USUAL = {"fps": (25.0, 0.3), "gop": (50.0, 0.0), "kbps": (1900.0, 420.0), "luma_p99": (231.0, 18.0)} | {
    "luma_mean": (112.0, 46.0),
    "silent_s": (0.04, 0.0),
    "lit": (1.0, 0.0),
    "flash_s": (1.0, 0.0),
    "connected": (1.0, 0.0),
    "power_w": (0.0, 0.0),
    "closed": (1.0, 0.0),
    "cpu_c": (47.0, 6.0),
    "memory_share": (0.31, 0.02),
}
# What the duty desk did: fault, outcome, who was rung, how many minutes ago.
CALLED = (("GroundFailure", "no_answer", "xiao-fang", 4), ("frozen", "no_answer", "wang-wei", 31))
# What is not as it should be: state, codes, and for how many minutes.
BAD: dict[str, tuple[State, str, int]] = {
    "cam-05": ("down", "frozen", 42),
    "cam-02": ("degraded", "blur", 26 * 60),
    "wl-03": ("down", "dark", 7),
    "cp-02.2": ("down", "GroundFailure", 13),
}
# Sockets: their word, and for how many minutes.
WORDS: dict[str, tuple[Word, int]] = {
    "cp-01.1": ("free", 42),
    "cp-01.2": ("in_use", 70),
    "cp-02.1": ("finishing", 11),
    "cp-02.2": ("out_of_order", 13),
    "cp-03.1": ("in_use", 18),
    "eb-01.2": ("in_use", 95),
    "eb-01.4": ("in_use", 31),
    "eb-01.5": ("in_use", 240),
    "eb-01.9": ("finishing", 6),
}


def beigu() -> Village:
    """The village of the pictures."""
    return load_inventory(village.SHIPPED["beigu"])


def write(store: Store, place: Village, at_ms: int = AT_MS) -> None:
    """Fill ``store``, which must be empty, with the afternoon of ``at_ms``."""
    store.load_roster(
        "admin", people.roster_for(place).model_dump_json(by_alias=True, exclude_none=True).encode(), at_ms
    )
    store.channels_opened(channels.KINDS, at_ms - 3 * DAY)
    autumn.orders(store, place)
    batch = Batch(at_ms=at_ms)
    batch.windows += autumn.windows()
    dark = frozenset(_dark(place))
    for n, (device, there) in enumerate(place.places().items(), 1):
        batch.live.append(_row(device, there, at_ms, n, gone=there.junction in dark))
        batch.intervals += autumn.rows(device, at_ms - 8 * DAY)
        batch.intervals += _past(device, at_ms, gone=there.junction in dark)
    batch.faults += [*_faults(place, at_ms), *_cause(place, at_ms)]
    batch.windows += _windows(at_ms)
    store.record(batch)
    taken = next(fault for fault in store.faults("open", 100)[0] if fault.code == "blur")
    acknowledged = FaultAcknowledge(taken.id, BY, at_ms - 25 * HOUR, "带了新镜头罩", measured_dead=False)
    store.record(Batch(at_ms=at_ms, faults=[acknowledged]))
    _show(store, place, at_ms)
    for code, outcome, person, ago in CALLED:
        fault = next(fault for fault in store.faults("open", 100)[0] if fault.code == code)
        detail = f'{{"person":"{person}"}}'
        store.note(Deed(at_ms - ago * MINUTE, "duty_desk-1", "duty_desk", f"call {outcome}", fault.id, detail=detail))
    autumn.freeze_october(store, place)
    machine.write(store, place, at_ms, dark)


def _show(store: Store, place: Village, at_ms: int) -> None:
    """What the camera that is out of focus sent: before and after."""
    node, since = place.places()[BLURRED].node, at_ms - BAD[BLURRED][2] * MINUTE
    before, after = _out_of_focus(since)
    ids = [hashlib.sha256(picture).hexdigest() for picture in (before, after)]
    store.record(Batch(at_ms=since, evidence=[EvidenceNote(node, BLURRED, "blur", since, *ids)]))
    came = [PictureCome(node, id_, BLURRED, since, body) for id_, body in zip(ids, (before, after), strict=True)]
    store.record(Batch(at_ms=since, pictures=came))


@cache
def _out_of_focus(at_ms: int) -> tuple[bytes, bytes]:
    view, t = View("junction", 1), at_ms / 1000
    before, later = view.draw(t - 60), view.raw(t)
    after = view.finish(spoilt(later, DEGRADATIONS["defocus"], 1, 0.012), t)
    return jpeg.encode(before, (), LARGEST_PICTURE), jpeg.encode(after, (), LARGEST_PICTURE)


def measure(file: Path, place: Village, at_ms: int = AT_MS) -> None:
    """A day of one camera's figures, into a time-series store in ``file``; the newest are those of a still picture."""
    there, known = place.places()[CHARTED], METRICS["camera"]
    head = line.series("camera", {"village": place.id, "node": there.node, "device": CHARTED})
    points = []
    for n, t in enumerate(range(at_ms - DAY, at_ms, MINUTE)):
        still = t > at_ms - BAD[CHARTED][2] * MINUTE
        figures = {name: _figure(name, t, still=still) for name in known}
        points.append(line.reading(head, figures, "down" if still else "up", n, t))
    store = Embedded(file)
    store.write(points)
    store.close()


def _figure(name: str, t: int, *, still: bool = False) -> float:
    usual, swing = USUAL.get(name, (0.0, 0.0))
    by_day = -math.cos((t % DAY) / DAY * 2 * math.pi + 2.1)
    ripple = math.sin(t / MINUTE * 0.7) * 0.15
    return round(usual + swing * (by_day + (0 if still else ripple)), 3)


def _row(device: str, there: Place, at_ms: int, n: int, *, gone: bool) -> LiveRow:
    state, code, minutes = BAD.get(device, ("up", "", 6 * 24 * 60))
    word, since = WORDS.get(device, ("free", 55) if there.kind == "connector" else (None, minutes))
    figures = {name: _figure(name, at_ms) for name in METRICS.get(there.kind, {}) if name in USUAL}
    if gone:
        state, seen = "unknown", at_ms - 24 * MINUTE
    else:
        seen = at_ms - (2 + n % 19) * 1000
    since_ms = at_ms - since * MINUTE
    codes = (code,) if code else ()
    return LiveRow(
        device, there.kind, there.junction, there.node, state, word, since_ms, seen, codes, figures, "5" * 16, n
    )


def _past(device: str, at_ms: int, *, gone: bool) -> Iterator[IntervalRow]:
    state: State
    state, code, minutes = ("unknown", "", 24) if gone else BAD.get(device, ("up", "", 0))
    begun = at_ms - minutes * MINUTE
    pieces: list[tuple[int, State, str | None]] = [(at_ms - 8 * DAY, "up", None)]
    if device == CHARTED:
        pieces += [(at_ms - 4 * DAY, "down", "black"), (at_ms - 4 * DAY + 5 * HOUR, "up", None)]
        pieces += [(at_ms - 2 * DAY, "unknown", None), (at_ms - 2 * DAY + 3 * HOUR, "up", None)]
    if minutes:
        pieces.append((begun, state, code or None))
    ends = [start for start, *_ in pieces[1:]]
    for (start, what, why), end in zip(pieces, [*ends, None], strict=True):
        yield IntervalRow(device, start, end, what, why, "lost" if gone and what == "unknown" else None)


def _dark(place: Village) -> Iterator[str]:
    for _, junction, node in place.nodes():
        if node.feeder == DARK:
            yield junction.id


def _opened(place: Village, asset: str, code: str, opened_ms: int, root: str | None = None) -> FaultOpen:
    row, there = entry(code), place.places().get(asset)
    feeder = asset in {supply.id for supply in place.feeders}
    kind = there.kind if there else "feeder" if feeder else "junction"
    junction = there.junction if there else "" if feeder else asset
    return FaultOpen(asset, kind, junction, code, root, row.severity, opened_ms, row.latch != "none")


def _faults(place: Village, at_ms: int) -> Iterator[FaultWrite]:
    for asset, (_, code, minutes) in BAD.items():
        yield _opened(place, asset, code, at_ms - minutes * MINUTE)
    since = at_ms - BAD[CHARTED][2] * MINUTE
    yield FaultFacts(CHARTED, "frozen", None, (Fact("bad_for", {"since_ms": since, "for_s": 600, "looks": 12}),))


def _cause(place: Village, at_ms: int) -> Iterator[FaultWrite]:
    """A feeder without power: one fault, and what stands on it is a part of that one."""
    since, junctions = at_ms - 24 * MINUTE, tuple(_dark(place))
    yield _opened(place, DARK, "feeder_down", since)
    facts = (Fact("feeder_dark", {"feeder": DARK, "dark": len(junctions), "sites": len(junctions), "sensed": 0}),)
    yield FaultFacts(DARK, "feeder_down", None, facts)
    for junction in junctions:
        yield _opened(place, junction, "site_dark", since)
        yield FaultRoot(junction, "site_dark", None, DARK, since)


def _windows(at_ms: int) -> Iterator[WindowSet]:
    yield WindowSet("planned", "j-06", at_ms + 19 * HOUR, at_ms + 22 * HOUR, at_ms - HOUR, BY)
    yield WindowSet("planned", "j-08", at_ms - HOUR, at_ms + 2 * HOUR, at_ms - 2 * DAY, BY)
    yield WindowSet("out_of_service", "eb-01.10", at_ms - 3 * HOUR, at_ms + 4 * HOUR, at_ms - 3 * HOUR, BY)
