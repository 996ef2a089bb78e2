"""The time-series stores answer the same questions; InfluxDB's outages and refusals lose nothing but what is named."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from contracts.messages import Reading
from gateway.effects import Points, Where
from gateway.store import Batch, Store, open_store
from gateway.telemetry import Embedded, Telemetry, drain_once, line
from gateway.telemetry.influx import Influx
from tests.servers import InfluxServer

HOUR = 3_600_000
START = 1_800_000_000_000 // HOUR * HOUR
TAGS = {"village": "v-01", "grid": "g-01", "junction": "j-01", "node": "n-01", "device": "cam-01"}
HEAD = line.series("camera", TAGS)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The gateway's own; of one kind of database, since what is asked here is of the other store."""
    opened = open_store(f"sqlite:///{tmp_path}/gateway.db")
    yield opened
    opened.close()


def points(count: int, first: int = 1) -> list[str]:
    return [line.reading(HEAD, {"fps": float(n)}, "up", n, START + n * 1000) for n in range(first, first + count)]


# 2.x may have to be built first.
INFLUXDBS = ["influxdb", pytest.param("influxdb2", marks=[pytest.mark.long, pytest.mark.timeout(3600)])]


@pytest.fixture(params=INFLUXDBS)
def server(request: pytest.FixtureRequest) -> InfluxServer:
    """Each InfluxDB in turn, to be stopped and started."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, InfluxServer)
    return found


@pytest.fixture
def influx(database: Any) -> Iterator[Influx]:
    """A new database of each InfluxDB in turn."""
    opened: Influx = database.opened()
    yield opened
    opened.close()


def test_a_store_answers_what_it_was_given(telemetry: Telemetry) -> None:
    assert telemetry.write(points(120)).status == "ok"
    steps = telemetry.series("camera", "cam-01", "fps", START, START + HOUR, 60_000)
    assert [(step.t - START, step.value) for step in steps] == [(0, 30.0), (60_000, 89.5), (120_000, 120.0)]
    assert [(step.min, step.max) for step in steps] == [(1.0, 59.0), (60.0, 119.0), (120.0, 120.0)]
    newest = telemetry.latest("camera", "cam-01", "fps")
    assert newest is not None
    assert (newest.t, newest.value) == (START + 120_000, 120.0)
    assert telemetry.count("camera") == 120


def test_a_rewrite_overwrites_itself(telemetry: Telemetry) -> None:
    for _ in range(3):
        assert telemetry.write(points(50)).parked == ()
    telemetry.write(points(50, 26))
    assert telemetry.count("camera") == 75


def test_nothing_stored_is_an_answer_too(telemetry: Telemetry) -> None:
    assert telemetry.latest("camera", "cam-01", "fps") is None
    assert telemetry.series("camera", "cam-01", "fps", START, START + HOUR, 1000) == []
    assert telemetry.count("camera") == 0
    assert telemetry.newest_before("camera", START) is None
    assert telemetry.oldest("camera") is None


def test_a_millisecond_tells_two_points_apart(telemetry: Telemetry) -> None:
    telemetry.write([line.reading(HEAD, {"fps": float(n)}, "up", n, START + n) for n in range(5)])
    assert telemetry.count("camera") == 5
    newest = telemetry.latest("camera", "cam-01", "fps")
    assert newest is not None
    assert (newest.t, newest.value) == (START + 4, 4.0)
    assert telemetry.newest_before("camera", START + 3) == START + 2
    assert telemetry.oldest("camera") == START


def test_points_of_one_moment_are_all_stored(telemetry: Telemetry) -> None:
    made = Points({})
    for n in range(1, 6):
        reading = Reading("cam-01", "up", 0.0, 1, m={"fps": float(n)})
        made.reading(Where("camera", "j-01", "n-01", HEAD, TAGS), reading, n, START)
    telemetry.write(made.lines)
    assert telemetry.count("camera") == 5
    assert telemetry.newest_before("camera", START + HOUR) == START + 4


@pytest.mark.parametrize("device", ["摄像头 一号", "a b,c=d", "quo\"te's", "back\\slash", "é, ü = ß"])
def test_names_come_back_as_they_were_given(telemetry: Telemetry, device: str) -> None:
    head = line.series("camera", TAGS | {"device": device})
    telemetry.write([line.reading(head, {"fps": 7.0}, "up", 1, START), *points(3)])
    newest = telemetry.latest("camera", device, "fps")
    assert newest is not None
    assert newest.value == 7.0
    assert [step.value for step in telemetry.series("camera", device, "fps", START, START + HOUR, 1000)] == [7.0]


def test_a_line_that_does_not_parse_is_parked_alone(telemetry: Telemetry) -> None:
    good = points(9)
    outcome = telemetry.write([*good[:5], "rubbish", *good[5:]])
    assert outcome.status == "ok"
    assert [text for text, _ in outcome.parked] == ["rubbish"]
    assert telemetry.count("camera") == 9


def test_events_keep_their_words(telemetry: Telemetry) -> None:
    head = line.series("event", {**TAGS, "kind": "fault_opened"})
    text = line.event(head, {"code": 'dark "all" of it, \\ = 1', "fault": "F-2026-0001"}, {"n": 3}, START)
    assert telemetry.write([text]).parked == ()
    assert telemetry.count("event", "code") == 1


def test_what_is_older_is_deleted_and_nothing_else(telemetry: Telemetry) -> None:
    telemetry.write([*points(100), *(text.replace("camera", "contact", 1) for text in points(100))])
    telemetry.delete("camera", START + 51_000)
    assert (telemetry.count("camera"), telemetry.count("contact")) == (50, 100)
    assert telemetry.newest_before("camera", START + 51_000) is None
    assert telemetry.newest_before("camera", START + 52_000) == telemetry.oldest("camera") == START + 51_000
    telemetry.delete("warning_light", START + HOUR)
    assert (telemetry.count("camera"), telemetry.count("contact")) == (50, 100)


def test_the_server_is_of_the_generation_it_stands_for(influx: Influx, database: Any) -> None:
    assert f"InfluxDB {database.server.generation}" in influx.describe()


def test_numbers_are_stored_as_floats_whatever_they_look_like(influx: Influx, database: Any) -> None:
    whole, broken = (
        line.reading(HEAD, {"fps": 25.0}, "up", 1, START),
        line.reading(HEAD, {"fps": 0.1}, "down", 2, START + 1),
    )
    assert influx.write([whole, broken]).parked == ()
    [series] = database.ask('SHOW FIELD KEYS FROM "camera"')["series"]
    assert sorted(series["values"]) == [["fps", "float"], ["n", "float"], ["state", "float"]]


def test_a_type_conflict_parks_only_the_lines_that_conflict(influx: Influx) -> None:
    influx.write([f"{HEAD} fps=1i {START}"])
    other = line.reading(HEAD, {"lux": 3.0}, "up", 3, START + 5)
    outcome = influx.write([*points(2), other])
    assert [text for text, _ in outcome.parked] == points(2)
    assert "type" in outcome.parked[0][1]
    assert influx.count("camera") == 1


@pytest.fixture
def requests(influx: Influx, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Lines of each request that writes."""
    sent: list[int] = []
    send = influx._send

    def counted(lines: Sequence[str]) -> None:
        sent.append(len(lines))
        send(lines)

    monkeypatch.setattr(influx, "_send", counted)
    return sent


