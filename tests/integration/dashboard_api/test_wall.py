"""The wall over HTTP: what stands on it and what does not, and the key of a screen."""

import re
from collections import Counter

import pytest
from fastapi.testclient import TestClient

from dashboard_api.auth.people import Person
from dashboard_api.auth.roles import ROLES
from dashboard_api.desk import Desk
from dashboard_api.web.texts import Lang
from dashboard_api.web.wall import view
from demo import afternoon, people
from demo.village import OUTLINES
from tests.integration.dashboard_api.conftest import Clerk, Town, bearer, serving
from tests.integration.dashboard_api.test_staff_moves import press, signed_in

HTMX = {"HX-Request": "true"}
TOKEN = {"name": "wall-1", "role": "admin", "scope": "wall", "days": 30}


@pytest.fixture
def beigu(town: Town) -> Town:
    """The demo's village in the middle of an afternoon."""
    town.village, town.fixed_ms = afternoon.beigu(), afternoon.AT_MS
    afternoon.write(town.store, town.village)
    return town


def key_for(town: Town, client: TestClient, **more: object) -> str:
    """A screen's key, as an administrator makes one."""
    answer = client.post("/api/v1/tokens", json=TOKEN | more, headers=bearer(town, client, "admin"))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


def opened(town: Town, client: TestClient, **more: object) -> str:
    """``client`` is a screen from now on."""
    key = key_for(town, client, **more)
    answer = client.get(f"/wall?key={key}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/wall")
    return key


def figures(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'<b class="figure">(\d+)', page)]


def test_it_counts_what_the_village_has(beigu: Town, resident: TestClient) -> None:
    page = signed_in(beigu, resident, "safety_centre").get("/wall").text
    cameras = [row for row in beigu.store.devices(("camera",)) if row.state == "up"]
    grades = Counter(row.severity for row in beigu.faults() if row.root is None and row.order_state != "closed")
    shown = figures(page)
    assert (shown[0], shown[3:]) == (len(cameras), [grades[severity] for severity in (1, 2, 3)])
    assert all(shown), "the afternoon has some of each"
    assert page.count('class="at ') == 20
    assert "漏电" in page


def test_what_is_overdue_stands_above_what_is_new(town: Town, resident: TestClient) -> None:
    town.all_well()
    town.breaks("cam-01", "frozen", ago_s=3 * 3600)
    town.breaks("cam-02", "frozen", ago_s=60)
    page = signed_in(town, resident, "safety_centre").get("/wall").text
    urgent, _, fresh = page.partition("最新故障")
    assert re.search(r'class="late">超时 <time [^>]*>1 小时</time>', urgent)
    assert ("小学门口摄像头" in urgent, "小学门口摄像头" in fresh) == (True, False)
    assert "没有超时的" not in page


def test_safety_is_never_pushed_off_by_what_is_new(town: Town, resident: TestClient) -> None:
    town.village = afternoon.beigu()
    town.all_well()
    town.breaks("cp-01.1", "GroundFailure", ago_s=600)
    for number in range(1, 13):
        town.breaks(f"cam-{number:02}", "frozen", ago_s=3 * 3600 if number < 7 else 60 - number)
    page = signed_in(town, resident, "safety_centre").get("/wall").text
    urgent, _, fresh = page.partition("最新故障")
    assert re.findall(r'class="order severity-(\d)"', urgent) == ["1", "2", "2"]
    assert re.findall(r'class="order severity-(\d)"', fresh) == ["2"] * 4
    assert "6 个超时" in urgent


def test_when_data_stop_it_says_so(still_town: Town, resident: TestClient) -> None:
    still_town.all_well()
    signed_in(still_town, resident, "safety_centre")
    assert "数据停了" not in resident.get("/wall/now").text
    assert still_town.fixed_ms is not None
    still_town.fixed_ms += 3_600_000
    page = resident.get("/wall/now").text
    assert re.search(r'class="alarm stale".*数据停了：最近一次在 .*1 小时前', page)
    assert "情况不明" in page


def test_nobodys_name_and_no_number_is_on_it(town: Town) -> None:
    town.village = afternoon.beigu()
    roster = people.roster_for(town.village)
    town.store.load_roster("test", roster.model_dump_json(by_alias=True, exclude_none=True).encode(), town.now_ms())
    number = town.breaks("cam-01", "frozen").id
    with Clerk(town), TestClient(town.app()) as phone:
        press(signed_in(town, phone), number, "acknowledged", comment="王芳 138 0000 0000")
    with TestClient(town.app()) as screen:
        page = signed_in(town, screen, "safety_centre").get("/wall").text
    assert "已签收，未到场" in page
    names = {person.name for person in roster.people} | {person.phone for person in roster.people}
    assert not [one for one in ("维修人员", "王芳", "138 0000", *names) if one and one in page]


@pytest.mark.parametrize("role", ROLES)
def test_whoever_is_signed_in_may_look(town: Town, resident: TestClient, role: str) -> None:
    assert signed_in(town, resident, role).get("/wall").status_code == 200


def test_a_resident_is_asked_to_sign_in(resident: TestClient) -> None:
    assert resident.get("/wall").status_code == 401
    assert resident.get("/wall/now", headers=HTMX).headers["hx-redirect"] == "/wall"


