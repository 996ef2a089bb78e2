"""`python -m edge` as an operator starts it: settings, check, reports, a clean stop, kills."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

INVENTORY = """
id: demo
name: {zh: 村, en: Village}
grids:
  - id: grid-1
    name: {zh: 网格, en: Grid}
    junctions:
      - id: j-01
        name: {zh: 路口, en: Junction}
        lat: 31.3
        lon: 118.8
        nodes:
          - id: n-01
            interval_s: 1
            devices:
              - {id: light-01, kind: warning_light, driver: warning_light, pin: GPIO23, isolation: opto, supply: mains,
                 look_s: 1}
"""
SETTINGS = """
inventory: village.yaml
data_dir: data
broker: {port: %d, keepalive_s: 5}
pin_factory: mock
spool: {cap_mib: 2}
"""


class Edge:
    """The process, started and ended at will."""

    def __init__(self, folder: Path, port: int, root: Path) -> None:
        self.folder, self._root = folder, root
        (folder / "village.yaml").write_text(INVENTORY, encoding="utf-8")
        (folder / "edge.yaml").write_text(SETTINGS % port, encoding="utf-8")
        self.process: subprocess.Popen[str] | None = None

    def argv(self, *more: str) -> list[str]:
        return [sys.executable, "-m", "edge", "--config", str(self.folder / "edge.yaml"), *more]

    def start(self) -> None:
        self.process = subprocess.Popen(self.argv(), cwd=self._root, stdout=subprocess.DEVNULL, text=True)

    def end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(10)

    def run(self, *more: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.argv(*more),
            cwd=self._root,
            env=os.environ | env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def edge(tmp_path: Path, broker: Any, root: Path) -> Iterator[Edge]:
    program = Edge(tmp_path, broker.port, root)
    yield program
    if program.process is not None and program.process.poll() is None:
        program.process.kill()
        program.process.wait()


def test_it_reports_and_stops_cleanly(edge: Edge, gateway: Any, wait_until: Callable[..., None]) -> None:
    edge.start()
    wait_until(lambda: len(gateway.applied) >= 3, within_s=20.0)
    expected = [
        {"id": "light-01", "kind": "warning_light", "interval": 1.0},
        {"id": "n-01", "kind": "node", "interval": 300.0},
    ]
    assert gateway.said("birth")[0]["devices"] == expected
    assert [reading["d"] for reading in gateway.said("up")[0]["r"]] == ["light-01", "n-01"]
    assert edge.end(signal.SIGTERM) == 0
    wait_until(lambda: gateway.said("state")[-1]["s"] == "disconnected")


def test_killed_again_and_again_it_loses_nothing(edge: Edge, gateway: Any, wait_until: Callable[..., None]) -> None:
    for boots in range(1, 4):
        edge.start()
        wait_until(lambda boots=boots: len({boot for _, _, boot in gateway.applied}) == boots, within_s=20.0)
        edge.end(signal.SIGKILL)
    numbers = [n for _, n, _ in gateway.applied]
    assert len({stream for stream, _, _ in gateway.applied}) == 1
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_check_says_what_it_reaches(edge: Edge, broker: Any) -> None:
    done = edge.run("--check")
    assert done.returncode == 0, done.stdout + done.stderr
    for what in ("spool folder", f"broker 127.0.0.1:{broker.port} as n-01: login accepted", "pin factory of n-01"):
        assert what in done.stdout


def test_a_check_names_what_it_cannot_reach(edge: Edge, broker: Any) -> None:
    broker.kill()
    done = edge.run("--check", VSM_PIN_FACTORY="nobody-has-it")
    assert done.returncode == 1
    failed = [line for line in done.stdout.splitlines() if line.startswith("failed")]
    assert [line.split()[1] for line in failed] == ["broker", "pin"]


def test_mistakes_of_the_settings_are_all_named(edge: Edge) -> None:
    (edge.folder / "edge.yaml").write_text("inventory: village.yaml\nspool: {cap_mib: 0}\nspeed: 9\n", encoding="utf-8")
    done = edge.run()
    assert done.returncode == 2
    for key in ("data_dir", "spool.cap_mib", "speed"):
        assert f": {key}: " in done.stderr


def test_a_node_that_the_inventory_does_not_know_is_named(edge: Edge) -> None:
    done = edge.run(VSM_NODES="n-01,n-99")
    assert done.returncode == 2
    assert "nodes: not in the inventory: n-99" in done.stderr


def test_a_second_process_on_the_same_spool_says_so(edge: Edge, gateway: Any, wait_until: Callable[..., None]) -> None:
    edge.start()
    wait_until(lambda: gateway.applied, within_s=20.0)
    done = edge.run()
    assert done.returncode == 1
    assert "in use by another process" in done.stderr
