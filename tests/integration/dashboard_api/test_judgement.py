"""What the gateway's judgement means for who looks: causes, parts, reasons, messages. The gateway is the real one."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dashboard_api.feed import read
from gateway.store import Batch, FaultOpen, FaultRow, MessageWrite, WindowCut, WindowSet
from tests.integration.dashboard_api.conftest import Town, bearer
from tests.integration.dashboard_api.gateway import Watching
from tests.integration.dashboard_api.test_access import sign_in_by_page


@pytest.fixture
def watching(still_town: Town) -> Watching:
    return Watching(still_town).run(120)


@pytest.fixture
def dark(watching: Watching) -> dict[str, FaultRow]:
    """The east feeder has lost its power: both of its junctions are silent."""
    watching.cut("n-01", "n-02").run(420)
    return {row.asset: row for row in watching.town.faults("open")}


def one(staff: TestClient, number: str) -> dict[str, Any]:
    answer = staff.get(f"/api/v1/faults/{number}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_feeder_stands_for_its_junctions(dark: dict[str, FaultRow], staff: TestClient) -> None:
    assert set(dark) == {"f-east", "j-01", "j-02"}
    cause = one(staff, dark["f-east"].id)
    assert (cause["name"]["en"], cause["place"]["en"], cause["junction"]) == ("East feeder", "Example village", "")
    assert (cause["root"], cause["root_name"], cause["cause"]) == (None, None, None)
    assert cause["members"] == sorted((dark["j-01"].id, dark["j-02"].id))
    assert [told["kind"] for told in cause["messages"]] == ["problem"]


def test_a_part_names_its_cause_and_is_not_told_by_itself(dark: dict[str, FaultRow], staff: TestClient) -> None:
    part = one(staff, dark["j-01"].id)
    assert (part["root"], part["root_name"]["zh"], part["cause"]) == ("f-east", "东台区", dark["f-east"].id)
    assert (part["members"], part["messages"]) == ([], [])
    assert "原因在东台区，随它一起处理，不另行通知。" in part["why"]["zh"]


def test_reasons_speak_of_names_in_both_languages(dark: dict[str, FaultRow], staff: TestClient) -> None:
    why = one(staff, dark["f-east"].id)["why"]
    assert any("东台区的全部 2 个路口几乎同时失联" in line for line in why["zh"])
    assert any("All 2 junctions of East feeder fell silent" in line for line in why["en"])
    assert any("Mobile 4G" in line for line in why["en"])
    assert not [line for line in (*why["zh"], *why["en"]) if re.search(r"\b(f|j|n|u)-\w", line)]


def test_the_list_marks_the_parts_and_can_leave_them_out(dark: dict[str, FaultRow], staff: TestClient) -> None:
    listed = {fault["asset"]: fault for fault in staff.get("/api/v1/faults").json()["items"]}
    assert {asset: fault["cause"] for asset, fault in listed.items()} == {
        "f-east": None,
        "j-01": dark["f-east"].id,
        "j-02": dark["f-east"].id,
    }
    own = staff.get("/api/v1/faults", params={"own": "true"}).json()["items"]
    assert [fault["asset"] for fault in own] == ["f-east"]


def test_the_page_has_one_card_for_the_feeder(dark: dict[str, FaultRow], resident: TestClient) -> None:
    page = resident.get("/village").text
    assert re.findall(r'<li id="(F-[^"]+)" class="card fault', page) == [dark["f-east"].id]
    assert re.search(r'由它引起的</?[^>]*> <span class="count">2</span>|由它引起的 <span class="count">2</span>', page)
    assert re.search(
        r'class="figure">1</span>\s*<span class="note"><svg[^>]*><use href="#s-degraded"/></svg>还没有', page
    )


def test_once_all_is_well_the_cause_is_told_over_and_its_parts_stay_its_own(
    watching: Watching, dark: dict[str, FaultRow], staff: TestClient
) -> None:
    watching.comes_back("n-01", "n-02").run(600)
    assert watching.town.faults("open") == []
    cause = one(staff, dark["f-east"].id)
    assert [told["kind"] for told in cause["messages"]] == ["problem", "recovery"]
    assert len(cause["members"]) == 2
    assert one(staff, dark["j-02"].id)["cause"] == dark["f-east"].id
    recent = staff.get("/village", headers={"Authorization": ""}).text
    assert "东台区像是停电" in recent
    assert "公共服务点全部失联" not in recent


def test_the_page_of_a_fault_tells_it_all(watching: Watching, dark: dict[str, FaultRow], resident: TestClient) -> None:
    sign_in_by_page(watching.town, resident)
    page = resident.get(f"/faults/{dark['f-east'].id}").text
    for text in ("东台区像是停电", "为什么是故障", "几乎同时失联", "小学门口全部失联", "故障通知", "发生"):
        assert text in page, text
    english = resident.get(f"/faults/{dark['j-01'].id}", params={"lang": "en"}).text
    for text in ("East feeder seems to be without power", "Not told by itself, but with its cause.", "Cause found"):
        assert text in english, text


def test_the_page_of_a_fault_is_for_staff(dark: dict[str, FaultRow], resident: TestClient) -> None:
    answer = resident.get(f"/faults/{dark['f-east'].id}")
    assert answer.status_code == 401
    assert 'action="/sign-in"' in answer.text
    assert dark["f-east"].id not in re.sub(r"<input[^>]*>", "", answer.text)  # where it goes on afterwards is known
    assert "/faults/F-" not in resident.get("/village").text


def test_a_fault_that_is_not_there_has_no_page(still_town: Town, resident: TestClient) -> None:
    sign_in_by_page(still_town, resident)
    assert resident.get("/faults/F-2026-0099").status_code == 404


@pytest.mark.parametrize(
    ("asset", "kind", "code", "name"),
    [
        ("f-east", "feeder", "feeder_down", "东台区"),
        ("u-mobile", "uplink", "uplink_down", "移动 4G"),
        ("r-9", "road", "sabotage", "r-9"),
        ("gateway", "gateway", "gateway_down", "网关"),
        ("gateway", "gateway", "backup_old", "网关"),
        ("example", "village", "weather", "示例村"),
    ],
)
def test_what_stands_at_no_junction_is_shown(
    still_town: Town, resident: TestClient, asset: str, kind: Any, code: str, name: str
) -> None:
    now = still_town.now_ms()
    still_town.store.record(Batch(at_ms=now, faults=[FaultOpen(asset, kind, "", code, None, 2, now, False)]))
    fault = resident.get("/api/v1/faults", headers=bearer(still_town, resident)).json()["items"][0]
    assert (fault["name"]["zh"], fault["place"]["zh"]) == (name, "示例村")
    assert name in fault["sentence"]["zh"]
    assert fault["sentence"]["zh"] in resident.get("/village").text
    sign_in_by_page(still_town, resident)
    assert resident.get(f"/faults/{fault['id']}").status_code == 200


def test_what_the_weather_took_has_no_cause_of_its_own(still_town: Town, staff: TestClient) -> None:
    row, now = still_town.breaks("cam-01", "blur"), still_town.now_ms()
    still_town.store.record(
        Batch(at_ms=now, faults=[FaultOpen("cam-02", "camera", "j-02", "blur", "weather", 3, now, False)])
    )
    fault = next(f for f in staff.get("/api/v1/faults").json()["items"] if f["asset"] == "cam-02")
    assert (fault["root_name"]["en"], fault["cause"]) == ("Weather", None)
    assert "原因是天气，不另行通知。" in one(staff, fault["id"])["why"]["zh"]
    page = staff.get("/village", headers={"Authorization": ""}).text
    assert set(re.findall(r'<li id="(F-[^"]+)" class="card fault', page)) == {row.id, fault["id"]}
    assert "原因：天气" in page


def test_messages_of_no_fault_are_listed_too(still_town: Town, staff: TestClient) -> None:
    now = still_town.now_ms()
    told = [MessageWrite("flapping", "cam-01", "flapping", now), MessageWrite("update", "weather", "weather", now)]
    still_town.store.record(Batch(at_ms=now, faults=[*told]))
    first = staff.get("/api/v1/messages", params={"limit": 1}).json()
    assert [(m["kind"], m["fault"], m["name"]["en"]) for m in first["items"]] == [
        ("flapping", None, "School gate camera")
    ]
    second = staff.get("/api/v1/messages", params={"after": first["next"]}).json()
    assert [(m["kind"], m["name"]["zh"]) for m in second["items"]] == [("update", "天气")]
    assert second["next"] is None


def test_a_change_of_a_window_is_told_to_everybody(still_town: Town) -> None:
    now = still_town.now_ms()
    windows: list[WindowSet | WindowCut] = [
        WindowSet("out_of_service", "cp-01.1", now, None, now),
        WindowSet("weather", "cam-01", now, None, now),
    ]
    still_town.store.record(Batch(at_ms=now, windows=windows))
    events = read(still_town.store, still_town.store.changes_after(0, 10))
    assert [event.public for event in events] == [b'event: window\ndata: {"type":"window","id":"cp-01.1"}\nid: 1\n\n']
