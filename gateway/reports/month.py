"""The month report: one computation, from a frozen revision as it stands or, while the month runs, from the store.

Whatever is printed of a month (a page, JSON, CSV, XLSX, PDF) is printed from a :class:`MonthReport`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from contracts.inventory import Name, Village
from gateway.counted import count, of_village
from gateway.store import MonthRow, Store
from gateway.uptime import Share, Uptime, fleet
from gateway.uptime.months import Entry, Month, parsed

CAMERA = "camera"


class Late(Struct, frozen=True):
    """Maintenance that was approved too late and counts for nothing; times are ISO 8601 in China's time."""

    target: str
    begin: str
    approved: str


class Pace(Struct, frozen=True):
    """How long something took: ``count`` times, ``total_s`` seconds together, ``most_s`` at most."""

    count: int = 0
    total_s: int = 0
    most_s: int = 0

    @property
    def mean_s(self) -> int | None:
        """Whole seconds; None if it never happened."""
        return self.total_s // self.count if self.count else None


class Response(Struct, frozen=True):
    """Faults that began in the month, how fast they were taken on (``taken``), and how fast they were over."""

    faults: int = 0
    taken: Pace = Pace()
    ended: Pace = Pace()


class CameraMonth(Struct, frozen=True):
    """One camera. ``uptime`` has all seconds and rates but no spans; ``blips``: seconds never confirmed, part of up.

    ``intact``: seconds without an open fault of those in service; ``intact_end``: whether so at the end, None = out of
    service then, or frozen before that was kept. ``code``: GB/T 28181.
    """

    device: str
    name: Name
    junction: str
    code: str | None
    uptime: Uptime
    blips: int
    late: tuple[Late, ...]
    intact: Share | None
    intact_end: bool | None
    response: Response


class MonthReport(Struct, frozen=True):
    """A month's cameras. ``to_ms``: until when it is counted: the month's end, or now while it runs.

    ``revision``, ``hash`` and ``frozen_ms`` are None while nothing is frozen: then it is provisional. ``part``: these
    are not all cameras, but those of somebody's area; the hash is of the whole revision all the same.
    """

    village: str
    place: Name
    month: str
    from_ms: int
    to_ms: int
    rows: tuple[CameraMonth, ...]
    revision: int | None = None
    hash: str | None = None
    frozen_ms: int | None = None
    part: bool = False

    @property
    def provisional(self) -> bool:
        """Whether it may still change without a new revision."""
        return self.revision is None

    @property
    def total(self) -> Uptime:
        """Seconds of all cameras together."""
        return summed(row.uptime for row in self.rows)

    @property
    def fleet(self) -> Decimal | None:
        """Sum U / sum (U + D)."""
        return fleet(row.uptime for row in self.rows)

    @property
    def intact(self) -> Share | None:
        """完好率 over the month, weighted by time; None if it was not kept."""
        shares = [row.intact for row in self.rows]
        known = [share for share in shares if share is not None]
        if len(known) < len(shares) or not known:
            return None
        return Share(sum(share.part for share in known), sum(share.whole for share in known))

    @property
    def intact_end(self) -> Share | None:
        """完好率 at the last moment: cameras without an open fault, of those in service."""
        if self.intact is None:
            return None
        serving = [row.intact_end for row in self.rows if row.intact_end is not None]
        return Share(sum(serving), len(serving))

    @property
    def response(self) -> Response:
        """Of all cameras' faults."""
        found = [row.response for row in self.rows]
        taken, ended = _together(one.taken for one in found), _together(one.ended for one in found)
        return Response(sum(one.faults for one in found), taken, ended)

    @property
    def late(self) -> tuple[Late, ...]:
        """Each late approval once, oldest first."""
        found = {late for row in self.rows for late in row.late}
        return tuple(sorted(found, key=lambda late: (late.begin, late.target, late.approved)))


