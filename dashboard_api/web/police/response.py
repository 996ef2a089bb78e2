"""How long it took from a fault's beginning until somebody took it, was there, repaired it, and it was closed. Pure but
for :func:`read`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.web.reports.words import month_title, roughly
from dashboard_api.web.texts import Lang, say
from gateway.store import ReplyRow
from gateway.uptime.months import Month, month_at

MONTHS = 3
# Fewer than these say nothing: no median, no 90th percentile is made of them.
MEDIAN_OF, MOST_OF = 5, 10
# Each step and the moves that make it. What follows a reopening belongs to a new round and is left out.
STEPS: Mapping[str, frozenset[str]] = {
    "acknowledged": frozenset({"acknowledged"}),
    "on_site": frozenset({"on_site"}),
    "fixed": frozenset({"fixed"}),
    "closed": frozenset({"verified", "false_alarm", "duplicate", "merged"}),
}
SEVERITIES = (1, 2, 3)
Took = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One step: how many reached it, and in what time half and nine of ten of them did; "" for too few."""

    count: int
    median: str
    most: str


@dataclass(frozen=True, slots=True)
class Group:
    """The faults of one severity that were opened in a month."""

    severity: int
    word: str
    month: str
    opened: int
    cells: list[tuple[str, Cell]]


def read(desk: Desk, lang: Lang, person: Person) -> list[Group]:
    """The last months, newest first, within each the gravest first; what did not happen is left out."""
    found, month = [], month_at(desk.clock())
    for _ in range(MONTHS):
        found += _month(desk, lang, person, month)
        month = month_at(month.from_ms - 1)
    return found


def _month(desk: Desk, lang: Lang, person: Person, month: Month) -> list[Group]:
    rows = desk.store.replies(month.from_ms, month.to_ms, person.area)
    made = []
    for severity in SEVERITIES:
        opened, took = times(row for row in rows if row.severity == severity)
        if opened:
            word, title = say(lang, f"faults.severity_{severity}"), month_title(lang, month.name)
            cells = [(step, cell(lang, took[step])) for step in STEPS]
            made.append(Group(severity, word, title, opened, cells))
    return made


def times(rows: Iterable[ReplyRow]) -> tuple[int, Took]:
    """How many faults, and for each step the seconds from the opening of those that reached it in their first round."""
    took: dict[str, list[int]] = {step: [] for step in STEPS}
    opened = 0
    for _, moves in groupby(rows, key=lambda row: row.fault):
        opened += 1
        seen: set[str] = set()
        for row in moves:
            if row.move == "reopened":
                break
            step = next((name for name, makes in STEPS.items() if row.move in makes and name not in seen), None)
            if step is not None:
                seen.add(step)
                took[step].append(max(0, row.at_ms - row.opened_ms) // 1000)
    return opened, took


def nearest(values: Sequence[int], share: float) -> int:
    """The smallest value that at least ``share`` of all are not above (nearest rank); ``values`` are not empty."""
    ranked = sorted(values)
    rank = -(-len(ranked) * round(share * 100) // 100)
    return ranked[max(1, rank) - 1]


def cell(lang: Lang, seconds: Sequence[int]) -> Cell:
    """What is said of one step."""
    median = roughly(lang, nearest(seconds, 0.5)) if len(seconds) >= MEDIAN_OF else ""
    most = roughly(lang, nearest(seconds, 0.9)) if len(seconds) >= MOST_OF else ""
    return Cell(len(seconds), median, most)