def test_one_bad_line_among_thousands_takes_a_few_requests(influx: Influx, requests: list[int]) -> None:
    influx.write([f"{HEAD} lux=1i {START}"])
    bad = f"{HEAD} lux=2.0 {START + 1}"
    good = points(4_999)
    outcome = influx.write([*good[:3_000], bad, *good[3_000:]])
    assert ([text for text, _ in outcome.parked], influx.count("camera")) == ([bad], 4_999)
    assert len(requests) <= 2 + 2 * 13


def test_a_measurement_of_which_every_line_is_refused_takes_a_few_requests(influx: Influx, requests: list[int]) -> None:
    influx.write([f"{HEAD} fps=1i {START}"])
    other = [text.replace("camera", "contact", 1) for text in points(2_500)]
    mixed = [text for pair in zip(points(2_500), other, strict=True) for text in pair]
    outcome = influx.write(mixed)
    assert (len(outcome.parked), influx.count("contact")) == (2_500, 2_500)
    assert {text for text, _ in outcome.parked} == set(points(2_500))
    assert len(requests) < 40


def test_a_batch_of_which_all_is_rubbish_ends_and_what_waits_behind_it_is_stored(
    influx: Influx, store: Store, requests: list[int]
) -> None:
    store.record(Batch(START, lines=[f"rubbish{n}" for n in range(2_000)]))
    store.record(Batch(START, lines=points(10)))
    drain_all(store, influx)
    assert (store.waiting_points(), influx.count("camera")) == (0, 10)
    assert (store.parked_count(), len(requests) < 500) == (2_000, True)


def test_a_database_that_is_dropped_keeps_the_queue_until_there_is_one_again(
    influx: Influx, database: Any, store: Store
) -> None:
    store.record(Batch(START, lines=points(5)))
    drain_all(store, influx)
    database.server.drop(database.name)
    store.record(Batch(START, lines=points(5, 6)))
    outcome = drain_once(store, influx, START)
    assert outcome is not None
    assert (outcome.status, store.waiting_points(), "create it:" in outcome.reason) == ("retry", 5, True)
    database.server.create(database.name)
    drain_all(store, influx)
    assert (store.waiting_points(), influx.count("camera"), store.parked_count()) == (0, 5, 0)


def test_a_wrong_password_keeps_everything(database: Any, store: Store) -> None:
    store.record(Batch(START, lines=points(3)))
    stranger = database.opened(**{"password" if "username" in database.server.settings() else "token": "wrong"})
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
