"""Whom a letter went to, as the roster knows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pydantic import ValidationError

from dashboard_api.desk import Desk
from gateway.dispatch import Roster
from gateway.faults.catalogue import DEPARTMENTS
from gateway.faults.catalogue.texts import Role
from gateway.store import RosterRow

GROUP = "group:"


@dataclass(frozen=True, slots=True)
class Recipient:
    """``name``: what a person is called, None for a group, whose members say it themselves; ``role``: whose first step
    they are given.
    """

    name: str | None
    role: Role


def recipient_of(desk: Desk, recipient: str, fault: str) -> Recipient:
    """Who it is, and as what they were told of ``fault``. Whoever is not known to be an electrician reads what keeps
    people away and waits.
    """
    roles = [row.role for row in desk.store.letters.of_fault(fault) if row.recipient == recipient]
    return Recipient(None if recipient.startswith(GROUP) else called(desk, recipient), _role(roles))


def _role(roles: Sequence[str]) -> Role:
    return next((role for role in DEPARTMENTS if roles and role == roles[-1]), "maintenance")


def called(desk: Desk, recipient: str) -> str:
    """Their name; for who left the roster, and for a group, the id."""
    roster = roster_of(desk)
    people = roster.people if roster else ()
    return next((person.name for person in people if person.id == recipient), recipient.removeprefix(GROUP))


def ring_of(desk: Desk) -> str | None:
    """The duty desk's name and number; None where nobody wrote them down."""
    roster = roster_of(desk)
    return f"{roster.desk.name} {roster.desk.phone}" if roster else None


def roster_of(desk: Desk) -> Roster | None:
    """The newest roster; None where there is none, or none that can be read."""
    return _roster(desk.store.roster())


@lru_cache(maxsize=2)
def _roster(row: RosterRow | None) -> Roster | None:
    """Read once a version; one that another program wrote names nobody."""
    try:
        return None if row is None else Roster.model_validate_json(row.body)
    except ValidationError:
        return None
