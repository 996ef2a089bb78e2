"""The police's month: every figure of the page is that of gateway.uptime, in a month that runs and in a frozen one."""

import re
from collections.abc import Sequence
from typing import get_args

import pytest
from fastapi.testclient import TestClient

from contracts.states import State
from dashboard_api.web.police.month_view import Show, Sort
from gateway.months import freeze
from gateway.reports import main as commands
from gateway.store import Batch, IntervalFill, WindowSet
from gateway.uptime import Uptime, fleet, uptime
from tests.integration.dashboard_api.conftest import Town
from tests.integration.dashboard_api.test_access import sign_in_by_page

HOUR, DAY = 3_600_000, 86_400_000
# The first of October and of November 2026 in China.
OCTOBER, NOVEMBER = 1_790_784_000_000, 1_793_462_400_000
Pieces = tuple[tuple[int, int | None, State, str | None], ...]
PASTS: dict[str, Pieces] = {
    "cam-01": (
        (OCTOBER - DAY, OCTOBER + 100 * HOUR, "up", None),
        (OCTOBER + 100 * HOUR, OCTOBER + 106 * HOUR, "down", "frozen"),
        (OCTOBER + 106 * HOUR, None, "up", None),
    ),
    "cam-02": (
        (OCTOBER - DAY, OCTOBER + 10 * HOUR, "up", None),
        (OCTOBER + 10 * HOUR, OCTOBER + 110 * HOUR, "unknown", None),
        (OCTOBER + 110 * HOUR, OCTOBER + 113 * HOUR, "degraded", "blur"),
        (OCTOBER + 113 * HOUR, None, "up", None),
    ),
    "cam-03": ((OCTOBER - DAY, NOVEMBER + 20 * HOUR, "up", None), (NOVEMBER + 20 * HOUR, None, "down", "black")),
}


@pytest.fixture
def october(still_town: Town) -> Town:
    """Two months of past; the clock stands at 23 November."""
    for device, pieces in PASTS.items():
        still_town.was(device, *pieces)
    planned = WindowSet("planned", "j-01", OCTOBER + 104 * HOUR, OCTOBER + 120 * HOUR, OCTOBER, "li")
    still_town.store.record(Batch(at_ms=NOVEMBER, windows=[planned]))
    return still_town


@pytest.fixture
def police(october: Town, resident: TestClient) -> TestClient:
    """Somebody of the police station in a browser."""
    sign_in_by_page(october, resident, "police")
    return resident


def rows(page: str) -> dict[str, str]:
    """The table's rows by camera."""
    return {found[1]: found[0] for found in re.finditer(r'<tr id="c-([\w-]+)".*?</tr>', page, re.DOTALL)}


def figures(row: str) -> Sequence[str]:
    """What stands in a row's cells after the bar, without what surrounds it."""
    cells = re.findall(r"<td(?! class=\"c-bar\")[^>]*>(.*?)</td>", row, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cell)).strip() for cell in cells]


def counted(town: Town, device: str, to_ms: int) -> Uptime:
    place = town.village.places()[device]
    windows = town.store.windows((device, place.node, place.junction), OCTOBER, to_ms)
    return uptime(town.store.intervals(device, OCTOBER, to_ms), OCTOBER, to_ms, windows)


def test_every_figure_is_that_of_the_arithmetic(october: Town, police: TestClient) -> None:
    page = police.get("/police/month?month=2026-10&lang=en").text
    found = {device: counted(october, device, NOVEMBER) for device in PASTS}
    assert f'id="fleet">{fleet(found.values())}<small>' in page
    for device, one in found.items():
        shown = figures(rows(page)[device])
        assert shown[0].split()[0] == (str(one.known) if one.headline.percent is not None else "Too"), device
        assert shown[1] == str(one.coverage), device
        assert (f"{one.strict}–{one.upper}" in shown[0]) == bool(one.unknown), device


def test_too_little_data_gives_no_figure(police: TestClient) -> None:
    shown = figures(rows(police.get("/police/month?month=2026-10&lang=en").text)["cam-02"])
    assert shown[0] == "Too little data 86.559–100.000"


