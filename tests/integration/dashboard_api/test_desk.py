"""The duty desk over HTTP without a script: whom to ring, and what comes of a call."""

import re
from datetime import datetime
from itertools import pairwise

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from dashboard_api.times import CHINA
from demo import afternoon, people
from gateway.store import Deed, NewAccount
from tests.integration.dashboard_api.conftest import Clerk, Town
from tests.integration.dashboard_api.people import PASSWORD, account
from tests.integration.dashboard_api.people import hidden as last_hidden
from tests.integration.dashboard_api.test_staff_moves import hidden, signed_in

NUMBER = re.compile(r'id="at-(F-\d{4}-\d{4,})"')
RING = re.compile(r'<p class="to">.*?<b>(.*?)</b>')


@pytest.fixture
def manned_town(town: Town) -> Town:
    """The demo's village with its roster."""
    town.village = afternoon.beigu()
    roster = people.roster_for(town.village).model_dump_json(by_alias=True, exclude_none=True)
    town.store.load_roster("test", roster.encode(), town.now_ms())
    return town


@pytest.fixture
def operator(manned_town: Town, resident: TestClient) -> TestClient:
    """Somebody at the duty desk."""
    return signed_in(manned_town, resident, "duty_desk")


def press(client: TestClient, number: str, outcome: str, page: str = "", **typed: str) -> Response:
    """As a browser does: the page's own hidden fields, and what was typed."""
    page = page or client.get(f"/desk/{number}").text
    names = ("csrf", "version", "seen", *(["to"] if 'name="to"' in page else []))
    fields = {name: hidden(page, name) for name in names}
    return client.post(f"/desk/{number}", data={**fields, "outcome": outcome, **typed}, follow_redirects=False)


def rung(client: TestClient, number: str) -> str:
    """Who is to be rung now."""
    found = RING.search(client.get(f"/desk/{number}").text)
    return found[1] if found else ""


def state(town: Town, number: str) -> str:
    row = town.store.fault(number)
    assert row is not None
    return row.order_state


def test_the_gravest_and_nobodys_come_first(manned_town: Town, operator: TestClient) -> None:
    town = manned_town
    minor = town.breaks("cam-01", "blur", ago_s=600).id
    fresh = town.breaks("cam-02", "frozen", ago_s=600).id
    late = town.breaks("cam-03", "frozen", ago_s=3 * 3600).id
    grave = town.breaks("cp-01.1", "GroundFailure", ago_s=60).id
    assert NUMBER.findall(operator.get("/desk").text) == [grave, late, fresh, minor]
    assert "1 个超时" in operator.get("/desk").text
    with Clerk(town):
        press(operator, late, "taken")
    page = operator.get("/desk").text
    assert NUMBER.findall(page) == [grave, fresh, minor, late]
    assert f'href="/desk/{grave}" aria-current="true"' in page


def test_who_does_not_answer_is_followed_by_the_next_up_the_ladder(manned_town: Town, operator: TestClient) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    seen = [rung(operator, number)]
    for _ in range(3):
        assert press(operator, number, "no_answer").headers["location"] == f"/desk/{number}?done=no_answer"
        seen.append(rung(operator, number))
    assert seen[0] == "王维保"
    assert all(one != other for one, other in pairwise(seen))
    assert seen.index("郑主任") > 0, "the safety centre's head is the last step"
    assert state(manned_town, number) == "open"
    page = operator.get(f"/desk/{number}").text
    assert "打电话：王维保 没有接" in page
    assert "登记人：值班室 1" in page


def test_after_all_were_tried_it_begins_anew_with_who_was_tried_first(manned_town: Town, operator: TestClient) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    first, tried = rung(operator, number), []
    for _ in range(12):
        tried.append(rung(operator, number))
        press(operator, number, "no_answer")
        if rung(operator, number) == first:
            break
    assert len(tried) == len(set(tried)) > 2


def test_a_wrong_number_is_rung_last_of_all(manned_town: Town, operator: TestClient) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    press(operator, number, "wrong_number")
    others = [rung(operator, number)]
    while press(operator, number, "no_answer").status_code == 303 and rung(operator, number) not in others:
        others.append(rung(operator, number))
    assert "王维保" not in others
    assert "要改的号码：王维保 的号码不对" in operator.get("/desk/hand-over").text


@pytest.mark.usefixtures("clerk")
def test_taken_on_is_recorded_in_their_name_and_by_whom(manned_town: Town, operator: TestClient) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    answer = press(operator, number, "taken")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/{number}?done=taken")
    assert "对方接手了" in operator.get(answer.headers["location"]).text
    row, last = manned_town.store.fault(number), manned_town.store.fault_moves(number)[-1]
    assert row is not None
    assert (row.order_state, row.acknowledged_by, last.comment) == ("acked", "王维保", "电话登记，值班台：值班室 1")
    deeds = [(one.who, one.role, one.action) for one in manned_town.store.audit() if one.subject == number]
    assert deeds == [("王维保", "duty_desk", "acknowledged"), ("duty_desk-1", "duty_desk", "call taken")]
    assert "已接手的人" in operator.get(f"/desk/{number}").text


