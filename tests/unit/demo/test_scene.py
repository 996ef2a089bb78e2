import itertools

import cv2
import numpy as np

from demo.scene import Scene, sunlight
from demo.scene_view import HEIGHT, WIDTH, Image, paint

NOON, MIDNIGHT = 1_795_406_400.0, 1_795_449_600.0  # 2026-11-23 12:00 and 24:00 in the village


def brightness(image: Image, percentile: float) -> float:
    return float(np.percentile(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), percentile))


def test_the_same_seed_and_time_draw_the_same_picture() -> None:
    one, other = (Scene("桥头", 7, 1.0).draw(NOON + 3.4) for _ in range(2))
    assert one.shape == (HEIGHT, WIDTH, 3)
    assert np.array_equal(one, other)


def test_another_seed_draws_another_village() -> None:
    assert not np.array_equal(paint(1, 1.0), paint(2, 1.0))


def test_the_clock_changes_the_picture_each_second() -> None:
    scene = Scene("桥头", 7, 1.0)
    upper_left = [scene.draw(NOON + second)[:30, :180] for second in range(5)]
    assert len({part.tobytes() for part in upper_left}) == 5


def test_something_moves_between_two_pictures() -> None:
    scene = Scene("桥头", 7, 1.0)
    below_the_clock = [scene.draw(NOON + tick / 5)[40:330] for tick in range(100)]
    moved = [np.count_nonzero(a != b) for a, b in itertools.pairwise(below_the_clock)]
    assert max(moved) > 2000


def test_night_is_dark_but_not_black() -> None:
    day, night = Scene("桥头", 7, 1.0).draw(NOON), Scene("桥头", 7, 0.0).draw(NOON)
    assert brightness(night, 50) < brightness(day, 50) / 2
    assert brightness(night, 99) > 80


def test_a_dead_sensor_is_black_and_its_clock_goes_on() -> None:
    scene = Scene("大月桥摄像头", 7)
    first, second = scene.black(NOON), scene.black(NOON + 1)
    assert brightness(first, 99) < 40
    assert not np.array_equal(first, second)


def test_the_sun_rises_and_sets_in_the_village() -> None:
    assert sunlight(NOON) == 1
    assert sunlight(MIDNIGHT) == 0
    assert 0 < sunlight(NOON - 6 * 3600) < 1
