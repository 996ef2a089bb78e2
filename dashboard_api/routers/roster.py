"""Who is on duty, for staff."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from dashboard_api import present
from dashboard_api.auth.people import SECURITY, Person, allowed
from dashboard_api.caching import respond
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.problems import Responses, responses
from dashboard_api.recipients import ring_of, roster_of
from dashboard_api.roster_models import NextChange, OnDuty, PostNow, RosterNow
from dashboard_api.times import iso
from gateway.dispatch import Person as Listed
from gateway.dispatch import Post, Setup, needed_posts, on_duty
from gateway.dispatch.duty import next_change
from gateway.dispatch.post_names import post_name
from gateway.dispatch.posts import post_of

router = APIRouter(tags=["roster"], dependencies=SECURITY)
SAME: Responses = {304: {"description": "nothing new since the ETag that was sent"}}
AHEAD_MS = 7 * 24 * 3600 * 1000


@router.get(
    "/roster",
    summary="Who is on duty now, and who comes next",
    response_model=RosterNow,
    responses=SAME | responses(401, 403),
)
def roster_now(request: Request, desk: DeskDep, person: Annotated[Person, Depends(allowed("look"))]) -> Response:
    """A line a post that faults lead to or that the roster has, with its next hand-over within a week."""
    numbers = person.may("move")

    def make() -> bytes:
        return _now(desk, numbers).model_dump_json().encode()

    made = desk.cache.get(f"roster:{numbers}", desk.feed.seq, make)
    return respond(request, made, "application/json", "private, max-age=5")


def _now(desk: Desk, numbers: bool) -> RosterNow:
    row, roster = desk.store.roster(), roster_of(desk)
    setup = Setup(desk.village, roster, {}, desk.rules.dispatch)
    return RosterNow(
        version=row.version if row and roster else None,
        loaded=iso(row.loaded_ms) if row and roster else None,
        desk=ring_of(desk),
        posts=[_post(desk, setup, post, numbers) for post in _posts(setup)],
    )


def _posts(setup: Setup) -> list[Post]:
    roster = setup.roster
    keys = (*roster.duties_of, *roster.hand_overs_of) if roster else ()
    beside = (post_of(setup, f"{post}@{grid}" if grid else post) for post, grid in keys)
    return sorted({*needed_posts(setup), *beside})


def _post(desk: Desk, setup: Setup, post: Post, numbers: bool) -> PostNow:
    now_ms, roster = desk.clock(), setup.roster
    people = on_duty(roster, *post.key, now_ms, setup.calendar) if roster else ()
    change = next_change(roster, post.key, now_ms, now_ms + AHEAD_MS, setup.calendar) if roster else None
    after = None
    if change is not None:
        at_ms, others = change
        after = NextChange(at=iso(at_ms), people=[_person(one, numbers) for one in others])
    name = present.text(post_name(desk.village, post.id))
    return PostNow(post=post.id, name=name, people=[_person(one, numbers) for one in people], next=after)


def _person(one: Listed, numbers: bool) -> OnDuty:
    return OnDuty(id=one.id, name=one.name, phone=one.phone if numbers else None)
