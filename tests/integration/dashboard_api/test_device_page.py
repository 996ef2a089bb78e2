"""What a device's own page asks for beside its charts: its past, and what stands around it."""

from fastapi.testclient import TestClient

from gateway.store import Batch, WindowSet
from tests.integration.dashboard_api.conftest import Town

HOUR_MS = 3_600_000
NODE = "/api/v1/devices/n-01/intervals"


def test_a_devices_past_is_cut_to_the_period_and_says_what_was_declared(still_town: Town, staff: TestClient) -> None:
    now = still_town.now_ms()
    still_town.was("cam-01", (now - 30 * HOUR_MS, now - HOUR_MS, "up", None), (now - HOUR_MS, None, "down", "frozen"))
    planned = WindowSet("planned", "j-01", now - HOUR_MS, now + HOUR_MS, now - 2 * HOUR_MS, "maintenance-1")
    still_town.store.record(Batch(at_ms=now, windows=[planned]))
    found = staff.get("/api/v1/devices/cam-01/intervals").json()
    assert [(one["from"], one["to"], one["state"], one["code"]) for one in found["items"]] == [
        ("2026-11-22T14:08:31.000+08:00", "2026-11-23T13:08:31.000+08:00", "up", None),
        ("2026-11-23T13:08:31.000+08:00", None, "down", "frozen"),
    ]
    assert [window["target"] for window in found["planned"]] == ["j-01"]
    assert found["out_of_service"] == []


def test_a_node_has_a_past_and_what_is_not_there_has_none(staff: TestClient) -> None:
    assert staff.get(NODE).json()["items"] == []
    assert staff.get("/api/v1/devices/cam-99/intervals").status_code == 404
    backwards = {"from": "2026-11-23T13:00:00+08:00", "to": "2026-11-23T12:00:00+08:00"}
    assert staff.get(NODE, params=backwards).status_code == 422


def test_what_stands_around_a_socket_comes_closest_first(still_town: Town, staff: TestClient) -> None:
    still_town.all_well()
    found = staff.get("/api/v1/devices/cp-01.1/neighbours").json()
    near = [(one["relation"], one["device"]["id"]) for one in found["items"]]
    assert near[:2] == [("charge_point", "cp-01"), ("connector", "cp-01.2")]
    assert "cp-01.1" not in {device for _, device in near}
    places = still_town.village.places()
    assert {device for _, device in near} == {
        name for name, place in places.items() if place.junction == places["cp-01"].junction
    } - {"cp-01.1"}


def test_a_feeders_other_junctions_tell_a_broken_thing_from_a_dark_place(still_town: Town, staff: TestClient) -> None:
    feeders = {node.id: node.feeder for _, _, node in still_town.village.nodes()}
    still_town.all_well()
    for device, place in still_town.village.places().items():
        found = staff.get(f"/api/v1/devices/{device}/neighbours").json()
        assert found["feeder"] == feeders[place.node]
        same = {
            one.junction
            for one in still_town.village.places().values()
            if feeders[one.node] == found["feeder"] is not None and one.junction != place.junction
        }
        assert {one["junction"] for one in found["same_feeder"]} == same
        assert all(one["up"] > 0 and one["down"] == 0 for one in found["same_feeder"])
    assert staff.get("/api/v1/devices/cam-99/neighbours").status_code == 404
