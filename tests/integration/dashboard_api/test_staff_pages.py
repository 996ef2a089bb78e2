"""The staff's pages that are looked at: whose faults come first, what a page holds, what an area hides."""

import re
import time

import pytest
from fastapi.testclient import TestClient

from gateway.faults.catalogue import entry
from gateway.store import Batch, FaultOpen
from tests.integration.dashboard_api.conftest import Clerk, Town
from tests.integration.dashboard_api.test_staff_moves import press, signed_in

NUMBER = re.compile(r'id="(F-\d{4}-\d{4,})"')


@pytest.fixture
def worker(town: Town, resident: TestClient) -> TestClient:
    return signed_in(town, resident)


def many(town: Town, count: int) -> None:
    """So many open faults, of assets that need not be there."""
    now, row = town.now_ms(), entry("frozen")
    town.store.record(
        Batch(
            at_ms=now,
            faults=[
                FaultOpen(f"cam-x{n}", "camera", "j-01", "frozen", None, row.severity, now - n * 1000, False)
                for n in range(count)
            ],
        )
    )


def test_mine_come_first_then_my_posts_then_the_rest(town: Town, worker: TestClient) -> None:
    police = town.breaks("cam-01", "occluded").id
    ours, mine = town.breaks("cam-02", "blur").id, town.breaks("cam-03", "frozen").id
    with Clerk(town):
        press(worker, mine, "acknowledged")
    assert NUMBER.findall(worker.get("/staff").text) == [mine, ours, police]
    assert NUMBER.findall(worker.get("/staff?show=rest").text) == [police]
    assert NUMBER.findall(worker.get("/staff?state=acked").text) == [mine]


def test_five_thousand_faults_come_in_pages_and_each_once(town: Town, worker: TestClient) -> None:
    many(town, 5_000)
    address, seen = "/staff", []
    for _ in range(4):
        begun = time.monotonic()
        page = worker.get(address).text
        assert time.monotonic() - begun < 5
        assert len(page) < 80_000
        seen += NUMBER.findall(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        assert following
        address = following[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 80
    assert "还有 4920 个" in page


def test_nothing_to_do_is_not_the_same_as_nothing_known(town: Town, worker: TestClient) -> None:
    town.all_well()
    assert "没有要处理的故障" in worker.get("/staff").text
    for device in town.village.places():
        town.sees(device, age_s=4_000)
    page = worker.get("/staff").text
    assert "情况不明" in page
    assert "数据已经停了" in page


def test_a_foreign_cursor_is_refused(worker: TestClient) -> None:
    for cursor in ("x", "1.2", "a.b.c.F-2026-0001"):
        assert worker.get("/staff", params={"cursor": cursor}).status_code == 422


@pytest.mark.parametrize("path", ["/staff", "/staff/map", "/staff/devices", "/staff/devices/cam-01", "/staff/more"])
def test_only_staff_see_the_pages(town: Town, resident: TestClient, path: str) -> None:
    assert resident.get(path, follow_redirects=False).status_code in {303, 401}
    page = signed_in(town, resident).get(path)
    assert (page.status_code, page.headers["cache-control"]) == (200, "private, no-store")
    part = resident.get(path, headers={"HX-Request": "true"}).text
    assert path == "/staff/more" or "<html" not in part


def test_a_device_tells_its_last_week(town: Town, worker: TestClient) -> None:
    now, hour = town.now_ms(), 3_600_000
    town.sees("cam-01", "down", codes=("frozen",))
    number = town.breaks("cam-01", "frozen").id
    town.was("cam-01", (now - 60 * hour, now - 30 * hour, "up", None), (now - 30 * hour, None, "down", "frozen"))
    page = worker.get("/staff/devices/cam-01").text
    assert '<rect class="down"' in page
    assert "画面静止不动" in page
    assert "50.0 % 可用" in page
    assert number in page
    assert worker.get("/staff/devices/cam-99").status_code == 404
