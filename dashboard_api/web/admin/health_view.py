"""The page of the system's own health: checks by subject, and its nodes as a table that sorts and filters."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel, Field

from contracts.names import name_of
from dashboard_api.desk import Desk
from dashboard_api.system.check import LEVELS, WORST_FIRST, Level
from dashboard_api.system.look import System
from dashboard_api.system.nodes import NodeHealth
from dashboard_api.times import clock_text
from dashboard_api.web.admin.figures import Line, level_pill, line, size
from dashboard_api.web.admin.shell import address
from dashboard_api.web.texts import Lang, say, strings
from dashboard_api.web.view import Pill
from gateway.store import LostRange

PATH = "/admin/health"
GROUPS = ("gateway", "data", "messages", "keeping")
PAGE, LOST_SHOWN, REFUSED_SHOWN = 200, 50, 50
COLUMNS = ("node", "level", "link", "spool", "data", "clock", "program", "lost")
_KEYS: dict[str, Callable[[NodeHealth], object]] = {
    "node": lambda one: one.node,
    "level": lambda one: WORST_FIRST.index(one.level),
    "link": lambda one: one.link.value or 0,
    "spool": lambda one: one.spool.value or 0,
    "data": lambda one: one.data.value or 0,
    "clock": lambda one: abs(one.clock.value or 0),
    "program": lambda one: str(one.program.facts.get("software", "")),
    "lost": lambda one: one.lost.value or 0,
}


class Ask(BaseModel):
    """How the nodes are listed: in which order (``-`` = the other way round), which level, which page."""

    sort: str = Field(default="", max_length=20)
    show: str = Field(default="", max_length=20)
    page: int = Field(default=1, ge=1, le=10_000)

    def to(self, **changed: str | int) -> str:
        """The address of the same with something ``changed``."""
        return address(PATH, {"sort": self.sort, "show": self.show, "page": self.page}, **changed)


@dataclass(frozen=True, slots=True)
class NodeLine:
    """One node. ``share``: its month's part of the budget in per mille, at most 1000; ``data_more``: yesterday's bytes
    and the pace."""

    id: str
    name: str
    pill: Pill
    lines: dict[str, Line]
    share: int
    data_more: str
    uplink: str


@dataclass(frozen=True, slots=True)
class Column:
    """A heading that sorts: ``here`` "ascending", "descending" or "" where another one does."""

    key: str
    word: str
    here: str
    to: str


@dataclass(frozen=True, slots=True)
class HealthPage:
    """All of it. ``counts``: nodes by level, with the address that shows them alone;
    ``to_do``: how many checks and nodes are as the worst of them is."""

    pill: Pill
    level: Level
    groups: list[tuple[str, str, list[Line]]]
    worst: list[Line]
    to_do: int
    nodes: list[NodeLine]
    total: int
    counts: list[tuple[Level, Pill, int, bool, str]]
    columns: list[Column]
    before: str
    after: str
    lost: list[tuple[str, str, str, str]]
    more_lost: int
    refused: list[tuple[str, str, str, str]]
    here: str
    when: str


def page(desk: Desk, lang: Lang, found: System, ask: Ask) -> HealthPage:
    """As ``ask`` wants its nodes."""
    groups = [(name, say(lang, f"health.{name}"), _lines(lang, found, name)) for name in GROUPS]
    kept = _sorted([one for one in found.nodes if ask.show in ("", one.level)], ask.sort)
    first = (ask.page - 1) * PAGE
    levels = Counter(one.level for one in found.nodes)
    return HealthPage(
        level_pill(lang, found.level),
        found.level,
        groups,
        _worst([one for _, _, lines in groups for one in lines]),
        [*(one.level for one in found.checks), *(one.level for one in found.nodes)].count(found.level),
        [_node(desk, lang, one, found.now_ms) for one in kept[first : first + PAGE]],
        len(found.nodes),
        [(one, level_pill(lang, one), levels[one], ask.show == one, _toggled(ask, one)) for one in LEVELS],
        [_column(lang, ask, key) for key in COLUMNS],
        ask.to(page=ask.page - 1) if ask.page > 1 else "",
        ask.to(page=ask.page + 1) if len(kept) > first + PAGE else "",
        [_lost(desk, lang, one, found.now_ms) for one in reversed(found.lost[-LOST_SHOWN:])],
        max(0, len(found.lost) - LOST_SHOWN),
        [
            (_reason(lang, row.reason), row.node or "—", f"{row.count:,}", clock_text(row.last_ms, found.now_ms))
            for row in sorted(found.counters, key=lambda row: -row.last_ms)[:REFUSED_SHOWN]
        ],
        ask.to(),
        clock_text(found.now_ms, found.now_ms),
    )


def _worst(lines: list[Line]) -> list[Line]:
    return [one for level in ("bad", "attention") for one in lines if one.level == level]


def _lines(lang: Lang, found: System, name: str) -> list[Line]:
    return [line(lang, check, found.now_ms) for check in found.groups[name]]


def _toggled(ask: Ask, level: Level) -> str:
    return ask.to(show="" if ask.show == level else level, page=1)


def _sorted(nodes: list[NodeHealth], sort: str) -> list[NodeHealth]:
    """Without a wish the worst first, in the inventory's order."""
    key = _KEYS.get(sort.removeprefix("-"))
    if key is None:
        return sorted(nodes, key=_KEYS["level"])  # type: ignore[arg-type]  # each key compares with its own
    return sorted(nodes, key=key, reverse=sort.startswith("-"))  # type: ignore[arg-type]  # as above


def _column(lang: Lang, ask: Ask, key: str) -> Column:
    falls = key in ("spool", "data", "clock", "lost", "link")
    first, other = (f"-{key}", key) if falls else (key, f"-{key}")
    here = "descending" if ask.sort == f"-{key}" else "ascending" if ask.sort == key else ""
    return Column(
        key, say(lang, f"health_column.{key}"), here, ask.to(sort=other if ask.sort == first else first, page=1)
    )


def _node(desk: Desk, lang: Lang, one: NodeHealth, now_ms: int) -> NodeLine:
    month, budget = one.data.value or 0, one.data.limit or 1
    more = say(lang, "health.data_days", today=size(one.today), yesterday=size(one.yesterday)) if one.counted_ms else ""
    if one.pace is not None:
        more += say(lang, "health.data_pace", pace=size(one.pace))
    return NodeLine(
        one.node,
        name_of(desk.names, one.node).text(lang),
        level_pill(lang, one.level),
        {check.key: line(lang, check, now_ms) for check in one.checks},
        min(1000, round(1000 * month / budget)),
        more,
        name_of(desk.names, one.uplink).text(lang) if one.uplink else "",
    )


def _lost(desk: Desk, lang: Lang, one: LostRange, now_ms: int) -> tuple[str, str, str, str]:
    count = f"{one.last - one.first + 1:,} ({one.first}–{one.last})"
    return name_of(desk.names, one.node).text(lang), one.node, count, clock_text(one.found_ms, now_ms)


def _reason(lang: Lang, reason: str) -> str:
    return strings(lang).get(f"refused.{reason}", reason)
