"""Devices, for staff."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query

from contracts.states import State
from contracts.topics import ID_PATTERN
from dashboard_api import present, scene
from dashboard_api.auth.people import SECURITY, Person, allowed, theirs
from dashboard_api.desk import DeskDep
from dashboard_api.models import Device, Devices
from dashboard_api.problems import Problem, responses
from dashboard_api.sight import Sight

router = APIRouter(tags=["devices"], dependencies=[Depends(allowed("look")), *SECURITY])
Looker = Annotated[Person, Depends(allowed("look"))]
DeviceId = Annotated[str, Path(pattern=ID_PATTERN, examples=["cam-01"])]
KindFilter = Literal["camera", "warning_light", "charge_point", "connector", "contact"]


def seen(desk: DeskDep, person: Looker, device_id: DeviceId) -> str:
    """The id of a device or node that this person sees; raises :class:`Problem` 403 or 404."""
    if device_id not in desk.places and device_id not in {node.id for _, _, node in desk.village.nodes()}:
        raise Problem(404, f"no device '{device_id}' in this village")
    theirs(person, person.sees_asset(device_id))
    return device_id


Seen = Annotated[str, Depends(seen)]


@dataclass(frozen=True, slots=True)
class Filter:
    """Of devices; None lets all of them pass."""

    kind: KindFilter | None
    junction: str | None
    state: State | None
    code: str | None

    def passes(self, sight: Sight) -> bool:
        """Whether a device is wanted."""
        return (
            self.kind in (None, sight.place.kind)
            and self.junction in (None, sight.place.junction)
            and self.state in (None, sight.state)
            and (self.code is None or (sight.row is not None and self.code in sight.row.codes))
        )


def wanted(
    kind: Annotated[KindFilter | None, Query(description="only these")] = None,
    junction: Annotated[str | None, Query(pattern=ID_PATTERN, description="only here")] = None,
    state: Annotated[State | None, Query(description="only in this state")] = None,
    code: Annotated[str | None, Query(max_length=100, description="only those that say this fault code now")] = None,
) -> Filter:
    """All of them together."""
    return Filter(kind, junction, state, code)


@router.get("/devices", summary="All devices, in the inventory's order", responses=responses(401, 403, 422))
def list_devices(
    desk: DeskDep,
    person: Looker,
    of: Annotated[Filter, Depends(wanted)],
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    cursor: Annotated[str | None, Query(pattern=ID_PATTERN, description="`next` of the page before")] = None,
) -> Devices:
    """Devices that never spoke are there too, as `unknown`."""
    sights = scene.look(desk)
    ids = [sight.place.device for sight in sights]
    if cursor is not None and cursor not in ids:
        raise Problem(422, "not a cursor of this list", reason="cursor")
    found = [
        sight
        for sight in sights[ids.index(cursor) + 1 if cursor else 0 :]
        if person.sees(sight.place.junction) and of.passes(sight)
    ]
    items = [present.device(desk, sight) for sight in found[:limit]]
    return Devices(items=items, next=items[-1].id if len(found) > limit else None)


@router.get("/devices/{device_id}", summary="One device", responses=responses(401, 403, 404, 422))
def one_device(desk: DeskDep, person: Looker, device_id: DeviceId) -> Device:
    """One device, now."""
    for sight in scene.look(desk):
        if sight.place.device == device_id:
            theirs(person, person.sees(sight.place.junction))
            return present.device(desk, sight)
    raise Problem(404, f"no device '{device_id}' in this village")
