"""A month report as CSV: UTF-8 with a byte order mark, which spreadsheets need to see that it is UTF-8."""

import csv
import io
from collections.abc import Sequence

from dashboard_api.reports.table import Cell, Lang, Say, cells, columns, sealed
from gateway.reports.month import MonthReport

MEDIA_TYPE = "text/csv; charset=utf-8"
# A spreadsheet takes what begins so for a formula, also behind spaces.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def write(report: MonthReport, say: Say, lang: Lang) -> bytes:
    """The whole file: a line of headings, one a camera, one of all."""
    shown, seal = columns(say, lang), sealed(report, say)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_plain([say(f"report_table.{key}") for key in (*seal, *(column.key for column in shown))]))
    for row in cells(report, shown):
        writer.writerow(_plain([*seal.values(), *row]))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(row: Sequence[Cell]) -> list[str]:
    """As text; figures here are never negative, so whatever begins like a formula was somebody's word."""
    return [_safe("" if cell is None else str(cell)) for cell in row]


def _safe(text: str) -> str:
    return f"'{text}" if text.lstrip(" \n").startswith(FORMULA) else text
