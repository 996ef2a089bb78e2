"""Who is sent for: supplies and whose they are, departments, which fault goes to which, and the days off."""

import datetime as dt
from collections.abc import Iterator
from typing import Literal, get_args

from pydantic import Field

from contracts.codes import FaultClass
from contracts.fields import DEPENDS_ON, AssetKind, Hotline, Id, Name
from contracts.strict import Strict

DepartmentRole = Literal[
    "electrician",
    "maintenance",
    "charging_operator",
    "police",
    "traffic_police",
    "fire_squad",
    "power_supply",
    "network_operator",
    "village_committee",
    "grid_officer",
    "duty_phone",
]


class Supply(Strict):
    """A power feeder or an operator's uplink."""

    id: Id
    name: Name
    depends_on: tuple[Id, ...] = Field(default=(), description=DEPENDS_ON)
    department: Id | None = Field(
        default=None, description="who is sent for when it is down, where that is another than the routing's"
    )


class Department(Strict):
    """Who is sent for. ``kinds``: the things that are its own, whatever is wrong with them."""

    id: Id
    name: Name
    kinds: tuple[AssetKind, ...] = Field(default=(), description="kinds of things that are its own")
    role: DepartmentRole | None = Field(
        default=None,
        description="whose first steps its people are given; omitted: the id, '-' read as '_', if it is such a word, "
        "else village_committee. duty_phone: it is the safety centre, the last to be told",
    )
    hotline: Hotline | None = Field(
        default=None,
        description="its public service number, of the office and no person's; residents' pages show that of the duty "
        "phone and that of the charging operator",
    )

    @property
    def own_role(self) -> DepartmentRole | None:
        """Its role, or the one that its id names; None if neither says anything."""
        word = self.id.replace("-", "_")
        return self.role or next((role for role in get_args(DepartmentRole) if role == word), None)

    @property
    def acts_as(self) -> DepartmentRole:
        """Its own role; without one its people get the words for those who are no experts."""
        return self.own_role or "village_committee"


class Routing(Strict):
    """Which department a fault goes to: by its code if that is listed, else by its class."""

    classes: dict[FaultClass, Id] = Field(description="fault class: department; every class must be there")
    codes: dict[str, Id] = Field(default={}, description="fault code: department, where it differs from its class")


class Holiday(Strict):
    """A public holiday, of one or more days in a row."""

    date: dt.date = Field(description="its first day, such as 2026-10-01")
    days: int = Field(default=1, ge=1, le=15, description="how many days it lasts")
    name: Name

    def dates(self) -> Iterator[dt.date]:
        """Each of its days."""
        return (self.date + dt.timedelta(days=later) for later in range(self.days))