@pytest.mark.usefixtures("clerk")
def test_who_has_an_account_finds_it_among_their_own_work(manned_town: Town, operator: TestClient) -> None:
    new = NewAccount("wang.wei", "maintenance", "王维保", ("*",), "wang-wei")
    manned_town.store.add_account(new, Deed(manned_town.now_ms(), "test", "admin", "account made", "wang.wei"))
    number = manned_town.breaks("cam-01", "frozen").id
    press(operator, number, "taken")
    row = manned_town.store.fault(number)
    assert row is not None
    assert row.acknowledged_by == "wang.wei"
    assert "已签收，未到场 · 王维保" in operator.get(f"/desk/{number}").text
    assert rung(operator, number) == "王维保"


@pytest.mark.usefixtures("clerk")
def test_the_whole_order_by_telephone(manned_town: Town, operator: TestClient) -> None:
    number, seen = manned_town.breaks("cam-01", "frozen").id, []
    for outcome in ("no_answer", "taken", "spoke", "on_site", "fixed"):
        assert press(operator, number, outcome).status_code == 303, outcome
        seen.append(state(manned_town, number))
    assert seen == ["open", "acked", "acked", "on_site", "fixed"]
    assert "等设备自己报告正常" in operator.get(f"/desk/{number}").text


@pytest.mark.usefixtures("clerk")
def test_already_on_site_takes_it_on_too(manned_town: Town, operator: TestClient) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    press(operator, number, "on_site")
    assert state(manned_town, number) == "on_site"
    assert [one.move for one in manned_town.store.fault_moves(number) if one.by] == ["acknowledged", "on_site"]


@pytest.mark.usefixtures("clerk")
def test_who_refuses_says_why_and_it_goes_to_whose_it_is(manned_town: Town, operator: TestClient) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    refused = press(operator, number, "refused")
    assert (refused.status_code, "请写明原因" in refused.text) == (422, True)
    press(operator, number, "refused", comment="不是我们装的", department="police")
    moves = [(one.move, one.by, one.target) for one in manned_town.store.fault_moves(number) if one.by]
    assert moves == [("refused", "王维保", None), ("forwarded", "duty_desk-1", "police")]
    assert (state(manned_town, number), rung(operator, number)) == ("open", "张警官")


@pytest.mark.usefixtures("clerk")
def test_what_was_refused_can_be_passed_on_later(manned_town: Town, operator: TestClient) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    press(operator, number, "refused", comment="不归我管")
    assert state(manned_town, number) == "refused"
    wrong = press(operator, number, "forwarded", comment="归派出所", department="nobody")
    assert (wrong.status_code, "请选择另一个部门" in wrong.text, "归派出所" in wrong.text) == (422, True, True)
    press(operator, number, "forwarded", comment="归派出所", department="police")
    assert (state(manned_town, number), rung(operator, number)) == ("open", "张警官")


@pytest.mark.usefixtures("clerk")
def test_what_waits_goes_on_in_the_morning_of_its_day_or_earlier(manned_town: Town, operator: TestClient) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    press(operator, number, "taken")
    press(operator, number, "waiting", days="3", comment="等镜头")
    row = manned_town.store.fault(number)
    assert row is not None
    assert row.until_ms is not None
    until, now = (datetime.fromtimestamp(ms / 1000, CHINA) for ms in (row.until_ms, manned_town.now_ms()))
    assert (row.order_state, until.hour, until.minute, (until.date() - now.date()).days) == ("suspended", 8, 0, 3)
    page = operator.get(f"/desk/{number}").text
    assert ("现在不用打电话" in page, rung(operator, number)) == (True, "")
    assert press(operator, number, "resumed").headers["location"] == f"/desk/{number}?done=resumed"
    assert (state(manned_town, number), rung(operator, number)) == ("acked", "王维保")


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize("days", ["", "0", "366", "-1", "3.5", "³", "1" * 19])
def test_a_number_of_days_that_is_none_is_said(manned_town: Town, operator: TestClient, days: str) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    press(operator, number, "taken")
    wrong = press(operator, number, "waiting", days=days, comment="等镜头")
    assert (wrong.status_code, "请填 1 到 365 的天数" in wrong.text, 'value="等镜头"' in wrong.text) == (
        422,
        True,
        True,
    )
    assert state(manned_town, number) == "acked"


@pytest.mark.usefixtures("clerk")
def test_no_fault_is_said_with_how_they_know(manned_town: Town, operator: TestClient) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    assert press(operator, number, "false_alarm").status_code == 422
    press(operator, number, "false_alarm", comment="看过，画面在动")
    last = manned_town.store.fault_moves(number)[-1]
    assert (state(manned_town, number), last.move, last.by) == ("closed", "false_alarm", "王维保")
    grave = manned_town.breaks("cp-01.1", "GroundFailure").id
    assert 'value="false_alarm"' not in operator.get(f"/desk/{grave}").text, "it waits to be measured"


