from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.evaluate import Footage, Sample, Shipped
from edge.evaluate.footage import Image, Unreadable

FPS = 10


def grey(level: int) -> Image:
    return np.full((72, 128, 3), level, np.uint8)


def film(file: Path, frames: list[Image], fps: float = FPS) -> Path:
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), fps, (128, 72))
    for frame in frames:
        writer.write(frame)
    writer.release()
    return file


def test_a_film_is_sampled_every_so_many_seconds(tmp_path: Path) -> None:
    footage = Footage(film(tmp_path / "film.avi", [grey(number * 5) for number in range(50)]), 1.5)
    taken = list(footage.samples())
    assert footage.length_s == pytest.approx(5.0)
    assert [sample.at for sample in taken] == pytest.approx([0, 1.5, 3.0, 4.5])
    assert [round(sample.image.mean() / 5) for sample in taken] == [0, 15, 30, 45]


def test_a_sample_brings_the_frames_of_the_second_that_ends_with_it(tmp_path: Path) -> None:
    taken = list(Footage(film(tmp_path / "film.avi", [grey(number * 5) for number in range(50)]), 2.0).samples())
    assert [len(sample.burst) for sample in taken] == [0, FPS, FPS]
    assert [round(frame.mean() / 5) for frame in taken[1].burst] == list(range(11, 21))
    assert taken[1].fps == FPS


def test_a_slow_film_has_no_bursts(tmp_path: Path) -> None:
    taken = Footage(film(tmp_path / "slow.avi", [grey(90)] * 20, fps=2), 1.0).samples()
    assert not any(sample.burst for sample in taken)


def test_stills_are_taken_by_their_numbers(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        cv2.imwrite(str(tmp_path / f"key-{number}.png"), grey(number))
    (tmp_path / "notes.txt").write_text("no picture")
    footage = Footage(tmp_path, 4.0)
    assert [(sample.at, sample.image[0, 0, 0]) for sample in footage.samples()] == [(0, 1), (4, 2), (8, 10)]
    assert footage.length_s == 12


def test_a_still_that_is_none_is_named(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "1.png"), grey(9))
    (tmp_path / "2.png").write_bytes(b"rubbish")
    with pytest.raises(Unreadable, match=r"2\.png"):
        list(Footage(tmp_path, 1.0).samples())


def test_equal_pictures_are_frozen_from_the_third_on_unless_they_are_black() -> None:
    dice = np.random.default_rng(1)
    bright = dice.integers(40, 220, (360, 640, 3), np.uint8)
    for image, code in ((bright, "frozen"), (grey(3), "black")):
        judge = Shipped()
        windows = [judge.see(Sample(float(number), image)) for number in range(5)]
        assert windows[:4] == [None] * 4
        assert windows[4] is not None
        assert code in windows[4].codes
        assert windows[4].codes & {"frozen", "black"} == {code}


def test_frames_that_pulse_flicker_and_without_frames_nobody_knows() -> None:
    dice = np.random.default_rng(1)
    calm = dice.integers(90, 110, (360, 640, 3), np.uint8)
    burst = tuple((calm * (1.0 if number % 2 else 0.8)).astype(np.uint8) for number in range(25))
    judge = Shipped()
    keys = [dice.integers(90, 110, (360, 640, 3), np.uint8) for _ in range(6)]
    seen = [judge.see(Sample(float(at), key, burst if at < 5 else (), 25.0)) for at, key in enumerate(keys)]
    assert seen[4] is not None
    assert "flicker" in seen[4].codes
    assert seen[5] is not None
    assert "flicker" in seen[5].nc