def test_a_key_opens_the_wall_and_leaves_the_address(town: Town, resident: TestClient) -> None:
    key = opened(town, resident)
    assert (resident.get("/wall").status_code, resident.get("/wall/now").status_code) == (200, 200)
    assert key not in resident.get("/wall").text
    assert "screen" in re.findall(r'<body class="([^"]*)"', resident.get("/wall").text)[0]


def test_the_cookie_lasts_as_long_as_the_key(town: Town, resident: TestClient) -> None:
    key = key_for(town, resident, days=30)
    cookie = resident.get(f"/wall?key={key}", follow_redirects=False).headers["set-cookie"]
    age = re.search(r"Max-Age=(\d+)", cookie)
    assert age
    assert 30 * 86_400 - 60 < int(age[1]) <= 30 * 86_400
    assert ("HttpOnly" in cookie, "SameSite=lax" in cookie) == (True, True)


def test_a_key_opens_nothing_else(town: Town, resident: TestClient) -> None:
    key = opened(town, resident)
    number = town.breaks("cam-01", "frozen").id
    pages = ("/staff", "/desk", "/staff/map", f"/staff/faults/{number}", "/users", "/tokens", "/account")
    api = ("/api/v1/devices", "/api/v1/faults", "/api/v1/roster", "/api/v1/tokens", "/api/v1/audit", "/metrics")
    for path in (*pages, *api):
        assert resident.get(path).status_code in {401, 403}, path
        assert resident.get(path, headers={"Authorization": f"Bearer {key}"}).status_code in {401, 403}, path
    assert resident.post(f"/desk/{number}", data={"outcome": "taken"}).status_code == 401
    assert "值班" not in resident.get("/village").text, "it is a resident's"


def test_another_token_is_no_key(town: Town, resident: TestClient) -> None:
    token = key_for(town, resident, scope="read", role="safety_centre")
    assert resident.get(f"/wall?key={token}", follow_redirects=False).status_code == 401


def test_a_key_that_was_withdrawn_ends_at_once(town: Town, resident: TestClient) -> None:
    opened(town, resident)
    headers = bearer(town, resident, "admin")
    token = resident.get("/api/v1/tokens", headers=headers).json()["items"][0]
    assert (token["scope"], token["role"]) == ("wall", "safety_centre")
    assert resident.delete(f"/api/v1/tokens/{token['id']}", headers=headers).status_code == 204
    page = resident.get("/wall")
    assert (page.status_code, "这块屏的密钥已经失效" in page.text) == (401, True)
    part = resident.get("/wall/now", headers=HTMX)
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/wall")


def test_its_stream_ends_with_the_key(town: Town, resident: TestClient) -> None:
    key = key_for(town, resident)
    with serving(town) as running:
        heard = running.events({"Cookie": f"vsm_wall={key}"})
        assert "retry" in next(heard)
        session = town.store.tokens(town.now_ms())[0]
        town.store.revoke_token(session.id, town.deed())
        assert list(heard) == []


def test_a_key_ends_with_its_account_and_its_days(still_town: Town, resident: TestClient) -> None:
    opened(still_town, resident, days=1)
    assert resident.get("/wall").status_code == 200
    assert still_town.fixed_ms is not None
    still_town.fixed_ms += 86_400_000
    assert resident.get("/wall").status_code == 401


def test_guessing_keys_is_stopped(resident: TestClient) -> None:
    answers = [resident.get(f"/wall?key=guess-{number}").status_code for number in range(12)]
    assert answers[0] == 401
    assert answers[-1] == 429


def test_within_an_area_only_its_part_is_shown(beigu: Town, resident: TestClient) -> None:
    grid = beigu.village.grids[0]
    opened(beigu, resident, areas=[grid.id])
    page = resident.get("/wall/now").text
    assert page.count('class="at ') == len(grid.junctions) < 20
    assert re.findall(r"<small>/(\d+)", page)[0] == str(len(grid.junctions)), "one camera at each"


def test_many_screens_cost_one_look(beigu: Town, resident: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    read = view.read

    def counted(desk: Desk, lang: Lang, person: Person) -> view.Wall:
        looks.append(lang)
        return read(desk, lang, person)

    monkeypatch.setattr(view, "read", counted)
    signed_in(beigu, resident, "safety_centre")
    assert {resident.get("/wall/now").status_code for _ in range(5)} == {200}
    assert looks == ["zh"]


def test_an_outline_is_drawn_once_and_not_with_each_change(beigu: Town) -> None:
    beigu.settings = beigu.settings.model_copy(update={"outline": OUTLINES["beigu"]})
    with TestClient(beigu.app()) as client:
        signed_in(beigu, client, "safety_centre")
        page, part = client.get("/wall").text, client.get("/wall/now").text
    assert (page.count('class="g-river"'), part.count('class="g-')) == (3, 0)


def test_the_page_of_a_new_key_names_the_address(town: Town, resident: TestClient) -> None:
    form = signed_in(town, resident, "admin").get("/tokens").text
    csrf = re.search(r'name="csrf" value="([^"]+)"', form)
    assert csrf
    data = {"csrf": csrf[1], "name": "wall", "role": "maintenance", "scope": "wall", "areas": "*", "days": "30"}
    page = resident.post("/tokens", data=data).text
    assert re.search(r"<code>http://127\.0\.0\.1:8080/wall\?key=[\w-]{40,}</code>", page)
