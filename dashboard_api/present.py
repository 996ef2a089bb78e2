"""From rows to what the API answers."""

from collections.abc import Iterable

from contracts.inventory import Name
from contracts.names import WEATHER, name_of, place_of
from dashboard_api import catalogue, kin
from dashboard_api.auth.roles import may
from dashboard_api.desk import Desk
from dashboard_api.feed import fault_state
from dashboard_api.models import (
    Declared,
    Device,
    Fault,
    LastKnown,
    Message,
    Move,
    Order,
    PublicChargePoint,
    PublicConnector,
    Text,
    Told,
    WholeFault,
    Why,
    Window,
)
from dashboard_api.sight import Declared as Said
from dashboard_api.sight import Sight, best, by_pile
from dashboard_api.times import iso, iso_or_none
from gateway import uptime as arithmetic
from gateway.dispatch.posts import home
from gateway.faults import explain
from gateway.faults.order import Order as WorkOrder
from gateway.faults.order import allowed
from gateway.store import FaultRow, MessageRow, MoveRow
from gateway.store import order_of as store_order

MESSAGES = 1_000


def text(name: Name) -> Text:
    """A name of the inventory."""
    return Text(zh=name.zh, en=name.en)


def places(desk: Desk) -> dict[str, tuple[Name, Name]]:
    """Junction id -> its name and its grid's."""
    return {junction.id: (junction.name, grid.name) for grid, junction in desk.village.junctions()}


def device(desk: Desk, sight: Sight) -> Device:
    """One device for staff."""
    place, row = sight.place, sight.row
    junction, grid = places(desk)[place.junction]
    return Device(
        id=place.device,
        kind=place.kind,
        name=text(place.name),
        place=text(junction),
        grid=text(grid),
        junction=place.junction,
        node=place.node,
        parent=place.parent,
        state=sight.state,
        word=sight.word,
        stale=sight.stale,
        last_known=LastKnown.model_validate({"state": row.state, "word": row.word}) if row and sight.stale else None,
        since=iso_or_none(sight.since_ms),
        seen=iso_or_none(sight.seen_ms),
        codes=list(row.codes) if row else [],
        planned=_declared(sight.planned),
        out_of_service=_declared(sight.out),
        metrics=dict(row.metrics) if row else {},
        stream=row.stream if row else None,
        n=row.n if row else None,
    )


def _declared(declared: Said) -> Declared:
    return Declared(now=declared.now, until=iso_or_none(declared.until_ms))


def causes(desk: Desk, rows: list[FaultRow]) -> dict[str, str]:
    """Numbers of the faults that stand behind ``rows``, by their own."""
    roots = {row.root for row in rows if row.root is not None and row.root != WEATHER}
    if not roots:
        return {}
    return kin.causes(rows, desk.store.fault_spans(roots, *kin.period(rows, desk.clock())))


def members(desk: Desk, row: FaultRow) -> list[FaultRow]:
    """The faults that are a part of ``row``."""
    found = desk.store.fault_parts(row.asset, *kin.period([row], desk.clock()))
    known = causes(desk, found)
    return [one for one in found if known.get(one.id) == row.id]


def faults(desk: Desk, rows: list[FaultRow], role: str) -> list[Fault]:
    """Faults for a person of ``role``."""
    known = causes(desk, rows)
    return [Fault.model_validate(_fault(desk, row, role, known.get(row.id))) for row in rows]


def whole_fault(desk: Desk, row: FaultRow, role: str) -> WholeFault:
    """One fault with all that is known of it."""
    moves, told = desk.store.fault_moves(row.id), desk.store.messages(row.id, limit=MESSAGES)
    return WholeFault.model_validate(
        {
            **_fault(desk, row, role, causes(desk, [row]).get(row.id)),
            "why": Why(zh=why(desk, row, "zh"), en=why(desk, row, "en")),
            "members": [one.id for one in members(desk, row)],
            "messages": [Told(at=iso(one.at_ms), kind=one.kind) for one in told],
            "moves": [_move(one) for one in moves],
        }
    )


