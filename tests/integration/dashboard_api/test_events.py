"""The stream of changes, over a real socket."""

import http.client
import json
from collections.abc import Iterator
from typing import Any

from tests.integration.dashboard_api.conftest import Running, Town


def data(events: Iterator[dict[str, str]]) -> Iterator[dict[str, Any]]:
    """What the events carry."""
    return (json.loads(event["data"]) for event in events if "data" in event)


def sign_in(town: Town, running: Running) -> dict[str, str]:
    line = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    body = json.dumps({"token": town.link()})
    line.request("POST", "/api/v1/sign-in", body, {"Content-Type": "application/json"})
    token = json.loads(line.getresponse().read())["token"]
    line.close()
    return {"Authorization": f"Bearer {token}"}


def test_a_change_is_heard_with_its_number(town: Town, running: Running) -> None:
    events = running.events()
    assert next(events) == {"retry": "2000", "id": "0"}
    town.sees("cam-01", "down", codes=("frozen",))
    event = next(events)
    assert (event["event"], event["id"]) == ("device", "1")
    assert set(json.loads(event["data"])) == {"type", "id", "state", "word", "seen"}


def test_staff_also_hear_which_record_it_was(town: Town, running: Running) -> None:
    row = town.sees("cam-01")
    heard = next(data(running.events(sign_in(town, running) | {"Last-Event-ID": "0"})))
    assert (heard["node"], heard["stream"], heard["n"]) == ("n-01", row.stream, row.n)


def test_what_was_missed_is_told_first_and_once(town: Town, running: Running) -> None:
    heard = data(running.events({"Last-Event-ID": "0"}))
    for device in ("cam-01", "cam-02", "cam-03"):
        town.sees(device)
    assert [next(heard)["id"] for _ in range(3)] == ["cam-01", "cam-02", "cam-03"]
    again = data(running.events({"Last-Event-ID": "1"}))
    assert [next(again)["id"] for _ in range(2)] == ["cam-02", "cam-03"]
    town.sees("cam-01", "down")
    assert (next(again)["state"], next(data(running.events(query="?after=2")))["id"]) == ("down", "cam-03")


def test_who_missed_too_much_is_told_to_read_anew(running: Running) -> None:
    assert next(data(running.events({"Last-Event-ID": "99999"}))) == {"type": "reset"}


def test_a_number_that_is_none_is_no_number(running: Running) -> None:
    assert next(running.events({"Last-Event-ID": "; drop"}))["id"] == "0"


def test_a_fault_is_heard_in_each_of_its_states(town: Town, running: Running) -> None:
    heard = data(running.events({"Last-Event-ID": "0"}))
    town.breaks("cp-01.1", "GroundFailure")
    assert next(heard) == {"type": "fault", "id": "F-2026-0001", "state": "open"}
    town.mends("cp-01.1", "GroundFailure")
    assert next(heard)["state"] == "cleared"


def test_streams_end_when_the_server_stops(running: Running) -> None:
    events = running.events()
    next(events)
    running.server.should_exit = True
    assert list(events) == []
