"""What everybody may read: state, place and age, and nothing else."""

import re

import pytest
from fastapi.testclient import TestClient

from dashboard_api import models
from tests.integration.dashboard_api.conftest import Town

ALLOWED = {
    "PublicChargePoints": {"items", "next"},
    "PublicChargePoint": {"id", "name", "place", "word", "seen", "connectors"},
    "PublicConnector": {"id", "name", "word", "since", "seen"},
    "Text": {"zh", "en"},
}


def test_the_public_schema_is_the_allow_list() -> None:
    for name, fields in ALLOWED.items():
        assert set(getattr(models, name).model_fields) == fields


def test_the_public_answer_has_only_what_the_allow_list_has(town: Town, resident: TestClient) -> None:
    town.all_well()
    pile = resident.get("/api/v1/charge-points").json()["items"][0]
    assert set(pile) == ALLOWED["PublicChargePoint"]
    assert all(set(connector) == ALLOWED["PublicConnector"] for connector in pile["connectors"])
    assert [connector["word"] for connector in pile["connectors"]] == ["free", "in_use"]
    assert pile["word"] == "free"


def test_a_stale_free_is_never_said(town: Town, resident: TestClient) -> None:
    town.sees("cp-01.1", word="free", age_s=500)
    assert resident.get("/api/v1/charge-points").json()["items"][0]["connectors"][0]["word"] == "unknown"


def test_a_socket_with_an_electrical_latch_is_out_of_order_whatever_it_says(town: Town, resident: TestClient) -> None:
    town.all_well()
    town.breaks("cp-01.1", "GroundFailure")
    town.mends("cp-01.1", "GroundFailure")
    assert resident.get("/api/v1/charge-points").json()["items"][0]["connectors"][0]["word"] == "out_of_order"


@pytest.mark.usefixtures("still_town")
def test_the_same_answer_is_not_sent_twice(resident: TestClient) -> None:
    first = resident.get("/api/v1/charge-points")
    again = resident.get("/api/v1/charge-points", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.usefixtures("clerk")
def test_the_public_page_names_no_person(town: Town, staff: TestClient) -> None:
    fault = town.breaks("cam-01", "frozen")
    staff.post(f"/api/v1/faults/{fault.id}/acknowledge", json={"comment": "Wang is going"})
    page = staff.get("/village", headers={"Authorization": ""}).text
    assert "小学门口摄像头画面静止不动" in page
    assert "已签收" in page
    assert "维修人员 1" not in page
    assert "maintenance-1" not in page
    assert "Wang" not in page
    assert "acknowledge" not in page


def test_both_languages_and_large_text_are_a_link_away(resident: TestClient) -> None:
    chinese = resident.get("/village")
    assert '<html lang="zh-CN">' in chinese.text
    english = resident.get("/village", params={"lang": "en", "size": "large"})
    assert '<html lang="en" data-size="large">' in english.text
    assert resident.get("/village").text.startswith('<!doctype html>\n<html lang="en" data-size="large">')


def test_nothing_on_the_page_needs_an_inline_script_or_style(town: Town, resident: TestClient) -> None:
    town.all_well()
    page = resident.get("/village")
    assert "style=" not in page.text
    assert "<style" not in page.text
    assert "<script>" not in page.text
    assert "'unsafe-inline'" not in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"


def test_the_first_load_is_small(town: Town, resident: TestClient) -> None:
    town.all_well()
    town.breaks("cp-01.2", "GroundFailure")
    page = resident.get("/village", headers={"Accept-Encoding": "gzip"})
    addresses = [piece.split('"')[0] for piece in page.text.split('="')[1:] if piece.startswith("/static/")]
    total = 0
    for address in ["/village", *addresses]:
        with resident.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
            total += sum(len(chunk) for chunk in answer.iter_raw()) + len(str(answer.headers))
    assert len(addresses) == 4
    assert total <= 60 * 1024, f"{total / 1024:.1f} KiB"


def test_a_village_without_news_says_so(resident: TestClient) -> None:
    assert "网关还没有送来任何数据" in resident.get("/village").text


def test_a_page_that_is_not_there_is_a_page(resident: TestClient) -> None:
    answer = resident.get("/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "没有这个页面" in answer.text


@pytest.mark.parametrize(("bad", "listed"), [(None, "j-01 j-02 j-03"), ("cam-03", "j-03 j-01 j-02")])
def test_junctions_with_something_wrong_stand_first_in_the_list(
    town: Town, resident: TestClient, bad: str | None, listed: str
) -> None:
    town.all_well()
    if bad:
        town.sees(bad, state="down", codes=("unreachable",))
    page = resident.get("/village").text
    assert re.findall(r'<li class="card place \w+" id="(j-\d+)">', page) == listed.split()
