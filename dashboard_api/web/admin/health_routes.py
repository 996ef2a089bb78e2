"""The page of the system's own health."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dashboard_api.desk import DeskDep
from dashboard_api.system import look
from dashboard_api.web.admin import health_view
from dashboard_api.web.admin.health_view import Ask
from dashboard_api.web.admin.shell import Keeper, answer, is_part
from dashboard_api.web.render import taste

router = APIRouter(include_in_schema=False)


@router.get(health_view.PATH)
def health(request: Request, desk: DeskDep, person: Keeper, ask: Annotated[Ask, Query()]) -> Response:
    """Every figure with its limit and its age, and every node."""
    page = health_view.page(desk, taste(request).lang, look.look(desk), ask)
    return answer(request, desk, person, "health_body.html" if is_part(request) else "health.html", page=page, ask=ask)
