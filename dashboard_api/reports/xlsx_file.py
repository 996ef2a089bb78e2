"""A month report as a workbook: what it is, one row a camera, gaps by cause, late approvals. Figures are numbers with
their units, moments are dates in the village's time.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from dashboard_api.reports.table import Cell, Column, Kind, Lang, Say, cells, columns, headline, named, sealed
from gateway.reports.month import MonthReport
from gateway.uptime import Uptime
from gateway.uptime.months import CHINA

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FONT = "Microsoft YaHei"
_Style = Kind | Literal["when"]
FORMATS: dict[_Style, str] = {
    "percent": '0.000" %"',
    "seconds": '#,##0" s"',
    "number": "#,##0",
    "text": "@",
    "when": "yyyy-mm-dd hh:mm:ss",
}
_WIDTHS: dict[Kind, int] = {"percent": 11, "seconds": 12, "number": 9, "text": 16}
_WIDE = {"name": 24, "code": 24, "down_by": 44, "unknown_by": 44, "degraded_by": 44}
_Formats = dict[str, Format]
# A spreadsheet knows no zones: a date is what a clock in the village showed.
_Value = Cell | datetime


def write(report: MonthReport, say: Say, lang: Lang) -> bytes:
    """The whole file. The same report gives the same bytes. Texts are never taken for formulas or links."""
    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(out, plain) as book:
        made_ms = report.to_ms if report.frozen_ms is None else report.frozen_ms
        made = datetime.fromtimestamp(made_ms // 1000, UTC).replace(tzinfo=None)
        book.set_properties({"title": say("report.title", month=report.month), "created": made})
        formats = _formats(book)
        _facts(book.add_worksheet(say("report.sheet_facts")), formats, _told(report, say, lang))
        _cameras(book.add_worksheet(say("report.sheet_cameras")), formats, report, say, lang)
        _list(book.add_worksheet(say("report.sheet_gaps")), formats, _gaps(report, say, lang))
        _list(book.add_worksheet(say("report.sheet_late")), formats, _late(report, say))
    return out.getvalue()


def _formats(book: Workbook) -> _Formats:
    base = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
    made = {kind: book.add_format({**base, "num_format": code}) for kind, code in FORMATS.items()}
    total = {f"total_{kind}": {**base, "num_format": code, "bold": True, "top": 1} for kind, code in FORMATS.items()}
    head = {**base, "bold": True, "bg_color": "#E6F1EE", "bottom": 1, "text_wrap": True, "valign": "top"}
    return {
        **made,
        **{name: book.add_format(values) for name, values in total.items()},
        "head": book.add_format(head),
        "title": book.add_format({**base, "bold": True, "font_size": 16}),
    }


def _told(report: MonthReport, say: Say, lang: Lang) -> Iterator[tuple[str, _Value]]:
    """What the report is, and the figures of all cameras."""
    yield say("report.place"), report.place.text(lang)
    seal = {name: value for name, value in sealed(report, say).items() if name != "until"}
    yield from ((say(f"report_table.{key}"), value) for key, value in seal.items())
    whens = {"begin": report.from_ms, "until": report.to_ms, "frozen": report.frozen_ms}
    yield from ((say(f"report.when_{key}"), _when(at_ms)) for key, at_ms in whens.items() if at_ms is not None)
    yield say("report.count"), len(report.rows)
    if report.part:
        yield say("report.part_head"), say("report.part")
    found = report.total
    yield say("report_table.headline"), found.headline.percent or headline(found, say)
    yield say("report.fleet"), report.fleet
    yield say("report_table.without_mains"), found.known_without_mains
    yield from ((say(f"report_table.{key}"), value) for key, value in _bounds(found).items())
    for key, share in (("intact", report.intact), ("intact_end", report.intact_end)):
        yield say(f"report.{key}"), None if share is None else share.percent


def _bounds(found: Uptime) -> dict[str, Cell]:
    return {"strict": found.strict, "upper": found.upper, "coverage": found.coverage}


def _facts(sheet: Worksheet, formats: _Formats, rows: Iterator[tuple[str, _Value]]) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 72)
    for at, (name, value) in enumerate(rows):
        sheet.write_string(at, 0, name, formats["head"])
        _put(sheet, (at, 1), value, formats[_kind(value)])


def _kind(value: _Value) -> _Style:
    kinds: dict[type, _Style] = {str: "text", int: "number", datetime: "when"}
    return kinds.get(type(value), "percent")


def _when(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, CHINA).replace(tzinfo=None)


def _cameras(sheet: Worksheet, formats: _Formats, report: MonthReport, say: Say, lang: Lang) -> None:
    shown = columns(say, lang)
    for at, column in enumerate(shown):
        sheet.set_column(at, at, _WIDE.get(column.key, _WIDTHS[column.kind]))
        sheet.write_string(0, at, say(f"report_table.{column.key}"), formats["head"])
    for number, row in enumerate(cells(report, shown), start=1):
        _row(sheet, number, row, shown, [formats[_styled(column, number > len(report.rows))] for column in shown])
    sheet.set_row(0, 48)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(report.rows), len(shown) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{_seal(report, say)}&R&P / &N")


def _styled(column: Column, last: bool) -> str:
    return f"total_{column.kind}" if last else column.kind


def _seal(report: MonthReport, say: Say) -> str:
    seal = sealed(report, say)
    return f"{seal['village']} {seal['month']} {seal['revision']} {seal['hash'][:16]}".replace("&", "&&")


def _row(sheet: Worksheet, number: int, row: Sequence[Cell], shown: Sequence[Column], styles: Sequence[Format]) -> None:
    for at in range(len(shown)):
        _put(sheet, (number, at), row[at], styles[at])


def _put(sheet: Worksheet, where: tuple[int, int], value: _Value, style: Format) -> None:
    if value is None or value == "":
        sheet.write_blank(*where, None, style)
    elif isinstance(value, str):
        sheet.write_string(*where, value, style)
    elif isinstance(value, datetime):
        sheet.write_datetime(*where, value, style)
    else:
        sheet.write_number(*where, float(value), style)


def _list(sheet: Worksheet, formats: _Formats, rows: Iterator[list[_Value]]) -> None:
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            style = "head" if at == 0 else "seconds" if isinstance(value, int) else _kind(value)
            _put(sheet, (at, column), value, formats[style])
    sheet.set_column(0, 4, 26)
    sheet.freeze_panes(1, 0)


def _gaps(report: MonthReport, say: Say, lang: Lang) -> Iterator[list[_Value]]:
    """Camera, class, reason in words, code, seconds."""
    yield [say(f"report_table.{key}") for key in ("device", "name", "class", "reason", "seconds")]
    for row in report.rows:
        found = row.uptime
        for cls, by in (("D", found.down_by), ("K", found.unknown_by), ("degraded", found.degraded_by)):
            for word, seconds in sorted(by.items(), key=lambda item: (-item[1], item[0])):
                yield [row.device, row.name.text(lang), say(f"report.class_{cls}"), named(word, lang), seconds]


def _late(report: MonthReport, say: Say) -> Iterator[list[_Value]]:
    """Of what, from when it was planned, when it was approved."""
    yield [say("report_table.target"), say("report.when_begin"), say("report.when_approved")]
    for one in report.late:
        yield [one.target, *(datetime.fromisoformat(text).replace(tzinfo=None) for text in (one.begin, one.approved))]
