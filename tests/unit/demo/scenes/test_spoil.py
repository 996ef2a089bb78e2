import cv2
import numpy as np
import pytest

from contracts.codes import CAMERA
from demo.scene_view import Image
from demo.scenes.covers import hidden
from demo.scenes.degradations import DEGRADATIONS
from demo.scenes.light import LOOKS
from demo.scenes.negatives import NEGATIVES, seeming
from demo.scenes.paint import dice_of
from demo.scenes.spoil import spoilt
from demo.scenes.view import View

AT = 1_795_406_407.0


@pytest.fixture(scope="module")
def raw() -> Image:
    return cv2.resize(View("junction", 1).raw(AT), (480, 270), interpolation=cv2.INTER_AREA).astype(np.uint8)


def strongest(raw: Image, name: str, step: int = 1, seed: int = 1) -> Image:
    how = DEGRADATIONS[name]
    return spoilt(raw, how, seed, how.steps[-1], step)


def test_there_are_enough_of_each() -> None:
    assert len(DEGRADATIONS) >= 24
    assert len(NEGATIVES) >= 14


def test_every_code_of_the_picture_is_met() -> None:
    codes = {one.code for one in DEGRADATIONS.values()}
    assert codes == {
        *("black", "over_exposed", "blur", "occluded", "moved", "noise", "snow", "cast", "stripes", "flicker", "frozen")
    }
    assert {code for one in DEGRADATIONS.values() for code in one.right} <= CAMERA.keys()


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_a_degradation_shows_and_follows_from_its_seed(raw: Image, name: str) -> None:
    spoilt_now = strongest(raw, name)
    assert spoilt_now.shape == raw.shape
    assert spoilt_now.dtype == np.uint8
    assert np.array_equal(spoilt_now, strongest(raw, name))
    if name != "repeated picture":
        assert not np.array_equal(spoilt_now, raw)


@pytest.mark.parametrize("name", NEGATIVES)
def test_a_hard_negative_shows_and_follows_from_its_seed(raw: Image, name: str) -> None:
    seen = [seeming(raw, NEGATIVES[name], 1, 1) for _ in range(2)]
    assert seen[0].shape == raw.shape
    assert np.array_equal(seen[0], seen[1])
    assert not np.array_equal(seen[0], raw)
    assert set(NEGATIVES[name].light) <= LOOKS.keys()


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_a_cover_hides_the_share_it_says(share: float) -> None:
    mask = hidden(dice_of("cover", 1), (270, 480), share)
    assert float((mask > 0.5).mean()) == pytest.approx(share, abs=0.04)


def test_a_repeated_picture_is_the_first_for_ever_and_a_still_one_only_looks_it(raw: Image) -> None:
    later = (raw * 0.5).astype(np.uint8)
    repeated, still = (
        spoilt(later, DEGRADATIONS[name], 1, 1.0, 7, raw) for name in ("repeated picture", "still picture")
    )
    assert np.array_equal(repeated, raw)
    assert not np.array_equal(still, raw)
    assert float(cv2.absdiff(still, raw).mean()) < 2


def test_a_loose_mount_looks_somewhere_else_each_time(raw: Image) -> None:
    assert float(cv2.absdiff(strongest(raw, "loose", 1), strongest(raw, "loose", 2)).mean()) > 2


def test_black_is_black_and_over_exposed_is_white(raw: Image) -> None:
    assert np.percentile(strongest(raw, "black"), 99) < 40
    assert float((cv2.cvtColor(strongest(raw, "over-exposed"), cv2.COLOR_BGR2GRAY) > 239).mean()) > 0.55
