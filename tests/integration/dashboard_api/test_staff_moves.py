"""The staff's pages over HTTP without a script: a fault moved on by plain forms."""

import html
import re

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.integration.dashboard_api.conftest import Clerk, Town
from tests.integration.dashboard_api.people import PASSWORD, account

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def signed_in(town: Town, client: TestClient, role: str = "maintenance") -> TestClient:
    client.post(f"/sign-in/{town.link(role)}", follow_redirects=False)
    return client


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page[:2000]
    return found[1]


def press(client: TestClient, number: str, move: str, **typed: str) -> Response:
    """As a browser does: the page's own hidden fields, and what was typed."""
    page = client.get(f"/staff/faults/{number}/{move}").text
    data = {"csrf": hidden(page, "csrf"), "version": hidden(page, "version"), **typed}
    return client.post(f"/staff/faults/{number}/{move}", data=data, follow_redirects=False)


@pytest.fixture
def worker(town: Town, resident: TestClient) -> TestClient:
    return signed_in(town, resident)


@pytest.mark.usefixtures("clerk")
def test_each_press_leads_to_a_page_that_shows_what_came_of_it(town: Town, worker: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    seen = []
    for move in ("acknowledged", "on_site", "fixed"):
        answer = press(worker, number, move)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/staff/faults/{number}?done={move}")
        seen.append("已登记" in worker.get(answer.headers["location"]).text)
    assert seen == [True, True, True]
    row = town.store.fault(number)
    assert row is not None
    assert row.order_state == "fixed"


def test_the_second_is_told_who_was_first_and_keeps_what_was_typed(town: Town, worker: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    page = worker.get(f"/staff/faults/{number}/acknowledged").text
    data = {"csrf": hidden(page, "csrf"), "version": hidden(page, "version"), "comment": "十分钟到"}
    with Clerk(town), TestClient(town.app()) as other:
        assert press(signed_in(town, other), number, "acknowledged").status_code == 303
        answer = worker.post(f"/staff/faults/{number}/acknowledged", data=data)
    assert answer.status_code == 409
    assert re.search(r"慢了一步：\d\d:\d\d，维修人员 2 签收", answer.text)
    assert "十分钟到" in answer.text


@pytest.mark.usefixtures("clerk")
def test_the_same_press_twice_is_one_press(town: Town, worker: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    page = worker.get(f"/staff/faults/{number}").text
    data = {"csrf": hidden(page, "csrf"), "version": hidden(page, "version")}
    address = f"/staff/faults/{number}/acknowledged"
    answers = [worker.post(address, data=data, follow_redirects=False) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len([one for one in town.store.fault_moves(number) if one.by]) == 1


def test_errors_stand_beside_their_fields_and_nothing_is_lost(town: Town, worker: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    with Clerk(town):
        press(worker, number, "acknowledged")
        page = worker.get(f"/staff/faults/{number}/suspended").text
    data = {"csrf": hidden(page, "csrf"), "version": hidden(page, "version")}
    answer = worker.post(
        f"/staff/faults/{number}/suspended", data={**data, "until": "2020-01-01T08:00", "comment": "词" * 501}
    )
    assert answer.status_code == 422
    assert 'id="until-wrong"' in answer.text
    assert "最多 500 个字，现在 501 个" in answer.text
    assert 'value="2020-01-01T08:00"' in answer.text
    assert "词" * 501 in answer.text


@pytest.mark.usefixtures("clerk")
def test_a_photo_that_came_with_a_mistake_needs_no_second_choosing(town: Town, worker: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    address = f"/staff/faults/{number}/false_alarm"
    page = worker.get(address).text
    data = {"csrf": hidden(page, "csrf"), "version": hidden(page, "version"), "comment": ""}
    refused = worker.post(address, data=data, files={"photo": ("a.png", PNG, "image/png")})
    assert refused.status_code == 422
    kept = hidden(refused.text, "kept")
    assert press(worker, number, "false_alarm", comment="镜头是好的", kept=kept).status_code == 303
    assert town.store.fault_moves(number)[-1].photo == int(kept)


def test_what_is_no_photo_or_too_large_is_said_beside_the_field(town: Town, worker: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    address = f"/staff/faults/{number}/false_alarm"
    page = worker.get(address).text
    data = {"csrf": hidden(page, "csrf"), "version": hidden(page, "version"), "comment": "好的"}
    for body, text in ((b"GIF89a", "不是 JPEG"), (PNG + b"\0" * 2_100_000, "超过 2 MB")):
        answer = worker.post(address, data=data, files={"photo": ("a", body, "image/png")})
        assert (answer.status_code, text in answer.text) == (422, True)


def test_who_was_signed_out_signs_in_and_sends_what_was_typed(town: Town, clerk: Clerk, resident: TestClient) -> None:
    del clerk
    account(town, "wang.fang", "maintenance", display="王芳")
    fault = town.breaks("cam-01", "frozen")
    assert press(signed_in(town, resident), fault.id, "refused", comment="不归我").status_code == 303
    version = hidden(resident.get(f"/staff/faults/{fault.id}/forwarded").text, "version")
    resident.cookies.clear()
    data = {"comment": "归交警管", "department": "police", "version": version, "csrf": "of before"}
    photo = {"photo": ("a.png", PNG, "image/png")}
    page = resident.post(f"/staff/faults/{fault.id}/forwarded", data=data, files=photo)
    assert (page.status_code, "归交警管" in html.unescape(page.text)) == (401, True)
    form = {"name": "wang.fang", "password": PASSWORD, "csrf": hidden(page.text, "csrf")}
    welcome = resident.post("/sign-in", data=form | {"kept": html.unescape(hidden(page.text, "kept"))}).text
    assert all(said in welcome for said in ("<dt>说明</dt><dd>归交警管</dd>", "<dd>派出所</dd>", "请您再选一次"))
    sends = dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', welcome))
    assert resident.post(f"/staff/faults/{fault.id}/forwarded", data=sends).status_code == 200
    last = town.store.fault_moves(fault.id)[-1]
    assert (last.move, last.target, last.comment, last.by) == ("forwarded", "police", "归交警管", "wang.fang")
    # Others read what she is called, not what she signs in with.
    assert "王芳" in resident.get(f"/staff/faults/{fault.id}").text
    assert "wang.fang" not in resident.get(f"/staff/faults/{fault.id}").text


def test_a_form_of_another_site_changes_nothing(town: Town, worker: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    answer = worker.post(f"/staff/faults/{number}/acknowledged", data={"version": "1", "csrf": "x", "comment": "我来"})
    assert (answer.status_code, "我来" in answer.text) == (403, True)
    assert town.store.waiting_inputs() == []


def test_police_look_and_press_nothing(town: Town, resident: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    page = signed_in(town, resident, "police").get(f"/staff/faults/{number}")
    assert (page.status_code, "<button" in page.text.partition('class="dock"')[2]) == (200, False)
    assert resident.post(f"/staff/faults/{number}/acknowledged", data={}).status_code == 403
