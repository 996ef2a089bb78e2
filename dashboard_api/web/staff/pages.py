"""The staff's pages that are only looked at."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dashboard_api.desk import DeskDep
from dashboard_api.web.render import taste
from dashboard_api.web.staff import work_list
from dashboard_api.web.staff.shell import Worker, answer, is_part
from dashboard_api.web.staff.work_list import Ask

router = APIRouter(include_in_schema=False)


@router.get("/work")
def work(request: Request, desk: DeskDep, person: Worker, ask: Annotated[Ask, Query()]) -> Response:
    """My faults first, then those of my post, then the rest."""
    found = work_list.read(desk, taste(request).lang, person, ask)
    return answer(request, desk, person, "work_list.html" if is_part(request) else "work.html", list=found)
