"""The running month is counted again when something was written into it, or a minute has gone by, and only then."""

import pytest
from fastapi.testclient import TestClient

from dashboard_api.web.police import month as police_month
from gateway.months import freeze
from gateway.reports import month as month_report
from gateway.store import Batch, FaultOpen, IntervalFill, WindowSet
from tests.integration.dashboard_api.conftest import Town, bearer
from tests.integration.dashboard_api.test_access import sign_in_by_page
from tests.integration.dashboard_api.test_police_month import DAY, HOUR, NOVEMBER, PASTS, figures, rows

MONTH = "/api/v1/reports/2026-11"
NOW = NOVEMBER + 22 * DAY + 14 * HOUR


@pytest.fixture
def november(still_town: Town) -> Town:
    still_town.fixed_ms = NOW
    for device, pieces in PASTS.items():
        still_town.was(device, *pieces)
    return still_town


@pytest.fixture
def police(november: Town, resident: TestClient) -> TestClient:
    sign_in_by_page(november, resident, "police")
    resident.headers.update(bearer(november, resident, "police"))
    return resident


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time that a month is counted leaves a line."""
    lines: list[str] = []
    page, report = police_month._running, month_report.running

    def of_page(*args: object) -> object:
        lines.append("page")
        return page(*args)  # type: ignore[arg-type]  # as they came

    def of_report(*args: object) -> object:
        lines.append("report")
        return report(*args)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(police_month, "_running", of_page)
    monkeypatch.setattr("gateway.reports.shelf.running", of_report)
    return lines


def down(police: TestClient) -> tuple[str, int]:
    """cam-01's downtime as page and report have it."""
    shown = figures(rows(police.get("/police/month?lang=en").text)["cam-01"])[2]
    return shown, police.get(MONTH).json()["cameras"][0]["D"]


def test_a_second_look_costs_nothing(police: TestClient, counted: list[str]) -> None:
    assert [down(police), down(police)] == [("–", 0), ("–", 0)]
    assert counted == ["page", "report"]


def test_what_was_written_meanwhile_is_in_the_next_look(november: Town, police: TestClient, counted: list[str]) -> None:
    down(police)
    fill = IntervalFill("cam-01", NOVEMBER + HOUR, NOVEMBER + 3 * HOUR, "down", "frozen", over=True)
    november.store.record(Batch(NOW, intervals=[fill]))
    assert down(police) == ("2 h", 7200)
    november.store.record(Batch(NOW, windows=[WindowSet("planned", "cam-01", NOVEMBER, NOVEMBER + 2 * HOUR, 0, "li")]))
    assert down(police) == ("1 h", 3600)
    assert counted == ["page", "report"] * 3


def test_a_fault_counts_against_intact_at_once(november: Town, police: TestClient) -> None:
    before = police.get(MONTH).json()["intact"]
    november.store.record(Batch(NOW, faults=[FaultOpen("cam-01", "camera", "j-01", "frozen", None, 3, NOW - DAY)]))
    after = police.get(MONTH).json()["intact"]
    assert (before, after < before) == (100.0, True)


def test_another_minute_is_counted_and_the_same_one_is_not(
    november: Town, police: TestClient, counted: list[str]
) -> None:
    first = police.get(MONTH).json()
    november.fixed_ms = NOW + 59_999
    assert police.get(MONTH).json()["to"] == first["to"]
    november.fixed_ms = NOW + 60_000
    assert police.get(MONTH).json()["total"]["S"] == first["total"]["S"] + 3 * 60
    assert counted == ["report"] * 2


def test_looking_at_the_running_month_keeps_no_older_one_from_freezing(november: Town, police: TestClient) -> None:
    november.fixed_ms = NOVEMBER + DAY
    down(police)
    frozen = freeze(november.store, november.village, NOVEMBER + 5 * DAY)
    assert [row.month for row in frozen] == ["2026-09", "2026-10"]
