"""The residents' pages without a script: what they say of every state, whom to ring, and what they weigh."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from contracts.inventory import Village
from contracts.states import WORDS
from dashboard_api.settings import Settings
from dashboard_api.web.texts import say
from tests.integration.dashboard_api.conftest import Town
from tests.integration.dashboard_api.gateway import Watching

BUDGET = 60 * 1024


@pytest.fixture
def big_town(town: Town) -> Town:
    """Two hundred sockets at ten places, all known."""
    raw = town.village.model_dump(mode="json", exclude_none=True)
    node = raw["grids"][0]["junctions"][1]["nodes"][0]
    pile = next(device for device in node["devices"] if device["kind"] == "charge_point")
    node["devices"] = [{**pile, "id": f"cp-{n:02}", "identity": f"P{n}", "connectors": _ten()} for n in range(20)]
    town.village = Village.model_validate(raw)
    for name, place in town.village.places().items():
        town.sees(name, word="free" if place.kind == "connector" else None)
    return town


def _ten() -> list[dict[str, Any]]:
    return [{"number": number, "power_kw": 7} for number in range(1, 11)]


@pytest.fixture
def big(big_town: Town) -> Iterator[TestClient]:
    with TestClient(big_town.app()) as client:
        yield client


def text_of(page: str) -> str:
    """What is read, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.partition("<body")[2].partition(">")[2]))


@pytest.mark.parametrize("word", WORDS)
def test_every_state_has_its_own_word(town: Town, resident: TestClient, word: str) -> None:
    town.all_well()
    town.sees("cp-01.1", word=word)
    row = resident.get("/").text.partition('data-socket="cp-01.1"')[2].partition("</li>")[0]
    assert say("zh", f"word.{word}") in row
    assert ("空闲" in row) == (word == "free")


def test_how_many_are_free_of_how_many_and_since_when(town: Town, resident: TestClient) -> None:
    town.all_well()
    town.sees("cp-01.1", word="free", for_s=2520)
    said = text_of(resident.get("/").text)
    assert "1 个空闲 / 共 2 个" in said.replace("之前：", "")
    assert "空闲 42 分钟" in said
    assert "已用 1 小时 10 分" in said


def test_a_pile_that_only_a_meter_sees_counts_as_no_free_one(town: Town, resident: TestClient) -> None:
    town.all_well()
    for socket in ("cp-01.1", "cp-01.2"):
        town.sees(socket, word="not_charging")
    said = text_of(resident.get("/").text)
    assert "0 个空闲 / 共 2 个" in said.replace("之前：", "")
    assert "电表看不到有没有车停着" in said


def test_without_a_script_the_moment_of_everything_is_said(still_town: Town, resident: TestClient) -> None:
    still_town.all_well()
    said = text_of(resident.get("/").text)
    assert "14:08 的情况，刷新页面看最新" in said
    assert "data-ago>14:08</time>" in resident.get("/").text


def test_a_gateway_that_is_away_leaves_nothing_free(town: Town, resident: TestClient) -> None:
    for device in town.village.places():
        town.sees(device, word="free", age_s=900)
    said = text_of(resident.get("/").text)
    assert "数据停了" in said
    assert "情况不明 / 共 2 个" in said
    assert "时空闲，现在不清楚" in said


def test_a_village_without_chargers_says_so(town: Town) -> None:
    raw = town.village.model_dump(mode="json", exclude_none=True)
    devices = raw["grids"][0]["junctions"][1]["nodes"][0]["devices"]
    devices[:] = [device for device in devices if device["kind"] != "charge_point"]
    town.village = Village.model_validate(raw)
    with TestClient(town.app()) as client:
        assert "村里还没有充电桩" in client.get("/").text
        assert client.get("/public/chargers").json()["items"] == []
        assert client.get("/ocpi/2.2.1/locations").json()["data"] == []


def test_nobody_is_told_to_touch_what_may_be_live(town: Town, resident: TestClient) -> None:
    town.all_well()
    town.sees("cp-01.2", "down", codes=("GroundFailure",), word="out_of_order")
    town.breaks("cp-01.2", "GroundFailure", ago_s=600)
    for path in ("/", "/c/cp-01"):
        said = text_of(resident.get(path).text)
        assert "漏电保护动作，请勿触碰" in said
        assert "故障 10 分钟" in said


def test_it_is_out_of_order_until_a_person_measured_and_unknown_while_its_node_is_away(
    still_town: Town, resident: TestClient
) -> None:
    def row() -> str:
        return resident.get("/").text.partition('data-socket="cp-01.1"')[2].partition("</li>")[0]

    gateway = Watching(still_town).run(60)
    assert "空闲" in row()
    gateway.sees("cp-01.1", "GroundFailure").run(30)
    assert "请勿触碰" in row()
    del gateway.bad["cp-01.1"]
    gateway.run(600)
    assert "请勿触碰" in row()
    gateway.cut("n-02").run(10)
    assert "请勿触碰" in row()
    other = resident.get("/").text.partition('data-socket="cp-01.2"')[2].partition("</li>")[0]
    assert "联系不上" in other
    assert "空闲" not in other


def test_whom_to_ring_is_an_offices_number_or_what_to_do_without_one(town: Town, resident: TestClient) -> None:
    assert "请到村委会说一声" in text_of(resident.get("/c/cp-01").text)
    raw = town.village.model_dump(mode="json", exclude_none=True)
    raw["departments"] = [
        {"id": "safety-centre", "name": {"zh": "中心", "en": "C"}, "role": "duty_phone", "hotline": "025-0000 0000"},
        {"id": "charging-operator", "name": {"zh": "运营商", "en": "O"}, "hotline": "400-000 0000"},
    ]
    town.village = Village.model_validate(raw)
    with TestClient(town.app()) as client:
        page = client.get("/c/cp-01").text
    assert re.findall(r'href="tel:([+\d]+)"', page) == ["119", "02500000000", "4000000000", "02500000000"]


def test_a_poster_needs_the_address_and_says_so(town: Town, resident: TestClient) -> None:
    assert "填上 public_url" in resident.get("/poster/j-02").text
    town.settings = Settings.model_validate({**town.settings.model_dump(), "public_url": "https://cun.example"})
    with TestClient(town.app()) as client:
        page = client.get("/poster/j-02").text
        assert client.get("/poster/j-01").status_code == 404
    assert "扫码看充电桩" in page
    assert "cun.example" in page
    assert 'class="qr"' in page
    assert "style=" not in page


@pytest.mark.parametrize("path", ["/c/cam-01", "/c/nothing", "/poster/nothing"])
def test_what_is_no_charger_has_no_page(resident: TestClient, path: str) -> None:
    answer = resident.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", ["/", "/c/cp-01"])
def test_a_page_weighs_little_with_two_hundred_sockets(big: TestClient, path: str) -> None:
    page = big.get(path)
    assert "style=" not in page.text
    assert "<script>" not in page.text
    addresses = {piece.split('"')[0] for piece in page.text.split('="')[1:] if piece.startswith("/static/")}
    total = 0
    for address in [path, *addresses]:
        with big.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
            total += sum(len(chunk) for chunk in answer.iter_raw()) + len(str(answer.headers))
    assert len(addresses) == 5
    assert total <= BUDGET, f"{total / 1024:.1f} KiB"


def test_large_text_and_the_other_language_are_kept_by_a_cookie(resident: TestClient) -> None:
    assert "Chargers in Example village" in resident.get("/?lang=en&size=large").text
    assert '<html lang="en" data-size="large">' in resident.get("/c/cp-01").text
