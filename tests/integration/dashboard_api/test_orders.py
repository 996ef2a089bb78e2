"""Work orders through the API, moved by the gateway's own code."""

import base64
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from gateway.store import Batch, FaultRoot
from tests.integration.dashboard_api.conftest import Clerk, Town, bearer

JPEG = b"\xff\xd8\xff\xe1\x00\x18Exif\x00\x00GPS 30.51N 120.48E"


def moves(client: TestClient, number: str, move: str, **more: Any) -> Response:
    """With the version that the fault has now."""
    version = client.get(f"/api/v1/faults/{number}").json().get("version", 1)
    return client.post(f"/api/v1/faults/{number}/moves", json={"move": move, "version": version, **more})


def listed(client: TestClient, state: str = "listed") -> list[str]:
    return [fault["id"] for fault in client.get("/api/v1/orders", params={"state": state}).json()["items"]]


@pytest.mark.usefixtures("clerk")
def test_an_order_moves_on_and_says_what_can_follow(still_town: Town, staff: TestClient) -> None:
    number = still_town.breaks("cam-01", "frozen").id
    order = staff.get(f"/api/v1/faults/{number}").json()["order"]
    assert order["allowed"] == ["acknowledged", "refused", "false_alarm", "duplicate"]
    answer = moves(staff, number, "acknowledged", place="j-01")
    assert (answer.status_code, answer.json()["acknowledged_by"]) == (200, "maintenance-1")
    assert answer.json()["order"] == {
        "state": "acked",
        "department": "maintenance",
        "until": None,
        "version": 2,
        "allowed": ["on_site", "refused", "suspended", "false_alarm", "duplicate"],
    }
    last = staff.get(f"/api/v1/faults/{number}").json()["moves"][-1]
    assert (last["move"], last["by"], last["place"]) == ("acknowledged", "maintenance-1", "j-01")


