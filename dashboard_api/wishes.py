"""Asking the gateway: the wish goes to the store, the gateway applies or refuses it, we wait a moment for its word."""

import asyncio

import msgspec
from msgspec.structs import replace

from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.problems import Problem
from gateway.store import Acknowledgement, MoveWish, WindowWish

Asked = Acknowledgement | MoveWish | WindowWish

WAIT_S, LOOK_S = 2.0, 0.05


async def ask(
    desk: Desk, person: Person, kind: str, wish: Asked, version: int | None = None, by: str | None = None
) -> bool:
    """Whether the gateway has applied it yet. ``by``: in whose name, where that is not ``person``. Raises
    :class:`Problem` 409 with its reason if it refused."""
    payload = msgspec.json.encode(replace(wish, role=person.role))
    added = await asyncio.to_thread(desk.store.add_input, kind, payload, by or person.name, version, desk.clock())
    return await follow(desk, added)


async def follow(desk: Desk, added: int, wait_s: float = WAIT_S) -> bool:
    """The same of an input that the store has already."""
    for _ in range(round(wait_s / LOOK_S)):
        row = await asyncio.to_thread(desk.store.input, added)
        if row is not None and row.status == "refused":
            raise Problem(409, row.reason or "the gateway refused", reason="refused")
        if row is not None and row.status == "applied":
            return True
        await asyncio.sleep(LOOK_S)
    return False
