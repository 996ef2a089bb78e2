"""The duty desk's pages, and what their forms send."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from dashboard_api.auth.people import Person, fault_of
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.problems import Problem
from dashboard_api.times import clock_text
from dashboard_api.web.desk import outcomes, queue, record, ring, sheet, view
from dashboard_api.web.desk.record import Failed, Typed
from dashboard_api.web.pages import Number
from dashboard_api.web.render import taste
from dashboard_api.web.staff.shell import SignedIn, answer, is_part
from gateway.store import FaultRow

router = APIRouter(prefix="/desk", include_in_schema=False)
To = Annotated[str, Query(max_length=60)]
Done = Annotated[str, Query(max_length=20)]


def caller(person: SignedIn) -> Person:
    """Who may see whom to ring: names and numbers of the roster; raises :class:`Problem` 403."""
    if not person.may("move"):
        raise Problem(403, f"role '{person.role}' may not do this", reason="role")
    return person


Caller = Annotated[Person, Depends(caller)]


class CallForm(BaseModel):
    """An outcome as a button or a form sends it."""

    csrf: str = ""
    outcome: str = Field(default="", max_length=20)
    version: int = Field(default=0, ge=0, le=2**53)
    seen: int = Field(default=0, ge=0, le=2**53)
    to: str = Field(default="", max_length=60)
    comment: str = Field(default="", max_length=4_000)
    department: str = Field(default="", max_length=60)
    days: str = Field(default="", max_length=20)

    def typed(self) -> Typed:
        """The same for the judgement."""
        clean = self.comment.replace("\x00", "")
        return Typed(
            self.csrf, self.outcome, self.version, self.seen, self.to, clean, self.department, self.days.strip()
        )


@router.get("")
def first(request: Request, desk: DeskDep, person: Caller) -> Response:
    """What is open in the order to be rung, and the first of it."""
    found = queue.rows(desk, person)
    return _page(request, desk, person, found[0] if found else None, found=found)


@router.get("/hand-over")
def hand_over(request: Request, desk: DeskDep, person: Caller) -> Response:
    """The sheet for whoever comes next."""
    found = sheet.read(desk, taste(request).lang, person)
    return answer(request, desk, person, "desk/hand_over.html", sheet=found, **_words(desk))


@router.get("/{number}")
def one(request: Request, desk: DeskDep, person: Caller, number: Number, to: To = "", done: Done = "") -> Response:
    """One fault: whom to ring, what to say, and the outcomes."""
    row = fault_of(desk, person, number)
    last = next(reversed(desk.calls.of(row.id)), None)
    stands = done == "pending" or (last is not None and (last.by, last.outcome) == (person.name, done))
    return _page(request, desk, person, row, _Shown(to, done if stands else ""))


@router.post("/{number}")
async def press(
    request: Request, desk: DeskDep, person: SignedIn, number: Number, sent: Annotated[CallForm, Form()]
) -> Response:
    """Record an outcome. 303 to the page that shows it; else the page with why not, and all that was typed."""
    if not person.may("ring"):
        raise Problem(403, f"role '{person.role}' may not do this", reason="role")
    row, typed, lang = fault_of(desk, person, number), sent.typed(), taste(request).lang
    rung = _rung(request, desk, row, typed.to)
    outcome = await record.record(desk, lang, person, row, rung, typed)
    if isinstance(outcome, str):
        return RedirectResponse(f"/desk/{number}?done={outcome}", 303)
    return _page(request, desk, person, fault_of(desk, person, number), _Shown(typed.to, failed=outcome))


def _rung(request: Request, desk: Desk, row: FaultRow, to: str) -> ring.Candidate | None:
    found = ring.read(desk, taste(request).lang, row, desk.calls.of(row.id), desk.store.fault_moves(row.id))
    return next((one for one in found.people if one.person == to), None)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is said above a fault. ``to``: whom somebody chose to ring; ``done``: the outcome that was just recorded."""

    to: str = ""
    done: str = ""
    failed: Failed | None = None


def _page(
    request: Request,
    desk: Desk,
    person: Person,
    row: FaultRow | None,
    shown: _Shown = _Shown(),
    found: list[FaultRow] | None = None,
) -> Response:
    lang, failed = taste(request).lang, shown.failed
    listed = queue.read(desk, lang, person, queue.rows(desk, person) if found is None else found)
    return answer(
        request,
        desk,
        person,
        "desk/body.html" if is_part(request) else "desk/page.html",
        failed.status if failed else 200,
        queue=listed,
        call=None if row is None else view.read(desk, lang, person, row, shown.to),
        to=shown.to,
        told=record.told(lang, shown.done),
        done=shown.done,
        failed=failed,
        typed=failed.typed if failed else Typed(),
        most=record.SAID_MAX,
        days_max=outcomes.DAYS_MAX,
        **_words(desk),
        turn=_turn(listed, row),
    )


def _words(desk: Desk) -> dict[str, Any]:
    """How moments and numbers are written."""
    now_ms = desk.clock()
    return {"clock": lambda ms: clock_text(ms, now_ms), "spaced": spaced}


def spaced(phone: str) -> str:
    """A number as it is read out: ``138 0000 0000``; a landline as it is dialled."""
    found = re.fullmatch(r"(?:\+86)?(1\d{2})(\d{4})(\d{4})", phone)
    return " ".join(found.groups()) if found else phone


def _turn(listed: queue.Queue, row: FaultRow | None) -> tuple[str, str]:
    """The fault before and after this one in the list; "" at its ends."""
    numbers = [line.card.id for line in listed.all]
    at = numbers.index(row.id) if row is not None and row.id in numbers else -1
    return numbers[at - 1] if at > 0 else "", numbers[at + 1] if 0 <= at + 1 < len(numbers) else ""
