"""From when until when somebody asks: what may be asked for, and what stands for what was left out."""

from datetime import datetime
from typing import Annotated

from fastapi import Query

from dashboard_api.desk import Desk
from dashboard_api.problems import FieldProblem, Problem
from dashboard_api.times import MOMENT, Moment, millis

LONGEST_DAYS = 400
DAY_MS = 24 * 3600 * 1000
Begin = Annotated[
    Moment | None,
    Query(alias="from", description=f"{MOMENT}; a day before `to` if left out", examples=["2026-11-22T14:00:00+08:00"]),
]
End = Annotated[
    Moment | None,
    Query(description=f"{MOMENT}; now if left out", examples=["2026-11-23T14:00:00+08:00"]),
]


def period(desk: Desk, begin: int, end: int) -> tuple[int, int]:
    """``begin`` and ``end`` (ms) without the future; raises :class:`Problem` 422 with all that is wrong."""
    now = desk.clock()
    wrong = []
    if end <= begin:
        wrong.append(FieldProblem(field="query.to", detail="must be later than 'from'"))
    if end - begin > LONGEST_DAYS * DAY_MS:
        wrong.append(FieldProblem(field="query.to", detail=f"at most {LONGEST_DAYS} days after 'from'"))
    if begin >= now:
        wrong.append(FieldProblem(field="query.from", detail="must not lie in the future"))
    if wrong:
        raise Problem(422, f"{len(wrong)} value(s) cannot be used", errors=wrong)
    return begin, min(end, now)


def period_or_day(desk: Desk, begin: datetime | None, end: datetime | None) -> tuple[int, int]:
    """The same of what may have been left out: the day before the end, until now."""
    end_ms = desk.clock() if end is None else millis(end)
    return period(desk, end_ms - DAY_MS if begin is None else millis(begin), end_ms)
