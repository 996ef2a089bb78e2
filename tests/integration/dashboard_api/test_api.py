"""What the API answers, on a real store."""

import pytest
from fastapi.testclient import TestClient

from gateway.store import Batch, FaultOpen, WindowSet
from tests.integration.dashboard_api.conftest import Clerk, Town, bearer

HOUR_MS = 3_600_000
PERIOD = {"from": "2026-11-23T12:00:00+08:00", "to": "2026-11-23T14:00:00+08:00"}


def test_a_device_is_shown_with_its_state_its_place_and_its_record(still_town: Town, staff: TestClient) -> None:
    row = still_town.sees("cam-01", "down", codes=("frozen",), for_s=90)
    device = staff.get("/api/v1/devices/cam-01").json()
    assert device["state"] == "down"
    assert device["codes"] == ["frozen"]
    assert device["place"] == {"zh": "小学门口", "en": "School gate"}
    assert device["since"] == "2026-11-23T14:07:01.000+08:00"
    assert (device["stream"], device["n"]) == (row.stream, row.n)


def test_devices_that_never_spoke_are_listed_as_unknown(still_town: Town, staff: TestClient) -> None:
    answer = staff.get("/api/v1/devices", params={"state": "unknown"}).json()
    assert [device["id"] for device in answer["items"]] == list(still_town.village.places())
    assert answer["next"] is None


