"""What the routes of reports share: which report somebody may read, how its files are made, and that it is noted."""

import asyncio
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

from fastapi import Response

from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.errand import Stop
from dashboard_api.problems import Problem
from dashboard_api.reports import csv_file, xlsx_file
from dashboard_api.reports.press import Busy, Job, draw
from dashboard_api.reports.sheet import Sheet
from dashboard_api.web import texts
from dashboard_api.web.reports import paper, running
from dashboard_api.web.texts import Lang
from gateway.reports import shelf
from gateway.reports.month import MonthReport, within
from gateway.reports.shelf import NoReport
from gateway.store import Deed, MonthHead, Store
from gateway.uptime.months import FREEZES_AFTER_MS, Difference

Format = Literal["csv", "xlsx", "pdf", "html"]
TYPES: dict[Format, str] = {
    "csv": csv_file.MEDIA_TYPE,
    "xlsx": xlsx_file.MEDIA_TYPE,
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}
STATUS: dict[str, int] = {"bad_name": 422, "unreadable": 409}
# A PDF of a statement takes seconds; who asks for a large month by its address alone waits so long at most.
WAIT_S = 50.0


def month(desk: Desk, person: Person, named: str, revision: int | None) -> MonthReport:
    """What ``person`` may read of a month; raises :class:`Problem` with the sentence that says why not."""
    try:
        found = _report(desk, named, revision)
    except NoReport as error:
        raise refused(error) from error
    seen = within(found, person.sees)
    if not seen.rows:
        raise Problem(404, f"no camera of your area is in {named}", reason="area")
    return seen


def _report(desk: Desk, named: str, revision: int | None) -> MonthReport:
    """The running month is counted anew only when it must be."""
    month, now_ms = shelf.named(named), desk.clock()
    runs = month.from_ms <= now_ms < month.to_ms + FREEZES_AFTER_MS
    if revision is not None or not runs or desk.store.month(named) is not None:
        return shelf.report(desk.store, desk.village, named, revision, now_ms)
    to_ms = running.until(desk, month)
    stamp = running.position(desk, month), to_ms
    return desk.kept.get(f"report {named}", stamp, lambda: shelf.report(desk.store, desk.village, named, None, to_ms))


def refused(error: NoReport) -> Problem:
    """Why there is no such report."""
    return Problem(STATUS.get(error.reason, 404), error.text, reason=error.reason)


def changed(store: Store, report: MonthReport) -> list[Difference]:
    """What a revision changed against the one before."""
    if report.revision is None or report.revision == 1:
        return []
    return shelf.changes(store, report.month, report.revision - 1, report.revision)


def file(store: Store, report: MonthReport, format_: Format, lang: Lang) -> bytes:
    """Everything but a PDF, which takes too long to be made here."""
    say = partial(texts.say, lang)
    if format_ == "csv":
        return csv_file.write(report, say, lang)
    if format_ == "xlsx":
        return xlsx_file.write(report, say, lang)
    return paper.month(report, lang, changed(store, report)).encode()


def sheet(store: Store, report: MonthReport, lang: Lang) -> Sheet:
    """What the PDF is made from."""
    return Sheet(paper.month(report, lang, changed(store, report)))


def making(desk: Desk, head: MonthHead, stop: Stop) -> Mapping[tuple[str, str], Callable[[], bytes]]:
    """How the archive's files of a revision are made. Raises StoreError and :class:`NoReport`."""
    report = shelf.report(desk.store, desk.village, head.month, head.revision, desk.clock())
    made: dict[tuple[str, str], Callable[[], bytes]] = {}
    for lang in texts.LANGS:
        made |= {(lang, one): partial(file, desk.store, report, one, lang) for one in ("csv", "xlsx")}
        made[lang, "pdf"] = partial(_pdf, desk.store, report, lang, stop)
    return made


def _pdf(store: Store, report: MonthReport, lang: Lang, stop: Stop) -> bytes:
    return draw(sheet(store, report, lang), lambda _: None, stop)


def submit(desk: Desk, person: Person, made: Sheet, called: str) -> Job:
    """Have it drawn; raises :class:`Problem` 503 while too many wait."""
    try:
        return desk.press.submit(made, called, person.name)
    except Busy as error:
        text = "too many reports are being drawn; try again in a minute"
        raise Problem(503, text, reason="busy", headers={"Retry-After": "60"}) from error


def submit_month(desk: Desk, person: Person, report: MonthReport, lang: Lang) -> Job:
    """Have a month drawn; raises :class:`Problem` 503."""
    return submit(desk, person, sheet(desk.store, report, lang), name(report, lang, "pdf"))


def kept(desk: Desk, report: MonthReport, lang: Lang) -> bool:
    """Whether its PDF is in the archive."""
    if desk.archive is None or report.revision is None or report.part:
        return False
    return any((one.lang, one.format) == (lang, "pdf") for one in desk.archive.files(report.month, report.revision))


def name(report: MonthReport, lang: Lang, format_: Format) -> str:
    """What a file of it is called."""
    standing = "provisional" if report.revision is None else f"r{report.revision}"
    return f"{report.village}-{report.month}-{standing}{'-part' if report.part else ''}.{lang}.{format_}"


def job(desk: Desk, person: Person, number: str) -> Job:
    """What somebody has asked for; raises :class:`Problem` 404 for what is not theirs, or forgotten."""
    found = desk.press.job(number)
    if found is None or person.name not in found.for_:
        raise Problem(404, f"no PDF '{number}' is being drawn for you; ask for it again", reason="forgotten")
    return found


async def wait(job: Job) -> bytes:
    """Its PDF; raises :class:`Problem` 503 if it is not there soon, or could not be drawn."""
    over = await asyncio.to_thread(job.over.wait, WAIT_S)
    if not over:
        text = f"still being drawn; its progress is at /api/v1/report-jobs/{job.number}"
        raise Problem(503, text, reason="drawing", headers={"Retry-After": "10"})
    if job.state == "failed":
        raise Problem(500, f"the PDF could not be drawn: {job.error}", reason="unprintable")
    return job.body


def note(desk: Desk, person: Person, action: str, subject: str, **detail: object) -> None:
    """Who saw what, in the audit log."""
    told = json.dumps({key: value for key, value in detail.items() if value is not None}, ensure_ascii=False)
    desk.store.note(Deed(desk.clock(), person.name, person.role, action, subject, detail=told))


def note_month(desk: Desk, person: Person, report: MonthReport, as_: str, lang: str | None) -> None:
    """Who got which revision, in what form."""
    told = {"as": as_, "lang": lang, "revision": report.revision, "hash": report.hash, "cameras": len(report.rows)}
    note(desk, person, "month report drawn", report.month, **told)


def download(body: bytes, format_: Format, called: str, **headers: str) -> Response:
    """A file to save; a page to look at."""
    how = "inline" if format_ in {"html", "pdf"} else "attachment"
    said = {"Content-Disposition": f'{how}; filename="{called}"', "Cache-Control": "private, no-store", **headers}
    return Response(body, media_type=TYPES[format_], headers=said)
