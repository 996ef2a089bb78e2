"""Other rules on a real gateway's journal: the same as replay makes of the exported file, to the row."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contracts.inventory import Village
from gateway.dry_run import main as dry
from gateway.dry_run.words import Both, Differing, Fault, Found, Message, Wanted
from gateway.faults import Rules
from gateway.ingest import Ingest
from gateway.replay import Json
from gateway.replay import main as replays
from gateway.replay.report import iso
from gateway.store import Store, open_store
from gateway.store.journal import SLACK_MS
from tests.integration.gateway.test_export import NOW, Node, Scene, exported, inventory

__all__ = ["exported", "inventory"]
UNTIL_S = 420


@pytest.fixture
def rules() -> Rules:
    """A picture must be black for 40 s."""
    return Rules(keep_s=6, hold_s=10, limit_extra_s=1, lost_confirm_s=2, grace_extra_s=1, for_s={"black": 40})


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'gateway.db'}"


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    with closing(open_store(database)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def scene(village: Village, rules: Rules, store: Store, pi: Any) -> Scene:
    """cam-02 is black in [61 s, 91 s), cam-01 in [151 s, 271 s); cam-02's node is cut off from 150 s to 240 s."""
    nodes = {"n-01": Node(pi, 1), "n-02": Node(type(pi)("n-02", "2" * 16, "c" * 16), 2)}
    scene = Scene(Ingest(village, rules, store, NOW), nodes).start()
    scene.run(60).see("n-02", "cam-02", "black", "down").run(30).see("n-02", "cam-02").run(60)
    scene.see("n-01", "cam-01", "black", "down").link("n-02", online=False).run(90)
    return scene.link("n-02", online=True).run(30).see("n-01", "cam-01").run(UNTIL_S - 270)


@pytest.fixture
def asked(database: str, rules: Rules, inventory: Path) -> Callable[..., Wanted]:
    """What is wanted of the whole scene, under rules that differ so from those in force."""
    now = rules.model_dump(mode="json")

    def asked(**more: Any) -> Wanted:
        assets = more.pop("assets", None)
        return Wanted(database, str(inventory), now, {**now, **more}, NOW, NOW + UNTIL_S * 1000, assets)

    return asked


def of(wanted: Wanted) -> Found:
    return dry.found(wanted, lambda _: None)


def lists(found: Differing[Any]) -> dict[str, list[Json]]:
    """As replay's ``differs`` gives them."""
    plus = [*found.added, *(one.then for one in found.changed)]
    minus = [*found.gone, *(one.now for one in found.changed)]
    return {sign: _ordered([msgspec.to_builtins(one) for one in rows]) for sign, rows in (("+", plus), ("-", minus))}


def _ordered(rows: list[Json]) -> list[Json]:
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def by_replay(history: Path, inventory: Path, wanted: Wanted, folder: Path) -> Json:
    """What ``scripts/replay`` says of the exported journal."""
    for name, rules in (("now", wanted.now), ("then", wanted.then)):
        (folder / f"{name}.yaml").write_text(json.dumps(rules))
    out = folder / "out.json"
    words = [str(history), "--inventory", str(inventory), "--rules", str(folder / "then.yaml")]
    assert replays.main([*words, "--compare", str(folder / "now.yaml"), "--json", str(out)]) == 0
    return json.loads(out.read_text())  # type: ignore[no-any-return]  # it is an object


def at(seconds: int) -> str:
    return iso(NOW + seconds * 1000)


def test_it_says_what_replay_says_of_the_exported_journal(
    asked: Callable[..., Wanted], exported: Callable[[int], Path], inventory: Path, tmp_path: Path
) -> None:
    history = exported(UNTIL_S)
    for more in ({"for_s": {"black": 20}}, {"keep_s": 1.0}, {"lost_confirm_s": 60.0}):
        wanted = asked(**more)
        found, replayed = of(wanted), by_replay(history, inventory, wanted, tmp_path)
        assert found.messages.added or found.messages.changed
        for name, ours in (("faults", found.faults), ("messages", found.messages)):
            assert lists(ours) == {sign: _ordered(rows) for sign, rows in replayed["differs"][name].items()}
            assert ours.same + len(ours.added) + len(ours.changed) == len(replayed[name])
        uptime = {device: msgspec.to_builtins(both.then) for device, both in found.uptime.items()}
        assert uptime == {device: row for device, row in replayed["uptime"].items() if device in uptime}


