"""Who was told of a fault and whether it got there, for staff."""

from fastapi import APIRouter, Depends

from dashboard_api import letters
from dashboard_api.auth.people import SECURITY, allowed
from dashboard_api.desk import DeskDep
from dashboard_api.letters import SentLetters, UnheardFaults
from dashboard_api.problems import Problem, responses
from dashboard_api.routers.faults import Number

router = APIRouter(tags=["faults"], dependencies=[Depends(allowed("look")), *SECURITY])


@router.get("/faults/{number}/letters", summary="Who was told, by which way", responses=responses(401, 403, 404, 422))
def list_letters(desk: DeskDep, number: Number) -> SentLetters:
    """Every letter on this fault with what became of it."""
    if desk.store.fault(number) is None:
        raise Problem(404, f"no fault '{number}'")
    return letters.sent(desk, desk.store.letters.of_fault(number))


@router.get("/unheard", summary="What has reached nobody", responses=responses(401, 403))
def list_unheard(desk: DeskDep) -> UnheardFaults:
    """Open faults that nobody has taken and of which nobody of a post has a confirmed message: ring them."""
    return letters.unheard(desk, desk.store.letters.wall(desk.clock()))