@pytest.mark.usefixtures("clerk")
def test_what_is_over_stays_listed_until_somebody_took_it(town: Town, staff: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    town.mends("cam-01", "frozen")
    assert (listed(staff), listed(staff, "open"), listed(staff, "closed")) == ([number], [number], [])
    assert staff.post(f"/api/v1/faults/{number}/acknowledge").status_code == 200
    assert (listed(staff), listed(staff, "acked")) == ([number], [number])


@pytest.mark.usefixtures("clerk")
def test_a_photo_goes_along_and_who_looks_at_it_is_written_down(town: Town, staff: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    moves(staff, number, "acknowledged", photo=base64.b64encode(JPEG).decode())
    address = staff.get(f"/api/v1/faults/{number}").json()["moves"][-1]["photo"]
    answer = staff.get(address)
    assert (answer.content, answer.headers["content-type"]) == (JPEG, "image/jpeg")
    last = town.store.audit()[-1]
    assert (last.who, last.action, last.subject) == ("maintenance-1", "photo viewed", number)
    other = town.breaks("cam-02", "frozen").id
    assert staff.get(address.replace(number, other)).status_code == 404


@pytest.mark.usefixtures("clerk")
def test_an_illegal_move_is_refused_with_those_that_are_not(town: Town, staff: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    answer = moves(staff, number, "fixed")
    assert answer.status_code == 409
    document = answer.json()
    assert (document["reason"], document["version"]) == ("illegal", 1)
    assert document["allowed"] == ["acknowledged", "refused", "false_alarm", "duplicate"]
    assert town.store.fault_moves(number)[-1].move == "opened"


def test_an_old_version_is_refused_with_the_new_one(town: Town, staff: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    answer = staff.post(f"/api/v1/faults/{number}/moves", json={"move": "acknowledged", "version": 7})
    assert (answer.status_code, answer.json()["reason"], answer.json()["version"]) == (409, "version", 1)


def test_what_the_gateway_refuses_keeps_no_photo_and_says_what_can_be_done(town: Town, staff: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    with Clerk(town, reason="the fault changed meanwhile"):
        answer = moves(staff, number, "acknowledged", photo=base64.b64encode(JPEG).decode())
    assert (answer.status_code, answer.json()["detail"]) == (409, "the fault changed meanwhile")
    assert "acknowledged" in answer.json()["allowed"]
    assert town.store.photo(1) is None


def test_every_value_that_cannot_be_used_is_named_at_once(town: Town, staff: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    bad = {"department": "nobody", "until": "tomorrow", "photo": base64.b64encode(b"GIF89a").decode(), "into": number}
    answer = moves(staff, number, "refused", **bad)
    assert answer.status_code == 422
    fields = {error["field"] for error in answer.json()["errors"]}
    assert fields == {f"body.{field}" for field in ("comment", "department", "until", "photo", "into")}
    assert town.store.waiting_inputs() == []


@pytest.mark.parametrize(
    "body",
    [{}, {"move": "dance", "version": 1}, {"move": "fixed", "version": 0}, {"move": "fixed", "version": 1, "x": 1}],
)
def test_a_body_that_is_none_is_refused(town: Town, staff: TestClient, body: dict[str, Any]) -> None:
    number = town.breaks("cam-01", "frozen").id
    assert staff.post(f"/api/v1/faults/{number}/moves", json=body).status_code == 422


def test_a_comment_that_no_database_takes_is_refused(town: Town, staff: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    assert moves(staff, number, "refused", comment="a\0b").status_code == 422


@pytest.mark.usefixtures("clerk")
def test_who_gets_it_back_forwards_it_and_its_department_is_another(town: Town, staff: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    moves(staff, number, "refused", comment="the pole is not ours")
    own = moves(staff, number, "forwarded", comment="x", department="maintenance")
    assert [error["field"] for error in own.json()["errors"]] == ["body.department"]
    answer = moves(staff, number, "forwarded", comment="theirs", department="traffic_police").json()
    assert (answer["order"]["department"], answer["department"]["en"]) == ("traffic_police", "traffic police")
    last = staff.get(f"/api/v1/faults/{number}").json()["moves"][-1]
    assert (last["department"], last["comment"]) == ("traffic_police", "theirs")
    page = staff.get(f"/faults/{number}", params={"lang": "en"})
    assert page.status_code == 200


@pytest.mark.usefixtures("clerk")
def test_a_suspended_one_names_its_date(still_town: Town, staff: TestClient) -> None:
    number = still_town.breaks("cam-01", "frozen").id
    moves(staff, number, "acknowledged")
    answer = moves(staff, number, "suspended", until="2026-12-01T08:00:00+08:00").json()
    assert (answer["order"]["state"], answer["order"]["until"]) == ("suspended", "2026-12-01T08:00:00.000+08:00")
    last = staff.get(f"/api/v1/faults/{number}").json()["moves"][-1]
    assert last["until"] == "2026-12-01T08:00:00.000+08:00"


@pytest.mark.usefixtures("clerk")
def test_a_duplicate_goes_into_another(town: Town, staff: TestClient) -> None:
    number, other = town.breaks("cam-01", "frozen").id, town.breaks("cam-01", "black").id
    assert moves(staff, number, "duplicate", into=other).json()["order"]["state"] == "closed"
    assert (listed(staff), listed(staff, "closed")) == ([other], [number])


def test_a_part_is_moved_where_its_cause_is(town: Town, staff: TestClient) -> None:
    number, cause = town.breaks("cam-01", "frozen").id, town.breaks("j-01", "site_dark").id
    town.store.record(Batch(town.now_ms(), faults=[FaultRoot("cam-01", "frozen", None, "j-01", town.now_ms())]))
    for answer in (moves(staff, number, "acknowledged"), staff.post(f"/api/v1/faults/{number}/acknowledge")):
        assert (answer.status_code, answer.json()["reason"]) == (409, "part")
        assert cause in answer.json()["detail"]
    assert listed(staff) == [cause]


@pytest.mark.usefixtures("clerk")
def test_nobody_calls_a_fault_that_waits_for_its_release_a_false_alarm(town: Town, staff: TestClient) -> None:
    number = town.breaks("cp-01.2", "GroundFailure").id
    answer = moves(staff, number, "false_alarm", comment="looks fine")
    assert (answer.status_code, "release" in answer.json()["detail"]) == (409, True)
    assert answer.json()["allowed"] == ["acknowledged", "refused"]


def test_the_list_comes_in_pages(town: Town, staff: TestClient) -> None:
    numbers = [town.breaks(asset, "frozen", ago_s=ago).id for asset, ago in (("cam-01", 60), ("cam-02", 30))]
    first = staff.get("/api/v1/orders", params={"limit": 1}).json()
    second = staff.get("/api/v1/orders", params={"limit": 1, "cursor": first["next"]}).json()
    assert [page["items"][0]["id"] for page in (second, first)] == numbers
    assert staff.get("/api/v1/orders", params={"cursor": "x"}).status_code == 422
    assert staff.get("/api/v1/orders", params={"state": "lost"}).status_code == 422


@pytest.mark.usefixtures("clerk")
def test_police_see_the_order_and_no_moves(town: Town, resident: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    resident.headers.update(bearer(town, resident, "police"))
    order = resident.get(f"/api/v1/faults/{number}").json()["order"]
    assert (order["state"], order["allowed"]) == ("open", [])


@pytest.mark.usefixtures("clerk")
def test_an_administrator_reads_who_did_what(town: Town, staff: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    moves(staff, number, "acknowledged", place="j-01", comment="on my way")
    staff.headers.update(bearer(town, staff, "admin"))
    log = staff.get("/api/v1/audit", params={"verify": True}).json()
    *_, line = [one for one in log["items"] if one["action"] != "link used"]
    told = [line[name] for name in ("who", "role", "action", "subject", "place")]
    assert told == ["maintenance-1", "maintenance", "acknowledged", number, "j-01"]
    assert '"comment":"on my way"' in line["detail"]
    assert (log["verified"], log["first_bad"], log["next"]) == (True, None, None)
    assert staff.get("/api/v1/audit", params={"after": log["items"][-1]["id"]}).json()["items"] == []


@pytest.mark.usefixtures("clerk")
def test_the_page_of_a_fault_tells_every_move_in_words(town: Town, staff: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    moves(staff, number, "acknowledged")
    for move, more in (("on_site", {}), ("false_alarm", {"comment": "a leaf"})):
        assert moves(staff, number, move, **more).status_code == 200
    page = staff.get(f"/faults/{number}", params={"lang": "en"}).text
    assert all(words in page for words in ("is on site", "a false alarm", "a leaf"))
