"""Uptime and what goes with it of many devices over one period, in the form in which months are frozen."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec import Struct

from contracts.inventory import Camera, Village
from gateway.faults.catalogue import CATALOGUE
from gateway.store import FaultRow, FaultsWanted, Span, Store
from gateway.uptime import (
    INTACT_CLASSES,
    Standing,
    StateInterval,
    Uptime,
    Window,
    intact_at,
    intact_over,
    targets,
    uptime,
)
from gateway.uptime.months import Entry, entry

PIECE = 500
T = TypeVar("T")


class Counted(Struct, frozen=True):
    """A device of a month: its kind, what it was called, whose windows hit it, and a camera's GB/T 28181 code."""

    kind: str
    zh: str
    en: str
    targets: tuple[str, ...]
    code: str | None = None


class Past(Struct, frozen=True):
    """What is stored of a device over a period: ``faulty``: when a fault of an intact class was open; ``began``: faults
    that began in it."""

    intervals: Sequence[StateInterval]
    windows: Sequence[Window] = ()
    faulty: Sequence[tuple[int, int | None]] = ()
    began: Sequence[FaultRow] = ()


def of_village(village: Village) -> dict[str, Counted]:
    """Every device of the inventory."""
    cameras = (one for _, _, node in village.nodes() for one in node.devices if isinstance(one, Camera))
    codes = {one.id: one.gb28181 for one in cameras}
    return {
        name: Counted(one.kind, one.name.zh, one.name.en, targets(one), codes.get(name))
        for name, one in village.places().items()
    }


def of_month(devices: Mapping[str, Entry]) -> dict[str, Counted]:
    """A frozen month keeps its devices, whatever the inventory has become."""
    return {
        name: Counted(
            str(one["kind"]),
            str(one.get("zh", name)),
            str(one.get("en", name)),
            msgspec.convert(one["targets"], tuple[str, ...]),
            None if one.get("code") is None else str(one["code"]),
        )
        for name, one in devices.items()
    }


def pasts(store: Store, devices: Mapping[str, Counted], from_ms: int, to_ms: int) -> dict[str, Past]:
    """What is stored of each device, in four questions however many there are."""
    intervals = store.intervals_of(devices.keys(), from_ms, to_ms)
    windows = _by((one.target, one) for one in store.windows(None, from_ms, to_ms))
    spans = (one for one in store.fault_spans(None, from_ms, to_ms) if _broken(one.code))
    faulty = _by((one.asset, (one.from_ms, one.to_ms)) for one in spans)
    began = _by((one.asset, one) for one in _began(store, from_ms, to_ms))
    return {
        name: Past(
            intervals[name],
            [window for target in one.targets for window in windows.get(target, ())],
            faulty.get(name, ()),
            began.get(name, ()),
        )
        for name, one in devices.items()
    }


def uptimes(store: Store, devices: Mapping[str, Counted], from_ms: int, to_ms: int) -> dict[str, Uptime]:
    """Every device's account of the period, with its spans."""
    found = pasts(store, devices, from_ms, to_ms)
    return {name: uptime(past.intervals, from_ms, to_ms, past.windows) for name, past in found.items()}


def count(store: Store, devices: Mapping[str, Counted], from_ms: int, to_ms: int) -> dict[str, Entry]:
    """Every device's entry; empty if nothing is recorded of any."""
    found = pasts(store, devices, from_ms, to_ms)
    if not any(past.intervals for past in found.values()):
        return {}
    return {name: _entry(devices[name], past, from_ms, to_ms) for name, past in found.items()}


def _entry(device: Counted, past: Past, from_ms: int, to_ms: int) -> Entry:
    account = uptime(past.intervals, from_ms, to_ms, past.windows)
    more = {
        "zh": device.zh,
        "en": device.en,
        "code": device.code,
        **_intact(past, from_ms, to_ms),
        **_answers(past.began),
    }
    return {**entry(account, device.kind, device.targets), **more}


def _intact(past: Past, from_ms: int, to_ms: int) -> Entry:
    """``intact_s`` of ``serving_s`` seconds without an open fault; ``intact_end``: 1 or 0 at the period's last moment,
    None out of service."""
    out = [(window.from_ms, window.to_ms) for window in past.windows if window.kind == "out_of_service"]
    standing = Standing(past.faulty, out)
    over, end = intact_over([standing], from_ms, to_ms), intact_at([standing], to_ms - 1)
    return {"intact_s": over.part, "serving_s": over.whole, "intact_end": end.part if end.whole else None}


def _answers(began: Sequence[FaultRow]) -> Entry:
    """How fast people were: seconds from a fault's beginning to its acknowledgement, and to its end, of all of them."""
    taken = [one.acknowledged_ms - one.opened_ms for one in began if one.acknowledged_ms is not None]
    ended = [one.cleared_ms - one.opened_ms for one in began if one.cleared_ms is not None]
    return {"faults": len(began), **_times("taken", taken), **_times("ended", ended)}


def _times(name: str, lengths_ms: Collection[int]) -> Entry:
    seconds = [max(0, length) // 1000 for length in lengths_ms]
    return {name: len(seconds), f"{name}_s": sum(seconds), f"{name}_most_s": max(seconds, default=0)}


def _broken(code: str) -> bool:
    row = CATALOGUE.get(code)
    return row is not None and row.cls in INTACT_CLASSES


def _began(store: Store, from_ms: int, to_ms: int) -> Iterator[FaultRow]:
    """Faults that began in the period."""
    cursor, wanted = None, FaultsWanted(span=Span(from_ms, to_ms))
    while True:
        rows, cursor = store.faults("all", PIECE, cursor, wanted=wanted)
        yield from (row for row in rows if row.opened_ms >= from_ms)
        if cursor is None:
            return


def _by(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
