"""Lists filter by what people look for, page by page, and what cannot be looked for is said."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from gateway.store import Deed
from tests.integration.dashboard_api.conftest import Town, bearer

HOUR_S = 3600
LIGHT, CAMERA, SOCKET = "wl-01", "cam-01", "cp-01.2"


@pytest.fixture
def town_with_faults(still_town: Town) -> Town:
    """F-…1 of a camera, over since an hour; 2 of a light; 3 of a socket."""
    still_town.breaks(CAMERA, "frozen", 3 * HOUR_S)
    still_town.mends(CAMERA, "frozen", HOUR_S)
    still_town.breaks(LIGHT, "dark", 2 * HOUR_S)
    still_town.breaks(SOCKET, "GroundFailure", 60)
    return still_town


def numbers(client: TestClient, path: str = "/api/v1/faults", **query: Any) -> list[int]:
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return [int(item["id"][-4:]) for item in answer.json()["items"]]


@pytest.mark.usefixtures("town_with_faults")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [3, 2, 1]),
        ({"device": CAMERA}, [1]),
        ({"device": [CAMERA, LIGHT]}, [2, 1]),
        ({"code": "dark"}, [2]),
        ({"severity": 1}, [3]),
        ({"severity": [1, 2]}, [3, 2, 1]),
        ({"junction": "j-02"}, [3]),
        ({"junction": ["j-01", "j-99"]}, [2, 1]),
        ({"from": "2026-11-23T13:30:00+08:00"}, [3, 2]),
        ({"to": "2026-11-23T13:00:00+08:00"}, [2, 1]),
        ({"device": LIGHT, "code": "frozen"}, []),
    ],
)
def test_faults_filter_by_what_is_asked_for(staff: TestClient, query: dict[str, Any], found: list[int]) -> None:
    assert numbers(staff, state="all", **query) == found


@pytest.mark.usefixtures("town_with_faults")
def test_departments_filter_by_whose_the_work_order_is(staff: TestClient) -> None:
    whose = {item["id"]: item["order"]["department"] for item in staff.get("/api/v1/faults").json()["items"]}
    assert len(set(whose.values())) > 1, "the filter would have nothing to tell apart"
    for department in set(whose.values()):
        found = numbers(staff, department=department)
        assert found == [int(number[-4:]) for number, one in whose.items() if one == department]
        assert numbers(staff, "/api/v1/orders", department=department) == found
    assert numbers(staff, department="nobody") == []


@pytest.mark.usefixtures("town_with_faults")
def test_a_filter_holds_over_all_pages(staff: TestClient) -> None:
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(5):
        answer = staff.get("/api/v1/faults", params={"severity": [1, 2], "limit": 1, **cursor}).json()
        seen += [item["id"] for item in answer["items"]]
        if answer["next"] is None:
            break
        cursor = {"cursor": answer["next"]}
    assert seen == ["F-2026-0003", "F-2026-0002"]


def test_devices_filter_by_code(still_town: Town, staff: TestClient) -> None:
    still_town.all_well()
    still_town.sees(CAMERA, "down", codes=("frozen",))
    found = staff.get("/api/v1/devices", params={"code": "frozen"}).json()["items"]
    assert [device["id"] for device in found] == [CAMERA]


def test_the_audit_log_filters_by_who_and_when(still_town: Town, resident: TestClient) -> None:
    admin = bearer(still_town, resident, "admin")
    for who, action in (("a", "photo viewed"), ("b", "photo viewed"), ("b", "signed out")):
        still_town.store.note(Deed(still_town.now_ms(), who, "maintenance", action, "F-2026-0001"))
    for query, count in (({"who": "b"}, 2), ({"action": "signed out"}, 1), ({"subject": "F-1"}, 0)):
        assert len(resident.get("/api/v1/audit", params=query, headers=admin).json()["items"]) == count


@pytest.mark.parametrize("path", ["faults", "orders", "messages"])
def test_all_that_cannot_be_looked_for_is_said_at_once(staff: TestClient, path: str) -> None:
    query: dict[str, Any] = {"limit": 0, "from": "yesterday", "code": "x" * 101}
    answer = staff.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 422
    places = {error["field"].removesuffix(".0") for error in answer.json()["errors"]}
    assert places == {"query.limit", "query.from", "query.code"}


def test_an_end_before_its_beginning_is_said(staff: TestClient) -> None:
    query = {"from": "2026-11-23T13:00:00+08:00", "to": "2026-11-23T12:00:00+08:00"}
    answer = staff.get("/api/v1/faults", params=query)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "query.to")
