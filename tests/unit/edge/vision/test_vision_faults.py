"""Each fault beside the picture that only seems to have it."""

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from contracts.picture import PictureLimits
from edge.vision.judge import REFERENCE, VIEW
from edge.vision.reference import References
from tests.views import HEIGHT, WIDTH, Picture, Spoil, Street, as_is, clipped, grain, in_infrared, place, street


@dataclass(frozen=True)
class Cover:
    """``share`` of the picture from the left, in a tone with soft folds."""

    share: float
    tone: float = 90.0

    def __call__(self, image: Picture, _step: int) -> Picture:
        folds = self.tone + 14 * np.sin(np.arange(WIDTH) / 50)
        covered = image.copy()
        covered[:, : int(WIDTH * self.share)] = clipped(folds)[None, : int(WIDTH * self.share), None]
        return covered


@dataclass(frozen=True)
class Moved:
    """By shares of the width, degrees and a factor."""

    shift: float = 0.0
    turn: float = 0.0
    zoom: float = 1.0

    def __call__(self, image: Picture, _step: int) -> Picture:
        matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), self.turn, self.zoom)
        matrix[0, 2] += self.shift * WIDTH
        moved = cv2.warpAffine(image, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT_101)
        return np.asarray(moved, np.uint8)


@dataclass(frozen=True)
class Blurred:
    sigma: float

    def __call__(self, image: Picture, _step: int) -> Picture:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), self.sigma), np.uint8)


@dataclass(frozen=True)
class Lit:
    """Times and plus, for blue, green and red."""

    times: tuple[float, float, float]
    plus: float = 0.0

    def __call__(self, image: Picture, _step: int) -> Picture:
        return clipped(image * np.array(self.times) + self.plus)


@dataclass(frozen=True)
class Noisy:
    sigma: float

    def __call__(self, image: Picture, step: int) -> Picture:
        return clipped(image + grain(step + 1000, self.sigma))


@dataclass(frozen=True)
class Snow:
    share: float

    def __call__(self, image: Picture, step: int) -> Picture:
        where = np.random.default_rng(step).random((HEIGHT, WIDTH))
        snowy = image.copy()
        snowy[where < self.share / 2] = 255
        snowy[where > 1 - self.share / 2] = 0
        return snowy


@dataclass(frozen=True)
class Striped:
    levels: float
    across: bool = True

    def __call__(self, image: Picture, step: int) -> Picture:
        length = HEIGHT if self.across else WIDTH
        wave = self.levels * np.sin(np.arange(length) * 2 * np.pi / 18 + step)
        return clipped(image + (wave[:, None, None] if self.across else wave[None, :, None]))


def sprayed(image: Picture, _step: int) -> Picture:
    """Spots of red paint on half of the glass, and holes between them."""
    dice, painted = np.random.default_rng(3), image.copy()
    hidden = np.zeros((HEIGHT, WIDTH), np.uint8)
    while hidden.mean() < 0.55:
        middle = (int(dice.integers(0, WIDTH)), int(dice.integers(0, HEIGHT)))
        cv2.circle(hidden, middle, int(dice.integers(8, 34)), 1, -1)
    painted[hidden == 1] = (60, 40, 170)
    return painted


def thronged(image: Picture, step: int) -> Picture:
    """Something large stands before another half of the view in each key."""
    crowded, left = image.copy(), WIDTH * (step % 5) // 10
    crowded[:, left : left + WIDTH // 2] = clipped(grain(step, 40) + 110)[:, left : left + WIDTH // 2]
    return crowded


def curtained(image: Picture, _step: int) -> Picture:
    """Regular folds before a fifth of the view."""
    hung = image.copy()
    hung[:, : WIDTH // 5] = clipped(110 + 40 * np.sin(np.arange(WIDTH // 5) / 3))[None, :, None]
    return hung


def misty(image: Picture, _step: int) -> Picture:
    deep = np.linspace(0.55, 0.2, HEIGHT)[:, None, None]
    return clipped(image * (1 - deep) + 190 * deep)


def rainy(image: Picture, step: int) -> Picture:
    dice, rain = np.random.default_rng(step), np.zeros((HEIGHT, WIDTH), np.uint8)
    for _ in range(250):
        x, y = int(dice.integers(0, WIDTH)), int(dice.integers(0, HEIGHT))
        cv2.line(rain, (x, y), (x + 3, y + int(dice.integers(8, 24))), int(dice.integers(30, 90)))
    return clipped(image * 0.92 + rain[:, :, None])


def another_place(_image: Picture, _step: int) -> Picture:
    return place(seed=99)


def swinging(image: Picture, step: int) -> Picture:
    return clipped(image * (1 + 0.35 * np.sin(step * 1.3)))


def swaying(image: Picture, step: int) -> Picture:
    return Moved(shift=float(np.random.default_rng(step).uniform(-0.005, 0.005)))(image, step)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("black", Lit((0.03, 0.03, 0.03))),
        ("over_exposed", Lit((2.0, 2.0, 2.0), plus=150)),
        ("blur", Blurred(2.5)),
        ("blur", Blurred(6)),
        ("occluded", Cover(0.5)),
        ("occluded", Cover(0.75)),
        ("occluded", Cover(1.0)),
        ("moved", Moved(shift=0.03)),
        ("moved", Moved(shift=0.2)),
        ("moved", Moved(turn=2)),
        ("moved", Moved(zoom=1.05)),
        ("view_lost", another_place),
        ("noise", Noisy(16)),
        ("snow", Snow(0.05)),
        ("cast", Lit((0.75, 0.9, 1.25))),
        ("occluded", sprayed),
        ("stripes", Striped(14)),
        ("stripes", Striped(14, across=False)),
    ],
)
def test_a_fault_is_found_and_no_other(known: Street, code: str, fault: Spoil) -> None:
    window = known.sees(fault)
    assert window.codes == {code}, dict(window.numbers)
    assert code not in window.nc