def test_half_the_debounce_adds_just_the_outage_that_was_too_short(asked: Callable[..., Wanted]) -> None:
    """Black for 30 s: 40 s are not reached, 20 s are. A fault begins with its first bad look; word of it waits for the
    10 s in which a site's faults are judged together, word of its end for 6 s of good looks."""
    found = of(asked(for_s={"black": 20}))
    assert found.faults.added == [Fault("cam-02", "black", None, 2, at(61), at(91), 0)]
    assert (found.faults.gone, found.faults.changed) == ([], [])
    assert found.messages.added == [
        Message(at(61 + 20 + 10), "problem", "cam-02", "black"),
        Message(at(91 + 6), "recovery", "cam-02", "black"),
    ]
    problem = Message(at(151 + 40 + 10), "problem", "cam-01", "black")
    assert found.messages.changed == [Both(problem, msgspec.structs.replace(problem, t=at(151 + 20 + 10)))]
    assert {device: both.then.D - both.now.D for device, both in found.uptime.items()} == {"cam-02": 30}


def test_twice_the_debounce_takes_nothing_that_was_long_enough(asked: Callable[..., Wanted]) -> None:
    assert of(asked(for_s={"black": 110})).faults.gone == []
    [fault] = of(asked(for_s={"black": 130})).faults.gone
    assert (fault.asset, fault.opened, fault.closed) == ("cam-01", at(151), at(271))


def test_the_rules_in_force_change_nothing(asked: Callable[..., Wanted]) -> None:
    found = of(asked())
    for part in (found.faults, found.messages):
        assert (part.added, part.gone, part.changed) == ([], [], [])
        assert part.same > 0
    assert found.uptime == {}


def test_one_place_is_asked_about_and_everything_is_judged(asked: Callable[..., Wanted]) -> None:
    more = {"for_s": {"black": 20}}
    other, its_own = (of(asked(assets=assets, **more)) for assets in (["cam-01", "n-01"], ["cam-02"]))
    assert (other.faults.added, its_own.faults.added) == ([], of(asked(**more)).faults.added)
    assert other.lines == its_own.lines


def test_a_later_part_of_the_journal_needs_nothing_that_was_long_before(store: Store) -> None:
    every = list(store.journal())
    assert list(store.journal(NOW + SLACK_MS)) == every
    later = every[100].received_ms
    assert list(store.journal(later + SLACK_MS)) == [row for row in every if row.received_ms >= later]
    assert list(store.journal(NOW + 10 * SLACK_MS)) == []


def test_the_command_says_how_far_it_is_and_what_it_found(asked: Callable[..., Wanted]) -> None:
    wanted = asked(for_s={"black": 20})
    ended = run(wanted)
    assert msgspec.json.decode(ended.stdout, type=Found) == of(wanted)
    steps = [line.split()[1] for line in ended.stderr.decode().splitlines()]
    assert (ended.returncode, int(steps[0]), int(steps[-1])) == (0, 0, 100 - 1)
    assert steps == sorted(steps, key=int)


def test_the_command_names_what_cannot_be_read(asked: Callable[..., Wanted], tmp_path: Path) -> None:
    for key, value in (("database", f"sqlite:///{tmp_path}/none.db"), ("inventory", str(tmp_path / "none.yaml"))):
        ended = run(msgspec.structs.replace(asked(), **{key: value}))
        assert (ended.returncode, ended.stdout) == (1, b"")
        assert b"none." in ended.stderr.splitlines()[-1]


def run(wanted: Wanted) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "gateway.dry_run"]
    return subprocess.run(command, input=msgspec.json.encode(wanted), capture_output=True, check=False, timeout=120)