@pytest.mark.parametrize("outcome", ["taken", "no_answer", "wrong_number", "on_site"])
def test_of_two_desks_the_second_is_told_who_was_first(manned_town: Town, operator: TestClient, outcome: str) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    with Clerk(manned_town), TestClient(manned_town.app()) as other:
        page = signed_in(manned_town, other, "duty_desk").get(f"/desk/{number}").text
        assert press(operator, number, outcome).status_code == 303
        answer = press(other, number, outcome, page)
    assert answer.status_code == 409
    assert re.search(r"慢了一步：\d\d:\d\d，值班室 1 已登记：王维保", answer.text)
    assert len(manned_town.app().state.desk.calls.of(number)) == 1


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize("outcome", ["taken", "no_answer"])
def test_the_same_press_twice_is_one_press(manned_town: Town, operator: TestClient, outcome: str) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    page = operator.get(f"/desk/{number}").text
    assert [press(operator, number, outcome, page).status_code for _ in range(2)] == [303, 303]
    assert len(manned_town.app().state.desk.calls.of(number)) == 1


@pytest.mark.usefixtures("clerk")
def test_who_took_it_without_the_desk_was_first_too(manned_town: Town, operator: TestClient) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    page = operator.get(f"/desk/{number}").text
    with TestClient(manned_town.app()) as phone:
        signed_in(manned_town, phone)
        form = phone.get(f"/staff/faults/{number}").text
        data = {"csrf": hidden(form, "csrf"), "version": hidden(form, "version")}
        phone.post(f"/staff/faults/{number}/acknowledged", data=data)
    answer = press(operator, number, "taken", page)
    assert answer.status_code == 409
    assert re.search(r"慢了一步：\d\d:\d\d，维修人员 2 签收", answer.text)


def test_a_session_that_ended_keeps_what_was_typed(manned_town: Town, clerk: Clerk, operator: TestClient) -> None:
    del clerk
    account(manned_town, "zhou", "duty_desk", display="小周")
    number = manned_town.breaks("cam-01", "frozen").id
    page = operator.get(f"/desk/{number}").text
    operator.cookies.clear()
    asked = press(operator, number, "refused", page, comment="不是我们装的", department="police")
    assert asked.status_code == 401
    form = {"name": "zhou", "password": PASSWORD, "csrf": last_hidden(asked.text)}
    kept = re.search(r'name="kept" value="([^"]*)"', asked.text)
    assert kept
    welcome = operator.post("/sign-in", data=form | {"kept": kept[1].replace("&#34;", '"')}).text
    assert all(said in welcome for said in ("<dd>不接手</dd>", "<dd>不是我们装的</dd>", "<dd>派出所</dd>"))
    sends = dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', welcome))
    assert operator.post(f"/desk/{number}", data=sends).status_code == 200
    assert manned_town.app().state.desk.calls.of(number)[-1].by == "zhou"


@pytest.mark.parametrize("role", ["maintenance", "electrician"])
def test_others_look_and_press_nothing(manned_town: Town, resident: TestClient, role: str) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    page = signed_in(manned_town, resident, role).get(f"/desk/{number}")
    assert (page.status_code, "call-form" in page.text, "王维保" in page.text) == (200, False, True)
    assert resident.post(f"/desk/{number}", data={"outcome": "taken"}).status_code == 403


@pytest.mark.parametrize("role", ["police", "safety_centre"])
@pytest.mark.parametrize("path", ["/desk", "/desk/hand-over"])
def test_numbers_are_for_who_rings(manned_town: Town, resident: TestClient, role: str, path: str) -> None:
    assert signed_in(manned_town, resident, role).get(path).status_code == 403


def test_a_form_of_another_site_records_nothing(manned_town: Town, operator: TestClient) -> None:
    number = manned_town.breaks("cam-01", "frozen").id
    answer = press(operator, number, "no_answer", csrf="x")
    assert (answer.status_code, "页面放得太久" in answer.text) == (403, True)
    assert manned_town.app().state.desk.calls.of(number) == []


def test_nobody_to_ring_is_said(town: Town, resident: TestClient) -> None:
    number = town.breaks("cam-01", "frozen").id
    page = signed_in(town, resident, "duty_desk").get(f"/desk/{number}").text
    assert "没有人可以打" in page
    assert 'data-key="1"' not in page


@pytest.mark.usefixtures("clerk")
def test_the_sheet_holds_what_the_next_shift_needs(manned_town: Town, operator: TestClient) -> None:
    town = manned_town
    number = town.breaks("cam-01", "frozen", ago_s=3 * 3600).id
    press(operator, number, "no_answer")
    other = town.breaks("wl-01", "stuck_on").id
    press(operator, other, "taken")
    page = operator.get("/desk/hand-over").text
    assert all(said in page for said in (number, "已签收，未到场 · 王维保", "王维保 没有接", "已超时", "值班员小周"))
    assert "没有安排。" in page
    assert "2026-0001</span>" in page
