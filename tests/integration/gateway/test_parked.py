"""`python -m gateway parked` on real stores: what is listed, written again and forgotten, also beside a gateway."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.main import main
from gateway.store import Batch, Store, StoreError, open_store
from gateway.telemetry import Drain, Embedded

NOW = 1_790_000_000_000
HEAD = "camera,device=cam-01"
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def config(root: Path, tmp_path: Path) -> Path:
    path = tmp_path / "gateway.yaml"
    inventory = root / "firmware_config" / "villages" / "three-junctions.yaml"
    path.write_text(f"inventory: {inventory}\ndatabase: sqlite:///gateway.db\n", encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """That of the gateway's settings."""
    opened = open_store(f"sqlite:///{tmp_path}/gateway.db")
    yield opened
    opened.close()


@pytest.fixture
def say(config: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs the command: exit code, what it printed, what it complained of."""

    def run(*argv: str) -> tuple[int, str, str]:
        code = main(["parked", "--config", str(config), *argv])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def park(store: Store, *lines: str) -> None:
    store.lines_written((), [(line, f"why {line[:4]}") for line in lines], NOW)


def points(count: int) -> list[str]:
    return [f"{HEAD} n={n}.0 {NOW + n}" for n in range(count)]


def stored(tmp_path: Path) -> int:
    telemetry = Embedded(tmp_path / "telemetry.db")
    count = telemetry.count("camera")
    telemetry.close()
    return count


def test_lines_are_listed_with_number_time_and_reason(say: Say, store: Store) -> None:
    assert say("list") == (0, "no lines are parked\n", "")
    park(store, "rubbish", "other")
    code, out, _ = say("list")
    assert code == 0
    assert "1  2026-09-21T22:13:20  rubbish\n    why rubb\n" in out
    assert out.endswith("2 lines parked\n")
    assert say("list", "--limit", "1")[1].endswith("2 lines parked, the newest 1 shown (--limit)\n")


def test_for_programs_there_is_json(say: Say, store: Store) -> None:
    park(store, "rubbish", *points(1))
    said = json.loads(say("list", "--json")[1])
    assert (said["parked"], [line["id"] for line in said["lines"]]) == (2, [2, 1])
    assert said["lines"][1] == {
        "id": 1,
        "at": "2026-09-21T22:13:20.000+08:00",
        "line": "rubbish",
        "reason": "why rubb",
    }
    code, out, _ = say("replay", "--all", "--json")
    again = json.loads(out)
    assert (code, again["stored"], [line["id"] for line in again["refused"]], again["parked"]) == (1, 1, [1], 1)
    assert json.loads(say("forget", "1", "7", "--json")[1]) == {"forgotten": 1, "missing": [7], "parked": 0}


def test_what_is_taken_leaves_the_list_and_what_is_refused_stays_with_the_new_reason(
    say: Say, store: Store, tmp_path: Path
) -> None:
    park(store, "rubbish", *points(3))
    code, out, _ = say("replay", "--all")
    assert (code, stored(tmp_path)) == (1, 3)
    assert out.endswith("3 lines stored, 1 refused again, 1 parked\n")
    [left] = store.parked()
    assert (left.line, left.reason) == ("rubbish", "not 'measurement,tags fields time'")
    assert store.windows_wait("5m", 0, NOW + 1, "camera")


def test_chosen_lines_are_written_and_others_left(say: Say, store: Store, tmp_path: Path) -> None:
    park(store, *points(5))
    code, out, _ = say("replay", "2", "4", "9")
    assert (code, stored(tmp_path), [row.id for row in store.parked()]) == (1, 2, [5, 3, 1])
    assert out == "2 lines stored, 0 refused again, 3 parked; not parked (any more): 9\n"
    assert say("replay", "1")[0] == 0


def test_a_store_that_is_away_changes_nothing(say: Say, store: Store, config: Path) -> None:
    park(store, *points(2))
    with config.open("a", encoding="utf-8") as file:
        file.write("telemetry: {url: 'http://127.0.0.1:1', bucket: vsm}\n")
    code, _, err = say("replay", "--all")
    assert (code, store.parked_count()) == (1, 2)
    assert "does not answer" in err
    assert say("list")[0] == 0


def test_lines_are_forgotten_by_number_or_all_with_their_count(say: Say, store: Store) -> None:
    park(store, *points(4))
    assert say("forget", "2")[:2] == (0, "1 lines forgotten, 3 parked\n")
    code, _, err = say("forget", "--all", "4")
    assert (code, store.parked_count()) == (1, 3)
    assert "3 lines are parked, not 4: nothing is forgotten" in err
    assert say("forget", "--all", "3")[:2] == (0, "3 lines forgotten, 0 parked\n")


@pytest.mark.parametrize("words", [["replay"], ["forget"], ["replay", "1", "--all"], ["forget", "x"], []])
def test_a_call_that_names_no_lines_is_refused(
    say: Say, words: list[str], capsys: pytest.CaptureFixture[str], store: Store
) -> None:
    park(store, "rubbish")
    with pytest.raises(SystemExit, match="2"):
        say(*words)
    assert "parked" in capsys.readouterr().err
    assert store.parked_count() == 1


def test_without_a_database_it_says_what_to_do(say: Say) -> None:
    code, _, err = say("list")
    assert code == 1
    assert "start the gateway first" in err


def test_a_running_gateway_and_the_command_do_not_get_in_each_others_way(
    say: Say, store: Store, tmp_path: Path, eventually: Any
) -> None:
    lines = points(3_000)
    park(store, *lines[:1_500])
    telemetry = Embedded(tmp_path / "telemetry.db")
    drain = Drain(store, telemetry, (lambda: NOW, lambda: 0.0), StoreError, 10**6)

    def fill() -> None:
        for n in range(1_500, 3_000, 50):
            store.record(Batch(NOW, lines=[f"rubbish{n}", *lines[n : n + 50]]))

    filling = threading.Thread(target=fill)
    drain.start()
    filling.start()
    assert say("replay", "--all")[0] == 0
    filling.join()
    eventually(lambda: store.waiting_points() == 0, 60)
    drain.stop(10)
    assert telemetry.count("camera") == 3_000
    assert sorted(row.line for row in store.parked()) == sorted(f"rubbish{n}" for n in range(1_500, 3_000, 50))
    telemetry.close()


def test_lines_that_conflicted_are_taken_once_the_cause_is_gone(
    say: Say, store: Store, config: Path, shared: Any
) -> None:
    server = shared("influxdb1")
    server.create("mended")
    telemetry = server.opened(bucket="mended")
    telemetry.write([f"{HEAD} n=1i {NOW}"])
    outcome = telemetry.write(points(3))
    store.lines_written((), outcome.parked, NOW)
    with config.open("a", encoding="utf-8") as file:
        file.write(f"telemetry: {json.dumps(server.settings() | {'bucket': 'mended'})}\n")
    assert say("replay", "--all")[0] == 1
    server.say('DROP MEASUREMENT "camera"', "mended")
    assert say("replay", "--all")[:2] == (0, "3 lines stored, 0 refused again, 0 parked\n")
    assert telemetry.count("camera") == 3
    telemetry.close()
