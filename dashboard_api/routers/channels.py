"""The ways to people, for staff: how they do, and trials of them."""

import asyncio
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path, Response

from dashboard_api.auth.people import SECURITY, Person, allowed
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.problems import Problem, Responses, responses
from dashboard_api.roster_models import Channel, Channels, ChannelTried, TryChannel
from dashboard_api.times import iso, iso_or_none
from dashboard_api.wishes import follow
from gateway.dispatch.assets import CHANNEL
from gateway.store import ChannelRow, ChannelTest, TrialRow

router = APIRouter(tags=["channels"], dependencies=SECURITY)
Tester = Annotated[Person, Depends(allowed("test"))]
KIND, WAIT_S, PAUSE_MS = "channel_test", 12.0, 30_000
OPEN_READ = 5_000
PENDING: Responses = {202: {"model": ChannelTried, "description": "the channel has not answered within 12 s"}}


@router.get(
    "/channels",
    summary="The ways to people and how they do",
    dependencies=[Depends(allowed("look"))],
    responses=responses(401, 403),
)
def list_channels(desk: DeskDep) -> Channels:
    """As the gateway opened them last, with what became of their letters and of the newest trial."""
    newest: dict[str, TrialRow] = {}
    for test in desk.store.channel_tests():
        newest.setdefault(test.channel, test)
    silent = {fault.asset for fault in desk.store.open_faults(OPEN_READ)}
    return Channels(items=[_channel(row, newest.get(row.name), silent) for row in desk.store.channels()])


@router.post(
    "/channels/{name}/test",
    summary="Try a channel",
    responses=PENDING | responses(401, 403, 404, 409, 422, 429),
)
async def try_channel(
    desk: DeskDep,
    person: Tester,
    name: Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,30}$", examples=["wecom_maintenance"])],
    response: Response,
    body: TryChannel | None = None,
) -> ChannelTried:
    """The gateway sends one trial letter: 200 with what the channel said, 202 while it has not said anything, 409 if
    the gateway would not try or somebody tries it already, 429 within 30 s of the trial before.
    """
    given = body or TryChannel()
    await asyncio.to_thread(_may_be_tried, desk, name)
    payload = msgspec.json.encode(ChannelTest(name, given.to, given.lang, person.role))
    number = await asyncio.to_thread(desk.store.add_input, KIND, payload, person.name, None, desk.clock())
    response.status_code = 200 if await follow(desk, number, WAIT_S) else 202
    found = await asyncio.to_thread(desk.store.channel_tests)
    return _tried(next(test for test in found if test.id == number))


def _may_be_tried(desk: Desk, name: str) -> None:
    if name not in {row.name for row in desk.store.channels()}:
        raise Problem(404, f"the gateway has no channel '{name}'")
    last = next((test for test in desk.store.channel_tests() if test.channel == name), None)
    if last is None:
        return
    age_ms = desk.clock() - last.at_ms
    if last.waits and 0 <= age_ms < 2 * PAUSE_MS:
        raise Problem(409, f"{last.by} tries this channel already", reason="running")
    if last.tried is not None and 0 <= age_ms < PAUSE_MS:
        wait_s = (PAUSE_MS - age_ms + 999) // 1000
        detail = f"{last.by} tried this channel a moment ago; try again in {wait_s} s"
        raise Problem(429, detail, reason="pause", headers={"Retry-After": str(wait_s)})


def _channel(row: ChannelRow, test: TrialRow | None, silent: set[str]) -> Channel:
    return Channel(
        name=row.name,
        kind=row.kind,
        opened=iso(row.opened_ms),
        waiting=row.waiting,
        oldest_due=iso_or_none(row.due_ms),
        last_sent=iso_or_none(row.sent_ms),
        last_failure=row.failed,
        silent=f"{CHANNEL}{row.name}" in silent,
        last_test=None if test is None else _tried(test),
    )


def _tried(test: TrialRow) -> ChannelTried:
    if test.tried is not None:
        outcome, detail = test.tried.outcome, test.tried.detail
    else:
        outcome, detail = ("waiting", "") if test.refused is None else ("refused", test.refused)
    values = {"id": test.id, "at": iso(test.at_ms), "by": test.by, "outcome": outcome, "detail": detail}
    return ChannelTried.model_validate(values)