def test_a_frozen_month_is_what_was_frozen_whatever_came_later(october: Town, police: TestClient) -> None:
    freeze(october.store, october.village, NOVEMBER + 5 * DAY)
    before = police.get("/police/month?month=2026-10&lang=en").text
    row = october.store.month("2026-10")
    assert row is not None
    assert row.hash in before
    assert "Revision 1" in before
    late = IntervalFill("cam-02", OCTOBER + 10 * HOUR, OCTOBER + 60 * HOUR, "down", "frozen")
    october.store.record(Batch(at_ms=NOVEMBER + 8 * DAY, intervals=[late]))
    stale = police.get("/police/month?month=2026-10&lang=en").text
    assert figures(rows(stale)["cam-02"])[:2] == figures(rows(before)["cam-02"])[:2]
    assert "Data came in since it was frozen" in stale
    freeze(october.store, october.village, NOVEMBER + 9 * DAY)
    after = police.get("/police/month?month=2026-10&lang=en").text
    assert "Revision 2" in after
    assert figures(rows(after)["cam-02"])[0] == "Too little data 86.559–93.280"


def test_a_month_that_runs_is_provisional_and_says_until_when(police: TestClient) -> None:
    page = police.get("/police/month?lang=en").text
    assert "Provisional" in page
    assert "up to 14:08" in page
    assert "the month is not over" in page


def test_causes_and_mains_are_listed(october: Town, police: TestClient) -> None:
    mains = IntervalFill("cam-03", OCTOBER + 200 * HOUR, OCTOBER + 202 * HOUR, "down", None, "mains", over=True)
    october.store.record(Batch(at_ms=NOVEMBER, intervals=[mains]))
    page = re.sub(r"<[^>]+>", " ", police.get("/police/month?month=2026-10&lang=en").text)
    for word in ("picture is frozen", "the mains were away", "picture is blurred"):
        assert word in page
    assert "mains loss took 2 h" in page


def test_rows_are_filtered_and_sorted_without_a_script(police: TestClient) -> None:
    assert list(rows(police.get("/police/month?month=2026-10").text)) == ["cam-01", "cam-02", "cam-03"]
    assert list(rows(police.get("/police/month?month=2026-10&sort=-down").text)) == ["cam-01", "cam-02", "cam-03"]
    assert list(rows(police.get("/police/month?month=2026-10&sort=coverage").text))[:1] == ["cam-02"]
    assert list(rows(police.get("/police/month?month=2026-10&show=little").text)) == ["cam-02"]
    assert list(rows(police.get("/police/month?month=2026-10&place=j-03").text)) == ["cam-03"]
    assert list(rows(police.get("/police/month?month=2026-10&cause=frozen").text)) == ["cam-01"]
    assert list(rows(police.get("/police/month?month=2026-10&q=CAM-03").text)) == ["cam-03"]
    nobody = police.get("/police/month?month=2026-10&q=nobody")
    assert (rows(nobody.text), "没有符合条件的摄像头" in nobody.text) == ({}, True)


def test_every_choice_is_an_answer(police: TestClient) -> None:
    for show in get_args(Show):
        assert police.get(f"/police/month?month=2026-10&show={show}").status_code == 200, show
    for sort in get_args(Sort):
        assert police.get(f"/police/month?month=2026-10&sort={sort}").status_code == 200, sort


NO_MONTHS = {
    "2026-13": (422, "Write a month like 2026-10."),
    "October": (422, "Write a month like 2026-10."),
    "2026-12": (200, "December 2026 has not begun yet."),
    "2026-03": (200, "Nothing is recorded of March 2026: the records begin in September 2026."),
}


def test_what_is_no_month_is_said_in_a_sentence(police: TestClient) -> None:
    for month, (status, told) in NO_MONTHS.items():
        answer = police.get(f"/police/month?month={month}&lang=en")
        assert (answer.status_code, told in answer.text, "%</" in answer.text) == (status, True, False), month


def test_without_any_record_there_is_no_figure(still_town: Town, resident: TestClient) -> None:
    sign_in_by_page(still_town, resident, "police")
    answer = resident.get("/police/month?lang=en")
    assert "Nothing is recorded yet." in answer.text


def test_a_camera_out_of_service_has_a_dash(october: Town, police: TestClient) -> None:
    out = WindowSet("out_of_service", "cam-03", OCTOBER, NOVEMBER, OCTOBER, "li")
    october.store.record(Batch(at_ms=NOVEMBER, windows=[out]))
    shown = figures(rows(police.get("/police/month?month=2026-10&lang=en").text)["cam-03"])
    assert shown[:2] == ["— Not in service", "—"]


def test_the_command_line_tells_the_same_of_what_is_frozen(
    october: Town, police: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    freeze(october.store, october.village, NOVEMBER + 5 * DAY)
    assert commands._months(october.store, prove=True) == 0
    printed = capsys.readouterr().out
    digest = re.findall(r"sha256 ([0-9a-f]{64})", printed)[-1]
    assert digest in police.get("/police/month?month=2026-10").text
    assert digest in police.get("/police/archive").text
