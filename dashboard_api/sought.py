"""What somebody looks for in a list: the filters that lists share, and a page of what passes them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from contracts.topics import ID_PATTERN
from dashboard_api import present
from dashboard_api.desk import Desk
from dashboard_api.paging import Paging
from dashboard_api.problems import FieldProblem, Problem
from dashboard_api.times import MOMENT, Moment, millis
from gateway.store import FaultRow, FaultsWanted, Span

MOST = 50
# Whose a fault is follows from the routing, which the store does not know: so many are looked at for one page.
PIECE, PIECES = 500, 20
Ids = Annotated[list[Annotated[str, Query(pattern=ID_PATTERN)]] | None, Query(max_length=MOST)]
Words = Annotated[list[Annotated[str, Query(max_length=100)]] | None, Query(max_length=MOST)]
Severities = Annotated[
    list[Annotated[int, Query(ge=1, le=3)]] | None, Query(max_length=3, description="1 is the most severe")
]
Devices = Annotated[Words, Query(description="only of these devices, or whatever else a fault can be of")]
Begin = Annotated[Moment | None, Query(alias="from", description=f"{MOMENT}; without it from the beginning")]
End = Annotated[Moment | None, Query(description=f"{MOMENT}, not included; without it to the end")]


def between(from_: Begin = None, to: End = None) -> Span:
    """A stretch of time that may be open; raises :class:`Problem` 422 if it is none."""
    begin, end = (None if at is None else millis(at) for at in (from_, to))
    if begin is not None and end is not None and end <= begin:
        wrong = [FieldProblem(field="query.to", detail="must be later than 'from'")]
        raise Problem(422, "1 value(s) cannot be used", errors=wrong)
    return Span(begin, end)


Between = Annotated[Span, Depends(between)]


@dataclass(frozen=True, slots=True)
class Sought:
    """Of faults: what the store looks for, and whose they are (none: anybody's)."""

    wanted: FaultsWanted
    departments: tuple[str, ...]


def sought(
    span: Between,
    severity: Severities = None,
    department: Annotated[Words, Query(description="whose work order it is")] = None,
    junction: Ids = None,
    device: Devices = None,
    code: Words = None,
) -> Sought:
    """Several values of one filter: any of them; several filters: all of them."""
    wanted = FaultsWanted(tuple(severity or ()), tuple(junction or ()), tuple(device or ()), tuple(code or ()), span)
    return Sought(wanted, tuple(department or ()))


SoughtDep = Annotated[Sought, Depends(sought)]
Ask = Callable[[int, str | None], tuple[list[FaultRow], str | None]]


def page(desk: Desk, ask: Ask, departments: tuple[str, ...], paging: Paging) -> tuple[list[FaultRow], str | None]:
    """So many rows at most and the cursor of the next; raises :class:`Problem` 422 for a foreign cursor.

    With ``departments`` a page may hold fewer, even none, though there is a next one.
    """
    limit, cursor = paging.limit, paging.cursor
    try:
        if not departments:
            return ask(limit, cursor)
        found: list[FaultRow] = []
        for _ in range(PIECES):
            rows, cursor = ask(min(PIECE, limit - len(found)), cursor)
            found += [row for row in rows if present.order_of(desk, row).department in departments]
            if cursor is None or len(found) >= limit:
                break
    except ValueError as error:
        raise Problem(422, str(error), reason="cursor") from error
    return found, cursor
