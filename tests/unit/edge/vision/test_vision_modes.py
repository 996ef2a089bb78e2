"""Light: each mode has a reference of its own, and no window reaches across a border."""

import cv2
import numpy as np

from edge.vision.reference import References
from tests.views import HEIGHT, WIDTH, Picture, Street, as_is, at_night, clipped, in_infrared, place, street, taken


def darkened(image: Picture, _step: int) -> Picture:
    return clipped(image * 0.09)


def test_a_window_needs_five_keys(known: Street) -> None:
    seen = [known.watch.see(taken(place(), step), float(step)) for step in range(6)]
    assert [window is None for window in seen] == [True] * 4 + [False] * 2


def test_no_window_reaches_across_a_new_stream(known: Street) -> None:
    known.sees()
    assert known.watch.see(taken(place(), 1), 100.0, stream=True) is None


def test_no_window_mixes_the_keys_of_two_modes(known: Street) -> None:
    known.sees()
    in_ir = [known.watch.see(taken(in_infrared(place(), step), step), float(step)) for step in range(5)]
    assert [window.mode for window in in_ir if window] == ["day", "day", "ir", "ir", "ir"]
    assert not any(window.codes for window in in_ir if window)


def test_each_mode_is_compared_with_its_own_reference(by_day: References) -> None:
    camera = street(references=by_day).learns(in_infrared)
    assert set(camera.watch.references.by_mode) == {"day", "ir"}
    assert camera.sees(in_infrared).nc == frozenset()
    assert camera.sees(as_is).nc == frozenset()


def test_a_cover_is_found_in_infrared_as_by_day(by_day: References) -> None:
    camera = street(references=by_day).learns(in_infrared)

    def covered(image: Picture, step: int) -> Picture:
        hidden = in_infrared(image, step)
        hidden[:, : WIDTH * 6 // 10] = 70
        return hidden

    assert camera.sees(covered).codes == {"occluded"}


def test_a_little_colour_in_infrared_makes_no_other_view_of_it(by_day: References) -> None:
    def beam(_image: Picture, step: int) -> Picture:
        return in_infrared(place(seed=50), step)

    camera = street(references=by_day).learns(beam)

    def headlights(image: Picture, step: int) -> Picture:
        glow = np.zeros((HEIGHT, WIDTH), np.float32)
        cv2.circle(glow, (WIDTH // 2, HEIGHT // 2), 90, 120.0, -1)
        warm = cv2.GaussianBlur(glow, (0, 0), 40)[:, :, None] * np.array((0.7, 0.9, 1.0))
        return clipped(beam(image, step) * 0.9 + warm)

    window = camera.sees(headlights)
    assert (window.mode, window.codes) == ("ir", frozenset())


def test_a_camera_that_was_turned_is_found_in_a_light_it_never_saw(known: Street) -> None:
    def turned(image: Picture, _step: int) -> Picture:
        matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 6, 1)
        return np.asarray(cv2.warpAffine(image, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT_101), np.uint8)

    window = known.sees(turned, in_infrared)
    assert (window.mode, window.codes) == ("ir", frozenset({"moved"}))


def test_infrared_has_no_colour_to_be_cast(by_day: References) -> None:
    camera = street(references=by_day).learns(in_infrared)
    assert "cast" not in camera.sees(in_infrared).numbers


def test_a_dark_picture_is_black_by_day_and_perhaps_at_night() -> None:
    camera = street().learns()
    assert camera.sees(darkened, night=False).codes == {"black"}
    window = camera.sees(darkened, night=True)
    assert (window.codes, "black" in window.nc) == (frozenset(), True)


def test_at_night_black_is_what_is_much_darker_than_other_nights() -> None:
    camera = street().learns().learns(at_night, night=True)
    assert camera.sees(at_night, night=True).codes == frozenset()
    assert camera.sees(lambda image, _step: clipped(image * 0.03), night=True).codes == {"black"}


def test_a_smaller_picture_of_the_view_is_the_same_view(known: Street) -> None:
    window = None
    for step in range(5):
        small = cv2.resize(taken(place(), step), (352, 198), interpolation=cv2.INTER_AREA)
        window = known.watch.see(np.asarray(small, np.uint8), float(step), stream=step == 0)
    assert window is not None
    assert window.codes == frozenset()
    assert window.nc <= {"blur", "noise"}


def test_a_larger_picture_of_the_view_is_the_same_view(known: Street) -> None:
    window = None
    for step in range(5):
        large = cv2.resize(taken(place(), step), (WIDTH * 3, HEIGHT * 3), interpolation=cv2.INTER_CUBIC)
        window = known.watch.see(np.asarray(large, np.uint8), float(step), stream=step == 0)
    assert window is not None
    assert window.codes == frozenset()
