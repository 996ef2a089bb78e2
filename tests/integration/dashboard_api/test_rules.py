"""Rules tried on the journal, by page and by program: the real process on a real gateway's journal."""

import re
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dashboard_api.settings import Settings
from dashboard_api.trials import bench
from gateway.faults import Rules
from tests.integration.dashboard_api.conftest import Town, bearer
from tests.integration.dashboard_api.gateway import Watching
from tests.integration.dashboard_api.people import account, hidden, signs_in
from tests.servers import wait_for

DAY = "2026-11-23"
SPAN = {"from": DAY, "to": DAY}
OVER = {"done", "failed", "cancelled"}
# A camera is black for 400 s, of 600 that are needed; a light is dark for 100 s, of which word goes out at once.
OTHER = "for_s:\n  black: 300\n  dark: 200\n"


@pytest.fixture
def lived(still_town: Town, root: Path, tmp_path: Path) -> Town:
    """A quarter of an hour under a real gateway."""
    inventory = root / "firmware_config" / "villages" / "three-junctions.yaml"
    still_town.settings = Settings(inventory=inventory, database=f"sqlite:///{tmp_path / 'gateway.db'}")
    watching = Watching(still_town).run(60).sees("cam-01", "black").sees("wl-01", "dark").run(100)
    watching.sees("wl-01", "", "up").run(300).sees("cam-01", "", "up").run(200)
    return still_town


@pytest.fixture
def chief(lived: Town, resident: TestClient) -> TestClient:
    """A program signed in as administrator."""
    resident.headers.update(bearer(lived, resident, "admin"))
    return resident


def tried(client: TestClient, rules: str, **more: str) -> dict[str, Any]:
    """What became of a trial."""
    answer = client.post("/api/v1/rules/trials", json={"rules": rules, **SPAN, **more})
    assert answer.status_code == 202, answer.text
    address = f"/api/v1/rules/trials/{answer.json()['id']}"
    wait_for(lambda: client.get(address).json()["state"] in OVER, 120)
    return client.get(address).json()  # type: ignore[no-any-return]  # it is an object


def form(page: str, **more: str) -> dict[str, str]:
    """All that a form of the page would send."""
    said = dict(re.findall(r'<input id="([^"]+)" name="[^"]+" value="([^"]*)"', page))
    said |= {name: hidden(page, name) for name in ("csrf", "edit")} | {"act": "try", **SPAN, "area": ""}
    return said | more


def test_a_trial_says_what_would_differ(chief: TestClient) -> None:
    found = tried(chief, OTHER)["found"]
    [added], [gone] = found["faults"]["added"], found["faults"]["gone"]
    assert (added["asset"], added["code"]) == ("cam-01", "black")
    assert (gone["asset"], gone["code"]) == ("wl-01", "dark")
    assert [one["kind"] for one in found["messages"]["added"]] == ["problem", "recovery"]
    assert found["uptime"]["cam-01"]["then"]["D"] - found["uptime"]["cam-01"]["now"]["D"] == 400


def test_the_rules_in_force_differ_in_nothing(chief: TestClient) -> None:
    text = chief.get("/api/v1/rules").json()["text"]
    found = tried(chief, text)["found"]
    for part in (found["faults"], found["messages"]):
        assert (part["added"], part["gone"], part["changed"]) == ([], [], [])
    assert found["uptime"] == {}
    assert found["faults"]["same"] == 1


def test_a_trial_changes_nothing_but_the_audit_log(lived: Town, chief: TestClient) -> None:
    def state() -> tuple[object, ...]:
        return lived.store.faults("all", 100), list(lived.store.journal()), lived.store.waiting_inputs()

    before = state()
    tried(chief, OTHER)
    assert state() == before
    assert lived.store.audit()[-1].action == "rules tried"


def test_one_place_is_shown_of_what_is_judged_everywhere(chief: TestClient) -> None:
    here, elsewhere = (tried(chief, OTHER, area=area)["found"] for area in ("j-01", "j-03"))
    assert (len(here["faults"]["added"]), len(elsewhere["faults"]["added"])) == (1, 0)
    assert here["lines"] == elsewhere["lines"]


