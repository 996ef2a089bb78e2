"""Commands to nodes: what may be asked for, and asking for it. The gateway sends them."""

import secrets

from contracts.commands import KINDS, NAMES, CommandName
from dashboard_api.auth.people import Person, theirs
from dashboard_api.desk import Desk
from dashboard_api.problems import FieldProblem, Problem
from gateway.store import CommandRow, NewCommand, UnderWay


def kind_of(desk: Desk, device: str) -> str | None:
    """``node`` or the kind of a device; None for what is not in the inventory, or has no driver of its own."""
    place = desk.places.get(device)
    if place is not None:
        return None if place.kind == "connector" else place.kind
    return "node" if device in {node.id for _, _, node in desk.village.nodes()} else None


def names_of(kind: str) -> list[CommandName]:
    """What can be asked of such a device."""
    return [name for name in NAMES if (kinds := KINDS[name]) is None or kind in kinds]


def give(desk: Desk, person: Person, device: str, name: CommandName, ttl_s: int) -> CommandRow:
    """Ask for it. Raises :class:`Problem` 403 outside of their area, 409 while the same is under way, 422 for what
    cannot be asked of this device."""
    theirs(person, person.sees_asset(device))
    _possible(desk, device, name)
    place, now_ms = desk.places.get(device), desk.clock()
    node = device if place is None else place.node
    new = NewCommand(
        secrets.token_hex(8), node, device, name, {}, person.name, person.role, now_ms, now_ms + ttl_s * 1000
    )
    try:
        number = desk.store.add_command(new)
    except UnderWay as error:
        detail = f"command {error.number} asks the same of '{device}' and is not answered yet"
        raise Problem(409, detail, reason="under_way") from error
    row = desk.store.command(number)
    assert row is not None  # noqa: S101  # it has just been written
    return row


def _possible(desk: Desk, device: str, name: CommandName) -> None:
    kind = kind_of(desk, device)
    if kind is None:
        place = desk.places.get(device)
        what = f"no device or node '{device}' in this village"
        if place is not None:
            what = f"'{device}' is a part of '{place.parent}'; ask that"
        raise _wrong("body.device", what)
    if name not in names_of(kind):
        raise _wrong("body.name", f"cannot be asked of a {kind.replace('_', ' ')}")


def _wrong(field: str, detail: str) -> Problem:
    return Problem(422, "1 value(s) cannot be used", errors=[FieldProblem(field=field, detail=detail, reason="target")])
