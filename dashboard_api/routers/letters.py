"""Who was told of a fault and whether it got there, for staff."""

from fastapi import APIRouter, Depends

from dashboard_api import letters
from dashboard_api.auth.people import SECURITY, allowed, fault_of
from dashboard_api.desk import DeskDep
from dashboard_api.letters import SentLetters, UnheardFaults
from dashboard_api.problems import responses
from dashboard_api.routers.faults import Looker, Number

router = APIRouter(tags=["faults"], dependencies=[Depends(allowed("look")), *SECURITY])


@router.get("/faults/{number}/letters", summary="Who was told, by which way", responses=responses(401, 403, 404, 422))
def list_letters(desk: DeskDep, person: Looker, number: Number) -> SentLetters:
    """Every letter on this fault with what became of it."""
    fault_of(desk, person, number)
    return letters.sent(desk, desk.store.letters.of_fault(number))


@router.get("/unheard", summary="What has reached nobody", responses=responses(401, 403))
def list_unheard(desk: DeskDep, person: Looker) -> UnheardFaults:
    """Open faults that nobody has taken and of which nobody of a post has a confirmed message: ring them."""
    return letters.unheard(desk, [one for one in desk.store.letters.wall(desk.clock()) if person.sees_fault(one.fault)])
