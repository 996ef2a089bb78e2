"""What waits, what was lost, and what was given up, as checks: read from the store itself."""

from collections.abc import Iterator

from dashboard_api.desk import Desk
from dashboard_api.system.check import Check, Level, graded
from gateway.store import ChannelRow
from gateway.uptime.months import due

DAY_MS = 86_400_000
# Telemetry that waits for so long is not on its way any more.
STUCK_MS = 600_000
# The auditor looks for another way for a letter after so long; one that waits for an hour waits for a mending.
LETTER_S, LETTERS_S = 300.0, 3600.0


def telemetry(desk: Desk, now_ms: int) -> Iterator[Check]:
    """The queue to the time-series store, and what that refused."""
    waiting, oldest_ms, machine = desk.store.waiting_points(), desk.store.oldest_point_ms(), desk.store.machine()
    limit = desk.rules.backlog_points
    level: Level = graded(waiting, limit / 2, limit)
    stuck = oldest_ms is not None and now_ms - oldest_ms > STUCK_MS
    away_ms = 0 if machine is None else machine.telemetry_away_ms or 0
    if level == "good" and (stuck or away_ms):
        level = "attention"
    facts: dict[str, str | float] = {} if machine is None else {"store": machine.telemetry}
    facts |= {"oldest_ms": oldest_ms} if oldest_ms is not None else {}
    facts |= {"away_ms": away_ms} if away_ms else {}
    note = "away" if away_ms else "oldest" if oldest_ms is not None else "empty"
    yield Check("backlog", level, waiting, "points", limit, now_ms, note, facts, codes=("telemetry_backlog",))
    parked = desk.store.parked_count()
    yield Check("parked", graded(parked, 1, 10_000), parked, "lines", 0, now_ms, "some" if parked else "none")


def refused(desk: Desk, now_ms: int) -> Check:
    """What came and could not be used."""
    rows = desk.store.counters()
    newest_ms = max((row.last_ms for row in rows), default=None)
    count = sum(row.count for row in rows)
    if newest_ms is None:
        return Check("refused", "good", 0, "", 0, now_ms, "none")
    facts = {"newest_ms": newest_ms, "reasons": len({row.reason for row in rows})}
    return Check("refused", "attention" if now_ms - newest_ms < DAY_MS else "good", count, "", 0, now_ms, "some", facts)


def database(desk: Desk, now_ms: int) -> Check:
    """Its size, held against the room for a copy of it: a backup needs one."""
    size, machine = desk.store.size_bytes(), desk.store.machine()
    free = None if machine is None else machine.vitals.disk_free
    level: Level = "unknown" if free is None else "good" if size < free else "attention"
    facts = {"version": desk.store.database_version()}
    return Check("database", level, size, "bytes", free, now_ms, "version", facts)


def months(desk: Desk, now_ms: int) -> Check:
    """Whether each month that is over is frozen."""
    heads, first_ms = desk.store.month_heads(), desk.store.first_interval_ms()
    frozen = {head.month for head in heads}
    waiting = [] if first_ms is None else [month.name for month in due(first_ms, now_ms) if month.name not in frozen]
    if not heads and not waiting:
        return Check("months", "good", 0, "", None, now_ms, "none")
    facts: dict[str, str | float] = {}
    if heads:
        newest = max(heads, key=lambda head: (head.month, head.revision))
        facts = {"month": newest.month, "revision": newest.revision, "frozen_ms": newest.frozen_ms}
    facts |= {"waiting": waiting[0]} if waiting else {}
    note = "waiting" if waiting else "frozen"
    return Check("months", "attention" if waiting else "good", len(frozen), "", None, now_ms, note, facts)


def archive(desk: Desk, now_ms: int) -> Check:
    """Whether the files of every frozen revision are kept."""
    heads = desk.store.month_heads()
    if desk.archive is None:
        return Check("archive", "unknown", None, "", None, now_ms, "nowhere")
    missing = sum(not desk.archive.complete(head) for head in heads)
    level: Level = "attention" if missing else "good"
    note, facts = "missing" if missing else "", {"missing": missing}
    return Check("archive", level, len(heads) - missing, "", len(heads), now_ms, note, facts)


def letters(desk: Desk, now_ms: int) -> Iterator[Check]:
    """What is still to be sent, what was given up, and what reached nobody."""
    waiting = desk.store.letters.waiting()
    due_ms = min((one.due_ms for one in waiting), default=now_ms)
    late_s = max(0, now_ms - due_ms) / 1000
    number = sum(one.letters for one in waiting)
    note, facts = ("late", {"due_ms": due_ms}) if number else ("none", {})
    yield Check("outbox", graded(late_s, LETTER_S, LETTERS_S), number, "letters", None, now_ms, note, facts)
    dead = desk.store.dead_letters(now_ms - DAY_MS)
    facts = {} if dead.newest_ms is None else {"newest_ms": dead.newest_ms}
    yield Check("dead", graded(dead.letters, 1, 20), dead.letters, "letters", 0, now_ms, "day", facts)
    unheard = len(desk.store.letters.wall(now_ms))
    yield Check("unheard", "bad" if unheard else "good", unheard, "", 0, now_ms, "some" if unheard else "none")


def channels(desk: Desk, now_ms: int) -> Iterator[Check]:
    """Each way to people by when it last took a letter or a trial."""
    for row in desk.store.channels():
        yield _channel(row, now_ms)


def _channel(row: ChannelRow, now_ms: int) -> Check:
    worked_ms = max((at for at in (row.sent_ms, row.worked_ms) if at is not None), default=None)
    late_s = 0.0 if row.due_ms is None else max(0, now_ms - row.due_ms) / 1000
    level: Level = graded(late_s, LETTER_S, LETTERS_S)
    if level == "good" and worked_ms is None:
        level = "unknown"
    age_s = None if worked_ms is None else max(0, now_ms - worked_ms) / 1000
    facts = {"kind": row.kind, "waiting": row.waiting} | ({} if worked_ms is None else {"worked_ms": worked_ms})
    note = "never" if worked_ms is None else "worked"
    return Check("channel", level, age_s, "s", LETTER_S, now_ms, note, facts, row.name, ("channel_dead",))
