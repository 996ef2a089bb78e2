"""The inventory's pages: the whole, one thing, and the file for a spreadsheet."""

from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from contracts.topics import ID_PATTERN
from dashboard_api.desk import DeskDep
from dashboard_api.inventory import csv_file, rows
from dashboard_api.problems import Problem
from dashboard_api.system.look import PROGRAM
from dashboard_api.web.admin import inventory_view
from dashboard_api.web.admin.inventory_view import PATH, Ask
from dashboard_api.web.admin.shell import Administrator, answer, is_part
from dashboard_api.web.render import taste

router = APIRouter(include_in_schema=False)
Asked = Annotated[Ask, Query()]


@router.get(PATH)
def inventory(request: Request, desk: DeskDep, person: Administrator, ask: Asked) -> Response:
    """Every thing, as a tree or as a list."""
    page = inventory_view.page(desk, taste(request).lang, rows.read(desk, version(PROGRAM)), ask)
    template = "inventory_body.html" if is_part(request) else "inventory.html"
    return answer(request, desk, person, template, page=page, ask=ask)


@router.get(f"{PATH}.csv")
def export(desk: DeskDep, _person: Administrator, ask: Asked) -> StreamingResponse:
    """What the page would show, each thing a line."""
    chosen = inventory_view.chosen(desk, rows.read(desk, version(PROGRAM)), ask)
    headers = {"Content-Disposition": 'attachment; filename="inventory.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(csv_file.pieces(desk, chosen), media_type="text/csv; charset=utf-8", headers=headers)


@router.get(f"{PATH}/{{asset}}")
def thing(
    request: Request, desk: DeskDep, person: Administrator, asset: Annotated[str, Path(pattern=ID_PATTERN)]
) -> Response:
    """One thing: what it hangs on, what hangs on it, how it is set up."""
    page = inventory_view.thing_page(desk, taste(request).lang, rows.read(desk, version(PROGRAM)), asset)
    if page is None:
        raise Problem(404, f"no '{asset}' in this village's inventory")
    template = "thing_body.html" if is_part(request) else "thing.html"
    return answer(request, desk, person, template, page=page)