@pytest.mark.parametrize(
    ("rules", "field", "word"),
    [
        ("keep_s: -1\nfor_s:\n  nothing_known: 3\n", "body.rules:1: keep_s", "greater than or equal to 0"),
        ("keep_s: -1\nfor_s:\n  nothing_known: 3\n", "body.rules:3: for_s.nothing_known", "no fault has the code"),
        ("keep_s: [\n", "body.rules:2: ", "not YAML"),
        ("for_s: &a {black: 1}\nkeep_s: *a\n", "body.rules:0: ", "aliases"),
        ("# " + "x" * 66_000, "body.rules", "65536"),
    ],
)
def test_bad_rules_are_named_by_line_key_and_limit(chief: TestClient, rules: str, field: str, word: str) -> None:
    answer = chief.post("/api/v1/rules/trials", json={"rules": rules, **SPAN})
    assert answer.status_code == 422
    assert any(error["field"] == field and word in error["detail"] for error in answer.json()["errors"]), answer.text


@pytest.mark.parametrize(
    ("first", "last", "area", "field"),
    [
        ("2026-11-23", "2026-11-24", "", "body.to"),
        ("2026-11-23", "2026-11-22", "", "body.to"),
        ("2026-08-01", "2026-11-22", "", "body.to"),
        ("2026-11-20", "2026-11-22", "", "body.to"),
        ("2026-11-23", "2026-11-23", "j-99", "body.area"),
    ],
)
def test_days_that_cannot_be_tried(chief: TestClient, first: str, last: str, area: str, field: str) -> None:
    answer = chief.post("/api/v1/rules/trials", json={"rules": "", "from": first, "to": last, "area": area})
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [field])


