"""Which months there are, one of them by its name, and what a later revision changed."""

import re
from datetime import datetime
from itertools import groupby
from typing import Literal

import msgspec
from msgspec import Struct

from contracts.inventory import Village
from gateway.reports.month import MonthReport, frozen, running
from gateway.store import MonthHead, MonthRow, Store
from gateway.uptime.months import CHINA, Body, Difference, Month, differences, digest, iso, month_at, parsed

Reason = Literal["bad_name", "future", "before", "nothing", "no_revision", "unreadable"]
HOW = "run: python -m gateway months --verify"
_NAME = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


class NoReport(Exception):
    """There is no such report; the text says why, as a sentence."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason, self.text = reason, text


class MonthLine(Struct, frozen=True):
    """One month of the list. ``revisions``: oldest first, none while it is provisional."""

    month: str
    from_ms: int
    to_ms: int
    revisions: tuple[MonthHead, ...] = ()


def listed(store: Store, now_ms: int) -> list[MonthLine]:
    """Every month of which something is stored, newest first, the running one included. Raises StoreError."""
    heads = sorted(store.month_heads(), key=lambda head: (head.month, head.revision))
    kept = {name: tuple(rows) for name, rows in groupby(heads, key=lambda head: head.month)}
    starts = [named(name).from_ms for name in kept]
    first_ms = store.first_interval_ms()
    if first_ms is not None:
        starts.append(first_ms)
    found, month = [], month_at(min(starts, default=now_ms))
    while starts and month.from_ms <= now_ms:
        found.append(MonthLine(month.name, month.from_ms, month.to_ms, kept.get(month.name, ())))
        month = month_at(month.to_ms)
    return found[::-1]


def report(store: Store, village: Village, name: str, revision: int | None, now_ms: int) -> MonthReport:
    """The month ``name`` (``2026-10``): a revision of it, the newest if none is named, or as it stands now.

    Raises :class:`NoReport` and StoreError.
    """
    month = named(name)
    row = store.month(month.name, revision)
    if row is not None:
        return _read(row, village)
    if revision is not None:
        newest = store.month(month.name)
        has = "is not frozen yet" if newest is None else f"has revisions 1 to {newest.revision}"
        raise NoReport("no_revision", f"{name} {has}; there is no revision {revision}")
    if month.from_ms > now_ms:
        raise NoReport("future", f"{name} has not begun: it begins {iso(month.from_ms)}")
    found = running(store, village, month, now_ms)
    if not found.rows:
        raise _nothing(store, month)
    return found


def changes(store: Store, name: str, before: int, after: int) -> list[Difference]:
    """What differs between two revisions of a month, by device and field. Raises :class:`NoReport` and StoreError."""
    bodies = []
    for revision in (before, after):
        row = store.month(named(name).name, revision)
        if row is None:
            raise NoReport("no_revision", f"{name} has no revision {revision}")
        bodies.append(_parsed(row).devices)
    return differences(*bodies)


def named(name: str) -> Month:
    """The month of that name. Raises :class:`NoReport`."""
    if not _NAME.fullmatch(name):
        raise NoReport("bad_name", f"'{name}' is no month; write year and month, such as 2026-10")
    return month_at(round(datetime.fromisoformat(f"{name}-01").replace(tzinfo=CHINA).timestamp()) * 1000)


def _nothing(store: Store, month: Month) -> NoReport:
    first_ms = store.first_interval_ms()
    if first_ms is not None and first_ms >= month.to_ms:
        return NoReport("before", f"nothing is stored of {month.name}: the first record is of {iso(first_ms)}")
    return NoReport("nothing", f"no camera has anything stored of {month.name}")


def _read(row: MonthRow, village: Village) -> MonthReport:
    _parsed(row)
    return frozen(row, village)


def _parsed(row: MonthRow) -> Body:
    """Its body, if that is the one that was frozen."""
    try:
        if digest(row.body) == row.hash:
            return parsed(row.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable(row) from error
    raise _unreadable(row)


def _unreadable(row: MonthRow) -> NoReport:
    named = f"{row.month} revision {row.revision}"
    return NoReport("unreadable", f"{named} cannot be read: it was changed after it was frozen; {HOW}")
