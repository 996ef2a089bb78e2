"""The spreadsheets of a month: what stands in them, what a formula in a name becomes, the same bytes each time."""

import csv
import io
from decimal import Decimal
from functools import partial

import openpyxl
import pytest

from contracts.inventory import Name
from dashboard_api.reports import csv_file, xlsx_file
from dashboard_api.reports.table import columns
from dashboard_api.web.texts import Lang, say
from gateway.reports.month import CameraMonth, Late, MonthReport, Pace, Response
from gateway.uptime import Share, Uptime

HASH = "a" * 64
BAD = '=HYPERLINK("http://x")'


def report(*names: str, revision: int | None = 1) -> MonthReport:
    good = Uptime(up=990, down=10, planned=5, down_by={"frozen": 4, "mains": 6})
    little, idle = Uptime(up=50, unknown=50, unknown_by={"lost": 50}), Uptime(out_of_service=1000)
    rows = tuple(
        CameraMonth(
            f"cam-{number:02}",
            Name(zh=name, en=name),
            "j-01",
            None,
            (good, little, idle)[number % 3],
            0,
            (Late("j-01", "2026-10-05T00:00:00+08:00", "2026-10-05T01:00:00+08:00"),),
            Share(900, 1000),
            True,
            Response(2, Pace(1, 60, 60), Pace()),
        )
        for number, name in enumerate(names)
    )
    made = MonthReport("v-01", Name(zh="村", en="Village"), "2026-10", 1_790_784_000_000, 1_793_462_400_000, rows)
    if revision is None:
        return made
    return MonthReport(made.village, made.place, made.month, made.from_ms, made.to_ms, rows, revision, HASH, made.to_ms)


def as_csv(of: MonthReport, lang: Lang = "en") -> list[dict[str, str]]:
    text = csv_file.write(of, partial(say, lang), lang).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def as_book(of: MonthReport, lang: Lang = "en") -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(xlsx_file.write(of, partial(say, lang), lang)))


def test_a_row_a_camera_and_one_of_all_each_with_where_it_comes_from() -> None:
    rows = as_csv(report("one", "two", "three"))
    assert [row["Camera"] for row in rows] == ["cam-00", "cam-01", "cam-02", "all"]
    assert {(row["Month"], row["Revision"], row["SHA-256"]) for row in rows} == {("2026-10", "1", HASH)}
    assert (rows[0]["Known U/(U+D) %"], rows[0]["Of D: mains loss s"]) == ("99.000", "6")
    assert rows[0]["Down by cause"] == "the mains were away (mains) 6 s; picture is frozen (frozen) 4 s"
    assert rows[3]["Known U/(U+D) %"] == "99.048"


def test_too_little_data_and_no_service_have_no_percentage() -> None:
    _, little, idle, _ = as_csv(report("one", "two", "three"))
    assert (little["Uptime %"], little["At least U/S %"], little["Coverage %"]) == (
        "too little data",
        "50.000",
        "50.000",
    )
    assert (idle["Uptime %"], idle["Known U/(U+D) %"], idle["At most (U+K)/S %"]) == ("—", "", "")


def test_it_begins_with_a_byte_order_mark_and_lines_end_as_spreadsheets_want() -> None:
    body = csv_file.write(report("一号"), partial(say, "zh"), "zh")
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.count(b"\r\n") == 3
    assert "一号".encode() in body


def test_a_provisional_month_says_so_in_each_row() -> None:
    rows = as_csv(report("one", revision=None), "zh")
    assert {(row["版本"], row["校验 SHA-256"]) for row in rows} == {("暂计", "")}


FORMULAS = [BAD, "+1+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1+1", "\n=1"]


@pytest.mark.parametrize("name", FORMULAS)
def test_a_name_that_looks_like_a_formula_is_none_in_csv(name: str) -> None:
    (row, _) = as_csv(report(name))
    assert row["Name"] == f"'{name}"


@pytest.mark.parametrize("name", [*FORMULAS, "http://example.invalid/", "{=1}", "007"])
def test_nor_in_a_workbook_and_it_is_no_link_and_no_number(name: str) -> None:
    cell = as_book(report(name))["Cameras"]["B2"]
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert cell.value.strip() == name.strip()


def test_a_workbook_holds_numbers_that_can_be_added_up() -> None:
    sheet = as_book(report("one", "two", "three"))["Cameras"]
    head = {cell.value: cell.column for cell in sheet[1]}
    up = [sheet.cell(row, head["Up U s"]).value for row in range(2, 6)]
    assert (up[:3], up[3]) == ([990, 50, 0], 1040)
    assert sheet.cell(2, head["Known U/(U+D) %"]).value == 99.0
    assert sheet.cell(2, head["Known U/(U+D) %"]).number_format == '0.000" %"'
    assert (sheet.freeze_panes, sheet.auto_filter.ref is not None) == ("C2", True)


def test_its_other_sheets_tell_what_it_is_gaps_by_cause_and_late_approvals() -> None:
    book = as_book(report("one", "two", "three"))
    facts = {row[0]: row[1] for row in book["Facts"].iter_rows(values_only=True)}
    assert (facts["SHA-256"], facts["Cameras"], facts["Uptime of the known time U/(U+D)"]) == (HASH, 3, 99.048)
    gaps = [row[2:] for row in book["Gaps by cause"].iter_rows(min_row=2, values_only=True)]
    assert ("unknown", "the node's link was lost (lost)", 50) in gaps
    assert [row[0] for row in book["Late approvals"].iter_rows(min_row=2, values_only=True)] == ["j-01"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_report_gives_the_same_bytes(lang: Lang) -> None:
    for write in (csv_file.write, xlsx_file.write):
        assert write(report("one", "two"), partial(say, lang), lang) == write(
            report("one", "two"), partial(say, lang), lang
        )


def test_csv_and_workbook_have_the_same_columns_and_figures() -> None:
    told = report("one", "two", "three")
    sheet = list(as_book(told)["Cameras"].iter_rows(values_only=True))
    for row, plain in zip(sheet[1:], as_csv(told), strict=True):
        for name, value in zip(sheet[0], row, strict=True):
            same = plain[name]
            assert (value or "") == same or (value is not None and Decimal(str(value)) == Decimal(same))
    assert len(sheet[0]) == len(columns(partial(say, "en"), "en"))
