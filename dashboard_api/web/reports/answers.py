"""A month report and a statement as the API answers them. Pure."""

from decimal import Decimal
from typing import Any

from dashboard_api import report_models as models
from dashboard_api.reports.archive import Kept
from gateway.reports.month import CameraMonth, Late, MonthReport, Pace, Response
from gateway.reports.shelf import MonthLine
from gateway.reports.window import Statement, plain
from gateway.store import MonthHead
from gateway.uptime import Share, Uptime
from gateway.uptime.figures import figures
from gateway.uptime.months import iso


def month(report: MonthReport) -> models.Month:
    """The whole report."""
    values = {
        "village": report.village,
        "month": report.month,
        "from": iso(report.from_ms),
        "to": iso(report.to_ms),
        "provisional": report.provisional,
        "revision": report.revision,
        "frozen": None if report.frozen_ms is None else iso(report.frozen_ms),
        "hash": report.hash,
        "part": report.part,
        "fleet": number(report.fleet),
        "total": _figures(report.total),
        "intact": _share(report.intact),
        "intact_end": _share(report.intact_end),
        "response": _response(report.response),
        "late": [_late(one) for one in report.late],
        "cameras": [_camera(row) for row in report.rows],
    }
    return models.Month.model_validate(values)


def entry(line: MonthLine, files: dict[int, list[Kept]]) -> models.MonthEntry:
    """One month of the list; ``files``: what is kept, by revision."""
    values = {
        "month": line.month,
        "from": iso(line.from_ms),
        "to": iso(line.to_ms),
        "provisional": not line.revisions,
        "revisions": [_revision(head, files.get(head.revision, [])) for head in line.revisions],
    }
    return models.MonthEntry.model_validate(values)


def statement(drawn: Statement, by: str, at_ms: int) -> models.Statement:
    """With its hash."""
    values = {"statement": plain(drawn), "hash": drawn.hash, "drawn": iso(at_ms), "by": by}
    return models.Statement.model_validate(values)


def number(value: Decimal | None) -> float | None:
    """As JSON has it."""
    return None if value is None else float(value)


def _revision(head: MonthHead, files: list[Kept]) -> dict[str, Any]:
    listed = [
        {"name": one.name, "lang": one.lang, "format": one.format, "bytes": one.size, "sha256": one.sha256}
        for one in files
    ]
    return {"revision": head.revision, "frozen": iso(head.frozen_ms), "hash": head.hash, "files": listed}


def _figures(found: Uptime) -> dict[str, Any]:
    between = found.headline.between
    return {
        **figures(found),
        "degraded": found.degraded,
        "weather": found.weather,
        "mains": found.mains,
        "known_without_mains": number(found.known_without_mains),
        "headline": number(found.headline.percent),
        "between": None if between is None else {"strict": float(between[0]), "upper": float(between[1])},
        "down_by": found.down_by,
        "unknown_by": found.unknown_by,
        "degraded_by": found.degraded_by,
    }


def _camera(row: CameraMonth) -> dict[str, Any]:
    return {
        "camera": row.device,
        "name": {"zh": row.name.zh, "en": row.name.en},
        "junction": row.junction,
        "code": row.code,
        **_figures(row.uptime),
        "blips": row.blips,
        "intact": _share(row.intact),
        "response": _response(row.response),
        "late": [_late(one) for one in row.late],
    }


def _share(share: Share | None) -> float | None:
    return None if share is None else number(share.percent)


def _late(one: Late) -> dict[str, str]:
    return {"target": one.target, "from": one.begin, "approved": one.approved}


def _response(found: Response) -> dict[str, Any]:
    return {"faults": found.faults, "acknowledged": _pace(found.taken), "recovered": _pace(found.ended)}


def _pace(pace: Pace) -> dict[str, int | None]:
    return {"count": pace.count, "mean_s": pace.mean_s, "most_s": pace.most_s if pace.count else None}
