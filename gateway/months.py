"""Freezing months in the store, and proving that what is frozen is what was.

Nothing is locked while a month is counted: a mark on it tells whether something was written into it meanwhile.
"""

from collections.abc import Iterator, Mapping

import msgspec
import structlog

from contracts.inventory import Village
from gateway.counted import count, of_month, of_village
from gateway.store import MonthMark, MonthRow, Store
from gateway.uptime.months import Difference, Entry, Month, canonical, differences, digest, due, parsed

log = structlog.get_logger(__name__)


def freeze(store: Store, village: Village, now_ms: int) -> list[MonthRow]:
    """Freeze each month that is due, and add a revision to each frozen one whose figures have changed since.

    Looks only at months into which something was written; what was added is returned. Raises StoreError: what was
    frozen until then stays, the rest is tried by the next call.
    """
    marks = {mark.month: mark for mark in store.month_marks()}
    # A page may watch a month that runs before an older one has frozen.
    first_ms = min((mark.from_ms for mark in marks.values() if mark.frozen >= 0), default=None)
    if first_ms is None:
        first_ms = store.first_interval_ms()
    found = []
    for month in due(first_ms, now_ms) if first_ms is not None else ():
        mark = marks.get(month.name) or _watched(store, month)
        if mark.stale and (row := _freeze(store, village, month, mark, now_ms)) is not None:
            found.append(row)
    return found


def _watched(store: Store, month: Month) -> MonthMark:
    store.watch_month(month.name, month.from_ms, month.to_ms)
    return next(mark for mark in store.month_marks() if mark.month == month.name)


def _freeze(store: Store, village: Village, month: Month, mark: MonthMark, now_ms: int) -> MonthRow | None:
    before = store.month(month.name)
    try:
        old = None if before is None else parsed(before.body).devices
    except msgspec.DecodeError:
        log.error("a frozen month cannot be read and is left as it is; run: python -m gateway months", month=month.name)
        return None
    devices = count(store, of_village(village) if old is None else of_month(old), month.from_ms, month.to_ms)
    row = None
    if old is None and devices:
        row = _revision(store, village, month, devices, now_ms)
    elif before is not None and old is not None and (changed := differences(old, devices)):
        row = _revision(store, village, month, devices, now_ms)
        row = msgspec.structs.replace(row, revision=before.revision + 1, diff=_encoded(changed))
    store.freeze_month(month.name, mark.changed, row)
    return row


def _revision(store: Store, village: Village, month: Month, devices: Mapping[str, Entry], now_ms: int) -> MonthRow:
    last = store.last_month()
    body = canonical(month, village.id, last.hash if last else "", devices)
    # The order of freezing is that of these moments, whatever the clock does.
    frozen_ms = max(now_ms, last.frozen_ms + 1) if last else now_ms
    return MonthRow(month.name, 1, frozen_ms, digest(body), body)


def _encoded(changed: list[Difference]) -> bytes:
    return msgspec.json.encode(changed, order="deterministic")


def verify(rows: list[MonthRow]) -> Iterator[str]:
    """What is wrong with frozen months, given in the order they were frozen; nothing if they are as they were."""
    before: MonthRow | None = None
    newest: dict[str, MonthRow] = {}
    for row in rows:
        yield from (f"{row.month} revision {row.revision}: {text}" for text in _wrong(row, before, newest))
        before = newest[row.month] = row


def _wrong(row: MonthRow, before: MonthRow | None, newest: Mapping[str, MonthRow]) -> Iterator[str]:
    if digest(row.body) != row.hash:
        yield "its hash is not that of its body: it was changed after it was frozen"
    earlier = newest.get(row.month)
    if row.revision != (earlier.revision + 1 if earlier else 1):
        yield "the revision before it is missing"
    try:
        body, old = parsed(row.body), None if earlier is None else parsed(earlier.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        yield "its body, or that of the revision before it, is no month"
        return
    if body.before != (before.hash if before else ""):
        yield "it does not follow the month that stands before it: one was taken out, added or changed"
    expected = None if old is None else _encoded(differences(old.devices, body.devices))
    if row.diff != expected:
        yield "its list of changes is not the difference to the revision before it"
