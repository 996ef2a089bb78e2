"""The archive: the list of frozen months, what a revision changed, and its bytes, whose SHA-256 is its hash."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from dashboard_api.auth.people import theirs
from dashboard_api.desk import DeskDep
from dashboard_api.problems import Problem
from dashboard_api.web.police import archive
from dashboard_api.web.police.shell import Worker, answer
from dashboard_api.web.render import taste
from gateway.store import Deed

router = APIRouter(include_in_schema=False)
MonthName = Annotated[str, Path(pattern=r"^\d{4}-\d{2}$")]
Number = Annotated[int, Path(ge=1, le=10_000)]


@router.get("/police/archive")
def months(request: Request, desk: DeskDep, person: Worker) -> Response:
    """Every frozen month with its revisions."""
    lang = taste(request).lang
    found = archive.read(desk, lang, person)
    files = {
        (one.month, one.number): list(archive.files(lang, one, person)) for month in found for one in month.revisions
    }
    return answer(request, desk, person, "archive.html", months=found, files=files)


@router.get("/police/archive/{month}/{number}.json")
def body(desk: DeskDep, person: Worker, month: MonthName, number: Number) -> Response:
    """The bytes of a revision. They hold every device of the village, so they are for who sees all of it."""
    theirs(person, person.area is None)
    row = next((one for one in desk.store.months() if (one.month, one.revision) == (month, number)), None)
    if row is None:
        raise Problem(404, f"no revision {number} of {month}")
    desk.store.note(Deed(desk.clock(), person.name, person.role, "month fetched", month, detail=f"revision {number}"))
    name = f"uptime-{month}-r{number}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(row.body, media_type="application/json", headers=headers)


@router.get("/police/archive/{month}/{number}")
def changes(request: Request, desk: DeskDep, person: Worker, month: MonthName, number: Number) -> Response:
    """What a revision changed against the one before."""
    lang = taste(request).lang
    found = archive.changes(desk, lang, person, month, number)
    if found is None:
        raise Problem(404, f"no revision {number} of {month}")
    files = list(archive.files(lang, found.revision, person))
    return answer(request, desk, person, "changes.html", found=found, files=files)
