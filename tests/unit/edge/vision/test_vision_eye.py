"""The checks as a node runs them: what is learned, when, and what becomes of it on the card."""

from pathlib import Path

import pytest
import structlog

from contracts.picture import PictureLimits
from edge.drivers.base import PictureView
from edge.drivers.opencv.eye import FIRST_LESSONS, KEPT_EVERY_S, Eye
from edge.vision.arrays import Pixels
from edge.vision.card import unpack
from tests.views import HEIGHT, WIDTH, Spoil, as_is, at_night, clipped, in_infrared, place, taken

WINDOW = 5


class Camera:
    """An eye, and a clock that goes on by ten seconds a key."""

    def __init__(self, file: Path | None = None, limits: PictureLimits | None = None) -> None:
        self.night: bool | None = False
        self.eye = Eye("cam-01", limits or PictureLimits(), file, lambda: self.night)
        self.now = 0.0

    def shows(self, spoil: Spoil = as_is, keys: int = WINDOW) -> PictureView:
        for _ in range(keys):
            self.now += 10.0
            step = int(self.now)
            self.eye.see(taken(spoil(place(), step), step), self.now)
        return self.eye.view(self.now)

    def learned(self) -> "Camera":
        assert self.shows(keys=WINDOW - 1 + FIRST_LESSONS).lessons == FIRST_LESSONS
        return self


def covered(image: Pixels, _step: int) -> Pixels:
    hidden = image.copy()
    hidden[:, : WIDTH * 6 // 10] = (70, 80, 90)
    return hidden


def shifted(image: Pixels, _step: int) -> Pixels:
    moved = image.copy()
    moved[:, 60:] = image[:, :-60]
    return moved


def greyed(_image: Pixels, _step: int) -> Pixels:
    return clipped(place() * 0.0 + 110)


def lamps_only(_image: Pixels, _step: int) -> Pixels:
    """A night that shows nothing of the day's view."""
    dark = clipped(place(seed=50) * 0.13)
    dark[HEIGHT // 2 :, ::40] = (90, 140, 180)
    return dark


def test_it_learns_by_itself_and_then_finds_what_changed() -> None:
    camera = Camera().learned()
    assert camera.shows().nc == {"flicker"}
    view = camera.shows(covered, 7)
    assert "occluded" in view.codes
    assert view.outline


def test_one_bad_window_is_not_told_yet() -> None:
    camera = Camera().learned()
    assert not camera.shows(covered, 4).codes


def test_nothing_is_learned_while_a_fault_is_open_or_suspected() -> None:
    camera = Camera()
    camera.shows(keys=7)
    before = camera.shows(covered, 4).lessons
    assert camera.shows(covered, 8).lessons == before


def test_a_cover_that_creeps_in_is_never_learned() -> None:
    camera = Camera().learned()

    def creeping(image: Pixels, _step: int) -> Pixels:
        hidden = image.copy()
        hidden[:, : min(WIDTH, int(camera.now - 120) // 10)] = (70, 80, 90)
        return hidden

    codes: set[str] = set()
    for _ in range(60):
        camera.now += 70  # past many times for a lesson
        codes |= camera.shows(creeping, 1).codes
    assert "occluded" in codes


def test_what_was_learned_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "views" / "cam-01.view"
    Camera(file).learned()
    again = Camera(file)
    assert "occluded" in again.shows(covered, 7).codes


def test_how_long_nothing_happened_is_kept_every_few_hours(tmp_path: Path) -> None:
    file = tmp_path / "cam-01.view"
    camera = Camera(file).learned()
    kept = file.read_bytes()
    camera.shows(keys=2)
    assert file.read_bytes() == kept
    camera.now += KEPT_EVERY_S
    camera.shows(keys=1)
    assert unpack(file.read_bytes()).gaps["day"].watched_s > unpack(kept).gaps["day"].watched_s


def test_a_power_cut_while_writing_leaves_what_was_known(tmp_path: Path) -> None:
    file = tmp_path / "views" / "cam-01.view"
    Camera(file).learned()
    file.with_suffix(".new").write_bytes(file.read_bytes()[:1000])
    assert Camera(file).shows().lessons == FIRST_LESSONS + 1


@pytest.mark.parametrize("content", [b"", b"VSMV1\n", b"\0" * 5000])
def test_a_file_that_is_damaged_is_told_and_the_view_learned_anew(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "cam-01.view"
    file.write_bytes(content)
    with structlog.testing.capture_logs() as logs:
        camera = Camera(file)
    assert [line["event"] for line in logs] == ["camera_view_unreadable"]
    assert "occluded" in camera.shows().nc
    camera.shows(keys=FIRST_LESSONS)
    assert Camera(file).shows().lessons == FIRST_LESSONS + 1


def test_a_card_that_takes_nothing_is_told_and_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "views").write_text("a file where the folder should be")
    with structlog.testing.capture_logs() as logs:
        Camera(tmp_path / "views" / "cam-01.view").learned()
    assert "camera_view_not_kept" in {line["event"] for line in logs}


def test_a_new_view_that_somebody_accepts_is_learned(tmp_path: Path) -> None:
    file = tmp_path / "cam-01.view"
    camera = Camera(file).learned()
    assert "moved" in camera.shows(shifted, 7).codes
    camera.eye.accept_new_view()
    assert Camera(file).shows().lessons == 1
    view = camera.shows(shifted, WINDOW - 1 + FIRST_LESSONS)
    assert (set(view.codes), view.lessons) == (set(), FIRST_LESSONS)
    assert "moved" in camera.shows(as_is, 7).codes


def test_infrared_is_learned_when_it_shows_the_same_view() -> None:
    camera = Camera().learned()
    view = camera.shows(in_infrared, WINDOW + FIRST_LESSONS)
    assert (view.mode, set(view.codes)) == ("ir", set())
    assert view.lessons >= FIRST_LESSONS - 1


def test_a_grey_cloth_is_found_and_never_learned_as_infrared() -> None:
    camera = Camera().learned()
    view = camera.shows(greyed, 12)
    assert (view.mode, set(view.codes), view.lessons) == ("ir", {"occluded"}, 0)


def test_a_night_unlike_any_day_counts_only_when_the_view_is_whole_again_after_it() -> None:
    camera = Camera().learned()
    camera.night = True
    view = camera.shows(lamps_only, 20)
    assert (view.mode, set(view.codes), view.lessons) == ("night", set(), 0)
    assert "occluded" in view.nc
    camera.night = False
    camera.shows(as_is, 8)
    camera.night = True
    view = camera.shows(lamps_only, 6)
    assert view.lessons > 0
    assert "occluded" not in view.nc


def test_a_night_that_resembles_the_day_is_learned_at_once() -> None:
    camera = Camera().learned()
    camera.night = True
    assert camera.shows(at_night, WINDOW + FIRST_LESSONS).mode == "night"


def test_a_tiny_picture_is_passed_over() -> None:
    assert not Camera().eye.see(clipped(place()[:8, :8] * 1.0), 1.0)
