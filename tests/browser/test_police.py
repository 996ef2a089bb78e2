"""The police's pages in a browser: on a tablet and on a desk, in both languages, by keyboard, and on paper."""

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from contracts.inventory import load_inventory
from demo.bench_village import described
from firmware_config import yamltext
from gateway.store import Batch, IntervalRow
from tests.browser import every
from tests.browser.conftest import NewTab, Town
from tests.browser.test_page import SMALL_TARGETS

TABLET, DESK = (820, 1180), (1920, 1080)
SHEET = every.POLICE["/police/statement/{camera}"]
OCTOBER, HOUR = 1_790_784_000_000, 3_600_000


@pytest.mark.parametrize(("size", "lang"), [(TABLET, "zh"), (DESK, "en")], ids=["tablet", "desk"])
def test_every_page_can_be_read_and_pressed(
    afternoon_town: Town, new_tab: NewTab, size: tuple[int, int], lang: str
) -> None:
    tab = new_tab(size)
    tab.sign_in(afternoon_town, "police")
    tab.open(f"/?lang={lang}&size=normal")
    for path in every.POLICES:
        page = tab.open(path)
        assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, size[0])
        assert (path, page.evaluate(SMALL_TARGETS)) == (path, [])
    assert tab.complaints == []


def test_a_statement_is_asked_for_and_drawn_by_keyboard(afternoon_town: Town, new_tab: NewTab) -> None:
    tab = new_tab(DESK, scripts=False)
    tab.sign_in(afternoon_town, "police")
    page = tab.open("/police/statement?camera=cam-09")
    page.fill("#day", "2026-11-08")
    page.fill("#from", "00:10:00")
    page.fill("#to", "00:55:00")
    page.press("#to", "Enter")
    expect(page.locator(".answers")).to_contain_text("可用 19 分 48 秒，不可用 25 分 12 秒")
    expect(page.locator(".pieces tbody tr")).to_have_count(3)


def test_the_page_of_now_stays_true_by_itself(afternoon_town: Town, new_tab: NewTab) -> None:
    tab = new_tab(DESK)
    tab.sign_in(afternoon_town, "police")
    page = tab.live("/police")
    expect(page.locator(".kpi.down .figure")).to_have_text("1")
    now = afternoon_town.now_ms()
    afternoon_town.was("cam-01", (now - 60_000, None, "down", "black"))
    afternoon_town.sees("cam-01", "down", codes=("black",), for_s=60)
    expect(page.locator(".kpi.down .figure")).to_have_text("2")
    expect(page.locator("#cameras")).to_contain_text("画面全黑")


def test_another_language_keeps_what_was_asked_for(afternoon_town: Town, new_tab: NewTab) -> None:
    tab = new_tab(DESK)
    tab.sign_in(afternoon_town, "police")
    page = tab.open("/police/month?month=2026-10&show=low")
    page.click(".prefs [hreflang=en]")
    expect(page.locator("h1")).to_have_text("Camera uptime · October 2026")
    expect(page.locator(".uptime tbody tr")).to_have_count(1)


def test_the_sheet_is_printed_on_a4_without_what_belongs_to_the_screen(
    afternoon_town: Town, new_tab: NewTab, tmp_path: Path
) -> None:
    tab = new_tab(DESK)
    tab.sign_in(afternoon_town, "police")
    page = tab.open(SHEET)
    page.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True)
    info = subprocess.run(["pdfinfo", tmp_path / "sheet.pdf"], capture_output=True, text=True, check=True).stdout
    text = subprocess.run(["pdftotext", tmp_path / "sheet.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert "(A4)" in info
    assert "单位（盖章）" in text
    assert page.locator("#fingerprint").inner_text() in re.sub(r"\s", "", text)
    for word in ("实时更新", "改时段", "退出"):
        assert word in page.inner_text("body")
        assert word not in text


@pytest.fixture
def wide_town(town: Town, tmp_path: Path) -> Town:
    """A thousand cameras, each broken for an hour."""
    file = tmp_path / "village.yaml"
    file.write_text(yamltext.dump(described(125, 8)), encoding="utf-8")
    town.village, town.fixed_ms = load_inventory(file), OCTOBER + 500 * HOUR
    batch = Batch(at_ms=town.fixed_ms)
    for n, device in enumerate(town.village.places()):
        broken = OCTOBER + n % 400 * HOUR
        batch.intervals += [
            IntervalRow(device, OCTOBER - HOUR, broken, "up"),
            IntervalRow(device, broken, broken + HOUR, "down", "frozen"),
            IntervalRow(device, broken + HOUR, None, "up"),
        ]
    town.store.record(batch)
    return town


def test_a_thousand_cameras_stand_in_one_month(wide_town: Town, new_tab: NewTab) -> None:
    tab = new_tab(DESK)
    tab.sign_in(wide_town, "police")
    tab.page.set_default_timeout(30_000)
    page = tab.open("/police/month")
    expect(page.locator(".uptime tbody tr")).to_have_count(1000)
    expect(page.locator(".uptime .b-down")).to_have_count(1000)
    assert page.evaluate("performance.getEntriesByType('navigation')[0].transferSize") < 200_000
