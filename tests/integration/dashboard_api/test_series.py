"""Charts: measurements of a device over time, from a real time-series store, and without one."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dashboard_api import telemetry
from gateway.telemetry import Embedded, line
from gateway.telemetry.base import Step
from gateway.telemetry.opening import reading
from tests.integration.dashboard_api.conftest import Town, bearer

URL = "/api/v1/devices/cam-01/series"
HOUR_S = 3600
PROBLEM = "application/problem+json"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "telemetry.db"


@pytest.fixture
def staff(still_town: Town, file: Path) -> Iterator[TestClient]:
    """Maintenance, on a dashboard that reads ``file``."""
    still_town.telemetry = lambda: reading(None, file, 5)
    with TestClient(still_town.app()) as client:
        client.headers.update(bearer(still_town, client))
        yield client


def measured(file: Path, end_ms: int, kind: str = "camera", device: str = "cam-01", field: str = "fps") -> None:
    """An hour of it, each second: 0, 1 … 59, and from the beginning in the next minute."""
    store, head = Embedded(file), line.series(kind, {"village": "v-01", "node": "n-01", "device": device})
    begin = end_ms - HOUR_S * 1000
    store.write([line.reading(head, {field: float(s % 60)}, "up", s, begin + s * 1000) for s in range(HOUR_S)])
    store.close()


def get(client: TestClient, url: str = URL, **query: Any) -> Any:
    answer = client.get(url, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_device_names_what_is_measured_of_it_with_its_newest_value(still_town: Town, staff: TestClient) -> None:
    still_town.sees("cam-01")
    found = {one["name"]: one for one in get(staff)["measurements"]}
    assert (found["fps"]["unit"], found["fps"]["latest"], found["fps"]["at"]) == ("1/s", None, None)
    assert (found["looks"]["unit"], found["looks"]["latest"]) == ("", 3.0)
    assert found["looks"]["at"] == "2026-11-23T14:08:29.000+08:00"


def test_a_series_comes_by_steps_with_mean_least_and_greatest(still_town: Town, staff: TestClient, file: Path) -> None:
    minute = still_town.now_ms() // 60_000 * 60_000
    measured(file, minute)
    found = get(staff, name="fps", points=1440)
    assert (found["device"], found["name"], found["unit"], found["step_ms"]) == ("cam-01", "fps", "1/s", 60_000)
    assert found["points"] == [[minute - n * 60_000, 29.5, 0.0, 59.0] for n in range(60, 0, -1)]
    assert (found["from"], found["to"]) == ("2026-11-22T14:08:31.000+08:00", "2026-11-23T14:08:31.000+08:00")


@pytest.mark.parametrize("points", [10, 33, 300, 2000])
def test_there_are_no_more_points_than_were_asked_for(
    still_town: Town, staff: TestClient, file: Path, points: int
) -> None:
    measured(file, still_town.now_ms())
    begin, end = "2026-11-23T13:00:00+08:00", "2026-11-23T14:08:00+08:00"
    found = get(staff, name="fps", points=points, **{"from": begin, "to": end})["points"]
    assert points / 4 < len(found) <= points + 1
    assert all(least <= mean <= greatest for _, mean, least, greatest in found)


def test_a_node_has_measurements_too(still_town: Town, staff: TestClient, file: Path) -> None:
    measured(file, still_town.now_ms(), "node", "n-01", "cpu_c")
    url = "/api/v1/devices/n-01/series"
    assert "cpu_c" in {one["name"] for one in get(staff, url)["measurements"]}
    assert get(staff, url, name="cpu_c")["points"]


def test_everything_that_is_wrong_is_said_at_once(staff: TestClient, file: Path) -> None:
    Embedded(file).close()
    late = {"from": "2027-01-02T00:00:00+08:00", "to": "2027-01-01T00:00:00+08:00"}
    answer = staff.get(URL, params={"name": "fps", **late})
    assert [one["field"] for one in answer.json()["errors"]] == ["query.to", "query.from"]
    unknown = staff.get(URL, params={"name": "volts"}).json()
    assert "there are fps, gop" in unknown["errors"][0]["detail"]
    assert staff.get("/api/v1/devices/cam-99/series").status_code == 404


def test_a_store_that_is_away_is_named_with_what_to_do_and_is_found_when_it_is_back(
    still_town: Town, staff: TestClient, file: Path
) -> None:
    away = staff.get(URL, params={"name": "fps"})
    assert (away.status_code, away.headers["content-type"], away.headers["retry-after"]) == (503, PROBLEM, "10")
    assert away.json()["reason"] == "telemetry"
    assert "embedded_telemetry" in away.json()["detail"]
    assert get(staff)["measurements"]
    measured(file, still_town.now_ms())
    assert get(staff, name="fps")["points"]


def test_a_slow_store_keeps_nobody_waiting_for_long(
    still_town: Town, staff: TestClient, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telemetry, "WAIT_S", 0.2)
    measured(file, still_town.now_ms())
    go = threading.Event()

    def late(*_: object) -> list[Step]:
        go.wait(30)
        return []

    monkeypatch.setattr(Embedded, "series", late)
    answers = [staff.get(URL, params={"name": "fps"}) for _ in range(telemetry.AT_ONCE + 1)]
    assert {answer.status_code for answer in answers} == {503}
    assert "within" in answers[0].json()["detail"]
    assert staff.get("/api/v1/health").status_code == 200
    go.set()
    assert get(staff, name="fps")["points"] == []
