"""One fault: its page, the pages of its moves, and what their forms send."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from dashboard_api.auth.people import Person, fault_of
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.problems import Problem
from dashboard_api.web.pages import Number
from dashboard_api.web.render import taste
from dashboard_api.web.staff import moves, sending, story
from dashboard_api.web.staff.moves import MOVES, MoveName, Typed
from dashboard_api.web.staff.sending import Failed
from dashboard_api.web.staff.shell import SignedIn, Worker, answer, is_part
from dashboard_api.web.texts import say
from gateway.store import FaultRow

router = APIRouter(include_in_schema=False)
Done = Annotated[str, Query(max_length=20)]
Move = Annotated[MoveName, Path()]


@router.get("/staff/faults/{number}")
def fault(request: Request, desk: DeskDep, person: Worker, number: Number, done: Done = "") -> Response:
    """What it is, why, what to do first, and the one next step."""
    row = fault_of(desk, person, number)
    told = say(taste(request).lang, f"done.{done}") if _stands(desk, person, row, done) else ""
    return _page(request, desk, person, row, told=told, kind="wait" if done == "pending" else "good", done=done)


def _stands(desk: Desk, person: Person, row: FaultRow, done: str) -> bool:
    """Whether what the address says was done is the last thing that a person did: it may have gone on since."""
    if done == "measured_dead":
        return row.measured_dead
    last = next((one for one in reversed(desk.store.fault_moves(row.id)) if one.by), None)
    if done == "pending":
        return last is None or last.by != person.name
    move = "on_site" if done == "arrived" else done
    return move in MOVES and last is not None and (last.by, last.move) == (person.name, move)


@router.get("/staff/faults/{number}/{move}")
def move_form(request: Request, desk: DeskDep, person: Worker, number: Number, move: Move) -> Response:
    """The form of one move; where it cannot be made any more, the fault as it is now."""
    row = fault_of(desk, person, number)
    if move not in moves.may_now(desk, person, row):
        told = say(taste(request).lang, "conflict.illegal")
        return _page(request, desk, person, row, 409, told=told, kind="wait")
    return _form(request, desk, person, row, move, Failed(200, "", Typed(version=row.version)))


@router.post("/staff/faults/{number}/{move}")
async def make(request: Request, desk: DeskDep, person: SignedIn, number: Number, move: Move) -> Response:
    """Make it. 303 to the fault that shows the outcome; else the form again, with all that was typed."""
    async with request.form(max_files=1, max_fields=20) as sent:
        typed = sending.typed_of(sent, await sending.picture(sent))
    if not person.may("move"):
        raise Problem(403, f"role '{person.role}' may not do this", reason="role")
    row = fault_of(desk, person, number)
    outcome = await sending.send(desk, taste(request).lang, person, row, move, typed)
    if isinstance(outcome, str):
        return RedirectResponse(f"/staff/faults/{number}?done={outcome}", 303)
    now = fault_of(desk, person, number)
    if outcome.taken and move not in moves.may_now(desk, person, now):
        return _page(
            request, desk, person, now, 409, told=outcome.told, kind="wait", unsent=outcome.typed.comment.strip()
        )
    return _form(request, desk, person, now, move, outcome)


def _page(request: Request, desk: Desk, person: Person, row: FaultRow, status: int = 200, **more: str) -> Response:
    """``told``: of what was just done, in the looks of ``kind``; ``unsent``: what was typed and did not get through."""
    found = story.read(desk, taste(request).lang, person, row)
    template = "fault_body.html" if is_part(request) else "fault.html"
    values = {"told": "", "kind": "good", "unsent": "", "done": "", **more}
    return answer(request, desk, person, template, status, story=found, **values)


def _form(request: Request, desk: Desk, person: Person, row: FaultRow, move: MoveName, failed: Failed) -> Response:
    lang = taste(request).lang
    return answer(
        request,
        desk,
        person,
        "move.html",
        failed.status,
        form=moves.form(desk, lang, row, move),
        story=story.read(desk, lang, person, row),
        failed=failed,
        version=row.version,
        most=moves.COMMENT_MAX,
        **_soonest(desk),
    )


def _soonest(desk: Desk) -> dict[str, str]:
    """The earliest moment that a date field may hold, in the village's time."""
    return {"soonest": sending.local(desk.clock())}
