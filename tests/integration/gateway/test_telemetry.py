"""The time-series stores answer the same questions; InfluxDB's outages and refusals lose nothing but what is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.store import Batch, Store, open_store
from gateway.telemetry import Embedded, Telemetry, drain_once, line
from tests.servers import InfluxServer

HOUR = 3_600_000
START = 1_800_000_000_000 // HOUR * HOUR
TAGS = {"village": "v-01", "grid": "g-01", "junction": "j-01", "node": "n-01", "device": "cam-01"}
HEAD = line.series("camera", TAGS)


def points(count: int, first: int = 1) -> list[str]:
    return [line.reading(HEAD, {"fps": float(n)}, "up", n, START + n * 1000) for n in range(first, first + count)]


# 2.x may have to be built first.
INFLUXDBS = ["influxdb", pytest.param("influxdb2", marks=[pytest.mark.long, pytest.mark.timeout(3600)])]


@pytest.fixture(params=["embedded", *INFLUXDBS])
def telemetry(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Telemetry]:
    """Each store in turn."""
    opened: Telemetry
    if request.param == "embedded":
        opened = Embedded(tmp_path / "telemetry.db")
    else:
        opened = request.getfixturevalue(request.param).opened()
    yield opened
    opened.close()


@pytest.fixture(params=INFLUXDBS)
def server(request: pytest.FixtureRequest) -> InfluxServer:
    """Each InfluxDB in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, InfluxServer)
    return found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/gateway.db")
    yield opened
    opened.close()


def test_a_store_answers_what_it_was_given(telemetry: Telemetry) -> None:
    assert telemetry.write(points(120)).status == "ok"
    steps = telemetry.series("camera", "cam-01", "fps", START, START + HOUR, 60_000)
    assert [(step.t - START, step.value) for step in steps] == [(0, 30.0), (60_000, 89.5), (120_000, 120.0)]
    newest = telemetry.latest("camera", "cam-01", "fps")
    assert newest is not None
    assert (newest.t, newest.value) == (START + 120_000, 120.0)
    assert telemetry.count("camera") == 120


def test_a_rewrite_overwrites_itself(telemetry: Telemetry) -> None:
    for _ in range(3):
        assert telemetry.write(points(50)).parked == ()
    assert telemetry.count("camera") == 50


def test_nothing_stored_is_an_answer_too(telemetry: Telemetry) -> None:
    assert telemetry.latest("camera", "cam-01", "fps") is None
    assert telemetry.series("camera", "cam-01", "fps", START, START + HOUR, 1000) == []
    assert telemetry.count("camera") == 0


def test_a_line_that_does_not_parse_is_parked_alone(telemetry: Telemetry) -> None:
    good = points(9)
    outcome = telemetry.write([*good[:5], "rubbish", *good[5:]])
    assert outcome.status == "ok"
    assert [text for text, _ in outcome.parked] == ["rubbish"]
    assert telemetry.count("camera") == 9


def test_events_keep_their_words(telemetry: Telemetry) -> None:
    head = line.series("event", {**TAGS, "kind": "fault_opened"})
    assert telemetry.write([line.event(head, {"code": "dark", "fault": "F-2026-0001"}, {"n": 3}, START)]).parked == ()
    assert telemetry.count("event", "code") == 1


def test_the_server_is_of_the_generation_it_stands_for(server: InfluxServer) -> None:
    telemetry = server.opened()
    assert f"InfluxDB {server.generation}" in telemetry.describe()
    telemetry.close()


def test_numbers_are_stored_as_floats_whatever_they_look_like(server: InfluxServer) -> None:
    telemetry = server.opened()
    whole, broken = (
        line.reading(HEAD, {"fps": 25.0}, "up", 1, START),
        line.reading(HEAD, {"fps": 0.1}, "down", 2, START + 1),
    )
    assert telemetry.write([whole, broken]).parked == ()
    [series] = server.ask('SHOW FIELD KEYS FROM "camera"')["results"][0]["series"]
    assert sorted(series["values"]) == [["fps", "float"], ["n", "float"], ["state", "float"]]
    telemetry.close()


def test_a_type_conflict_parks_only_the_lines_that_conflict(server: InfluxServer) -> None:
    telemetry = server.opened()
    telemetry.write([f"{HEAD} fps=1i {START}"])
    other = line.reading(HEAD, {"lux": 3.0}, "up", 3, START + 5)
    outcome = telemetry.write([*points(2), other])
    assert [text for text, _ in outcome.parked] == points(2)
    assert "type" in outcome.parked[0][1]
    assert telemetry.count("camera") == 1
    telemetry.close()


def test_a_wrong_password_keeps_everything(server: InfluxServer, store: Store) -> None:
    store.record(Batch(START, lines=points(3)))
    stranger = server.opened(**{"password" if "username" in server.settings() else "token": "wrong"})
    outcome = drain_once(store, stranger, START)
    assert outcome is not None
    assert (outcome.status, store.waiting_points()) == ("retry", 3)
    assert "401" in outcome.reason
    stranger.close()


def test_an_outage_is_caught_up(server: InfluxServer, store: Store) -> None:
    telemetry = server.opened()
    for piece in range(10):
        store.record(Batch(START, lines=points(100, piece * 100 + 1)))
    server.kill()
    outcome = drain_once(store, telemetry, START)
    assert outcome is not None
    assert (outcome.status, store.waiting_points()) == ("retry", 1000)
    server.start()
    drain_all(store, telemetry)
    assert (store.waiting_points(), telemetry.count("camera")) == (0, 1000)
    telemetry.close()


def test_parked_lines_are_kept_with_their_reason(store: Store, tmp_path: Path) -> None:
    store.record(Batch(START, lines=["rubbish", *points(1)]))
    telemetry = Embedded(tmp_path / "telemetry.db")
    drain_all(store, telemetry)
    telemetry.close()
    assert [parked.line for parked in store.parked()] == ["rubbish"]
    assert store.parked()[0].reason
    assert store.waiting_points() == 0


def drain_all(store: Store, telemetry: Telemetry, limit: int = 100) -> None:

    while (outcome := drain_once(store, telemetry, START)) is not None:
        limit -= outcome.status == "retry"
        assert limit > 0, outcome.reason
