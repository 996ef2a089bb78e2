"""The maintenance staff's pages, phone first. Each works without a script; with one it stays true by itself."""

from fastapi import APIRouter

from dashboard_api.web.staff import channel_routes, command_routes, fault_routes, here, pages, phone, planned_routes


def router() -> APIRouter:
    """All of them."""
    whole = APIRouter(include_in_schema=False)
    for room in (pages, fault_routes, planned_routes, here, channel_routes, command_routes, phone):
        whole.include_router(room.router)
    return whole
