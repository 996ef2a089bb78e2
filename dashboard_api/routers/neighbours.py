"""What stands around a device, for staff."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from fastapi import APIRouter, Depends

from contracts.inventory import Place
from contracts.names import name_of
from dashboard_api import present, scene
from dashboard_api.auth.people import SECURITY, allowed
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.device_models import Neighbour, Neighbours, Supplied
from dashboard_api.problems import Problem, responses
from dashboard_api.routers.devices import Looker, Seen
from dashboard_api.sight import Sight

router = APIRouter(tags=["devices"], dependencies=[Depends(allowed("look")), *SECURITY])
Relation = Literal["charge_point", "connector", "node", "junction"]
CLOSEST: tuple[Relation, ...] = ("charge_point", "connector", "node", "junction")


@router.get(
    "/devices/{device_id}/neighbours",
    summary="What stands around a device",
    responses=responses(401, 403, 404, 422),
)
def device_neighbours(desk: DeskDep, person: Looker, device_id: Seen) -> Neighbours:
    """Devices of the same charge point, node and junction, and how the other junctions on its feeder are."""
    place = desk.places.get(device_id)
    if place is None:
        raise Problem(404, f"'{device_id}' is a node; ask for one of its devices")
    sights = [one for one in scene.look(desk) if person.sees(one.place.junction)]
    near = [(_relation(place, one.place), one) for one in sights if one.place.device != device_id]
    found = [(relation, one) for relation, one in near if relation is not None]
    found.sort(key=lambda pair: CLOSEST.index(pair[0]))
    feeder = _feeders(desk).get(place.node)
    return Neighbours(
        items=[Neighbour(relation=relation, device=present.device(desk, one)) for relation, one in found],
        feeder=feeder,
        feeder_name=None if feeder is None else present.text(name_of(desk.names, feeder)),
        same_feeder=[] if feeder is None else list(_supplied(desk, sights, feeder, place.junction)),
    )


def _relation(of: Place, other: Place) -> Relation | None:
    if of.parent == other.device:
        return "charge_point"
    if other.parent is not None and other.parent in (of.device, of.parent):
        return "connector"
    if of.node == other.node:
        return "node"
    return "junction" if of.junction == other.junction else None


def _feeders(desk: Desk) -> dict[str, str | None]:
    return {node.id: node.feeder for _, _, node in desk.village.nodes()}


def _supplied(desk: Desk, sights: Iterable[Sight], feeder: str, here: str) -> Iterable[Supplied]:
    feeders, names = _feeders(desk), present.places(desk)
    states: dict[str, Counter[str]] = {}
    for one in sights:
        if feeders.get(one.place.node) == feeder and one.place.junction != here:
            states.setdefault(one.place.junction, Counter())[one.state] += 1
    for junction, count in states.items():
        up, degraded, down, unknown = (count[state] for state in ("up", "degraded", "down", "unknown"))
        name = present.text(names[junction][0])
        yield Supplied(junction=junction, name=name, up=up, degraded=degraded, down=down, unknown=unknown)
