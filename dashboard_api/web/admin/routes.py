"""Where the administration begins."""

from fastapi import APIRouter, Request, Response

from dashboard_api.desk import DeskDep
from dashboard_api.system import look
from dashboard_api.web.admin import health_view
from dashboard_api.web.admin.health_view import Ask
from dashboard_api.web.admin.reference import settings_of
from dashboard_api.web.admin.shell import Administrator, answer, is_part
from dashboard_api.web.render import taste

router = APIRouter(include_in_schema=False)
# What there is to administer: its texts' key, its address, its drawing.
LINKS = (
    ("health", "/admin/health", "pulse"),
    ("inventory", "/admin/inventory", "tree"),
    ("users", "/users", "roster"),
    ("tokens", "/tokens", "key"),
    ("audit", "/admin/audit", "audit"),
    ("rules", "/admin/rules", "rules"),
    ("channels", "/staff/channels", "channels"),
    ("roster", "/staff/roster", "plan"),
    ("settings", "/admin/settings", "settings"),
)


@router.get("/admin")
def home(request: Request, desk: DeskDep, person: Administrator) -> Response:
    """Health at a glance, and the way to everything else."""
    page = health_view.page(desk, taste(request).lang, look.look(desk), Ask())
    template = "home_body.html" if is_part(request) else "home.html"
    return answer(request, desk, person, template, page=page, links=LINKS)


@router.get("/admin/settings")
def settings(request: Request, desk: DeskDep, person: Administrator) -> Response:
    """What the page was started with, and the rules by which faults are judged; no secret."""
    return answer(request, desk, person, "settings.html", rooms=settings_of(desk))
