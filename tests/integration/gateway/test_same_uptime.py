"""What the police read, what a month holds and what replay says of the exported journal are the same seconds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.inventory import Village
from gateway.faults import Rules
from gateway.months import freeze, verify
from gateway.replay import replay
from gateway.replay.export import Export, Wanted
from gateway.reports.shelf import changes, report
from gateway.reports.window import Asked, draw
from gateway.store import Store
from gateway.uptime.figures import figures
from gateway.uptime.months import FREEZES_AFTER_MS, month_at
from tests.integration.gateway import test_export
from tests.integration.gateway.test_export import NOW, Scene

MONTH = month_at(NOW)
DAY_5 = MONTH.to_ms + FREEZES_AFTER_MS
inventory, scene = test_export.inventory, test_export.scene
Figures = dict[str, Any]
Replayed = Callable[[int, int], Figures]


@pytest.fixture
def rules(rules: Rules) -> Rules:
    return rules.model_copy(update={"for_s": {**rules.for_s, "frozen": 0, "black": 0}})


@pytest.fixture
def replayed(village: Village, store: Store, rules: Rules, inventory: Path, tmp_path: Path) -> Replayed:
    """The uptime that replay computes of the exported journal alone, by device."""

    def uptime(from_ms: int, to_ms: int) -> Figures:
        path, work = tmp_path / "history.jsonl", Export(Wanted(village, inventory.name, from_ms, to_ms, rules))
        path.write_bytes(b"\n".join(work.lines(store.journal(), store.happenings())))
        assert work.left_out == (0, 0, 0, 0)
        found: Figures = replay(path, rules=rules)["uptime"]
        return found

    return uptime


def stated(store: Store, village: Village, camera: str, from_ms: int, to_ms: int) -> Figures:
    return figures(draw(store, village, Asked(village.places()[camera], from_ms, to_ms)).found)


def monthly(store: Store, village: Village, revision: int | None = None) -> dict[str, Figures]:
    found = report(store, village, MONTH.name, revision, DAY_5)
    return {row.device: figures(row.uptime) for row in found.rows}


def freezes_and_is_black_behind_a_dead_line(scene: Scene) -> Scene:
    """cam-01 freezes for 80 s in front of everybody; cam-02 is black for 60 s while its node is cut off."""
    scene.run(60).see("n-01", "cam-01", "frozen", "down").link("n-02", online=False).run(40)
    scene.see("n-02", "cam-02", "black", "down").run(40).see("n-01", "cam-01").run(20)
    return scene.see("n-02", "cam-02").run(40)


def pass_(scene: Scene, at_ms: int) -> None:
    """Time goes by without a word of any node."""
    scene.at_s = (at_ms - NOW) // 1000
    for node in scene.nodes.values():
        node.online = False
    scene.ingest.tick(at_ms)
    scene.ingest.commit(at_ms)


def test_month_statement_and_replay_agree_to_the_second(
    scene: Scene, replayed: Replayed, store: Store, village: Village
) -> None:
    freezes_and_is_black_behind_a_dead_line(scene).link("n-02", online=True).run(60)
    pass_(scene, DAY_5)
    freeze(store, village, DAY_5)
    month, said = monthly(store, village), replayed(MONTH.from_ms, MONTH.to_ms)
    assert month.keys() == {"cam-01", "cam-02"}
    for camera, found in month.items():
        assert found == said[camera] == stated(store, village, camera, MONTH.from_ms, MONTH.to_ms)
    assert (month["cam-01"]["D"], month["cam-02"]["D"]) == (80, 60)
    # The control: another second of it would not be the same.
    assert stated(store, village, "cam-01", MONTH.from_ms, NOW + 100_000) != said["cam-01"]


def test_late_data_make_revision_2_and_revision_1_still_verifies(
    scene: Scene, replayed: Replayed, store: Store, village: Village
) -> None:
    freezes_and_is_black_behind_a_dead_line(scene)
    pass_(scene, DAY_5)
    freeze(store, village, DAY_5)
    first = store.month(MONTH.name)
    assert monthly(store, village)["cam-02"]["D"] == 0
    scene.link("n-02", online=True).run(10)
    later = NOW + scene.at_s * 1000
    (second,) = freeze(store, village, later)
    assert (second.revision, store.month(MONTH.name, 1)) == (2, first)
    assert monthly(store, village)["cam-02"]["D"] == 60
    assert monthly(store, village, 1)["cam-02"]["D"] == 0
    changed = {(one.device, one.field): (one.before, one.after) for one in changes(store, MONTH.name, 1, 2)}
    assert changed["cam-02", "D"] == (0, 60)
    assert not any(device == "cam-01" for device, _ in changed)
    assert list(verify(store.months())) == []
    said = replayed(MONTH.from_ms, later)
    for camera in ("cam-01", "cam-02"):
        assert said[camera] == stated(store, village, camera, MONTH.from_ms, later)
        assert monthly(store, village)[camera] == stated(store, village, camera, MONTH.from_ms, MONTH.to_ms)
