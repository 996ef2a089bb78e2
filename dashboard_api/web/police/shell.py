"""What every page of the police has: who may see it, and the frame around it."""

from fastapi import Request, Response

from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.web.framed import framed
from dashboard_api.web.staff.shell import Worker, is_part

__all__ = ["Worker", "answer", "is_part"]


def answer(
    request: Request, desk: Desk, person: Person, template: str, status: int = 200, **values: object
) -> Response:
    """A page of the police: ``template`` of ``templates/police`` with ``values``."""
    return framed(request, desk, person, f"police/{template}", status, whole=person.area is None, **values)
