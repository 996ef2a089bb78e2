"""Planned maintenance and time out of service: what may be asked for, and asking the gateway for it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from dashboard_api.auth.people import Person, theirs
from dashboard_api.desk import Desk
from dashboard_api.problems import FieldProblem, Problem
from dashboard_api.times import MOMENT, millis
from dashboard_api.wishes import ask
from gateway.store import WindowWish
from gateway.uptime import Window
from gateway.uptime.windows import WindowKind

LONGEST_DAYS = 366
DAY_MS = 24 * 3600 * 1000
# How far back "now" may lie: a form takes a moment to fill in, and clocks differ.
SLACK_MS = 5 * 60_000
_moment = TypeAdapter(AwareDatetime)


@dataclass(frozen=True, slots=True)
class Given:
    """A body as it came: ``from_`` and ``to`` are to be moments."""

    target: str
    from_: str | None
    to: str | None


def checked(desk: Desk, person: Person, kind: WindowKind, given: Given) -> WindowWish:
    """What is asked for; raises :class:`Problem` 422 with every value that cannot be used, 403 for what is not in their
    area."""
    theirs(person, person.sees_asset(given.target))
    now_ms, wrong = desk.clock(), list(_target(desk, kind, given.target))
    from_ms = now_ms if given.from_ is None else _millis("from", given.from_, wrong)
    to_ms = None if given.to is None else _millis("to", given.to, wrong)
    if from_ms is not None:
        wrong += _bounds(kind, from_ms, to_ms, now_ms)
    if wrong or from_ms is None:
        raise Problem(422, f"{len(wrong)} value(s) cannot be used", errors=wrong)
    return WindowWish(given.target, from_ms, to_ms)


def _target(desk: Desk, kind: WindowKind, target: str) -> Iterator[FieldProblem]:
    nodes = {node.id for _, _, node in desk.village.nodes()}
    sites = {junction.id for _, junction in desk.village.junctions()} if kind == "planned" else set()
    if target not in desk.places and target not in nodes | sites:
        kinds = "device, node or junction" if kind == "planned" else "device or node"
        yield FieldProblem(field="body.target", detail=f"no {kinds} '{target}' in this village", reason="target")


def _millis(field: str, text: str, wrong: list[FieldProblem]) -> int | None:
    try:
        return millis(_moment.validate_python(text))
    except (ValidationError, OverflowError):
        wrong.append(FieldProblem(field=f"body.{field}", detail=f"must be {MOMENT}", reason="moment"))
        return None


def _bounds(kind: WindowKind, from_ms: int, to_ms: int | None, now_ms: int) -> Iterator[FieldProblem]:
    if kind == "out_of_service" and from_ms < now_ms - SLACK_MS:
        detail = "must not lie in the past; leave it out to begin now"
        yield FieldProblem(field="body.from", detail=detail, reason="past")
    if from_ms > now_ms + LONGEST_DAYS * DAY_MS:
        yield FieldProblem(field="body.from", detail=f"at most {LONGEST_DAYS} days from now", reason="far")
    if to_ms is None:
        return
    if to_ms <= from_ms:
        yield FieldProblem(field="body.to", detail="must be later than 'from'", reason="order")
    elif to_ms <= now_ms:
        yield FieldProblem(field="body.to", detail="must not lie in the past", reason="past")
    if to_ms > from_ms + LONGEST_DAYS * DAY_MS:
        yield FieldProblem(field="body.to", detail=f"at most {LONGEST_DAYS} days after 'from'", reason="long")


async def lay(desk: Desk, person: Person, kind: WindowKind, wish: WindowWish) -> tuple[list[Window], bool]:
    """Ask for a window: what is there of that target afterwards, and whether the gateway has applied it yet."""
    applied = await ask(desk, person, kind, wish)
    return await asyncio.to_thread(_there, desk, kind, wish), applied


def _there(desk: Desk, kind: WindowKind, wish: WindowWish) -> list[Window]:
    end_ms = wish.from_ms + LONGEST_DAYS * DAY_MS if wish.to_ms is None else wish.to_ms
    return listed(desk, kind, wish.from_ms, end_ms, wish.target)


def listed(desk: Desk, kind: WindowKind, from_ms: int, to_ms: int, target: str | None = None) -> list[Window]:
    """Windows that touch the period, of one target or of all."""
    found = desk.store.windows(None if target is None else [target], from_ms, to_ms)
    return [window for window in found if window.kind == kind]


async def cancel(desk: Desk, person: Person, target: str, from_ms: int) -> tuple[list[Window], bool]:
    """Cancel the maintenance that begins at ``from_ms``, or the rest of it; raises :class:`Problem` 403, 404 or 409."""
    theirs(person, person.sees_asset(target))
    found = await asyncio.to_thread(listed, desk, "planned", from_ms, from_ms + 1, target)
    mine = next((window for window in found if window.from_ms == from_ms), None)
    if mine is None:
        raise Problem(404, f"no maintenance of '{target}' begins at that moment")
    if mine.to_ms is not None and mine.to_ms <= desk.clock():
        raise Problem(409, "this maintenance is over already", reason="over")
    wish = WindowWish(target, from_ms, mine.to_ms)
    applied = await ask(desk, person, "cancel", WindowWish(target, from_ms))
    return await asyncio.to_thread(_there, desk, "planned", wish), applied


async def back(desk: Desk, person: Person, target: str, from_ms: int) -> tuple[list[Window], bool]:
    """In service again from ``from_ms`` on; raises :class:`Problem` 403, 404, 409 or 422."""
    theirs(person, person.sees_asset(target))
    if from_ms < desk.clock() - SLACK_MS:
        detail = "must not lie in the past; leave it out for now"
        raise Problem(422, "1 value(s) cannot be used", errors=[FieldProblem(field="query.from", detail=detail)])
    end_ms = from_ms + LONGEST_DAYS * DAY_MS
    if not await asyncio.to_thread(listed, desk, "out_of_service", from_ms, end_ms, target):
        raise Problem(404, f"'{target}' is not out of service then")
    applied = await ask(desk, person, "in_service", WindowWish(target, from_ms))
    return await asyncio.to_thread(listed, desk, "out_of_service", from_ms, end_ms, target), applied