def test_a_trial_is_cancelled_and_the_next_one_runs(chief: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    real = bench.COMMAND
    monkeypatch.setattr(bench, "COMMAND", (sys.executable, "-c", "import time; time.sleep(600)"))
    answers = [chief.post("/api/v1/rules/trials", json={"rules": "", **SPAN}) for _ in range(bench.WAITING + 1)]
    assert [answer.status_code for answer in answers] == [202] * bench.WAITING + [503]
    assert answers[-1].headers["retry-after"]
    numbers = [answer.json()["id"] for answer in answers[:-1]]
    wait_for(lambda: chief.get(f"/api/v1/rules/trials/{numbers[0]}").json()["state"] == "judging", 60)
    monkeypatch.setattr(bench, "COMMAND", real)
    for number in numbers:
        assert chief.delete(f"/api/v1/rules/trials/{number}").status_code == 204
    wait_for(lambda: {one["state"] for one in chief.get("/api/v1/rules/trials").json()["items"]} == {"cancelled"}, 60)
    assert tried(chief, OTHER)["state"] == "done"


def test_a_trial_that_takes_too_long_is_ended_and_says_so(chief: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "COMMAND", (sys.executable, "-c", "import time; time.sleep(600)"))
    monkeypatch.setattr(bench, "WITHIN_S", 0.3)
    ended = tried(chief, OTHER)
    assert (ended["state"], ended["found"]) == ("failed", None)
    assert "longer than 0.3 s" in ended["error"]


def test_results_are_forgotten_after_some_hours(lived: Town, chief: TestClient) -> None:
    number = tried(chief, OTHER)["id"]
    assert lived.fixed_ms is not None
    lived.fixed_ms += bench.KEPT_MS
    headers = bearer(lived, chief, "admin")
    assert chief.get(f"/api/v1/rules/trials/{number}", headers=headers).status_code == 200
    lived.fixed_ms += 1
    assert chief.get(f"/api/v1/rules/trials/{number}", headers=headers).status_code == 404


def test_the_page_is_filled_in_tried_and_read_without_any_script(lived: Town, chief: TestClient) -> None:
    page = chief.get("/admin/rules").text
    assert ">60</" not in page
    assert 'name="v.keep_s" value="60"' in page
    sent = chief.post("/admin/rules", data=form(page, **{"f.black": "300", "f.dark": "200"}))
    address = sent.url.path
    assert sent.status_code == 200
    wait_for(lambda: "http-equiv" not in chief.get(address).text, 120)
    page = chief.get(address).text
    recorded = next(fault for fault in lived.faults() if fault.code == "dark")
    assert f'href="/staff/faults/{recorded.id}"' in page
    assert page.count("无记录") >= 1
    assert "for_s:\n  black: 300\n  dark: 200" in page
    assert chief.get(f"{address}/rules.yaml").text == "for_s:\n  black: 300\n  dark: 200\n"
    assert "会多出的故障" in page
    assert "Faults there would be" in chief.get(f"{address}?lang=en").text


def test_the_page_says_that_nothing_would_differ(chief: TestClient) -> None:
    sent = chief.post("/admin/rules", data=form(chief.get("/admin/rules").text))
    wait_for(lambda: "http-equiv" not in chief.get(sent.url.path).text, 120)
    assert "没有任何差别" in chief.get(sent.url.path).text


def test_a_value_is_wrong_beside_its_field(chief: TestClient) -> None:
    page = chief.get("/admin/rules").text
    wrong = chief.post("/admin/rules", data=form(page, **{"v.keep_s": "-1", "v.hold_s": "bald", "f.black": "1e9"}))
    assert wrong.status_code == 422
    for said in ('id="w-v.keep_s"', "不能小于 0", 'id="w-v.hold_s"', "必须是数", 'id="w-f.black"', "不能大于 604800"):
        assert said in wrong.text, said
    assert 'name="v.hold_s" value="bald"' in wrong.text


def test_values_become_a_file_and_a_file_becomes_values(chief: TestClient) -> None:
    page = chief.get("/admin/rules").text
    as_text = chief.post("/admin/rules", data=form(page, act="other", **{"v.keep_s": "30"})).text
    assert "keep_s: 30</textarea>" in as_text.replace("\n</textarea>", "</textarea>")
    more = "keep_s: 30\ndispatch:\n  quiet_from: '21:30'\n"
    again = chief.post("/admin/rules", data=form(as_text, act="other", text=more)).text
    assert 'name="v.keep_s" value="30"' in again
    rest = hidden(again, "rest").replace("&#34;", '"')
    back = chief.post("/admin/rules", data=form(again, act="other", rest=rest)).text
    assert "quiet_from: &#34;21:30&#34;" in back


def test_an_uploaded_file_is_named_with_its_mistakes(chief: TestClient) -> None:
    page = chief.get("/admin/rules?edit=text").text
    file = {"file": ("october.yaml", b"keep_s: 1\nhold: 3\nweather_cameras: 2.5\n", "text/yaml")}
    wrong = chief.post("/admin/rules", data=form(page, text="", **{"from": "yesterday"}), files=file)
    assert wrong.status_code == 422
    for said in ("october.yaml, 第 2 行", "<code>hold</code>", "第 3 行", "必须是整数", "请写日期"):
        assert said in wrong.text, said


def test_rules_are_for_administrators(lived: Town, resident: TestClient) -> None:
    for role in ("police", "maintenance", "safety_centre"):
        headers = bearer(lived, resident, role)
        assert resident.get("/admin/rules", headers=headers).status_code == 403
        assert resident.post("/admin/rules", headers=headers).status_code == 403
    assert resident.get("/admin/rules").status_code == 401


def test_a_form_from_elsewhere_tries_nothing(lived: Town, resident: TestClient) -> None:
    account(lived, "chen.jie", "admin")
    assert signs_in(resident, "chen.jie").status_code == 303
    page = resident.get("/admin/rules").text
    assert resident.post("/admin/rules", data=form(page, csrf="0" * 64)).status_code == 403
    assert resident.get("/api/v1/rules/trials").json() == {"items": []}


def test_stopping_gives_up_what_is_judged(lived: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "COMMAND", (sys.executable, "-c", "import time; time.sleep(600)"))
    with TestClient(lived.app()) as client:
        client.headers.update(bearer(lived, client, "admin"))
        assert client.post("/api/v1/rules/trials", json={"rules": "", **SPAN}).status_code == 202
    assert not any(thread.name == "trials" for thread in threading.enumerate())


def test_every_value_of_the_rules_is_on_the_page(chief: TestClient) -> None:
    page = chief.get("/admin/rules").text
    for name in Rules.model_fields.keys() - {"for_s", "dispatch"}:
        assert f'name="v.{name}"' in page, name
