"""The maintenance staff's pages, phone first. Each works without a script; with one it stays true by itself."""

from fastapi import APIRouter

from dashboard_api.web.staff import pages


def router() -> APIRouter:
    """All of them."""
    whole = APIRouter(include_in_schema=False)
    whole.include_router(pages.router)
    return whole
