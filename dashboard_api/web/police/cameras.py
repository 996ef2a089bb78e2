"""The cameras that the police ask about: those of the inventory, and those that have left it but stand in a frozen
month.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from contracts.inventory import Name, Place
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from gateway.counted import Counted, of_month
from gateway.reports.month import CAMERA
from gateway.uptime.months import parsed


@dataclass(frozen=True, slots=True)
class Camera:
    """``gone``: it is not in the inventory any more."""

    id: str
    name: Name
    junction: str
    gone: bool = False


def of_place(place: Place) -> Camera:
    """One of the inventory."""
    return Camera(place.device, place.name, place.junction)


def known(desk: Desk, device: str, name: Name, junction: str) -> Camera:
    """One of a month: by its name and place of today if it still has them, else by the month's."""
    place = desk.places.get(device)
    if place is not None and place.kind == CAMERA:
        return of_place(place)
    return Camera(device, name, junction, gone=True)


def listed(desk: Desk) -> list[Camera]:
    """All of the inventory, in file order."""
    return [of_place(place) for place in desk.places.values() if place.kind == CAMERA]


def find(desk: Desk, device: str) -> Place | None:
    """Where a camera stands, or stood when it left the inventory; None for what never was one."""
    place = desk.places.get(device)
    if place is not None:
        return place if place.kind == CAMERA else None
    return _left(desk).get(device)


def gone(desk: Desk) -> list[Camera]:
    """Those that only frozen months know."""
    return [Camera(place.device, place.name, place.junction, gone=True) for place in _left(desk).values()]


def seen_by(person: Person, cameras: Iterable[Camera]) -> list[Camera]:
    """Those in somebody's area."""
    return [one for one in cameras if person.sees(one.junction)]


def _left(desk: Desk) -> dict[str, Place]:
    last = desk.store.last_month()
    stamp = (last.month, last.revision) if last else None
    return desk.kept.get("cameras that have left", stamp, lambda: _read(desk))


def _read(desk: Desk) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for row in desk.store.months():
        try:
            devices = of_month(parsed(row.body).devices)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue  # somebody changed it: the archive says so
        left = {name: one for name, one in devices.items() if one.kind == CAMERA and name not in desk.places}
        found |= {name: _place(name, one) for name, one in left.items()}
    return found


def _place(device: str, one: Counted) -> Place:
    """Its targets are the camera, its node and its junction."""
    _, node, junction = one.targets
    name = Name(zh=one.zh, en=one.en)
    return Place(device=device, kind=CAMERA, node=node, junction=junction, grid="", interval_s=60, name=name)
