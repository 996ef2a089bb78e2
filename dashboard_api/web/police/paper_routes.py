"""A month's PDF from the page: it is drawn while its reader sees how far it is, with scripts and without."""

import re
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from dashboard_api.desk import DeskDep
from dashboard_api.reports.press import Job
from dashboard_api.web.police.shell import Worker, answer, is_part
from dashboard_api.web.render import taste
from dashboard_api.web.reports import drawing
from dashboard_api.web.texts import Lang, say

router = APIRouter(include_in_schema=False)
# As WeasyPrint says it: "Step 5 - Creating layout - Page 12".
STEP, STEPS = re.compile(r"Step (\d+)(?:.*Page (\d+))?"), 7
Number = Annotated[int | None, Query(ge=1, le=10_000)]


@router.get("/police/month/{month}/pdf")
def drawn(
    request: Request,
    desk: DeskDep,
    person: Worker,
    month: Annotated[str, Path(pattern=r"^\d{4}-\d{2}$")],
    revision: Number = None,
) -> Response:
    """303 to the file where it is kept already, else to the page that shows how far it is."""
    lang, report = taste(request).lang, drawing.month(desk, person, month, revision)
    if drawing.kept(desk, report, lang):
        return RedirectResponse(f"/api/v1/reports/{month}/report.pdf?revision={report.revision}&lang={lang}", 303)
    drawing.note_month(desk, person, report, "pdf", lang)
    job = drawing.submit_month(desk, person, report, lang)
    return RedirectResponse(f"/police/papers/{job.number}?month={month}", 303)


@router.get("/police/papers/{number}")
def progress(
    request: Request,
    desk: DeskDep,
    person: Worker,
    number: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")],
    month: Annotated[str, Query(pattern=r"^\d{4}-\d{2}$")],
) -> Response:
    """How far a PDF is, and the file once it is there."""
    job = drawing.job(desk, person, number)
    template = "paper_body.html" if is_part(request) else "paper.html"
    step, told = said(taste(request).lang, job)
    return answer(request, desk, person, template, job=job, step=step, steps=STEPS, told=told, month=month)


def said(lang: Lang, job: Job) -> tuple[int, str]:
    """Which step of :data:`STEPS` it is at, and that in words."""
    found = STEP.match(job.step)
    if job.state == "done":
        return STEPS, say(lang, "police_paper.done", kib=max(1, len(job.body) // 1024))
    if found is None:
        return 0, say(lang, f"police_paper.{job.state}")
    step, page = min(int(found[1]), STEPS), found[2]
    told = say(lang, "police_paper.step", step=step, steps=STEPS)
    return step, told + (say(lang, "police_paper.page", page=page) if page else "")
