"""The cameras that the police ask about: those of the inventory, and those that have left it but stand in a frozen
month.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.inventory import Name, Place
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.web.reports import stating
from gateway.reports.month import CAMERA


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


def gone(desk: Desk) -> list[Camera]:
    """Those that only frozen months know."""
    places = (one.place for one in stating.gone(desk).values())
    return [Camera(place.device, place.name, place.junction, gone=True) for place in places]


def seen_by(person: Person, cameras: Iterable[Camera]) -> list[Camera]:
    """Those in somebody's area."""
    return [one for one in cameras if person.sees(one.junction)]
