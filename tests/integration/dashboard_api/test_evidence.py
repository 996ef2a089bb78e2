"""Pictures of a fault: on its page and by the API, for whoever may see them; each look is in the audit log."""

import hashlib

import pytest
from fastapi.testclient import TestClient

from gateway.store import Batch, EvidenceNote, PictureCome
from tests.integration.dashboard_api.conftest import Town, bearer
from tests.integration.dashboard_api.test_areas import account
from tests.integration.dashboard_api.test_staff_moves import signed_in

BEFORE, AFTER = b"\xff\xd8\xffbefore", b"\xff\xd8\xffafter"


def shows(town: Town, device: str = "cam-01", ago_s: float = 300, *bodies: bytes) -> None:
    """A node's record named two pictures, and ``bodies`` have come."""
    at = town.now_ms() - round(ago_s * 1000)
    names = [hashlib.sha256(body).hexdigest() for body in (BEFORE, AFTER)]
    batch = Batch(at, evidence=[EvidenceNote("n-01", device, "occluded", at, *names)])
    batch.pictures += [
        PictureCome("n-01", hashlib.sha256(body).hexdigest(), device, at, body) for body in bodies or (BEFORE, AFTER)
    ]
    town.store.record(batch)


@pytest.fixture
def number(still_town: Town) -> str:
    """A covered camera whose node showed it."""
    shows(still_town)
    return still_town.breaks("cam-01", "occluded").id


def test_the_pictures_of_a_fault_are_had_by_their_addresses_and_each_look_is_audited(
    still_town: Town, staff: TestClient, number: str
) -> None:
    [one] = staff.get(f"/api/v1/faults/{number}/evidence").json()["items"]
    assert (one["at"], one["number"]) == ("2026-11-23T14:03:31.000+08:00", 1)
    for which, body in (("before", BEFORE), ("after", AFTER)):
        answer = staff.get(one[which])
        assert (answer.content, answer.headers["content-type"]) == (body, "image/jpeg")
        assert answer.headers["cache-control"] == "private, no-store"
        deed = still_town.store.audit()[-1]
        assert (deed.action, deed.subject, deed.detail) == ("evidence viewed", number, f"1 {which}")


def test_what_is_not_there_is_not_there(still_town: Town, staff: TestClient, number: str) -> None:
    other = still_town.breaks("cam-02", "occluded").id
    for path in (f"{number}/evidence/2/after", f"{other}/evidence/1/after", "F-2020-0001/evidence/1/after"):
        assert staff.get(f"/api/v1/faults/{path}").status_code == 404
    assert staff.get(f"/api/v1/faults/{other}/evidence").json() == {"items": []}
    still_town.store.sweep_evidence(still_town.now_ms() + 86_400_000, 1)
    assert staff.get(f"/api/v1/faults/{number}/evidence/1/after").status_code == 404
    assert "evidence viewed" not in [row.action for row in still_town.store.audit()]


def test_a_picture_that_is_still_to_come_has_no_address(still_town: Town, staff: TestClient) -> None:
    shows(still_town, "cam-01", 300, AFTER)
    number = still_town.breaks("cam-01", "occluded").id
    [one] = staff.get(f"/api/v1/faults/{number}/evidence").json()["items"]
    assert (one["before"], one["after"] is not None) == (None, True)


def test_pictures_of_another_time_belong_to_another_fault(still_town: Town, staff: TestClient) -> None:
    shows(still_town, "cam-01", 7200)
    number = still_town.breaks("cam-01", "occluded", ago_s=360).id
    assert staff.get(f"/api/v1/faults/{number}/evidence").json() == {"items": []}


def test_the_faults_page_shows_before_and_after(still_town: Town, resident: TestClient, number: str) -> None:
    page = signed_in(still_town, resident).get(f"/staff/faults/{number}").text
    for which in ("before", "after"):
        assert f'src="/api/v1/faults/{number}/evidence/1/{which}"' in page
    assert "故障前后画面" in page


def test_who_may_not_see_them_is_shown_none(still_town: Town, resident: TestClient, number: str) -> None:
    page = signed_in(still_town, resident, "duty_desk").get(f"/staff/faults/{number}").text
    assert "/evidence/" not in page
    for role, status in (("police", 200), ("duty_desk", 403), ("safety_centre", 403)):
        headers = bearer(still_town, resident, role)
        assert resident.get(f"/api/v1/faults/{number}/evidence/1/after", headers=headers).status_code == status


def test_pictures_of_elsewhere_are_refused(still_town: Town, resident: TestClient, number: str) -> None:
    resident.headers["Authorization"] = f"Bearer {account(still_town, 'j-03')}"
    for path in ("evidence", "evidence/1/after"):
        answer = resident.get(f"/api/v1/faults/{number}/{path}")
        assert (answer.status_code, answer.json()["reason"]) == (403, "area")