def test_a_list_comes_in_pages_without_holes(still_town: Town, staff: TestClient) -> None:
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(9):
        page = staff.get("/api/v1/devices", params={"limit": 2, **cursor}).json()
        seen += [device["id"] for device in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == list(still_town.village.places())


def test_a_reading_too_old_is_not_believed_but_called_last_known(still_town: Town, staff: TestClient) -> None:
    still_town.sees("cam-01", age_s=200)
    device = staff.get("/api/v1/devices/cam-01").json()
    assert (device["state"], device["stale"]) == ("unknown", True)
    assert device["last_known"] == {"state": "up", "word": None}


def test_a_fault_says_what_where_and_what_to_do_first(still_town: Town, staff: TestClient) -> None:
    still_town.breaks("cp-01.2", "GroundFailure")
    fault = staff.get("/api/v1/faults").json()["items"][0]
    assert fault["id"] == "F-2026-0001"
    assert fault["sentence"]["zh"] == "1 号充电桩 2 号枪漏电（接地故障）"
    assert fault["place"]["en"] == "Public-service point"
    assert "119" in fault["first_step"]["en"]
    assert (fault["state"], fault["severity"], fault["latched"], fault["electrical"]) == ("open", 1, True, True)


def test_a_cause_of_many_sites_is_somewhere_in_the_village(still_town: Town, staff: TestClient) -> None:
    feeder, now = still_town.village.feeders[0], still_town.now_ms()
    opened = FaultOpen(feeder.id, "feeder", "", "feeder_down", None, 2, now, False)
    still_town.store.record(Batch(at_ms=now, faults=[opened]))
    (fault,) = staff.get("/api/v1/faults").json()["items"]
    assert fault["name"] == {"zh": feeder.name.zh, "en": feeder.name.en}
    assert fault["place"] == {"zh": still_town.village.name.zh, "en": still_town.village.name.en}


def test_only_an_electrician_is_told_to_measure(still_town: Town, resident: TestClient) -> None:
    still_town.breaks("cp-01.2", "GroundFailure")
    steps = {
        role: resident.get("/api/v1/faults", headers=bearer(still_town, resident, role)).json()["items"][0][
            "first_step"
        ]
        for role in ("maintenance", "electrician", "police")
    }
    assert "Open and tag" in steps["electrician"]["en"]
    assert "do not touch" in steps["police"]["en"]
    assert "wait for the electrician" in steps["maintenance"]["en"]


def test_faults_are_listed_by_state_in_pages(still_town: Town, staff: TestClient) -> None:
    for number in range(1, 4):
        still_town.breaks(f"cam-0{number}", "frozen", ago_s=600 * number)
    still_town.mends("cam-02", "frozen")
    assert [fault["asset"] for fault in staff.get("/api/v1/faults").json()["items"]] == ["cam-01", "cam-03"]
    first = staff.get("/api/v1/faults", params={"state": "all", "limit": 2}).json()
    second = staff.get("/api/v1/faults", params={"state": "all", "cursor": first["next"]}).json()
    assert [fault["asset"] for fault in first["items"] + second["items"]] == ["cam-01", "cam-02", "cam-03"]
    assert second["next"] is None


def test_a_fault_has_its_history(still_town: Town, staff: TestClient) -> None:
    still_town.breaks("cam-01", "frozen")
    still_town.mends("cam-01", "frozen")
    fault = staff.get("/api/v1/faults/F-2026-0001").json()
    assert [move["move"] for move in fault["moves"]] == ["opened", "closed"]
    assert fault["closed"] == "2026-11-23T14:08:30.000+08:00"


@pytest.mark.usefixtures("clerk")
def test_taking_a_fault_on_is_applied_and_shown(town: Town, staff: TestClient) -> None:
    fault = town.breaks("cam-01", "frozen")
    answer = staff.post(f"/api/v1/faults/{fault.id}/acknowledge", json={"version": 1, "comment": "on my way"})
    assert answer.status_code == 200
    assert answer.json()["state"] == "acknowledged"
    assert answer.json()["acknowledged_by"] == "maintenance-1"
    assert town.store.fault_moves(fault.id)[-1].comment == "on my way"


@pytest.mark.usefixtures("clerk")
def test_a_latched_fault_ends_with_measured_dead_after_it_cleared(town: Town, staff: TestClient) -> None:
    fault = town.breaks("cp-01.2", "GroundFailure")
    early = staff.post(f"/api/v1/faults/{fault.id}/acknowledge", json={"measured_dead": True}).json()
    assert early["closed"] is None
    town.mends("cp-01.2", "GroundFailure")
    late = staff.post(f"/api/v1/faults/{fault.id}/acknowledge", json={"measured_dead": True}).json()
    assert late["state"] == "closed"


@pytest.mark.usefixtures("clerk")
def test_whoever_comes_second_is_told(town: Town, staff: TestClient) -> None:
    fault = town.breaks("cam-01", "frozen")
    staff.post(f"/api/v1/faults/{fault.id}/acknowledge")
    again = staff.post(f"/api/v1/faults/{fault.id}/acknowledge")
    assert (again.status_code, again.json()["reason"]) == (409, "taken")
    assert "maintenance-1" in again.json()["detail"]


def test_an_old_version_is_refused(town: Town, staff: TestClient) -> None:
    fault = town.breaks("cam-01", "frozen")
    answer = staff.post(f"/api/v1/faults/{fault.id}/acknowledge", json={"version": 7})
    assert (answer.status_code, answer.json()["reason"]) == (409, "version")


def test_what_the_gateway_refuses_is_said_with_its_reason(town: Town, staff: TestClient) -> None:
    fault = town.breaks("cam-01", "frozen")
    with Clerk(town, reason="cam-01 is no longer in the inventory"):
        answer = staff.post(f"/api/v1/faults/{fault.id}/acknowledge")
    assert answer.status_code == 409
    assert answer.json()["detail"] == "cam-01 is no longer in the inventory"


def test_a_silent_gateway_leaves_it_written_down(town: Town, staff: TestClient) -> None:
    fault = town.breaks("cam-01", "frozen")
    answer = staff.post(f"/api/v1/faults/{fault.id}/acknowledge")
    assert answer.status_code == 202
    assert answer.json()["state"] == "open"
    assert [asked.kind for asked in town.store.waiting_inputs()] == ["acknowledge"]


def test_every_second_of_a_period_is_accounted_for(still_town: Town, staff: TestClient) -> None:
    noon = still_town.now_ms() - 2 * HOUR_MS - 511_000
    still_town.was("cam-01", (noon, noon + HOUR_MS, "up", None), (noon + HOUR_MS, noon + 2 * HOUR_MS, "down", "frozen"))
    found = staff.get("/api/v1/cameras/cam-01/uptime", params=PERIOD).json()
    assert (found["S"], found["U"], found["D"], found["K"], found["M"], found["O"]) == (7200, 3600, 3600, 0, 0, 0)
    assert (found["known"], found["coverage"], found["headline"]) == (50.0, 100.0, 50.0)
    assert [(piece["state"], piece["code"]) for piece in found["intervals"]] == [("up", None), ("down", "frozen")]


@pytest.mark.usefixtures("still_town")
def test_too_little_data_has_no_headline(staff: TestClient) -> None:
    found = staff.get("/api/v1/cameras/cam-01/uptime", params=PERIOD).json()
    assert (found["K"], found["known"], found["headline"], found["strict"]) == (7200, None, None, 0.0)


def test_windows_of_the_camera_its_node_and_its_junction_count(still_town: Town, staff: TestClient) -> None:
    begin, half, place = still_town.now_ms() - 7_711_000, 1800_000, still_town.village.places()["cam-01"]
    still_town.was(
        "cam-01", (begin, begin + 2 * half, "down", "over_exposed"), (begin + 2 * half, None, "down", "black")
    )
    late = WindowSet("planned", "cam-01", begin, None, begin + 1)
    windows = [
        WindowSet("weather", "cam-01", begin, None, begin),
        WindowSet("planned", place.node, begin + half, begin + 2 * half, begin),
        WindowSet("out_of_service", place.junction, begin + 3 * half, None, begin),
    ]
    still_town.store.record(Batch(at_ms=begin, windows=[late, *windows]))
    found = staff.get("/api/v1/cameras/cam-01/uptime", params=PERIOD).json()
    assert [found[name] for name in "SUDKMO"] == [3600, 1800, 1800, 0, 1800, 1800]
    assert (found["weather"], found["mains"], found["known_without_mains"]) == (1800, 0, 50.0)
    assert [(piece["state"], piece["code"], piece["cause"]) for piece in found["intervals"]] == [
        ("up", "over_exposed", "weather"),
        ("planned", "over_exposed", "weather"),
        ("down", "black", None),
        ("out_of_service", "black", None),
    ]
    assert [item["target"] for item in found["late"]] == ["cam-01"]


@pytest.mark.usefixtures("still_town")
def test_the_future_is_left_out_of_uptime(staff: TestClient) -> None:
    period = {"from": "2026-11-23T14:08:21+08:00", "to": "2026-12-01T00:00:00+08:00"}
    found = staff.get("/api/v1/cameras/cam-01/uptime", params=period).json()
    assert (found["S"], found["to"]) == (10, "2026-11-23T14:08:31.000+08:00")


@pytest.mark.usefixtures("still_town")
def test_a_period_is_refused_with_all_its_mistakes(staff: TestClient) -> None:
    address = "/api/v1/cameras/cam-01/uptime"
    naive = staff.get(address, params={"from": "2026-11-23T12:00:00", "to": "soon"}).json()
    assert [error["field"] for error in naive["errors"]] == ["query.from", "query.to"]
    backwards = staff.get(address, params={"from": PERIOD["to"], "to": PERIOD["from"]})
    assert (backwards.status_code, backwards.json()["errors"][0]["field"]) == (422, "query.to")
    long = staff.get(address, params={"from": "2025-01-01T00:00:00Z", "to": "2026-11-01T00:00:00Z"})
    assert "400 days" in long.json()["errors"][0]["detail"]


@pytest.mark.usefixtures("still_town")
def test_an_unescaped_plus_sign_is_understood(staff: TestClient) -> None:
    query = "?from=2026-11-23T12:00:00+08:00&to=2026-11-23T14:00:00+08:00"
    assert staff.get(f"/api/v1/cameras/cam-01/uptime{query}").status_code == 200


@pytest.mark.usefixtures("still_town")
def test_only_cameras_have_this_account(staff: TestClient) -> None:
    answer = staff.get("/api/v1/cameras/wl-01/uptime", params=PERIOD)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_health_says_when_no_reading_comes(still_town: Town, resident: TestClient) -> None:
    assert resident.get("/api/v1/health").json()["status"] == "silent"
    still_town.sees("cam-01")
    assert resident.get("/api/v1/health").json()["status"] == "ok"


def test_a_store_that_cannot_be_read_is_503(town: Town, resident: TestClient) -> None:
    with town.store._write.begin() as db:
        db.exec_driver_sql("DROP TABLE live")
    answer = resident.get("/api/v1/ready")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert resident.get("/api/v1/health").json()["status"] == "store_away"
    assert resident.get("/").status_code == 503
