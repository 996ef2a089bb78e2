"""What an eye shows as evidence: the view as it was before anybody touched the camera, and as it is now."""

import numpy as np
import pytest

from contracts.inventory import Camera
from edge.drivers.base import DriverContext
from edge.drivers.opencv.eye import Eye, open_eye
from tests.unit.edge.vision.test_vision_faults import Cover
from tests.views import Picture, Spoil, as_is, place, street

CAMERA = {"id": "cam-01", "kind": "camera", "driver": "opencv", "source": "usb:0"}


class Town:
    """An eye before the drawn place, which sees a key each 10 s."""

    def __init__(self, **asked: bool) -> None:
        self.eye = open_eye(Camera.model_validate({**CAMERA, **asked}), DriverContext())
        self.street, self.now = street(), 0.0

    def sees(self, keys: int, spoil: Spoil = as_is) -> Eye:
        for _ in range(keys):
            self.eye.see(self.street.next(spoil), self.now)
            self.now += 10.0
        return self.eye

    def before(self) -> Picture | None:
        pair = self.eye.pictures()
        assert pair is not None
        return pair.before

    def after(self) -> Picture:
        pair = self.eye.pictures()
        assert pair is not None
        return np.asarray(pair.after, np.uint8)


@pytest.fixture
def town() -> Town:
    return Town(evidence=True)


def near(one: Picture | None, other: Picture) -> bool:
    """Whether they show the same, but for noise and the losses of a JPEG."""
    return one is not None and float(np.abs(one.astype(int) - other.astype(int)).mean()) < 6


COVERED = Cover(0.8)(place(), 0)


def test_a_cover_is_shown_beside_the_view_before_it_with_the_covered_part_outlined(town: Town) -> None:
    town.sees(20)
    eye = town.sees(8, Cover(0.8))
    assert "occluded" in eye.view(town.now).codes
    assert near(town.before(), place())
    assert near(town.after(), COVERED)
    pair = eye.pictures()
    assert pair is not None
    assert pair.outline


def test_however_long_it_stays_before_is_never_the_cover(town: Town) -> None:
    town.sees(20)
    for _ in range(12):
        town.sees(3, Cover(0.8))
        assert near(town.before(), place())


def test_a_cover_that_comes_and_goes_leaves_no_covered_picture_of_before(town: Town) -> None:
    town.sees(20)
    for length in (1, 2, 5):
        town.sees(length, Cover(0.8))
        for _ in range(11):
            town.sees(1)
            assert near(town.before(), place()), length


def test_a_view_that_was_accepted_has_no_picture_of_the_one_before(town: Town) -> None:
    town.sees(20)
    town.eye.accept_new_view()
    assert town.eye.pictures() is None
    town.sees(8, Cover(0.8))
    assert near(town.before(), COVERED)


def test_of_a_camera_that_is_not_asked_nothing_is_kept() -> None:
    town = Town()
    assert town.sees(20).shots is None
    assert town.eye.pictures() is None
