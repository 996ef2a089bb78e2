"""Taking a fault on by the link in a message, without having signed in."""

import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from dashboard_api.limits import FAILURES
from gateway.dispatch.links import sign
from gateway.dispatch.words import Address
from gateway.faults.catalogue import entry
from gateway.store import Acknowledgement, Batch, FaultRoot, FaultRow, InputRow, LinkWish, MessageWrite, OrderMove
from tests.integration.dashboard_api.conftest import Clerk, Town
from tests.integration.dashboard_api.gateway import Watching

KEY = b"k" * 32
MINUTE_MS = 60_000
LinkOf = Callable[..., str]


@pytest.fixture
def phone(town: Town) -> Iterator[TestClient]:
    """A browser on the village's pages, where links are signed with :data:`KEY`."""
    town.settings = town.settings.model_copy(update={"link_key": SecretStr(KEY.decode())})
    with TestClient(town.app()) as client:
        yield client


@pytest.fixture
def link(town: Town) -> LinkOf:
    def made(fault: FaultRow | str, who: str = "wang", *, episode: int = 0, age_s: int = 0) -> str:
        now, number = town.now_ms() - age_s * 1000, fault if isinstance(fault, str) else fault.id
        return f"/a/{sign(KEY, number, who, episode, now, now + 7_200_000)}"

    return made


