"""What every page of the administration has: who may see it, and the frame around it."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request, Response

from dashboard_api.auth.people import Person, member
from dashboard_api.desk import Desk
from dashboard_api.web.framed import framed
from dashboard_api.web.staff.shell import is_part

__all__ = ["Administrator", "Keeper", "address", "answer", "is_part"]
Administrator = Annotated[Person, Depends(member("administer"))]
# Whoever looks after the system, at its gateway or at its nodes.
Keeper = Annotated[Person, Depends(member("system"))]


def answer(
    request: Request, desk: Desk, person: Person, template: str, status: int = 200, **values: object
) -> Response:
    """A page of the administration: ``template`` of ``templates/admin`` with ``values``."""
    return framed(request, desk, person, f"admin/{template}", status, **values)


def address(path: str, asked: Mapping[str, str | int], **changed: str | int) -> str:
    """``path`` with what it is asked for, but for what is ``changed``; what is empty is left out."""
    wanted = {name: value for name, value in (dict(asked) | changed).items() if value not in ("", 1)}
    return f"{path}?{urlencode(wanted)}" if wanted else path
