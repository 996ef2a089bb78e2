"""The account of a month: each camera's uptime with its bar, from one read of all intervals. A frozen month's figures
are those that were frozen; its bars are drawn from what is on record now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from contracts.inventory import Name
from dashboard_api.desk import Desk
from dashboard_api.web.police import cameras
from dashboard_api.web.police.cameras import Camera
from dashboard_api.web.reports import running
from dashboard_api.web.reports.bars import Bar, course
from gateway.counted import Counted, Past, of_month, of_village, pasts
from gateway.reports.month import CAMERA, CameraMonth, frozen
from gateway.store import IntervalRow, MonthRow
from gateway.uptime import Share, Standing, Uptime, intact_at, intact_over, uptime
from gateway.uptime.months import Month, month_at, parsed

# How long the first record stands: it moves only when the oldest are swept.
KEPT_MS = 60_000
NEVER_SEEN = "never_seen"


@dataclass(frozen=True, slots=True)
class Row:
    """One camera. ``intact``: seconds without an open fault of those in service, ``end``: whether at the last moment,
    None = out of service then; ``first_ms``: its first news, where that lies in the month; ``late``: maintenance that
    was approved too late to count."""

    camera: Camera
    found: Uptime
    bar: Bar
    intact: Share | None
    end: bool | None
    late: int = 0
    first_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A month up to ``to_ms``. ``frozen``: the revision its figures are from, None = provisional; ``stale``: something
    was written into it since; ``broken``: what is frozen of it cannot be read."""

    month: Month
    to_ms: int
    rows: tuple[Row, ...] = ()
    frozen: MonthRow | None = None
    stale: bool = False
    broken: bool = False


def first_month(desk: Desk) -> Month | None:
    """The month in which the records begin; None without any."""
    stamp = desk.clock() // KEPT_MS
    first_ms: int | None = desk.kept.get("first record", stamp, desk.store.first_interval_ms)
    return None if first_ms is None else month_at(first_ms)


def account(desk: Desk, month: Month) -> Account:
    """The month as it stands; of a frozen one its newest revision."""
    row = desk.store.month(month.name)
    mark = next((mark for mark in desk.store.month_marks() if mark.month == month.name), None)
    if row is None:
        position, to_ms = running.position(desk, month), running.until(desk, month)
        return desk.kept.get(f"month {month.name}", (position, to_ms), lambda: _running(desk, month, to_ms))
    stale = mark is not None and mark.stale
    stamp = (row.hash, stale, mark and mark.changed)
    return desk.kept.get(f"month {month.name}", stamp, lambda: _frozen(desk, month, row, stale))


def _running(desk: Desk, month: Month, to_ms: int) -> Account:
    devices = {name: one for name, one in of_village(desk.village).items() if one.kind == CAMERA}
    if to_ms <= month.from_ms:
        return Account(month, to_ms)
    found = running.past(desk, month, devices)
    rows = (_counted(_camera(desk, name, one), found[name], month, to_ms) for name, one in devices.items())
    return Account(month, to_ms, tuple(rows))


def _frozen(desk: Desk, month: Month, row: MonthRow, stale: bool) -> Account:
    try:
        report, body = frozen(row, desk.village), parsed(row.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Account(month, month.to_ms, broken=True)
    devices = {name: one for name, one in of_month(body.devices).items() if one.kind == CAMERA}
    found = pasts(desk.store, devices, month.from_ms, month.to_ms)
    said = {one.device: one for one in report.rows}
    rows = [_said(_camera(desk, name, one), said[name], found[name], month) for name, one in devices.items()]
    return Account(month, month.to_ms, tuple(_in_order(desk, rows)), row, stale)


def _camera(desk: Desk, name: str, one: Counted) -> Camera:
    return cameras.known(desk, name, Name(zh=one.zh, en=one.en), one.targets[-1])


def _counted(camera: Camera, past: Past, month: Month, to_ms: int) -> Row:
    found = uptime(past.intervals, month.from_ms, to_ms, past.windows)
    out = [(window.from_ms, window.to_ms) for window in past.windows if window.kind == "out_of_service"]
    standing = [Standing(past.faulty, out)]
    end = intact_at(standing, to_ms - 1)
    return Row(
        camera,
        found,
        course(found.spans, *_bounds(month)),
        intact_over(standing, month.from_ms, to_ms),
        bool(end.part) if end.whole else None,
        len(found.late),
        _first(past, month),
    )


def _said(camera: Camera, said: CameraMonth, past: Past, month: Month) -> Row:
    spans = uptime(past.intervals, month.from_ms, month.to_ms, past.windows).spans
    drawn, first_ms = course(spans, *_bounds(month)), _first(past, month)
    return Row(camera, said.uptime, drawn, said.intact, said.intact_end, len(said.late), first_ms)


def _bounds(month: Month) -> tuple[int, int]:
    return month.from_ms // 1000, month.to_ms // 1000


def _first(past: Past, month: Month) -> int | None:
    rows: Sequence[IntervalRow] = past.intervals  # type: ignore[assignment]  # as the store gives them
    heard = next((row for row in rows if row.cause != NEVER_SEEN), None)
    return heard.from_ms if heard is not None and heard.from_ms > month.from_ms else None


def _in_order(desk: Desk, rows: Sequence[Row]) -> list[Row]:
    """As in the inventory, what has left it last."""
    at: Mapping[str, int] = {device: n for n, device in enumerate(desk.places)}
    return sorted(rows, key=lambda row: (at.get(row.camera.id, len(at)), row.camera.id))
