"""The code table is the vocabulary of both sides."""

from typing import get_args

import pytest

from contracts.codes import CODES, HIDES_PICTURE, PICTURE, Kind, looks_needed
from contracts.states import STATES, State, worst


def test_every_code_names_known_kinds_and_a_known_state() -> None:
    for code in CODES.values():
        assert code.kinds <= set(get_args(Kind))
        assert code.state in STATES
        assert code.looks >= 1


def test_a_safety_word_is_confirmed_at_the_first_look() -> None:
    assert looks_needed("GroundFailure") == 1
    assert looks_needed("a word no standard knows") == 1


def test_codes_that_hide_the_picture_are_camera_codes() -> None:
    of_cameras = {code.code for code in CODES.values() if "camera" in code.kinds}
    assert of_cameras >= HIDES_PICTURE | PICTURE


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], "up"),
        (["up", "degraded"], "degraded"),
        (["degraded", "unknown"], "unknown"),
        (["unknown", "down", "up"], "down"),
    ],
)
def test_down_outweighs_unknown_which_outweighs_degraded(states: list[State], expected: State) -> None:
    assert worst(states) == expected
