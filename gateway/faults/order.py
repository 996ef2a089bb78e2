"""The work order of a fault (事件处置全周期): one state machine, as a table. Pure.

The condition of a fault ends by itself; its work order lives on until it is verified, or a person says that it was
none. What is not in the table is illegal: it raises and changes nothing. ``open`` waits for somebody, ``acked`` has
somebody, ``refused`` waits for another department, ``suspended`` for its date, ``fixed`` for the device's own word.
A fault that is a part of another has no order of its own, and while a latch waits for its release nobody closes it.
"""

from typing import Literal, get_args

from msgspec import Struct

from contracts.inventory import Village
from gateway.faults.catalogue import DEPARTMENTS
from gateway.faults.kinds import AssetKind

OrderState = Literal["open", "acked", "on_site", "fixed", "refused", "suspended", "closed"]
PersonMove = Literal[
    "acknowledged", "on_site", "fixed", "refused", "forwarded", "suspended", "resumed", "false_alarm", "duplicate"
]
EngineMove = Literal["resumed", "verified", "reopened"]
ORDER_STATES: tuple[OrderState, ...] = get_args(OrderState)
PERSON_MOVES: tuple[PersonMove, ...] = get_args(PersonMove)

_Steps = dict[PersonMove | EngineMove, OrderState]
_NONE: _Steps = {"false_alarm": "closed", "duplicate": "closed"}
_AGAIN: _Steps = {"reopened": "open"}
TABLE: dict[OrderState, _Steps] = {
    "open": {"acknowledged": "acked", "refused": "refused", **_NONE, **_AGAIN},
    "acked": {
        "on_site": "on_site",
        "refused": "refused",
        "suspended": "suspended",
        "verified": "closed",
        **_NONE,
        **_AGAIN,
    },
    "on_site": {
        "fixed": "fixed",
        "suspended": "suspended",
        "false_alarm": "closed",
        "verified": "closed",
        **_AGAIN,
    },
    "fixed": {"verified": "closed", **_AGAIN},
    "refused": {"forwarded": "open", **_AGAIN},
    "suspended": {"resumed": "acked", **_AGAIN},
    "closed": {**_AGAIN},
}
# How far an order has come, for two that turn out to be one. Closed is least: the condition they share goes on.
PROGRESS: tuple[OrderState, ...] = ("closed", "open", "refused", "suspended", "acked", "on_site", "fixed")
# Things without a wire: nothing but a photo shows that they are whole again.
PASSIVE: frozenset[AssetKind] = frozenset({"mirror", "speed_bump"})
LONGEST_MS = 366 * 86_400_000


class Order(Struct, frozen=True):
    """What a move is judged by. ``department``: whose it is; ``root``: the cause that the fault is a part of;
    ``latched``: it still waits for its release."""

    state: OrderState
    department: str | None = None
    root: str | None = None
    latched: bool = False
    passive: bool = False


class Asked(Struct, frozen=True):
    """What a person wants. ``department``: to whom it is forwarded; ``until_ms``: when a suspended one goes on;
    ``into``: the number it is a duplicate of; ``photo``: whether there is one."""

    move: PersonMove
    comment: str | None = None
    department: str | None = None
    until_ms: int | None = None
    into: str | None = None
    photo: bool = False


class Illegal(Exception):
    """This move is not to be had now; ``allowed``: those that are."""

    def __init__(self, order: Order, move: str) -> None:
        self.state, self.move, self.allowed = order.state, move, allowed(order)
        super().__init__(_why(order, move, self.allowed))


class Incomplete(Exception):
    """The move lacks something; ``missing``: every field with what is to be done about it."""

    def __init__(self, missing: list[tuple[str, str]]) -> None:
        self.missing = missing
        super().__init__("; ".join(f"{field}: {text}" for field, text in missing))


def after(state: OrderState, move: PersonMove | EngineMove) -> OrderState:
    """The state after a move. Raises :class:`Illegal` for one that is not in the table."""
    following = TABLE[state].get(move)
    if following is None:
        raise Illegal(Order(state), move)
    return following


def allowed(order: Order) -> tuple[PersonMove, ...]:
    """The moves that people may make now."""
    if order.root is not None:
        return ()
    found = (move for move in PERSON_MOVES if move in TABLE[order.state])
    return tuple(move for move in found if not (order.latched and move in _NONE))


def moved(order: Order, asked: Asked, now_ms: int) -> OrderState:
    """The state after what a person asks for. Raises :class:`Illegal`, or :class:`Incomplete` with all that lacks."""
    if asked.move not in allowed(order):
        raise Illegal(order, asked.move)
    lacks = missing(order, asked, now_ms)
    if lacks:
        raise Incomplete(lacks)
    return TABLE[order.state][asked.move]


def missing(order: Order, asked: Asked, now_ms: int) -> list[tuple[str, str]]:
    """Every field that the move needs and does not have, with what is to be done about it."""
    found: list[tuple[str, str]] = []
    if asked.move in {"refused", "forwarded", "false_alarm"} and not (asked.comment or "").strip():
        found.append(("comment", "say why"))
    if asked.move == "forwarded" and asked.department in {None, order.department}:
        found.append(("department", "name another department than the one that has it"))
    if asked.move == "suspended" and not now_ms < (asked.until_ms or 0) <= now_ms + LONGEST_MS:
        found.append(("until", "give the moment at which it goes on, later than now and within 366 days"))
    if asked.move == "duplicate" and not asked.into:
        found.append(("into", "give the number of the fault that goes on instead"))
    if asked.move == "fixed" and order.passive and not asked.photo:
        found.append(("photo", "add a photo of it; nothing else can show that it is whole again"))
    return found


def further(one: OrderState, other: OrderState) -> OrderState:
    """Of two orders that turn out to be one, the state that goes on."""
    return max(one, other, key=PROGRESS.index)


def departments(village: Village) -> frozenset[str]:
    """To whom an order may be forwarded."""
    return frozenset(department.id for department in village.departments) or frozenset(DEPARTMENTS)


def _why(order: Order, move: str, can: tuple[PersonMove, ...]) -> str:
    if order.root is not None:
        return f"this fault is a part of {order.root!r} and has no work order of its own; move that of its cause"
    if order.latched and move in TABLE[order.state]:
        return f"{move!r} cannot close a fault that waits for its release; record 'measured dead' or take it on first"
    return f"a work order that is {order.state!r} cannot be {move!r}; now it can be: {', '.join(can) or 'nothing'}"
