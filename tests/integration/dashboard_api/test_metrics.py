"""Figures for Prometheus, who may read them, and whether the page is ready."""

import http.client
import re
from contextlib import closing
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from dashboard_api.settings import Settings
from tests.integration.dashboard_api.conftest import Running, Town, bearer


def settings(**more: Any) -> Settings:
    return Settings.model_validate({"inventory": "-", "database": "-", **more})


def figures(client: TestClient, **headers: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """By name and the labels' values."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=")
    families = text_string_to_metric_families(answer.text)
    return {(one.name, tuple(one.labels.values())): one.value for family in families for one in family.samples}


def test_the_villages_figures_are_told(still_town: Town, staff: TestClient) -> None:
    still_town.all_well()
    still_town.sees("cam-01", "down", codes=("frozen",), age_s=1.5)
    still_town.breaks("cam-01", "frozen")
    still_town.breaks("cp-01.2", "GroundFailure")
    found = figures(staff)
    assert found["vsm_store_up", ()] == 1
    assert (found["vsm_devices", ("camera", "down")], found["vsm_devices", ("camera", "up")]) == (1, 2)
    assert found["vsm_faults_open", ("safety", "1")] == 1
    assert found["vsm_newest_reading_age_seconds", ()] == 1.5
    assert found["vsm_telemetry_waiting_points", ()] == found["vsm_telemetry_parked_lines", ()] == 0
    assert ("vsm_unheard_oldest_seconds", ()) not in found
    assert found["vsm_build_info", ("0.1.0",)] == 1


def test_requests_are_counted_by_their_route_never_by_their_address(still_town: Town, staff: TestClient) -> None:
    still_town.all_well()
    for device in ("cam-01", "cam-02", "cam-99"):
        staff.get(f"/api/v1/devices/{device}")
    staff.get("/sign-in/a-secret-token")
    text = staff.get("/metrics").text
    found = figures(staff)
    route = "/api/v1/devices/{device_id}"
    assert found["vsm_http_requests_total", ("GET", route, "200")] == 2
    assert found["vsm_http_requests_total", ("GET", route, "404")] == 1
    assert found["vsm_http_request_seconds_count", ("GET", route)] == 3
    assert not re.search("cam-99|a-secret-token", text)


def test_open_streams_are_counted(running: Running) -> None:
    def listeners() -> str:
        with closing(http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)) as line:
            line.request("GET", "/metrics")
            said = line.getresponse().read().decode()
        return next(text for text in said.splitlines() if text.startswith("vsm_sse_listeners "))

    assert listeners() == "vsm_sse_listeners 0.0"
    stream = running.events()
    next(stream)
    assert listeners() == "vsm_sse_listeners 1.0"


def test_a_store_that_is_away_is_a_figure_too(town: Town) -> None:
    with TestClient(town.app(), client=("127.0.0.1", 1)) as here:
        with town.store._write.begin() as db:
            db.exec_driver_sql("DROP TABLE live")
        found = figures(here)
    assert found["vsm_store_up", ()] == 0
    assert not [name for name, _ in found if name == "vsm_devices"]


@pytest.mark.parametrize(
    ("how", "here", "afar", "proxied", "signed_in"),
    [
        ({}, 200, 401, 401, 200),
        ({"public_url": "https://village.example"}, 401, 401, 401, 200),
        ({"metrics": "token"}, 401, 401, 401, 200),
        ({"metrics": "open"}, 200, 200, 200, 200),
        ({"metrics": "off"}, 404, 404, 404, 404),
    ],
)
def test_who_may_read_them_is_a_setting(
    town: Town, how: dict[str, str], here: int, afar: int, proxied: int, signed_in: int
) -> None:
    town.settings = settings(**how)
    app = town.app()
    with TestClient(app, client=("127.0.0.1", 1)) as local, TestClient(app, client=("192.0.2.7", 1)) as remote:
        got = local.get("/metrics"), remote.get("/metrics"), local.get("/metrics", headers={"X-Forwarded-For": "x"})
        assert [answer.status_code for answer in got] == [here, afar, proxied]
        assert remote.get("/metrics", headers=bearer(town, remote, "police")).status_code == signed_in
        refused = [answer for answer in got if answer.status_code >= 400]
        assert all(answer.headers["content-type"] == "application/problem+json" for answer in refused)


def test_ready_says_how_old_the_newest_reading_is(still_town: Town, resident: TestClient) -> None:
    assert resident.get("/api/v1/ready").json()["newest_age_s"] is None
    still_town.sees("cam-01", age_s=90)
    assert resident.get("/api/v1/ready").json()["newest_age_s"] == 90


@pytest.mark.parametrize("damage", ["DROP TABLE live", "UPDATE alembic_version SET version_num = '9999'"])
def test_a_page_that_cannot_work_is_not_ready_and_says_why(town: Town, resident: TestClient, damage: str) -> None:
    assert resident.get("/api/v1/ready").status_code == 200
    with town.store._write.begin() as db:
        db.exec_driver_sql(damage)
    answer = resident.get("/api/v1/ready")
    assert (answer.status_code, answer.json()["reason"]) == (503, "not_ready")
    assert answer.json()["errors"][0]["field"] == "store"
    assert resident.get("/api/v1/health").status_code == 200