def frozen(row: MonthRow, village: Village) -> MonthReport:
    """A revision as it was frozen: nothing is computed but sums and rates of its seconds. ``village`` gives its name.

    Raises :class:`msgspec.DecodeError` if it cannot be read.
    """
    body = parsed(row.body)
    report = MonthReport(
        body.village,
        village.name,
        body.month,
        _millis(body.from_),
        _millis(body.to),
        _cameras(body.devices),
    )
    return replace(report, revision=row.revision, hash=row.hash, frozen_ms=row.frozen_ms)


def running(store: Store, village: Village, month: Month, now_ms: int) -> MonthReport:
    """A month that is not frozen, until its end or ``now_ms``, computed from the store. Raises StoreError."""
    to_ms = min(month.to_ms, now_ms)
    cameras = {name: one for name, one in of_village(village).items() if one.kind == CAMERA}
    entries = count(store, cameras, month.from_ms, to_ms)
    return MonthReport(village.id, village.name, month.name, month.from_ms, to_ms, _cameras(entries))


def within(report: MonthReport, sees: Callable[[str], bool]) -> MonthReport:
    """Only the cameras whose junction somebody ``sees``."""
    rows = tuple(row for row in report.rows if sees(row.junction))
    return report if len(rows) == len(report.rows) else replace(report, rows=rows, part=True)


def summed(uptimes: Iterable[Uptime]) -> Uptime:
    """Seconds of many devices together, by class and reason; without spans."""
    total = Uptime()
    for one in uptimes:
        total = Uptime(
            up=total.up + one.up,
            down=total.down + one.down,
            unknown=total.unknown + one.unknown,
            planned=total.planned + one.planned,
            out_of_service=total.out_of_service + one.out_of_service,
            degraded=total.degraded + one.degraded,
            weather=total.weather + one.weather,
            down_by=_added(total.down_by, one.down_by),
            unknown_by=_added(total.unknown_by, one.unknown_by),
            degraded_by=_added(total.degraded_by, one.degraded_by),
        )
    return total


def _cameras(devices: Mapping[str, Entry]) -> tuple[CameraMonth, ...]:
    return tuple(_camera(name, one) for name, one in devices.items() if one["kind"] == CAMERA)


class _Frozen(Struct):
    """An entry as it is kept, with what is missing in those frozen before it was kept."""

    targets: tuple[str, ...]
    S: int
    U: int
    D: int
    K: int
    M: int
    O: int  # noqa: E741  # as replay and months print it
    degraded: int
    weather: int
    blips: int
    down_by: dict[str, int]
    unknown_by: dict[str, int]
    degraded_by: dict[str, int]
    late: tuple[tuple[str, str, str], ...]
    zh: str | None = None
    en: str | None = None
    code: str | None = None
    intact_s: int | None = None
    serving_s: int | None = None
    intact_end: int | None = None
    faults: int = 0
    taken: int = 0
    taken_s: int = 0
    taken_most_s: int = 0
    ended: int = 0
    ended_s: int = 0
    ended_most_s: int = 0


def _camera(device: str, entry: Entry) -> CameraMonth:
    one = msgspec.convert(entry, _Frozen)
    seconds = (one.U, one.D, one.K, one.M, one.O, one.degraded, one.weather)
    kept = one.intact_s is not None and one.serving_s is not None
    return CameraMonth(
        device,
        Name(zh=one.zh or device, en=one.en or device),
        one.targets[-1],
        one.code,
        Uptime(*seconds, down_by=one.down_by, unknown_by=one.unknown_by, degraded_by=one.degraded_by),
        one.blips,
        tuple(Late(*late) for late in one.late),
        Share(one.intact_s or 0, one.serving_s or 0) if kept else None,
        None if one.intact_end is None else bool(one.intact_end),
        Response(
            one.faults,
            Pace(one.taken, one.taken_s, one.taken_most_s),
            Pace(one.ended, one.ended_s, one.ended_most_s),
        ),
    )


def _millis(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp()) * 1000


def _together(paces: Iterable[Pace]) -> Pace:
    found = list(paces)
    most_s = max((one.most_s for one in found), default=0)
    return Pace(sum(one.count for one in found), sum(one.total_s for one in found), most_s)


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in sorted({*one, *other})}
