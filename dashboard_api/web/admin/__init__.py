"""The administration's pages: how the system does, what there is and what hangs on what, and the way to the rest."""

from fastapi import APIRouter

from dashboard_api.web.admin import health_routes, inventory_routes, routes

router = APIRouter(include_in_schema=False)
for room in (routes, health_routes, inventory_routes):
    router.include_router(room.router)
