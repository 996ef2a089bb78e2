"""What people ask for, as what the engines are told and what is written down beside it. Values in, values out."""

from collections.abc import Collection
from typing import Any

import msgspec
from msgspec import Struct

from gateway.clocks import stamp
from gateway.dispatch.posts import home
from gateway.dispatch.setup import Setup
from gateway.faults import Acknowledge, Cancelled, InService, OutOfService, Planned
from gateway.faults.order import Asked, Illegal, departments, moved
from gateway.store import (
    Acknowledgement,
    FaultAcknowledge,
    FaultRow,
    InputRow,
    MoveWish,
    OrderMove,
    WindowCut,
    WindowSet,
    WindowWish,
    order_of,
)

_acknowledgement = msgspec.json.Decoder(Acknowledgement).decode
_move = msgspec.json.Decoder(MoveWish).decode
_window = msgspec.json.Decoder(WindowWish).decode
LONGEST_MS = 366 * 86_400_000


class Refused(Exception):
    """An input that cannot be applied; the text is for the person who gave it."""


class Wish(Struct, frozen=True):
    """One input that may be applied: the ``event``, its line in the journal, and what it writes.

    ``engine``: whether the engines are to hear of it.
    """

    event: Acknowledge | Planned | Cancelled | OutOfService | InService
    line: dict[str, Any]
    taken: FaultAcknowledge | None = None
    window: WindowSet | WindowCut | None = None
    engine: bool = True


def fault_of(row: InputRow) -> str:
    """The fault an input names, '' if it names none."""
    try:
        return _acknowledgement(row.payload).fault
    except msgspec.DecodeError:
        return ""


class Known(Struct, frozen=True):
    """What there is in the inventory: ``sites`` are junctions and nodes."""

    setup: Setup
    devices: Collection[str]
    sites: Collection[str]


def wish(row: InputRow, fault: FaultRow | None, known: Known, now_ms: int) -> Wish | OrderMove:
    """What ``row`` asks for; ``fault``: the one it names, as stored. Raises :class:`Refused`. A move of a work order is
    no matter of the engines; the store judges it, in the transaction of its effect.
    """
    try:
        if row.kind == "acknowledge":
            return _acknowledge(row, fault, _acknowledgement(row.payload), now_ms)
        if row.kind == "move":
            return _moved(row, fault, _move(row.payload), known.setup, now_ms)
        if row.kind in {"planned", "cancel", "out_of_service", "in_service"}:
            return _windowed(row, _window(row.payload), known, now_ms)
    except msgspec.DecodeError as error:
        raise Refused(f"malformed: {error}") from error
    raise Refused(f"unknown kind of input {row.kind[:40]!r}")


def _acknowledge(row: InputRow, fault: FaultRow | None, asked: Acknowledgement | MoveWish, now_ms: int) -> Wish:
    if fault is None:
        raise Refused("there is no such fault")
    if row.expected_version not in {None, fault.version}:
        raise Refused(f"the fault changed meanwhile: version {fault.version}, not {row.expected_version}")
    dead = isinstance(asked, Acknowledgement) and asked.measured_dead
    if not (dead and fault.latched and fault.closed_ms is None):  # whoever releases it need not be who took it
        _may_be_taken(fault, now_ms)
    place, photo = (asked.place, asked.photo) if isinstance(asked, MoveWish) else (None, None)
    measured = dead or fault.measured_dead
    said = {"device": fault.asset, "code": fault.code, "by": row.by, "measured_dead": dead}
    return Wish(
        Acknowledge(fault.asset, fault.code, row.by, now_ms, dead, fault.id),
        {"t": stamp(now_ms), "acknowledge": said},
        taken=FaultAcknowledge(fault.id, row.by, now_ms, asked.comment, measured, place=place, photo=photo),
        # One that is over is only marked: the same code of the same asset may be open by now as another fault.
        engine=fault.closed_ms is None,
    )


def _may_be_taken(fault: FaultRow, now_ms: int) -> None:
    if fault.acknowledged_by and fault.root is None and fault.order_state != "closed":
        raise Refused(f"already acknowledged by {fault.acknowledged_by}")
    try:
        moved(order_of(fault), Asked("acknowledged"), now_ms)
    except Illegal as error:
        raise Refused(str(error)) from error


def _moved(row: InputRow, fault: FaultRow | None, asked: MoveWish, setup: Setup, now_ms: int) -> Wish | OrderMove:
    if fault is None:
        raise Refused("there is no such fault")
    if asked.move == "acknowledged":
        return _acknowledge(row, fault, asked, now_ms)
    if asked.department is not None and asked.department not in departments(setup.village):
        raise Refused(f"there is no department {asked.department!r} in the inventory")
    return OrderMove(
        fault=fault.id,
        move=asked.move,
        by=row.by,
        at_ms=now_ms,
        input=row.id,
        expected_version=row.expected_version,
        comment=asked.comment,
        place=asked.place,
        photo=asked.photo,
        department=asked.department,
        until_ms=asked.until_ms,
        into=asked.into,
        home=home(setup, fault.asset, fault.code),
    )


def _windowed(row: InputRow, asked: WindowWish, known: Known, now_ms: int) -> Wish:
    target, from_ms, to_ms = asked.target, asked.from_ms, asked.to_ms
    devices, sites = known.devices, known.sites
    service = row.kind in {"out_of_service", "in_service"}
    if target not in devices and (service or target not in sites):
        raise Refused(f"there is no device {'' if service else 'or site '}{target!r} in the inventory")
    if row.kind == "planned" and to_ms is None:
        raise Refused("planned maintenance needs an end")
    if to_ms is not None and not from_ms < to_ms <= from_ms + LONGEST_MS:
        raise Refused("it must end after it begins, and within 366 days")
    where: dict[str, str | None] = {"device" if target in devices else "site": target, "from": stamp(from_ms)}
    if row.kind in {"planned", "out_of_service"}:
        where["to"] = None if to_ms is None else stamp(to_ms)
    line = {"t": stamp(now_ms), row.kind: where}
    match row.kind:
        case "planned":
            event: Planned | Cancelled | OutOfService | InService = Planned(target, from_ms, to_ms or from_ms, now_ms)
            window: WindowSet | WindowCut = WindowSet("planned", target, from_ms, to_ms, now_ms, row.by)
        case "cancel":
            event, window = Cancelled(target, from_ms, now_ms), WindowCut(target, from_ms, now_ms)
        case "out_of_service":
            event = OutOfService(target, from_ms, to_ms, now_ms)
            window = WindowSet("out_of_service", target, from_ms, to_ms, now_ms, row.by)
        case _:
            event = InService(target, from_ms, now_ms)
            window = WindowCut(target, None, from_ms, "out_of_service")
    return Wish(event, line, window=window)
