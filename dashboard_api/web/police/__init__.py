"""The police's pages: which cameras are usable now, the uptime month, the statement of a window, the archive."""

from fastapi import APIRouter

from dashboard_api.web.police import archive_routes, routes, statement_routes


def router() -> APIRouter:
    """All of them."""
    whole = APIRouter(include_in_schema=False)
    for room in (routes, statement_routes, archive_routes):
        whole.include_router(room.router)
    return whole
