"""The ways to people and who is on duty, by the API, with the gateway's own senders behind it."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dashboard_api.routers import channels
from gateway.delivery.channels import ChannelSettings, open_channel
from gateway.delivery.channels.blueprint import FileSettings
from gateway.delivery.courier import Courier, Desk
from gateway.delivery.start import ChannelClock
from gateway.delivery.trials import Trials
from gateway.dispatch.setup import Setup
from gateway.faults.times import DispatchTimes
from gateway.rosters.file import body
from tests.integration.dashboard_api.conftest import Town, bearer
from tests.rosters import duty, ms, person, roster

TEST = "/api/v1/channels/paper/test"


class Clocks:
    """What a channel needs of time."""

    def __init__(self, town: Town) -> None:
        self.now_ms = town.now_ms

    def mono_s(self) -> float:
        return self.now_ms() / 1000


@pytest.fixture
def paper(town: Town, tmp_path: Path) -> Iterator[Path]:
    """A channel that writes into a file, and the threads of a gateway that carries its letters."""
    file, stop = tmp_path / "letters.jsonl", threading.Event()
    settings: ChannelSettings = FileSettings(kind="file", path=file)
    channel = open_channel("paper", settings, ChannelClock(Clocks(town), stop))
    setup = Setup(town.village, None, {"paper": "file"}, DispatchTimes())

    def write(_claimed: object) -> str:
        return "nothing but trials here"

    courier = Courier(channel, Desk(town.store.letters, write, DispatchTimes(), town.now_ms, lambda: 0.0, "one"))
    trials = Trials(town.store, lambda: setup, {"paper": courier}, town.now_ms)
    town.store.channels_opened({"paper": "file"}, town.now_ms())

    def work() -> None:
        while not stop.wait(0.05):
            trials.once()
            courier.once()

    thread = threading.Thread(target=work)
    thread.start()
    yield file
    stop.set()
    thread.join()


def test_a_channel_is_tried_from_the_page_and_says_what_came_of_it(paper: Path, staff: TestClient) -> None:
    answer = staff.post(TEST, json={"lang": "en"})
    assert (answer.status_code, answer.json()["outcome"]) == (200, "taken")
    assert json.loads(paper.read_text())["title"] == "Channel test"
    (channel,) = staff.get("/api/v1/channels").json()["items"]
    assert (channel["name"], channel["kind"], channel["silent"]) == ("paper", "file", False)
    assert channel["last_test"] == answer.json()


def test_a_second_trial_waits_a_moment(paper: Path, staff: TestClient) -> None:
    assert staff.post(TEST).status_code == 200
    again = staff.post(TEST)
    assert (again.status_code, again.json()["reason"]) == (429, "pause")
    assert 0 < int(again.headers["retry-after"]) <= 30
    assert len(paper.read_text().splitlines()) == 1


@pytest.mark.usefixtures("paper")
def test_what_the_gateway_would_not_try_is_said(staff: TestClient) -> None:
    answer = staff.post(TEST, json={"to": "somebody"})
    assert (answer.status_code, answer.json()["reason"]) == (409, "refused")
    assert "the roster" in answer.json()["detail"]
    assert staff.post("/api/v1/channels/pigeon/test").status_code == 404


def test_a_gateway_that_is_away_is_202_and_a_second_person_hears_who_was_first(
    town: Town, staff: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "WAIT_S", 0.2)
    town.store.channels_opened({"paper": "file"}, town.now_ms())
    first = staff.post(TEST)
    assert (first.status_code, first.json()["outcome"]) == (202, "waiting")
    second = staff.post(TEST)
    assert (second.status_code, second.json()["reason"]) == (409, "running")
    assert "maintenance" in second.json()["detail"]


def load(town: Town, **lists: Any) -> None:
    town.store.load_roster("office", body(roster(person("li"), person("wang"), **lists)), town.now_ms())


def post(client: TestClient, name: str, **headers: str) -> Any:
    posts = client.get("/api/v1/roster", headers=headers).json()["posts"]
    return next(one for one in posts if one["post"] == name)


def test_who_is_on_duty_is_told_with_who_comes_next(still_town: Town, resident: TestClient) -> None:
    day, night = ({"from": "08:00", "to": "20:00"}, {"from": "20:00", "to": "08:00"})
    load(still_town, duties=[duty("maintenance", "li", **day), duty("maintenance", "wang", **night)])
    found = post(resident, "maintenance", **bearer(still_town, resident))
    assert [one["id"] for one in found["people"]] == ["li"]
    assert found["people"][0]["phone"].startswith("+86100")
    assert found["next"]["at"] == "2026-11-23T20:00:00.000+08:00"
    assert [one["id"] for one in found["next"]["people"]] == ["wang"]
    looks = post(resident, "maintenance", **bearer(still_town, resident, "police"))
    assert looks["people"][0]["phone"] is None


def test_a_hand_over_is_a_change_too(still_town: Town, staff: TestClient) -> None:
    taken = {"post": "maintenance", "person": "wang", "instead_of": "li"}
    span = {"from": "2026-11-23T18:00:00", "to": "2026-11-23T19:00:00"}
    load(still_town, duties=[duty("maintenance", "li")], hand_overs=[taken | span])
    found = post(staff, "maintenance")
    assert found["next"]["at"] == "2026-11-23T18:00:00.000+08:00"
    still_town.fixed_ms = ms("2026-11-23 18:30")
    assert [one["id"] for one in post(staff, "maintenance")["people"]] == ["wang"]


def test_without_a_roster_every_post_stands_there_with_nobody(staff: TestClient) -> None:
    found = staff.get("/api/v1/roster").json()
    assert (found["version"], found["desk"]) == (None, None)
    assert found["posts"]
    assert not [one for one in found["posts"] if one["people"] or one["next"]]


def test_who_has_the_roster_already_is_told_that_nothing_is_new(still_town: Town, staff: TestClient) -> None:
    first = staff.get("/api/v1/roster")
    assert staff.get("/api/v1/roster", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    load(still_town, duties=[duty("maintenance", "li")])
    assert still_town.fixed_ms is not None
    still_town.fixed_ms += 6_000
    assert staff.get("/api/v1/roster", headers={"If-None-Match": first.headers["etag"]}).status_code == 200
