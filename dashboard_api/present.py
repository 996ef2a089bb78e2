"""From rows to what the API answers."""

from contracts.inventory import Name
from dashboard_api import catalogue
from dashboard_api.desk import Desk
from dashboard_api.feed import fault_state
from dashboard_api.models import (
    Device,
    Fault,
    FaultWithMoves,
    LastKnown,
    Move,
    PublicChargePoint,
    PublicConnector,
    Text,
)
from dashboard_api.sight import Sight, best, by_pile
from dashboard_api.times import iso, iso_or_none
from gateway.store import FaultRow, MoveRow


def text(name: Name) -> Text:
    """A name of the inventory."""
    return Text(zh=name.zh, en=name.en)


def places(desk: Desk) -> dict[str, tuple[Name, Name]]:
    """Junction id -> its name and its grid's."""
    return {junction.id: (junction.name, grid.name) for grid, junction in desk.village.junctions()}


def asset_name(desk: Desk, asset: str) -> Name:
    """What people call an asset: a device, a junction, a node (by its junction), a supply; else its id."""
    known = {asset_id: place.name for asset_id, place in desk.places.items()}
    for _, junction, node in desk.village.nodes():
        known |= {node.id: junction.name, junction.id: junction.name}
    known |= {supply.id: supply.name for supply in (*desk.village.feeders, *desk.village.uplinks)}
    return known.get(asset, Name(zh=asset[:40], en=asset[:60]))


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
        metrics=dict(row.metrics) if row else {},
        stream=row.stream if row else None,
        n=row.n if row else None,
    )


def fault(desk: Desk, row: FaultRow, role: str) -> Fault:
    """One fault for a person of ``role``."""
    return Fault.model_validate(_fault(desk, row, role))


def fault_with_moves(desk: Desk, row: FaultRow, moves: list[MoveRow], role: str) -> FaultWithMoves:
    """One fault with its history."""
    lines = [Move(at=iso(m.at_ms), move=m.move, by=m.by, comment=m.comment) for m in moves]
    return FaultWithMoves.model_validate({**_fault(desk, row, role), "moves": lines})


def _fault(desk: Desk, row: FaultRow, role: str) -> dict[str, object]:
    junction, name = places(desk).get(row.junction), asset_name(desk, row.asset)
    return {
        **{name: getattr(row, name) for name in _SAME},
        "name": text(name),
        # What stands for many sites (a feeder, a line, the gateway) is at none of them.
        "place": text(junction[0] if junction else asset_name(desk, row.junction or row.asset)),
        "state": fault_state(row),
        "sentence": catalogue.sentence(row.code, name),
        "first_step": catalogue.first_step(row.code, role),
        "department": catalogue.department(row.code),
        "electrical": catalogue.electrical(row),
        "opened": iso(row.opened_ms),
        "cleared": iso_or_none(row.cleared_ms),
        "closed": iso_or_none(row.closed_ms),
        "acknowledged": iso_or_none(row.acknowledged_ms),
    }


_SAME = (
    *("id", "asset", "asset_kind", "junction", "code", "root", "severity"),
    *("latched", "acknowledged_by", "measured_dead", "reopened", "version"),
)


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
        since=iso_or_none(sight.since_ms),
        seen=iso_or_none(sight.seen_ms),
    )
