import numpy as np
import pytest

from contracts.picture import PictureLimits
from edge.vision.watch import Watch
from tests.views import Picture, clipped, place, taken

WATCH = Watch(PictureLimits())


def frames(jump: float, count: int = 25, light: float = 1.0) -> list[Picture]:
    return [taken(clipped(place() * light * (1 + (jump if step % 2 else -jump))), step) for step in range(count)]


@pytest.mark.parametrize("jump", [0.05, 0.15])
def test_brightness_that_jumps_from_frame_to_frame_flickers(jump: float) -> None:
    assert WATCH.burst(frames(jump), 25) is True


def test_a_steady_picture_does_not() -> None:
    assert WATCH.burst(frames(0), 25) is False


def test_exposure_that_follows_a_cloud_does_not() -> None:
    fading = [clipped(place() * (1 + 0.3 * np.sin(step / 12))) for step in range(25)]
    assert WATCH.burst(fading, 25) is False


def test_a_lorry_that_drives_through_does_not() -> None:
    passing = frames(0)
    for step, frame in enumerate(passing):
        frame[120:300, step * 20 : step * 20 + 180] = 220
    assert WATCH.burst(passing, 25) is False


def test_a_car_that_fills_the_view_for_a_moment_does_not() -> None:
    passing = frames(0)
    for frame in passing[9:13]:
        frame[:] = 190
    assert WATCH.burst(passing, 25) is False


def test_too_few_or_too_slow_or_dark_frames_cannot_tell() -> None:
    assert WATCH.burst(frames(0.1, count=5), 25) is None
    assert WATCH.burst(frames(0.1), 5) is None
    assert WATCH.burst(frames(0.1, light=0.05), 25) is None
