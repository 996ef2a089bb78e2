"""A finding is shown by pictures in the look that confirms it, where the inventory asks for that, and nowhere else."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contracts.inventory import Camera
from contracts.messages import Reading
from edge import detect
from edge.album import Album, Pair
from edge.detect.verdict import Verdict
from edge.drivers.base import CameraSample, Sample
from edge.watch import Watch

CAMERA = Camera.model_validate({"id": "cam-01", "kind": "camera", "driver": "opencv", "source": "usb:0"})


@dataclass
class Eye:
    """A driver with two pictures. ``shown``: how often it was asked for them."""

    error: Exception | None = None
    shown: int = 0
    pair: Pair | None = field(
        default_factory=lambda: Pair(np.zeros((9, 9, 3), np.uint8), np.full((9, 9, 3), 9, np.uint8))
    )

    def look(self, _now: float) -> Sample:
        return CameraSample(link="open", silent_s=0.0)

    def pictures(self) -> Pair | None:
        self.shown += 1
        if self.error:
            raise self.error
        return self.pair

    def close(self) -> None:
        """Nothing is held."""


class Bench:
    """One camera that says ``code``; ``pictures``: named by what is told, in the looks that tell anything."""

    def __init__(self, folder: Path | None, monkeypatch: pytest.MonkeyPatch, code: str = "occluded") -> None:
        self.eye, self.now = Eye(), 0.0
        verdict = Verdict("down", findings={code: ("down", None)})
        monkeypatch.setitem(detect.JUDGES, "camera", lambda *_: ({"cam-01": verdict}, None))
        self.watch = Watch(CAMERA, lambda _: self.eye, lambda: self.now)
        self.watch.album = None if folder is None else Album.open(folder, lambda: 0)

    def looks(self, count: int = 5) -> list[list[int]]:
        """How many pictures each told reading named, look by look."""
        found = []
        for _ in range(count):
            found.append([_named(reading) for reading in self.watch.look(self.now)])
            self.now += CAMERA.look_s
        return found


def _named(reading: Reading) -> int:
    return sum(len(finding.e) for finding in reading.f)


def test_the_confirming_look_shows_before_and_after_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(tmp_path / "a", monkeypatch)
    assert bench.looks() == [[0], [], [2], [], []]
    assert (bench.eye.shown, len(bench.watch.album or ())) == (1, 2)


def test_control_without_the_inventorys_wish_the_driver_is_not_even_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(None, monkeypatch)
    assert bench.looks() == [[0], [], [0], [], []]
    assert bench.eye.shown == 0


def test_what_no_picture_shows_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(tmp_path / "a", monkeypatch, "unreachable")
    bench.looks()
    assert bench.eye.shown == 0


def test_without_a_good_picture_of_before_there_is_one_of_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(tmp_path / "a", monkeypatch)
    bench.eye.pair = Pair(None, np.zeros((9, 9, 3), np.uint8))
    assert bench.looks(3)[2] == [1]


@pytest.mark.parametrize("trouble", ["driver", "picture", "card", "none"])
def test_whatever_goes_wrong_with_pictures_the_finding_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    bench = Bench(tmp_path / "a", monkeypatch)
    album: Any = bench.watch.album
    if trouble == "driver":
        bench.eye.error = RuntimeError("gone")
    elif trouble == "picture":
        bench.eye.pair = Pair(None, np.zeros((0, 0, 3), np.uint8))
    elif trouble == "card":
        album.folder = tmp_path / "nowhere"
    else:
        bench.eye.pair = None
    assert bench.looks(3) == [[0], [], [0]]
