"""Who was told and whether they have it; what has reached nobody stands on wall and page until somebody takes it."""

import pytest
from fastapi.testclient import TestClient

from gateway.dispatch.words import Address
from gateway.faults.times import DispatchTimes
from gateway.store import Batch, FaultAcknowledge, FaultRow, MessageWrite, Sender
from tests.integration.dashboard_api.conftest import Town

TIMES = DispatchTimes()


@pytest.fixture
def told(still_town: Town) -> FaultRow:
    """A dark light: its firm has the message, of the police nobody was there."""
    fault, now = still_town.breaks("wl-01", "dark"), still_town.now_ms()
    firm = Address("group:firm", "wecom_firm", "maintenance", "maintenance", now)
    message = MessageWrite(
        "problem", "wl-01", "dark", now, to=(firm, Address("", "", "police", "police", now)), due_ms=now
    )
    still_town.store.record(Batch(now, faults=[message]))
    letters = still_town.store.letters
    claimed = letters.claim(Sender("wecom_firm", "one", False), now, TIMES)
    assert claimed is not None
    letters.sent(claimed.row.id, "one", now, confirmed=True)
    for one in letters.unheard(now):
        letters.another_way(one, (), now)
    return fault


def test_each_letter_says_who_by_which_way_and_whether_they_have_it(staff: TestClient, told: FaultRow) -> None:
    firm, police = staff.get(f"/api/v1/faults/{told.id}/letters").json()["items"]
    assert (firm["post"], firm["recipient"], firm["channel"]) == ("maintenance", "firm", "wecom_firm")
    assert (firm["state"], firm["confirmed"]) == ("sent", True)
    assert (police["recipient"], police["channel"], police["state"]) == (None, None, "dead")


def test_what_has_reached_nobody_is_on_the_wall_and_the_page_until_it_is_taken(
    still_town: Town, staff: TestClient, told: FaultRow
) -> None:
    (one,) = staff.get("/api/v1/unheard").json()["items"]
    assert (one["fault"], one["post"]) == (told.id, "police")
    assert "还没有通知到人" in staff.get("/village").text
    still_town.store.record(
        Batch(still_town.now_ms(), faults=[FaultAcknowledge(told.id, "li", still_town.now_ms(), None, False)])
    )
    assert staff.get("/api/v1/unheard").json()["items"] == []
    assert "还没有通知到人" not in staff.get("/village").text


@pytest.mark.usefixtures("told")
def test_residents_are_not_told_who_has_not_been_reached(resident: TestClient) -> None:
    assert "还没有通知到人" not in resident.get("/village").text
    assert resident.get("/api/v1/unheard").status_code == 401


def test_the_fault_s_page_says_who_has_it(staff: TestClient, told: FaultRow) -> None:
    page = staff.get(f"/faults/{told.id}").text
    assert "谁收到了" in page
    assert "wecom_firm：已送达" in page
    assert "这个岗位没有人可以通知" in page
