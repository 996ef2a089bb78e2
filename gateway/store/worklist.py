"""Work orders as one person reads them: their own, then their department's, then the rest; each by severity."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, case, false, func, not_, or_, select, true

from gateway.faults.order import OrderState
from gateway.store import faults
from gateway.store.access_rows import Area
from gateway.store.rows import FaultRow
from gateway.store.schema import faults as table

Rank = Literal[0, 1, 2]
MINE: Rank = 0
OURS: Rank = 1
REST: Rank = 2
RANKS: tuple[Rank, ...] = (MINE, OURS, REST)
_F = table.c
_NOT_OF_THIS_LIST = "not a cursor of this list"
_STEPS = 3


class Theirs(Struct, frozen=True):
    """Which faults a department is sent for: those forwarded to one of ``departments``, and those of nobody else whose
    code is in ``codes``, except where ``assets`` says otherwise: by code the assets that are, or are not, theirs.
    """

    departments: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    assets: Mapping[str, frozenset[str]] = {}


class Wanted(Struct, frozen=True):
    """Of which list. ``me``: whose own come first; ``area`` None: of the whole village.
    ``rank``, ``severity``, ``state``, ``junction`` None: any that is listed.
    """

    me: str
    theirs: Theirs = Theirs()
    area: Area | None = None
    rank: Rank | None = None
    severity: int | None = None
    state: OrderState | None = None
    junction: str | None = None


class Ranked(NamedTuple):
    """A fault, and whose it is to the reader."""

    rank: Rank
    fault: FaultRow


def page(db: Connection, wanted: Wanted, limit: int, cursor: str | None) -> tuple[list[Ranked], str | None]:
    """``limit`` of them, and where the next page begins. Raises ValueError for a foreign cursor."""
    rank = _rank(wanted)
    order = (rank, _F.severity, _F.opened_ms.desc(), _F.id.desc())
    query = select(*table.columns, rank.label("rank")).where(_listed(wanted, rank)).order_by(*order).limit(limit + 1)
    if cursor is not None:
        query = query.where(_after(rank, cursor))
    found = [_ranked(row) for row in db.execute(query)]
    following = _cursor(found[limit - 1]) if len(found) > limit else None
    return found[:limit], following


def counts(db: Connection, wanted: Wanted) -> dict[Rank, int]:
    """How many there are of each rank, whatever rank is wanted."""
    rank = _rank(wanted)
    any_rank = Wanted(wanted.me, wanted.theirs, wanted.area, None, wanted.severity, wanted.state, wanted.junction)
    query = select(rank.label("rank"), func.count()).where(_listed(any_rank, rank)).group_by(rank)
    found = {row[0]: row[1] for row in db.execute(query)}
    return {each: found.get(each, 0) for each in RANKS}


def before(db: Connection, wanted: Wanted, cursor: str) -> int:
    """How many stand before the page that begins at ``cursor``. Raises ValueError for a foreign cursor."""
    rank = _rank(wanted)
    query = select(func.count()).select_from(table).where(_listed(wanted, rank), not_(_after(rank, cursor)))
    return int(db.execute(query).scalar_one())


def _rank(wanted: Wanted) -> ColumnElement[int]:
    return case((_F.acknowledged_by == wanted.me, MINE), (_ours(wanted.theirs), OURS), else_=REST)


def _ours(theirs: Theirs) -> ColumnElement[bool]:
    """Forwarded to them, or nobody's else and routed to them."""
    odd = [
        and_(_F.code == code, _F.asset.not_in(assets) if code in theirs.codes else _F.asset.in_(assets))
        for code, assets in theirs.assets.items()
    ]
    plain = _F.code.in_(sorted(theirs.codes - theirs.assets.keys()))
    routed = and_(_F.department.is_(None), or_(plain, *odd))
    return or_(_F.department.in_(sorted(theirs.departments)), routed) if theirs.departments else false()


def _listed(wanted: Wanted, rank: ColumnElement[int]) -> ColumnElement[bool]:
    """Work orders that go on; what is dangerous also where it is a part of another fault."""
    alone = or_(_F.root == "", and_(_F.severity == 1, _F.closed_ms.is_(None)))
    state = _F.order_state != "closed" if wanted.state is None else _F.order_state == wanted.state
    return and_(
        state,
        alone,
        true() if wanted.rank is None else rank == wanted.rank,
        true() if wanted.severity is None else _F.severity == wanted.severity,
        true() if wanted.junction is None else _F.junction == wanted.junction,
        faults.within(wanted.area),
    )


def _after(rank: ColumnElement[int], cursor: str) -> ColumnElement[bool]:
    *numbers, number = cursor.split(".", _STEPS)
    if len(numbers) != _STEPS or not all(each.isascii() and each.isdigit() and len(each) <= 16 for each in numbers):
        raise ValueError(_NOT_OF_THIS_LIST)
    at_rank, severity, opened_ms = map(int, numbers)
    same_moment = and_(_F.opened_ms == opened_ms, _F.id < number)
    same_severity = and_(_F.severity == severity, or_(_F.opened_ms < opened_ms, same_moment))
    return or_(rank > at_rank, and_(rank == at_rank, or_(_F.severity > severity, same_severity)))


def _cursor(last: Ranked) -> str:
    return f"{last.rank}.{last.fault.severity}.{last.fault.opened_ms}.{last.fault.id}"


def _ranked(found: Sequence[Any]) -> Ranked:
    return Ranked(found[-1], faults.row_of(found[:-1]))
