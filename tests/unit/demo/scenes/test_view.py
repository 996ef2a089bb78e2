from dataclasses import replace

import cv2
import numpy as np
import pytest

from demo.scene_view import Image
from demo.scenes.days import DAY_S, MIDNIGHT, CameraDays, Spell
from demo.scenes.light import DAY, INFRARED, NIGHT, Look, sun_at
from demo.scenes.places import KINDS
from demo.scenes.view import View

NOON = MIDNIGHT + DAY_S / 2


def brightness(image: Image) -> float:
    return float(image.mean())


def edges(image: Image) -> float:
    return float(cv2.Laplacian(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.CV_32F).std())


@pytest.fixture(scope="module")
def junction() -> View:
    return View("junction", 3)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_words_draw_the_same_picture(kind: str) -> None:
    one, other = (View(kind, 5).draw(NOON) for _ in range(2))
    assert one.shape == (540, 960, 3)
    assert np.array_equal(one, other)


@pytest.mark.parametrize("kind", KINDS)
def test_another_seed_is_another_place(kind: str) -> None:
    assert not np.array_equal(View(kind, 1).place.base, View(kind, 2).place.base)


def test_a_camera_may_give_small_pictures() -> None:
    assert View("lane", 1, (320, 180)).draw(NOON).shape == (180, 320, 3)


def test_asphalt_from_above_shows_less_than_a_junction(junction: View) -> None:
    assert edges(View("asphalt", 3).draw(NOON)) < edges(junction.draw(NOON)) * 0.8


def test_night_is_darker_than_day_and_not_black(junction: View) -> None:
    day, night = junction.draw(NOON, DAY), junction.draw(NOON, NIGHT)
    assert brightness(night) < brightness(day) / 2
    assert np.percentile(night, 99) > 80


def test_infrared_has_no_colour(junction: View) -> None:
    seen = junction.draw(NOON, INFRARED).astype(int)
    assert abs(seen[..., 0] - seen[..., 2]).mean() < 1.5


def test_fog_takes_contrast_and_rain_draws_streaks(junction: View) -> None:
    dull = junction.draw(NOON, Look(sun=0.0))
    assert edges(junction.draw(NOON, Look(sun=0.0, fog=0.6))) < edges(dull) * 0.8
    assert not np.array_equal(junction.draw(NOON, Look(sun=0.0, rain=1.0)), dull)


def test_shadows_go_round_with_the_sun(junction: View) -> None:
    morning, evening = (junction.raw(NOON, replace(DAY, turn=turn, height=30)) for turn in (100.0, 260.0))
    assert cv2.absdiff(morning, evening)[200:].mean() > 2


def test_in_a_hall_there_is_no_weather() -> None:
    hall = View("hall", 2)
    assert np.array_equal(hall.draw(NOON, DAY), hall.draw(NOON, Look(fog=1.0, rain=1.0)))


def test_the_sun_stands_south_at_noon_and_below_the_ground_at_midnight() -> None:
    height, turn = sun_at(NOON)
    assert 30 < height < 45  # November at 31 degrees north
    assert turn == pytest.approx(180, abs=2)
    assert sun_at(MIDNIGHT)[0] < -60


def test_a_day_begins_in_infrared_and_is_in_colour_at_noon() -> None:
    moments = list(CameraDays("street", 4).pictures(1, DAY_S / 8))
    assert [moment.look.ir for moment in moments] == [True, True, True, False, False, False, True, True]
    assert {moment.truth for moment in moments} == {"none"}
    assert [moment.t for moment in moments] == [MIDNIGHT + DAY_S / 8 * step for step in range(8)]


def test_a_camera_without_an_infrared_lamp_keeps_its_colours() -> None:
    assert not any(moment.look.ir for moment in CameraDays("street", 4, infrared=False).pictures(1, DAY_S / 4))


def test_a_spell_is_the_truth_while_it_lasts() -> None:
    spell = Spell("cloth", 1.0, 6 * 3600, 12 * 3600)
    truths = [moment.truth for moment in CameraDays("lane", 4, spells=(spell,)).pictures(1, DAY_S / 8)]
    assert truths == ["none", "none", "occluded", "occluded", "none", "none", "none", "none"]


def test_weather_differs_from_day_to_day() -> None:
    days = CameraDays("lane", 4)
    assert len({days.look(day * DAY_S + DAY_S / 2) for day in range(8)}) == 8
