"""Moving a work order on: what may be asked for, and asking the gateway for it."""

import asyncio
import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from msgspec.structs import replace
from pydantic import AwareDatetime, TypeAdapter, ValidationError

from dashboard_api import present
from dashboard_api.auth.people import Person, fault_of
from dashboard_api.desk import Desk
from dashboard_api.problems import FieldProblem, Now, Problem
from dashboard_api.times import MOMENT, millis
from dashboard_api.wishes import ask
from gateway.faults.order import Asked, Order, PersonMove, allowed, departments, missing
from gateway.store import FaultRow, MoveWish
from gateway.store.photos import wrong

_moment = TypeAdapter(AwareDatetime)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Given:
    """A body as it came: ``until`` is to be a moment, ``photo`` a picture in base64; ``kept``: the number of
    one that was sent before, with what could not be used; ``by``: in whose name, where that is not who sends it."""

    move: PersonMove
    version: int
    comment: str | None = None
    place: str | None = None
    department: str | None = None
    until: str | None = None
    into: str | None = None
    photo: str | None = None
    kept: int | None = None
    by: str | None = None


async def move(desk: Desk, person: Person, number: str, given: Given) -> tuple[FaultRow, bool]:
    """The fault afterwards, and whether the gateway has applied the move yet.

    Raises :class:`Problem`: 404 no such fault, 403 not in their area, 409 not to be had now, or refused, 422 with every
    value that cannot be used.
    """
    before = await asyncio.to_thread(fault_of, desk, person, number)
    order = present.order_of(desk, before)
    _legal(desk, before, order, given)
    wish, picture = checked(desk, person, before, given)
    if picture is not None:
        kept = await asyncio.to_thread(desk.store.add_photo, number, desk.clock(), person.name, picture)
        wish = replace(wish, photo=kept)
    try:
        applied = await ask(desk, person, "move", wish, given.version, given.by)
    except Problem as problem:
        raise await asyncio.to_thread(_refused, desk, problem, wish) from problem
    after = await asyncio.to_thread(desk.store.fault, number)
    return after or before, applied


def _legal(desk: Desk, fault: FaultRow, order: Order, given: Given) -> None:
    can = allowed(order)
    now = Now(can, fault.version)
    if given.version != fault.version:
        detail = f"the fault has moved on since you read it: version {fault.version}, not {given.version}"
        raise Problem(409, detail, reason="version", now=now)
    if fault.root is not None:
        cause = present.causes(desk, [fault]).get(fault.id)
        detail = f"this fault is a part of {cause or fault.root} and has no work order of its own"
        raise Problem(409, detail, reason="part", now=now)
    if given.move not in can:
        detail = f"a work order that is '{order.state}' cannot be '{given.move}'"
        if order.latched and given.move in {"false_alarm", "duplicate"}:
            detail = "this fault waits for its release; record that first"
        raise Problem(409, detail, reason="illegal", now=now)


def checked(desk: Desk, person: Person, fault: FaultRow, given: Given) -> tuple[MoveWish, bytes | None]:
    """What is asked for, and its new picture; raises :class:`Problem` 422 with every value that cannot be used."""
    bad: dict[str, str] = {}
    number, order = fault.id, present.order_of(desk, fault)
    until_ms = _read(bad, "until", given.until, _until)
    picture = _read(bad, "photo", given.photo, _picture)
    department = _read(bad, "department", given.department, lambda text: _department(desk, text))
    into = _read(bad, "into", given.into, lambda text: _into(desk, person, number, text))
    comment = (given.comment or "").strip() or None
    asked = Asked(given.move, comment, department, until_ms, into, (picture or given.kept) is not None)
    bad = {**dict(missing(order, asked, desk.clock())), **bad}
    if bad:
        errors = [FieldProblem(field=f"body.{field}", detail=text) for field, text in bad.items()]
        raise Problem(422, f"{len(errors)} value(s) cannot be used", errors=errors)
    place = (given.place or "").strip() or None
    return MoveWish(number, given.move, comment, place, given.kept, department, until_ms, into), picture


def _read(bad: dict[str, str], field: str, text: str | None, parse: Callable[[str], T]) -> T | None:
    if text is None:
        return None
    try:
        return parse(text)
    except ValueError as error:
        bad[field] = str(error)
        return None


def _until(text: str) -> int:
    try:
        return millis(_moment.validate_python(text))
    except (ValidationError, OverflowError) as error:
        raise ValueError(f"must be {MOMENT}") from error


def _picture(text: str) -> bytes:
    try:
        body = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("must be a picture in base64") from error
    reason = wrong(body)
    if reason is not None:
        raise ValueError(reason)
    return body


def _department(desk: Desk, text: str) -> str:
    known = departments(desk.village)
    if text not in known:
        raise ValueError(f"no such department; there are {', '.join(sorted(known))}")
    return text


def _into(desk: Desk, person: Person, number: str, text: str) -> str:
    other = desk.store.fault(text)
    if other is None or text == number or other.root is not None or other.order_state == "closed":
        other = None
    if other is None or not person.sees_fault(other):
        raise ValueError("must be the number of another fault whose work order goes on")
    return text


def _refused(desk: Desk, problem: Problem, wish: MoveWish) -> Problem:
    """The gateway's word, with what can be done now; the picture of what did not happen is not kept."""
    if wish.photo is not None:
        desk.store.drop_photo(wish.photo)
    now = desk.store.fault(wish.fault)
    if now is None:
        return problem
    stands = Now(allowed(present.order_of(desk, now)), now.version)
    return Problem(problem.status, problem.detail, reason=problem.reason, now=stands)
