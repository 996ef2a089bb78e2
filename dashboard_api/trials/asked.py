"""What is asked of a trial: which rules, which days, which part of the village."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard_api.times import CHINA
from gateway.faults import Rules

LONGEST_DAYS = 92
DAY = timedelta(days=1)


class Wrong(Exception):
    """Values that cannot be used: field -> word."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Journal:
    """What can be asked of: from ``begin_ms``, None = nothing is recorded, to ``now_ms`` (Unix ms); ``areas``: ids of
    grids and junctions."""

    begin_ms: int | None
    now_ms: int
    areas: Collection[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """``text``: the rules' file; whole days from ``first`` to ``last``, in China; ``area``: a grid or junction, "" =
    the whole village. ``from_ms``, ``to_ms``: the same days, as far as they are recorded and over."""

    rules: Rules
    text: str
    first: date
    last: date
    area: str
    from_ms: int
    to_ms: int


def asked(journal: Journal, rules: Rules, text: str, typed: tuple[str, str, str]) -> Asked:
    """``typed``: first day, last day, area. Raises :class:`Wrong` with all that cannot be used."""
    first, last, area = _day(typed[0]), _day(typed[1]), typed[2].strip()
    wrong = {name: "day" for name, day in (("from", first), ("to", last)) if day is None}
    if first is not None and last is not None:
        wrong |= _span(first, last, datetime.fromtimestamp(journal.now_ms / 1000, CHINA).date())
    if area and area not in journal.areas:
        wrong["area"] = "area"
    if wrong or first is None or last is None:
        raise Wrong(wrong)
    begin, end = (
        round(datetime(day.year, day.month, day.day, tzinfo=CHINA).timestamp()) for day in (first, last + DAY)
    )
    # Before the first line nobody was silent: nobody was heard at all.
    from_s, to_s = max(begin, (journal.begin_ms or 0) // 1000), min(end, journal.now_ms // 1000)
    if from_s >= to_s:
        raise Wrong({"to": "empty"})
    return Asked(rules, text, first, last, area, from_s * 1000, to_s * 1000)


def _span(first: date, last: date, today: date) -> dict[str, str]:
    if last < first:
        return {"to": "before"}
    if last > today:
        return {"to": "future"}
    return {"to": "long"} if (last - first).days >= LONGEST_DAYS else {}


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None