def stored(folder: Path) -> dict[str, str]:
    """What every file of the store holds."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.glob("gateway.db*"))}


def asked(town: Town) -> list[InputRow]:
    return town.store.waiting_inputs()


def test_the_page_says_what_where_since_when_and_what_to_do_first(town: Town, phone: TestClient, link: LinkOf) -> None:
    page = phone.get(link(town.breaks("cam-01", "frozen")))
    assert page.status_code == 200
    for text in ("小学门口摄像头画面静止不动", "小学门口", "今天", entry("frozen").first("maintenance").zh, "我来处理"):
        assert text in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "<script" not in page.text


def test_looking_changes_nothing(town: Town, phone: TestClient, link: LinkOf, tmp_path: Path) -> None:
    """Messengers open links by themselves. The button, as a control, does change something."""
    address = link(town.breaks("cam-01", "frozen"))
    before = stored(tmp_path)
    for method in ("GET", "HEAD", "GET"):
        assert phone.request(method, address).status_code == 200
    assert stored(tmp_path) == before
    phone.post(address)
    assert stored(tmp_path) != before


@pytest.mark.usefixtures("clerk")
def test_the_button_takes_the_fault_as_the_person_it_was_sent_to(town: Town, phone: TestClient, link: LinkOf) -> None:
    fault = town.breaks("cam-01", "frozen")
    page = phone.post(link(fault))
    assert (page.status_code, "已由您接单" in page.text) == (200, True)
    after = town.store.fault(fault.id)
    assert after is not None
    assert after.acknowledged_by == "wang"


@pytest.mark.usefixtures("clerk")
def test_people_and_the_desk_are_called_as_the_roster_calls_them(town: Town, phone: TestClient, link: LinkOf) -> None:
    wang = {"id": "wang", "name": "王师傅", "phone": "+86 100 0000 0001", "via": ["sms"]}
    roster = {"desk": {"name": "值班室", "phone": "025-00000001"}, "people": [wang]}
    town.store.load_roster("test", json.dumps(roster).encode(), town.now_ms())
    fault = town.breaks("cam-01", "frozen")
    assert "请马上致电值班室 02500000001换人" in phone.post(link(fault)).text
    after = town.store.fault(fault.id)
    assert after is not None
    assert after.acknowledged_by == "王师傅"
    assert "请致电值班室 02500000001接单" in phone.get("/a/x").text


def test_the_first_step_is_that_of_the_role_in_which_they_were_told(
    town: Town, phone: TestClient, link: LinkOf
) -> None:
    fault = town.breaks("cp-01.1", "GroundFailure")
    to = (Address("wang", "sms", "electrician", "electrician", town.now_ms()),)
    message = MessageWrite("problem", "cp-01.1", "GroundFailure", town.now_ms(), 1, to)
    town.store.record(Batch(at_ms=town.now_ms(), faults=[message]))
    first = entry("GroundFailure").first
    assert first("electrician").zh in phone.get(link(fault, "wang")).text
    assert first("maintenance").zh in phone.get(link(fault, "li")).text


def test_without_a_gateway_it_is_written_down_and_says_so(town: Town, phone: TestClient, link: LinkOf) -> None:
    page = phone.post(link(town.breaks("cam-01", "frozen"), "group:repair"), data={"who": " 李  工 "})
    assert (page.status_code, "还没有确认" in page.text) == (202, True)
    (one,) = asked(town)
    assert (one.kind, one.by) == ("acknowledge", "李 工")
    wish = msgspec.json.decode(one.payload, type=Acknowledgement)
    assert (wish.comment, wish.role, wish.measured_dead) == ("group:repair", "maintenance", False)


@pytest.mark.parametrize(
    ("typed", "said"), [("", "请填写您的姓名"), (" \u200b\n ", "请填写"), ("王" * 41, "最多 40 个字")]
)
def test_whoever_comes_by_a_groups_link_must_say_their_name(
    town: Town, phone: TestClient, link: LinkOf, typed: str, said: str
) -> None:
    address = link(town.breaks("cam-01", "frozen"), "group:repair")
    assert 'name="who"' in phone.get(address).text
    page = phone.post(address, data={"who": typed})
    assert (page.status_code, said in page.text, asked(town)) == (422, True, [])
    assert phone.post(address, data={"who": "王" * 40}).status_code == 202


def test_a_typed_name_is_never_markup(town: Town, phone: TestClient, link: LinkOf) -> None:
    page = phone.post(link(town.breaks("cam-01", "frozen"), "group:repair"), data={"who": "<b>x</b>" * 6})
    assert "<b>x" not in page.text
    assert "&lt;b&gt;x" in page.text


@pytest.mark.usefixtures("clerk")
def test_taking_a_safety_fault_on_never_releases_it(town: Town, phone: TestClient, link: LinkOf) -> None:
    """Not even when somebody adds to the form what only somebody on site may record."""
    fault = town.breaks("cp-01.1", "GroundFailure")
    town.mends("cp-01.1", "GroundFailure")
    address = link(fault)
    assert "登记“已验明无电、绝缘合格”之后才解除" in phone.get(address).text
    assert phone.post(address, data={"measured_dead": "true"}).status_code == 200
    after = town.store.fault(fault.id)
    assert after is not None
    assert (after.acknowledged_by, after.closed_ms, after.measured_dead) == ("wang", None, False)


def test_of_two_presses_the_second_finds_the_link_used(town: Town, phone: TestClient, link: LinkOf) -> None:
    address = link(town.breaks("cam-01", "frozen"))
    assert phone.post(address).status_code == 202
    again = phone.post(address)
    assert (again.status_code, "已经用过" in again.text, len(asked(town))) == (410, True, 1)
    assert phone.get(address).status_code == 410


@pytest.mark.usefixtures("clerk")
def test_what_somebody_has_taken_is_not_taken_again(town: Town, phone: TestClient, link: LinkOf) -> None:
    fault = town.breaks("cam-01", "frozen")
    phone.post(link(fault, "li"))
    for answer in (phone.get(link(fault)), phone.post(link(fault))):
        assert (answer.status_code, "接单人：li" in answer.text) == (409, True)
    after = town.store.fault(fault.id)
    assert after is not None
    assert after.acknowledged_by == "li"


def test_what_is_over_needs_nobody(town: Town, phone: TestClient, link: LinkOf) -> None:
    fault = town.breaks("cam-01", "frozen")
    town.mends("cam-01", "frozen")
    for answer in (phone.get(link(fault)), phone.post(link(fault))):
        assert (answer.status_code, "已经结束" in answer.text) == (409, True)
    assert asked(town) == []


def test_a_link_of_the_time_before_takes_nothing(town: Town, phone: TestClient, link: LinkOf) -> None:
    fault = town.breaks("cam-01", "frozen")
    town.mends("cam-01", "frozen")
    again = town.breaks("cam-01", "frozen", ago_s=0)
    assert (again.id, again.reopened) == (fault.id, 1)
    answer = phone.post(link(fault))
    assert (answer.status_code, "又发生了一次" in answer.text, asked(town)) == (409, True, [])
    assert phone.post(link(again, episode=1)).status_code == 202


def test_what_is_a_part_of_another_fault_is_not_taken_by_itself(town: Town, phone: TestClient, link: LinkOf) -> None:
    fault = town.breaks("cam-01", "frozen")
    town.store.record(Batch(at_ms=town.now_ms(), faults=[FaultRoot("cam-01", "frozen", None, "n-01", town.now_ms())]))
    answer = phone.post(link(fault))
    assert (answer.status_code, "是另一个故障的一部分" in answer.text, asked(town)) == (409, True, [])


def test_an_order_that_was_sent_back_waits_for_somebody_else(town: Town, phone: TestClient, link: LinkOf) -> None:
    fault, now = town.breaks("cam-01", "frozen"), town.now_ms()
    number = town.store.add_input("move", b"{}", "li", None, now)
    refusal = OrderMove(fault.id, "refused", "li", now, number, comment="not ours")
    town.store.record(Batch(at_ms=now, faults=[refusal]))
    answer = phone.post(link(fault))
    assert (answer.status_code, "已转给别人处理" in answer.text) == (409, True)


def test_an_old_link_says_whom_to_ring(town: Town, phone: TestClient, link: LinkOf) -> None:
    address = link(town.breaks("cam-01", "frozen"), age_s=7201)
    for answer in (phone.get(address), phone.post(address)):
        assert (answer.status_code, "已经过期" in answer.text, "请致电值班台" in answer.text) == (410, True, True)
    assert asked(town) == []


def test_a_fault_that_is_not_there(phone: TestClient, link: LinkOf) -> None:
    answer = phone.post(link("F-2020-0001"))
    assert (answer.status_code, "没有这个故障" in answer.text) == (404, True)


def test_a_forged_link_takes_nothing(town: Town, phone: TestClient, link: LinkOf) -> None:
    address = link(town.breaks("cam-01", "frozen"))
    changed = address[:20] + ("A" if address[20] != "A" else "B") + address[21:]
    for bad in (changed, address + "A", address[:-3], "/a/x", "/a/" + "A" * 500):
        answer = phone.post(bad)
        assert (answer.status_code, "这个链接不对" in answer.text) == (404, True), bad
    assert asked(town) == []
    assert phone.post(address).status_code == 202


def test_without_a_key_there_are_no_links(town: Town, resident: TestClient, link: LinkOf) -> None:
    assert resident.post(link(town.breaks("cam-01", "frozen"))).status_code == 404
    assert asked(town) == []


def test_whoever_guesses_is_closed_out_for_a_while_and_holds_up_nobody(
    still_town: Town, phone: TestClient, link: LinkOf
) -> None:
    """A whole village may sit behind one address."""
    for _ in range(FAILURES):
        assert phone.get("/a/guess").status_code == 404
    answer = phone.get("/a/guess")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
    assert phone.get(link(still_town.breaks("cam-01", "frozen"))).status_code == 200
    assert still_town.fixed_ms is not None
    still_town.fixed_ms += 15 * MINUTE_MS
    assert phone.get("/a/guess").status_code == 404


def test_what_the_gateway_refuses_is_said(town: Town, phone: TestClient, link: LinkOf) -> None:
    with Clerk(town, "out of order"):
        answer = phone.post(link(town.breaks("cam-01", "frozen")))
    assert (answer.status_code, "接单没有成功" in answer.text, "out of order" in answer.text) == (409, True, True)


def test_it_speaks_english_too(town: Town, phone: TestClient, link: LinkOf) -> None:
    address = link(town.breaks("cam-01", "frozen"))
    assert "I&#39;ll take it" in phone.get(f"{address}?lang=en").text
    assert "This link is not right" in phone.get("/a/x?lang=en").text


def test_links_that_have_ended_anyway_are_forgotten(town: Town) -> None:
    """A used link is kept until it ends; from then on it is too old to be replayed."""

    def use(link: str, expires_ms: int, now_ms: int) -> int | None:
        return town.store.use_link(link, LinkWish("F-2026-0001", "acknowledge", b"{}", "li", None, expires_ms), now_ms)

    assert use("a", 1000, 0) == 1
    assert use("a", 1000, 999) is None
    assert use("b", 3000, 1000) == 2
    assert (town.store.link_used("a"), town.store.link_used("b")) == (False, True)


def test_the_real_gateway_takes_it_once_and_keeps_the_latch(still_town: Town, phone: TestClient, link: LinkOf) -> None:
    """Two people press at the same moment, each by a link of their own and one of them twice."""
    watching = Watching(still_town).run(120).sees("cp-01.1", "GroundFailure").run(30)
    (fault,) = [row for row in still_town.faults("open") if row.code == "GroundFailure"]
    addresses = [link(fault, "wang"), link(fault, "wang"), link(fault, "li")]
    with watching.listening(), ThreadPoolExecutor(3) as pool:
        found = sorted(answer.status_code for answer in pool.map(phone.post, addresses))
    assert found[0] == 200
    assert set(found[1:]) <= {409, 410}
    watching.sees("cp-01.1", "", "up").run(300)
    after = still_town.store.fault(fault.id)
    assert after is not None
    assert after.acknowledged_by in {"wang", "li"}
    assert after.cleared_ms is not None
    assert (after.closed_ms, after.measured_dead) == (None, False)
