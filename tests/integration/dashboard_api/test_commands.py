"""Commands by the API and by the pages: what may be asked of what, and how it went in words that say what to do."""

import pytest
from fastapi.testclient import TestClient

from dashboard_api.web.texts import strings
from gateway.store import CommandBind, CommandEnd
from tests.integration.dashboard_api.conftest import Town
from tests.integration.dashboard_api.test_areas import account, camera
from tests.integration.dashboard_api.test_staff_moves import hidden, signed_in

COMMANDS = "/api/v1/commands"
NEW_VIEW = {"device": "cam-01", "name": "accept_new_view"}
PRESS = "/staff/devices/cam-01/commands/accept_new_view"


@pytest.fixture
def worker(still_town: Town, resident: TestClient) -> TestClient:
    return signed_in(still_town, resident)


def test_a_command_is_a_row_that_waits_for_the_gateway(still_town: Town, staff: TestClient) -> None:
    answer = staff.post(COMMANDS, json={**NEW_VIEW, "ttl_s": 60})
    assert answer.status_code == 202
    said = answer.json()
    assert (said["number"], said["state"], said["node"], said["reason"], said["sent"]) == (
        1,
        "waiting",
        "n-01",
        None,
        None,
    )
    assert (said["at"], said["expires"]) == ("2026-11-23T14:08:31.000+08:00", "2026-11-23T14:09:31.000+08:00")
    assert staff.get(f"{COMMANDS}/1").json() == said
    assert staff.get(COMMANDS).json() == {"items": [said], "next": None}
    [row] = still_town.store.waiting_commands()
    assert (len(row.id), row.arguments, row.role) == (16, {}, "maintenance")
    [deed] = still_town.store.audit()[-1:]
    assert (deed.action, deed.subject, deed.who) == ("command asked", "cam-01", row.by)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"device": "cam-99", "name": "look_now"}, "body.device"),
        ({"device": "cp-01.1", "name": "look_now"}, "body.device"),
        ({"device": "wl-01", "name": "accept_new_view"}, "body.name"),
        ({"device": "n-01", "name": "accept_new_view"}, "body.name"),
        ({"device": "cam-01", "name": "switch_off"}, "body.name"),
        ({**NEW_VIEW, "ttl_s": 3601}, "body.ttl_s"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_no_row_is_made(
    still_town: Town, staff: TestClient, body: dict[str, object], field: str
) -> None:
    answer = staff.post(COMMANDS, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert still_town.store.commands() == []


def test_a_node_can_be_told_to_look_at_itself(staff: TestClient) -> None:
    assert staff.post(COMMANDS, json={"device": "n-01", "name": "look_now"}).json()["node"] == "n-01"


def test_the_same_is_not_asked_again_before_it_is_answered(still_town: Town, staff: TestClient) -> None:
    staff.post(COMMANDS, json=NEW_VIEW)
    again = staff.post(COMMANDS, json=NEW_VIEW)
    assert (again.status_code, again.json()["reason"]) == (409, "under_way")
    still_town.fixed_ms = still_town.now_ms() + 300_000
    assert staff.post(COMMANDS, json=NEW_VIEW).status_code == 202


def test_the_list_goes_on_where_it_ended_and_is_of_one_device_or_all(staff: TestClient) -> None:
    for name in ("accept_new_view", "look_now"):
        staff.post(COMMANDS, json={"device": "cam-01", "name": name})
    staff.post(COMMANDS, json={"device": "wl-01", "name": "look_now"})
    first = staff.get(COMMANDS, params={"limit": 2}).json()
    assert ([one["number"] for one in first["items"]], first["next"]) == ([3, 2], 2)
    assert [one["number"] for one in staff.get(COMMANDS, params={"before": 2}).json()["items"]] == [1]
    assert [one["number"] for one in staff.get(COMMANDS, params={"device": "cam-01"}).json()["items"]] == [2, 1]
    assert staff.get(f"{COMMANDS}/9").status_code == 404


def test_whoever_has_an_area_commands_and_sees_what_is_there_alone(town: Town, resident: TestClient) -> None:
    resident.headers["Authorization"] = f"Bearer {account(town, 'j-01')}"
    mine, other = camera(town, "j-01"), camera(town, "j-02")
    assert resident.post(COMMANDS, json={"device": mine, "name": "look_now"}).status_code == 202
    refused = resident.post(COMMANDS, json={"device": other, "name": "look_now"})
    assert (refused.status_code, refused.json()["reason"]) == (403, "area")
    resident.headers["Authorization"] = f"Bearer {account(town, 'j-02', name='wang')}"
    assert resident.get(COMMANDS).json()["items"] == []
    assert resident.get(COMMANDS, params={"device": mine}).json()["items"] == []
    assert resident.get(f"{COMMANDS}/1").status_code == 403


def test_the_button_on_the_fault_of_a_turned_camera_leads_back_to_it_with_its_state(
    still_town: Town, worker: TestClient
) -> None:
    number = still_town.breaks("cam-01", "moved").id
    page = worker.get(f"/staff/faults/{number}").text
    assert f'action="{PRESS}"' in page
    data = {"csrf": hidden(page, "csrf"), "fault": number}
    answer = worker.post(PRESS, data=data, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/staff/faults/{number}#commands")
    page = worker.get(f"/staff/faults/{number}").text
    assert "等待节点" in page
    assert f'action="{PRESS}"' not in page, "it is under way"
    worker.post(PRESS, data=data)
    assert len(still_town.store.commands()) == 1


@pytest.mark.parametrize(("asset", "code"), [("cam-01", "unreachable"), ("wl-01", "dark")])
def test_other_faults_have_no_such_button(still_town: Town, worker: TestClient, asset: str, code: str) -> None:
    assert "/commands/" not in worker.get(f"/staff/faults/{still_town.breaks(asset, code).id}").text


def test_how_it_went_is_said_with_what_to_do_next(still_town: Town, worker: TestClient) -> None:
    csrf = hidden(worker.get("/staff/devices/cam-01").text, "csrf")
    known = strings("zh")
    for reason in ("other_boot", "expired", "forged", "no_key", "no_gateway_key", "cannot: 还没有画面"):
        worker.post(PRESS, data={"csrf": csrf})
        row = still_town.store.commands()[0]
        still_town.store.bind_command(CommandBind(row.number, "b" * 16, 1, 60, still_town.now_ms()), "cam-01")
        assert known["command_state.sent"] in worker.get("/staff/devices/cam-01").text
        end = CommandEnd("n-01", row.id, "refused", reason, still_town.now_ms())
        still_town.store.end_commands([end])
        page = worker.get("/staff/devices/cam-01").text
        word, _, more = reason.partition(": ")
        assert known[f"command_why.{word}"] in page
        assert more in page
        assert known["command_state.refused"] in page
    worker.post(PRESS, data={"csrf": csrf})
    still_town.store.end_commands([CommandEnd("n-01", still_town.store.commands()[0].id, "done", None, 1)])
    assert known["command_state.done"] in worker.get("/staff/devices/cam-01").text


def test_what_nobody_answered_says_whether_it_was_sent(still_town: Town, worker: TestClient) -> None:
    csrf = hidden(worker.get("/staff/devices/cam-01").text, "csrf")
    for sent, word in ((False, "unheard"), (True, "unanswered")):
        worker.post(PRESS, data={"csrf": csrf})
        if sent:
            number = still_town.store.commands()[0].number
            still_town.store.bind_command(CommandBind(number, "b" * 16, 1, 60, still_town.now_ms()), "cam-01")
        still_town.fixed_ms = still_town.now_ms() + 300_000
        assert strings("zh")[f"command_why.{word}"] in worker.get("/staff/devices/cam-01").text


def test_a_press_needs_the_pages_token_and_the_role(still_town: Town, worker: TestClient) -> None:
    assert worker.post(PRESS, data={"csrf": "0" * 64}).status_code == 403
    with TestClient(still_town.app()) as other:
        page = signed_in(still_town, other, "police").get("/staff/devices/cam-01").text
        assert "/commands/" not in page
        assert other.post(PRESS, data={"csrf": hidden(page, "csrf")}).status_code == 403
    assert still_town.store.commands() == []