@pytest.mark.parametrize(
    "harmless",
    [
        as_is,
        Lit((0.5, 0.5, 0.5)),
        Lit((1.3, 1.3, 1.3)),
        Blurred(0.5),
        Cover(0.28),
        Moved(shift=0.008),
        Moved(turn=0.5),
        misty,
        rainy,
        swinging,
        swaying,
        thronged,
        curtained,
        Noisy(3),
        Snow(0.002),
        Lit((0.87, 0.97, 1.07)),
        Striped(2),
    ],
)
def test_what_only_seems_to_be_a_fault_is_none_and_everything_was_checked(known: Street, harmless: Spoil) -> None:
    window = known.sees(harmless)
    assert (window.codes, window.nc) == (frozenset(), frozenset()), dict(window.numbers)


def test_a_view_of_a_few_lines_that_was_turned_has_moved() -> None:
    def yard(_image: Picture, _step: int) -> Picture:
        bare = np.full((HEIGHT, WIDTH, 3), (108, 110, 112), np.uint8)
        for left in range(-200, WIDTH, 170):
            cv2.line(bare, (left, HEIGHT), (left + 260, 60), (126, 126, 126), 5, cv2.LINE_AA)
        cv2.line(bare, (0, 70), (WIDTH, 50), (92, 92, 92), 4, cv2.LINE_AA)
        return np.asarray(cv2.GaussianBlur(bare, (0, 0), 1.5), np.uint8)

    bare = street().learns(yard)
    assert bare.sees(yard).codes == frozenset()
    assert bare.sees(yard, Moved(turn=2)).codes == {"moved"}


def test_where_the_cover_is_is_told(known: Street) -> None:
    ((x, _, width, height),) = known.sees(Cover(0.5)).outline
    assert x == 0
    assert width == pytest.approx(0.5, abs=0.09)
    assert height > 0.6


def test_how_far_it_was_turned_is_told(known: Street) -> None:
    numbers = known.sees(Moved(shift=0.1, turn=4)).numbers
    assert numbers["shift"] == pytest.approx(0.1, abs=0.01)
    assert numbers["turn"] == pytest.approx(4, abs=0.2)


def test_a_camera_that_turns_by_itself_is_not_compared_with_a_view(by_day: References) -> None:
    turning = street(PictureLimits(reference_checks=False), by_day)
    window = turning.sees(Moved(shift=0.2))
    assert (window.codes, window.nc) == (frozenset(), REFERENCE)
    assert turning.sees(Lit((0.02, 0.02, 0.02))).codes == {"black"}


def test_before_anything_was_learned_only_content_can_be_checked() -> None:
    window = street().sees(Cover(0.6))
    assert (window.codes, window.nc) == (frozenset(), REFERENCE)


def test_a_bare_wall_is_said_to_be_not_checkable() -> None:
    def bare(_image: Picture, _step: int) -> Picture:
        return np.full((HEIGHT, WIDTH, 3), (120, 130, 140), np.uint8)

    wall = street().learns(bare)
    window = wall.sees(bare)
    assert (window.codes, window.nc) == (frozenset(), VIEW)


def test_a_grey_cloth_by_day_is_no_infrared_night(known: Street) -> None:
    window = known.sees(Cover(1.0))
    assert (window.mode, set(window.codes)) == ("ir", {"occluded"})


def test_the_switch_to_infrared_shows_the_same_view(known: Street) -> None:
    window = known.sees(in_infrared)
    assert (window.mode, window.codes) == ("ir", frozenset())
    assert "occluded" not in window.nc
    assert "noise" in window.nc
