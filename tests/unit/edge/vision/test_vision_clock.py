"""The clock that a camera writes into its picture: known when there is one, and believed when it stands."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import pytest

from contracts.picture import PictureLimits
from edge.vision.card import pack, unpack
from edge.vision.hands import NO_CLOCK
from edge.vision.key import key_of
from edge.vision.reference import References
from edge.vision.still import Stillness
from edge.vision.watch import Watch
from edge.vision.window import Mode
from tests.views import Picture, clipped, grain, place

KEY_S = 10.0
DAY_KEYS = NIGHT_KEYS = 40
MODES: tuple[Mode, Mode] = ("day", "night")
# Where things are written: left and foot of the first letter.
CORNER = (14, 26)


def written(image: Picture, words: str, at: tuple[int, int] = CORNER) -> Picture:
    """White letters with a dark rim."""
    picture = image.copy()
    for tone, thick in ((20, 3), (245, 1)):
        cv2.putText(picture, words, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (tone, tone, tone), thick, cv2.LINE_AA)
    return picture


Marked = Callable[[Picture, float], Picture]


def seconds(image: Picture, t: float) -> Picture:
    return written(image, f"2026-11-23 {int(t) // 3600 % 24:02}:{int(t) // 60 % 60:02}:{int(t) % 60:02}")


def minutes(image: Picture, t: float) -> Picture:
    return written(image, f"2026-11-23 {int(t) // 3600 % 24:02}:{int(t) // 60 % 60:02}")


def nothing(image: Picture, _t: float) -> Picture:
    return image


def name(image: Picture, _t: float) -> Picture:
    return written(image, "GATE 07 EAST")


def box(image: Picture, colour: tuple[int, int, int]) -> Picture:
    picture = image.copy()
    cv2.rectangle(picture, (300, 30), (309, 42), colour, -1)
    return picture


def lamp(image: Picture, t: float) -> Picture:
    """One that blinks."""
    return box(image, (250, 250, 250) if int(t / KEY_S) % 2 else (10, 10, 10))


def sign(image: Picture, t: float) -> Picture:
    """One that shows two words in turn."""
    return written(image, "OPEN" if int(t / KEY_S) % 2 else "HERE", (300, 60))


def traffic_light(image: Picture, t: float) -> Picture:
    picture = box(image, (20, 20, 20))
    at = 32 + 4 * (int(t / 25) % 3)
    cv2.rectangle(
        picture, (302, at), (307, at + 2), ((40, 40, 250), (40, 200, 250), (80, 250, 60))[int(t / 25) % 3], -1
    )
    return picture


def tree(image: Picture, t: float) -> Picture:
    """Leaves that lie otherwise in each key."""
    dice = np.random.default_rng(int(t))
    picture = image.copy()
    leaves = dice.integers(40, 200, (8, 12, 1)).astype(np.uint8)
    picture[26:58, 280:328] = cv2.resize(leaves, (48, 32), interpolation=cv2.INTER_NEAREST)[:, :, None]
    return picture


def water(image: Picture, t: float) -> Picture:
    rows, columns = np.mgrid[0:90, 0:200]
    waves = 110 + 60 * np.sin(rows * 0.9 + t * 1.7) * np.sin(columns * 0.35 + t * 2.3)
    picture = image.copy()
    picture[200:290, 100:300] = clipped(waves)[:, :, None]
    return picture


PLACE = place()
DARK = clipped(PLACE * np.array([0.12, 0.15, 0.19]))
GRAINS = [grain(step, 1.5) for step in range(7)]


@dataclass
class Camera:
    """What is known of the drawn place by its keys, with what ``mark`` writes into the picture or sets before it."""

    mark: Marked = seconds
    known: References = field(default_factory=References)
    t: float = 36_000.0
    # What is in the scene gets dark with it; what the camera writes does not.
    in_scene: bool = False
    every_s: float = KEY_S
    still: Stillness = field(default_factory=Stillness)

    def picture(self, *, dark: bool = False, shown: float | None = None, scene: Picture = PLACE) -> Picture:
        """The next key; ``shown``: the time that its mark shows."""
        self.t += self.every_s
        at = self.t if shown is None else shown
        image = DARK if dark else scene
        if self.in_scene:
            marked = self.mark(scene, at)
            image = clipped(marked * np.array([0.12, 0.15, 0.19])) if dark else marked
        noisy = clipped(image + GRAINS[int(self.t / self.every_s) % len(GRAINS)])
        return noisy if self.in_scene else self.mark(noisy, at)

    def keys(self, count: int, *, dark: bool = False, shown: float | None = None, scene: Picture = PLACE) -> list[bool]:
        """So many keys; whether the picture is suspected to stand still after each."""
        said: list[bool] = []
        for _ in range(count):
            key, mode = key_of(self.picture(dark=dark, shown=shown, scene=scene)), MODES[dark]
            self.known = self.still.take(key, self.t, mode, self.known)
            suspect, self.known = self.still.judged(mode, self.known, good=True)
            said.append(suspect)
        return said

    def day_and_night(self) -> "Camera":
        self.keys(DAY_KEYS)
        self.keys(NIGHT_KEYS, dark=True)
        return self


@pytest.fixture(scope="module")
def known() -> References:
    """What is known after some keys by day and by night, with a clock of seconds."""
    return Camera().day_and_night().known


@pytest.fixture
def again(known: References) -> Camera:
    return Camera(known=known)


def test_a_clock_is_found_where_it_is_and_only_once_it_was_seen_in_another_light() -> None:
    by_day = Camera()
    by_day.keys(4 * DAY_KEYS)
    assert by_day.known.clock is None
    clock = Camera().day_and_night().known.clock
    assert clock is not None
    left, top, right, bottom = clock.area
    assert top < CORNER[1] <= bottom
    assert 140 < left < right < 200


@pytest.mark.parametrize(
    ("mark", "in_scene"),
    [
        *((nothing, False), (name, False), (lamp, True), (traffic_light, True), (tree, True), (water, True)),
        # As bright by night as by day.
        *((sign, False), (tree, False)),
    ],
)
def test_what_is_no_clock_is_never_taken_for_one(mark: Marked, in_scene: bool) -> None:
    assert Camera(mark, in_scene=in_scene).day_and_night().known.clock is None


def test_a_label_beside_trees_and_water_does_not_become_a_clock_with_time() -> None:
    one = Camera(lambda image, t: name(water(tree(image, t), t), t), in_scene=True)
    for _ in range(3):
        one.day_and_night()
    assert one.known.clock is None


@pytest.mark.parametrize("dark", [False, True])
def test_a_picture_whose_clock_stands_is_suspected_while_its_encoder_goes_on(again: Camera, dark: bool) -> None:
    again.keys(6, dark=dark)
    said = again.keys(6, dark=dark, shown=again.t)
    assert said == [False, False, True, True, True, True]


def test_a_clock_that_goes_is_not_suspected(again: Camera) -> None:
    assert not any(again.keys(60))


def test_a_clock_that_goes_again_is_believed_at_once(again: Camera) -> None:
    assert again.keys(8, shown=again.t)[-1]
    assert again.keys(1) == [False]


def test_where_no_clock_is_known_what_stands_says_nothing() -> None:
    one = Camera(name)
    assert not any(one.keys(40))


def test_a_clock_that_is_switched_off_says_nothing(again: Camera) -> None:
    again.keys(6)
    again.mark = nothing
    assert not any(again.keys(12))


def test_keys_a_minute_apart_show_other_minutes_beside_the_same_seconds(again: Camera) -> None:
    again.every_s = 60.0
    assert not any(again.keys(20))


def test_a_new_stream_begins_anew(again: Camera) -> None:
    stands = again.t
    assert again.keys(6, shown=stands)[-1]
    again.still.new_stream()
    assert again.keys(3, shown=stands) == [False, False, False]


def test_a_clock_that_stands_for_an_hour_while_the_picture_goes_on_is_forgotten(again: Camera) -> None:
    stands, other = again.t, PLACE.copy()
    other[200:] = place(seed=5)[200:]
    for _ in range(NO_CLOCK // 2 + 2):
        again.keys(1, shown=stands)
        again.keys(1, shown=stands, scene=other)
    assert again.known.clock is None


def test_a_clock_without_seconds_is_known_later_and_suspected_later() -> None:
    one = Camera(minutes)
    one.keys(150)
    one.keys(40, dark=True)
    assert one.known.clock is not None
    assert one.known.clock.longest_s == pytest.approx(60, abs=11)
    stands = one.t
    assert not any(one.keys(13, dark=True, shown=stands))
    assert one.keys(10, dark=True, shown=stands)[-1]


def test_the_clock_is_kept_on_the_card(known: References) -> None:
    kept = unpack(pack(known))
    assert kept.clock == known.clock
    assert kept.gaps == known.gaps
    assert len(pack(known)) < 1000


def test_a_card_of_before_there_were_clocks_is_read(by_day: References) -> None:
    assert unpack(pack(by_day)).clock is None


def test_a_watch_suspects_by_the_clock_and_forgets_it_with_the_view(again: Camera, by_day: References) -> None:
    watch = Watch(PictureLimits(), replace(by_day, clock=again.known.clock))
    stands = again.t
    windows = [watch.see(again.picture(shown=stands), again.t, night=False) for _ in range(6)]
    assert windows[-1] is not None
    assert windows[-1].codes == {"frozen"}
    assert windows[-1].numbers["clock_stood_s"] == 50
    watch.accept_new_view()
    assert watch.references.clock is None
