"""A real gateway's journal, exported and replayed: the faults, messages and uptime that it had."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest

from contracts.inventory import Village
from contracts.messages import Finding, Reading
from gateway.export import main as exports
from gateway.faults import Rules
from gateway.ingest import Ingest
from gateway.replay import Json, replay
from gateway.replay.export import Export, Wanted
from gateway.replay.outcome import Outcome, OutFault, Stay
from gateway.replay.report import report
from gateway.store import Store

NOW = 1_790_000_000_000
DEVICES = (("cam", ""), ("light", ""), ("cp", ""), ("cp", ".1"))


@dataclass
class Node:
    """One real numbering node: what it sees, and whether its line is there; records wait while it is not."""

    pi: Any
    number: int
    bad: dict[str, tuple[str, Any, int]] = field(default_factory=dict)
    online: bool = True
    waiting: list[tuple[int, dict[str, Any], tuple[Reading, ...]]] = field(default_factory=list)

    def readings(self, at_s: int) -> tuple[Reading, ...]:
        names = (
            f"cam-{self.number:02d}",
            f"light-{self.number:02d}",
            f"cp-{self.number:02d}",
            f"cp-{self.number:02d}.1",
        )
        return tuple(self._reading(name, at_s) for name in names)

    def _reading(self, name: str, at_s: int) -> Reading:
        code, state, since_s = self.bad.get(name, ("", "up", 0))
        looks, age = at_s - since_s + 1, float(at_s - since_s)
        found = (Finding(code, state, age, looks),) if code else ()
        return Reading(name, state, age, looks, f=found)


@dataclass
class Scene:
    """Seconds of a village under a real gateway, each committed."""

    ingest: Ingest
    nodes: dict[str, Node]
    at_s: int = 0

    def start(self) -> "Scene":
        self.ingest.back(NOW)
        for node in self.nodes.values():
            self._hear(node.pi.birth(), NOW)
        self.ingest.commit(NOW)
        return self

    def run(self, seconds: int) -> "Scene":
        for _ in range(seconds):
            self.at_s += 1
            now = NOW + self.at_s * 1000
            for node in self.nodes.values():
                if self.at_s % 2 == 0:
                    node.waiting.append((self.at_s, {"ts": now, "mono": self.at_s * 1000}, node.readings(self.at_s)))
                self._send(node, now)
            self.ingest.tick(now)
            self.ingest.commit(now)
        return self

    def _send(self, node: Node, now: int) -> None:
        while node.online and node.waiting:
            at_s, clock, readings = node.waiting.pop(0)
            self._hear(node.pi.up(*readings, age_ms=now - NOW - at_s * 1000, **clock), now)

    def _hear(self, message: tuple[str, bytes], now: int) -> None:
        self.ingest.receive(*message, now)

    def see(self, node: str, device: str, code: str = "", state: Any = "up") -> "Scene":
        """From the next second on."""
        self.nodes[node].bad[device] = (code, state, self.at_s + 1)
        return self

    def link(self, name: str, online: bool) -> "Scene":
        node, now = self.nodes[name], NOW + self.at_s * 1000
        node.online = online
        self._hear(node.pi.birth() if online else node.pi.state("lost"), now)
        self._send(node, now)
        return self


@pytest.fixture
def scene(village: Village, rules: Rules, store: Store, pi: Any) -> Scene:
    other = type(pi)("n-02", "2" * 16, "c" * 16)
    nodes = {"n-01": Node(pi, 1), "n-02": Node(other, 2)}
    return Scene(Ingest(village, rules, store, NOW), nodes).start()


@pytest.fixture
def inventory(village: Village, tmp_path: Path) -> Path:
    path = tmp_path / "village.yaml"
    path.write_text(json.dumps(village.model_dump(mode="json", exclude_none=True)))
    return path


@pytest.fixture
def exported(village: Village, store: Store, rules: Rules, inventory: Path, tmp_path: Path) -> Callable[[int], Path]:
    """The whole journal up to a second, as a history."""

    def written(until_s: int) -> Path:
        path = tmp_path / "history.jsonl"
        work = Export(Wanted(village, inventory.name, NOW, NOW + until_s * 1000, rules))
        path.write_bytes(b"\n".join(work.lines(store.journal(), store.happenings())))
        assert work.left_out == (0, 0, 0, 0)
        return path

    return written


def of_store(store: Store, village: Village, until_s: int) -> Json:
    """What the gateway has, in the form of a report."""
    to_ms = NOW + until_s * 1000
    faults = [
        OutFault(row.asset, row.code, row.root, row.severity, row.opened_ms, row.closed_ms, row.reopened)
        for row in store.faults("all", 1000)[0]
    ]
    stays = {
        device: [Stay(row.from_ms, row.to_ms, row.state, row.code) for row in store.intervals(device, NOW, to_ms)]
        for device in village.places()
    }
    messages: Any = store.messages(limit=1000)
    return report(Outcome(faults, messages, stays, store.windows(None, NOW, to_ms)), village, NOW, to_ms)


def test_a_quiet_village_comes_back(
    scene: Scene, exported: Callable[[int], Path], store: Store, village: Village, rules: Rules
) -> None:
    scene.run(60)
    assert replay(exported(60), rules=rules) == of_store(store, village, 60)


def test_faults_messages_and_uptime_come_back(
    scene: Scene, exported: Callable[[int], Path], store: Store, village: Village, rules: Rules
) -> None:
    scene.run(30).see("n-01", "light-01", "dark", "down").run(120).see("n-01", "light-01").run(60)
    scene.see("n-02", "cp-02.1", "GroundFailure", "down").see("n-02", "cam-02", "blur", "degraded").run(200)
    found = replay(exported(410), rules=rules)
    assert found == of_store(store, village, 410)
    assert {fault["code"] for fault in found["faults"]} >= {"dark", "GroundFailure"}


def test_an_outage_with_what_happened_in_it_comes_back(
    scene: Scene, exported: Callable[[int], Path], store: Store, village: Village, rules: Rules
) -> None:
    scene.run(30).link("n-01", online=False).run(60).see("n-01", "light-01", "dark", "down").run(40)
    scene.see("n-01", "light-01").run(60).link("n-01", online=True).run(200)
    found = replay(exported(390), rules=rules)
    assert found == of_store(store, village, 390)


CODES: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("cam", ""): [("black", "down"), ("occluded", "down"), ("blur", "degraded"), ("busy", "unknown")],
    ("light", ""): [("dark", "down"), ("stuck_on", "degraded")],
    ("cp", ""): [("offline", "down"), ("Faulted", "down"), ("WeakSignal", "degraded")],
    ("cp", ".1"): [("GroundFailure", "down"), ("Faulted", "down"), ("WeakSignal", "degraded")],
}


@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_village_with_its_lines_up_goes_through_comes_back(
    scene: Scene, exported: Callable[[int], Path], store: Store, village: Village, rules: Rules, seed: int
) -> None:
    draw = Random(seed)
    for _ in range(12):
        name, end = draw.choice(DEVICES)
        number = draw.choice([1, 2])
        code = draw.choice([("", "up"), *CODES[name, end]])
        scene.run(draw.randint(1, 70)).see(f"n-0{number}", f"{name}-0{number}{end}", *code)
    scene.run(200)
    found = replay(exported(scene.at_s), rules=rules)
    assert found == of_store(store, village, scene.at_s)
    assert found["faults"]


@pytest.fixture
def config(inventory: Path, tmp_path: Path) -> Path:
    path = tmp_path / "gateway.yaml"
    path.write_text(f"inventory: {inventory.name}\ndatabase: sqlite:///gateway.db\n")
    return path


def test_the_command_writes_a_file_that_replay_reads(
    scene: Scene, config: Path, tmp_path: Path, rules: Rules, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.run(20)
    out = tmp_path / "there" / "october.jsonl"
    out.parent.mkdir()
    call = ["export", "--config", str(config), "--to", "2026-09-21T23:00:00+08:00", "--out", str(out)]
    assert exports.main(call) == 0
    assert "export: 83 lines up to 2026-09-21T23:00:00+08:00" in capsys.readouterr().err
    assert replay(out, rules=rules)["uptime"]["cam-01"]["U"] > 0
    assert [path.name for path in out.parent.iterdir()] == ["october.jsonl"]


def test_without_out_it_goes_to_standard_output(
    scene: Scene, config: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    scene.run(4)
    assert exports.main(["export", "--config", str(config), "--from", "2026-09-21"]) == 0
    header, *lines = capfdbinary.readouterr().out.splitlines()
    assert json.loads(header)["from"] == "2026-09-21T00:00:00+08:00"
    assert len(lines) > 8


def test_what_cannot_be_exported_is_said(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["export", "--config", str(config)]
    assert exports.main(call) == 1
    assert "start the gateway first" in capsys.readouterr().err
    assert exports.main([*call, "--from", "2026-09-21", "--to", "2026-09-20"]) == 2
    assert exports.main(["export", "--config", str(tmp_path / "none.yaml")]) == 2
    with pytest.raises(SystemExit):
        exports.main([*call, "--from", "2026-09-21T10:00:00"])
    assert "has no offset" in capsys.readouterr().err


def test_an_export_that_fails_leaves_no_file(store: Store, config: Path, tmp_path: Path) -> None:
    assert list(store.journal()) == []
    assert exports.main(["export", "--config", str(config), "--out", str(tmp_path / "x.jsonl")]) == 1
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("x.")]
