"""The police's pages: which cameras are usable now, the uptime month, the statement of a window, the archive."""

from fastapi import APIRouter

from dashboard_api.web.police import archive_routes, paper_routes, routes, statement_routes

router = APIRouter(include_in_schema=False)
for room in (routes, statement_routes, archive_routes, paper_routes):
    router.include_router(room.router)
