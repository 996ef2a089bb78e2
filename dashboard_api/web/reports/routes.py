"""Month reports for staff: which there are, one as JSON or as a file, what a revision changed, a PDF with progress."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from dashboard_api import report_models as models
from dashboard_api.auth.people import SECURITY, Person, allowed
from dashboard_api.caching import has
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.problems import Problem, Responses, responses
from dashboard_api.reports.archive import Kept
from dashboard_api.reports.press import Job
from dashboard_api.web.reports import answers, drawing
from dashboard_api.web.reports.drawing import Format
from dashboard_api.web.texts import Lang
from gateway.reports import shelf
from gateway.reports.month import MonthReport
from gateway.reports.shelf import MonthLine, NoReport
from gateway.uptime.months import digest

router = APIRouter(tags=["reports"], dependencies=[Depends(allowed("look")), *SECURITY])
Reader = Annotated[Person, Depends(allowed("look"))]
MonthName = Annotated[str, Path(max_length=20, description="year and month", examples=["2026-10"])]
Number = Annotated[
    int | None, Query(alias="revision", ge=1, le=100_000, description="the newest one if left out", examples=[1])
]
Language = Annotated[Lang, Query(alias="lang", description="zh or en")]
JobNumber = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", examples=["0f343b0931126a20f133d67c2b018a3b"])]


def asked(desk: DeskDep, person: Reader, month: MonthName, revision: Number = None) -> MonthReport:
    """What this person may read of a month; raises :class:`Problem`."""
    return drawing.month(desk, person, month, revision)


Asked = Annotated[MonthReport, Depends(asked)]
FILES: Responses = {
    200: {
        "description": "the file; one of a frozen revision is always the same",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {"schema": {"type": "string"}},
            "application/pdf": {"schema": {"type": "string"}},
            "text/html": {"schema": {"type": "string"}},
        },
    },
    304: {"description": "it is the one that `If-None-Match` names"},
}

ONE_PDF: Responses = {200: {"description": "the file", "content": {"application/pdf": {"schema": {"type": "string"}}}}}


@router.get("/reports", summary="Which months there are, with their revisions and files", responses=responses(401, 403))
def list_months(desk: DeskDep, person: Reader) -> models.Months:
    """Months freeze on day 5 of the next; the running one is there too. Files are of the whole village, so they are
    named to who sees all of it."""
    lines = shelf.listed(desk.store, desk.clock())
    return models.Months(items=[answers.entry(line, _kept(desk, person, line)) for line in lines])


def _kept(desk: Desk, person: Person, line: MonthLine) -> dict[int, list[Kept]]:
    if desk.archive is None or person.area is not None:
        return {}
    return {head.revision: desk.archive.files(line.month, head.revision) for head in line.revisions}


@router.get("/reports/{month}", summary="One month's cameras", responses=responses(401, 403, 404, 409, 422))
def one_month(desk: DeskDep, person: Reader, report: Asked) -> models.Month:
    """A frozen revision as it was frozen, or what the running month comes to now. Who read it is noted."""
    drawing.note_month(desk, person, report, "json", None)
    return answers.month(report)


@router.get(
    "/reports/{month}/changes",
    summary="What changed between two revisions",
    responses=responses(401, 403, 404, 409, 422),
)
def month_changes(
    desk: DeskDep,
    person: Reader,
    month: MonthName,
    before: Annotated[int, Query(ge=1, le=100_000, examples=[1])],
    after: Annotated[int, Query(ge=1, le=100_000, examples=[2])],
) -> models.Changes:
    """By camera and figure, as far as the reader's area goes."""
    shown = {row.device for row in drawing.month(desk, person, month, after).rows}
    try:
        found = shelf.changes(desk.store, month, before, after)
    except NoReport as error:
        raise drawing.refused(error) from error
    items = [
        models.Change(camera=one.device, field=one.field, before=one.before, after=one.after)
        for one in found
        if one.device in shown
    ]
    return models.Changes(month=month, before=before, after=after, items=items)


@router.get(
    "/reports/{month}/report.{format}",
    summary="A month as CSV, XLSX, PDF or a printable page",
    response_class=Response,
    responses=FILES | responses(401, 403, 404, 409, 422, 500, 503),
)
async def month_file(
    request: Request,
    desk: DeskDep,
    person: Reader,
    report: Asked,
    format_: Annotated[Format, Path(alias="format", examples=["csv"])],
    lang: Language = "zh",
) -> Response:
    """A PDF that is not in the archive is drawn, which takes seconds, of very many cameras a minute: POST first where
    somebody wants to see how far it is. Who took it is written into the audit log."""
    tag = f'"{report.hash}-{_scope(report)}-{lang}-{format_}"' if report.hash else ""
    await asyncio.to_thread(drawing.note_month, desk, person, report, format_, lang)
    if tag and has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "private, no-cache"})
    body = await _body(desk, person, report, format_, lang)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"} if tag else {}
    return drawing.download(body, format_, drawing.name(report, lang, format_), **headers)


def _scope(report: MonthReport) -> str:
    """What tells one reader's part of a revision from another's."""
    cameras = ",".join(row.device for row in report.rows)
    return digest(cameras.encode())[:12] if report.part else "all"


async def _body(desk: Desk, person: Person, report: MonthReport, format_: Format, lang: Lang) -> bytes:
    if desk.archive is not None and report.revision is not None and not report.part:
        kept = await asyncio.to_thread(desk.archive.read, report.month, report.revision, lang, format_)
        if kept is not None:
            return kept
    if format_ != "pdf":
        return await asyncio.to_thread(drawing.file, desk.store, report, format_, lang)
    return await drawing.wait(await asyncio.to_thread(drawing.submit_month, desk, person, report, lang))


@router.post(
    "/reports/{month}/pdf",
    status_code=202,
    summary="Have a month's PDF drawn",
    responses=responses(401, 403, 404, 409, 422, 503),
)
def draw_month(desk: DeskDep, person: Reader, report: Asked, lang: Language = "zh") -> models.PdfJob:
    """Ask `/api/v1/report-jobs/{id}` how far it is; who drew it is written into the audit log."""
    drawing.note_month(desk, person, report, "pdf", lang)
    return _job(drawing.submit_month(desk, person, report, lang))


@router.get("/report-jobs/{job}", summary="How far a PDF is", responses=responses(401, 403, 404, 422))
def one_job(desk: DeskDep, person: Reader, job: JobNumber) -> models.PdfJob:
    """Only for who asked for it; forgotten after a while, or when this process restarts."""
    return _job(drawing.job(desk, person, job))


@router.get(
    "/report-jobs/{job}/file",
    summary="A PDF that was drawn",
    response_class=Response,
    responses=ONE_PDF | responses(401, 403, 404, 409, 422),
)
def job_file(desk: DeskDep, person: Reader, job: JobNumber) -> Response:
    """Once its state is `done`."""
    made = drawing.job(desk, person, job)
    if made.state != "done":
        raise Problem(409, f"it is not done but {made.state}; ask again later", reason=made.state)
    return drawing.download(made.body, "pdf", made.name)


def _job(job: Job) -> models.PdfJob:
    file = f"/api/v1/report-jobs/{job.number}/file" if job.state == "done" else None
    return models.PdfJob(id=job.number, state=job.state, step=job.step, error=job.error or None, file=file)
