"""Each node as its administrators see it: what waits on its card, its data against the budget, its clock, program and
losses. Pure."""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.fingerprint import of_node
from contracts.inventory import Junction, Node
from dashboard_api.system.check import Check, Level, graded, worst
from dashboard_api.system.losses import lost as lost_records
from dashboard_api.times import CHINA
from gateway.faults import Rules
from gateway.store import LiveRow, LostRange, NodeFacts

# A node sends so many without an answer; more than that is a backlog. A few thousand are hours without a line.
SPOOL_MANY, SPOOL_LOTS = 200, 5_000
# Of the month's budget; and the clock's error that is flagged, and the one from which it is not believed.
NEARLY = 0.8
SKEW_MS, SKEW_BAD_MS = 5_000, 60_000
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Limits:
    """``budget``: bytes a month; ``version``: what programs should be."""

    rules: Rules
    budget: int
    version: str
    now_ms: int


@dataclass(frozen=True, slots=True)
class NodeHealth:
    """One node. ``today``, ``yesterday``, ``last_month`` in bytes; ``pace``: the month's bytes if it goes on so, None =
    it has not been counted for a day yet."""

    node: str
    junction: str
    uplink: str
    level: Level
    link: Check
    spool: Check
    data: Check
    clock: Check
    program: Check
    lost: Check
    today: int
    yesterday: int
    last_month: int
    pace: int | None
    counted_ms: int

    @property
    def checks(self) -> tuple[Check, ...]:
        """Its figures, as the columns of a table."""
        return self.link, self.spool, self.data, self.clock, self.program, self.lost


def look(
    places: Iterable[tuple[Junction, Node]],
    facts: Mapping[str, NodeFacts],
    live: Mapping[str, LiveRow],
    ranges: Iterable[LostRange],
    limits: Limits,
) -> list[NodeHealth]:
    """Every node of the inventory, in its order."""
    lost: dict[str, list[LostRange]] = {}
    for one in ranges:
        lost.setdefault(one.node, []).append(one)
    return [
        _node(junction, node, facts.get(node.id), live.get(node.id), lost.get(node.id, []), limits)
        for junction, node in places
    ]


def _node(
    junction: Junction,
    node: Node,
    facts: NodeFacts | None,
    live: LiveRow | None,
    lost: list[LostRange],
    limits: Limits,
) -> NodeHealth:
    data, pace = _data(facts, limits)
    checks = _link(node, facts, limits), _spool(node, live, limits), data, _clock(facts)
    whole = (*checks, _program(node, facts, limits), lost_records(lost, limits.now_ms))
    seen = facts.traffic.as_of(limits.now_ms) if facts else None
    counted = (seen.today, seen.yesterday, seen.last_month) if seen else (0, 0, 0)
    level = worst(one.level for one in whole)
    since_ms = facts.traffic.since_ms if facts else 0
    return NodeHealth(node.id, junction.id, node.uplink or "", level, *whole, *counted, pace, since_ms)


def _link(node: Node, facts: NodeFacts | None, limits: Limits) -> Check:
    if facts is None or facts.heard_ms is None:
        return Check("link", "unknown", note="never")
    age_s = max(0, limits.now_ms - facts.heard_ms) / 1000
    limit_s = limits.rules.limit_ms(round(node.interval_s * 1000)) / 1000
    level: Level = "good" if age_s <= limit_s else "bad"
    note = "heard" if level == "good" else "silent"
    return Check("link", level, age_s, "s", limit_s, facts.heard_ms, note)


def _spool(node: Node, live: LiveRow | None, limits: Limits) -> Check:
    value = live.metrics.get("spool_records") if live else None
    if live is None or value is None or live.seen_ms is None:
        return Check("spool", "unknown", None, "records", SPOOL_MANY, note="never")
    old = limits.now_ms - live.seen_ms > limits.rules.limit_ms(round(node.vitals_s * 1000))
    level: Level = "unknown" if old else graded(value, SPOOL_MANY + 1, SPOOL_LOTS)
    facts = {"disk_share": live.metrics["disk_share"]} if "disk_share" in live.metrics else {}
    return Check("spool", level, value, "records", SPOOL_MANY, live.seen_ms, "last_known" if old else "", facts)


def _data(facts: NodeFacts | None, limits: Limits) -> tuple[Check, int | None]:
    if facts is None or not facts.traffic.since_ms:
        return Check("data", "unknown", None, "bytes", limits.budget, note="never"), None
    counted, now_ms = facts.traffic.as_of(limits.now_ms), limits.now_ms
    pace = _pace(counted.month, counted.since_ms, now_ms)
    level: Level = graded(counted.month, NEARLY * limits.budget, limits.budget + 1)
    if level == "good" and pace is not None and pace > limits.budget:
        level = "attention"
    known: dict[str, str | float] = {"today": counted.today, "yesterday": counted.yesterday}
    known |= {"pace": pace} if pace is not None else {}
    note = "over" if level == "bad" else "fast" if level == "attention" else ""
    return Check("data", level, counted.month, "bytes", limits.budget, now_ms, note, known), pace


def _pace(month: int, since_ms: int, now_ms: int) -> int | None:
    """What the whole month comes to, by what was counted of it so far."""
    now = datetime.fromtimestamp(now_ms / 1000, CHINA)
    begun_ms = round(now.replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)
    counted_ms = now_ms - max(begun_ms, since_ms)
    if counted_ms < DAY_MS:
        return None
    return round(month / counted_ms * calendar.monthrange(now.year, now.month)[1] * DAY_MS)


def _clock(facts: NodeFacts | None) -> Check:
    if facts is None or (not facts.clock and facts.skew_ms is None):
        return Check("clock", "unknown", None, "ms", SKEW_MS, note="never")
    skew = facts.skew_ms
    level: Level = "attention" if facts.clock == "none" else "good"
    if skew is not None and abs(skew) >= SKEW_MS:
        level = "bad" if abs(skew) >= SKEW_BAD_MS else "attention"
    return Check("clock", level, skew, "ms", SKEW_MS, facts.heard_ms, facts.clock)


def _program(node: Node, facts: NodeFacts | None, limits: Limits) -> Check:
    if facts is None or facts.born is None:
        return Check("program", "unknown", note="never")
    born, desired = facts.born, of_node(node)
    same = {"software": born.software == limits.version, "config": born.config == desired}
    other = [word for word, alike in same.items() if not alike]
    known = {"software": born.software, "wanted": limits.version, "config": born.config, "desired": desired}
    level: Level = "attention" if other or born.aside else "good"
    return Check("program", level, at_ms=born.at_ms, note="_".join(other) or "same", facts=known)