def _move(row: MoveRow) -> Move:
    named = {"forwarded": "department", "duplicate": "into"}.get(row.move)
    return Move(
        at=iso(row.at_ms),
        move=row.move,
        by=row.by,
        comment=row.comment,
        place=row.place,
        photo=None if row.photo is None else f"/api/v1/faults/{row.fault}/photos/{row.photo}",
        until=iso(int(row.target)) if row.move == "suspended" and row.target else None,
        **({} if named is None else {named: row.target}),
    )


def order_of(desk: Desk, row: FaultRow) -> WorkOrder:
    """A fault's work order as moves are judged by it."""
    return store_order(row, home(desk.setup, row.asset, row.code))


def _order(desk: Desk, row: FaultRow, role: str) -> Order:
    order = order_of(desk, row)
    return Order(
        state=order.state,
        department=order.department or "",
        until=iso_or_none(row.until_ms),
        version=row.version,
        allowed=list(allowed(order)) if may(role, "move") else [],
    )


def why(desk: Desk, row: FaultRow, lang: str) -> list[str]:
    """Why it is a fault, and what was ruled out."""
    return explain(row, lang, lambda asset: name_of(desk.names, asset).text(lang))


def _fault(desk: Desk, row: FaultRow, role: str, cause: str | None) -> dict[str, object]:
    name = name_of(desk.names, row.asset)
    return {
        **{name: getattr(row, name) for name in _SAME},
        "name": text(name),
        "root_name": None if row.root is None else text(name_of(desk.names, row.root)),
        "cause": cause,
        "place": text(place_of(desk.village, desk.names, row.junction)),
        "state": fault_state(row),
        "sentence": catalogue.sentence(row.code, name),
        "first_step": catalogue.first_step(row.code, role),
        "department": catalogue.department(row.code) if row.department is None else department(desk, row.department),
        "electrical": catalogue.electrical(row),
        "opened": iso(row.opened_ms),
        "cleared": iso_or_none(row.cleared_ms),
        "closed": iso_or_none(row.closed_ms),
        "acknowledged": iso_or_none(row.acknowledged_ms),
        "order": _order(desk, row, role),
    }


def department(desk: Desk, wanted: str) -> Text:
    """A department's name, by the inventory if it is there."""
    named = next((one.name for one in desk.village.departments if one.id == wanted), None)
    return catalogue.named(wanted) if named is None else text(named)


_SAME = (
    *("id", "asset", "asset_kind", "junction", "code", "root", "severity"),
    *("latched", "acknowledged_by", "measured_dead", "reopened", "version"),
)


def messages(desk: Desk, rows: Iterable[MessageRow]) -> list[Message]:
    """What people were told."""
    return [
        Message(
            id=row.id,
            at=iso(row.at_ms),
            kind=row.kind,
            asset=row.asset,
            name=text(name_of(desk.names, row.asset)),
            code=row.code,
            sentence=catalogue.sentence(row.code, name_of(desk.names, row.asset)),
            fault=row.fault,
        )
        for row in rows
    ]


def windows(desk: Desk, found: Iterable[arithmetic.Window]) -> list[Window]:
    """Maintenance, or time out of service."""
    return [
        Window(
            target=one.target,
            name=text(name_of(desk.names, one.target)),
            from_=iso(one.from_ms),
            to=iso_or_none(one.to_ms),
            approved=iso(one.known_ms),
            by=one.by,
            late=one.late,
        )
        for one in found
    ]


def charge_points(desk: Desk, sights: list[Sight]) -> list[PublicChargePoint]:
    """Charge points in the words residents read."""
    sockets = by_pile(sights)
    names = places(desk)
    return [
        PublicChargePoint(
            id=pile.place.device,
            name=text(pile.place.name),
            place=text(names[pile.place.junction][0]),
            word=best(socket.word for socket in sockets.get(pile.place.device, ())),
            seen=iso_or_none(pile.seen_ms),
            connectors=[_connector(socket) for socket in sockets.get(pile.place.device, ())],
        )
        for pile in sights
        if pile.place.kind == "charge_point"
    ]


def _connector(sight: Sight) -> PublicConnector:
    return PublicConnector(
        id=sight.place.device,
        name=text(sight.place.name),
        word=sight.word or "unknown",
        since=iso_or_none(sight.word_since_ms),
        seen=iso_or_none(sight.seen_ms),
    )
