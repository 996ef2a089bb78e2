"""Whom a letter went to, as the roster knows them."""

from dataclasses import dataclass

from dashboard_api.desk import Desk
from gateway.faults.catalogue.texts import Role

GROUP = "group:"


@dataclass(frozen=True, slots=True)
class Recipient:
    """``name``: what a person is called, None for a group, whose members say it themselves; ``role``: whose first step
    they are given.
    """

    name: str | None
    role: Role


def recipient_of(_desk: Desk, recipient: str) -> Recipient:
    """Who it is. Whoever is not known to be an electrician reads what keeps people away and waits."""
    return Recipient(None if recipient.startswith(GROUP) else recipient, "maintenance")


def ring_of(_desk: Desk) -> str | None:
    """The duty desk's name and number; None where nobody wrote them down."""
    return None
