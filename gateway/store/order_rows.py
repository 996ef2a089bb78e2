"""What the store takes and gives of work orders, and of what people did."""

from typing import Literal

from msgspec import Struct

from gateway.faults.order import EngineMove, OrderState, PersonMove

# ``listed``: every order that is not closed.
OrderFilter = Literal["listed"] | OrderState


class MoveWish(Struct, frozen=True):
    """The payload of an input of kind ``move``, as JSON: a person moves a work order on.

    ``place``: where they are, as their phone or they say; ``photo``: its number; ``department``: to whom it is
    forwarded; ``until_ms``: when a suspended one goes on; ``into``: the number it is a duplicate of; ``role``: of who
    asks, for the audit log.
    """

    fault: str
    move: PersonMove
    comment: str | None = None
    place: str | None = None
    photo: int | None = None
    department: str | None = None
    until_ms: int | None = None
    into: str | None = None
    role: str = ""


class DueOrder(Struct, frozen=True):
    """A work order that the engine is to move, as long as its fault still has this ``version``."""

    fault: str
    version: int
    move: EngineMove


class PhotoRow(Struct, frozen=True):
    """A picture of a work order as it was taken: its bytes are those of the phone. ``type``: its media type."""

    id: int
    fault: str
    at_ms: int
    by: str
    type: str
    body: bytes


class Deed(Struct, frozen=True):
    """One thing that somebody did, for the audit log. ``subject``: a fault, a device …; ``place``: where they were."""

    at_ms: int
    who: str
    role: str
    action: str
    subject: str
    place: str = ""
    detail: str = ""


class AuditRow(Struct, frozen=True):
    """One thing that somebody did. ``hash`` covers the row and the hash of the one before."""

    id: int
    at_ms: int
    who: str
    role: str
    action: str
    subject: str
    place: str
    detail: str
    hash: str
