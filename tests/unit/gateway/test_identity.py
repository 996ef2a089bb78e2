"""Two computers that say they are one node take turns; one whose card is changed does not."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.identity import ALLOWED, WINDOW_MS, Flips, flipped

MINUTE = 60_000


def after(*minutes: float) -> tuple[Flips, list[float]]:
    """The value after flips at these minutes, and the minutes at which it was said."""
    flips, said = Flips(), []
    for at in minutes:
        flips, begins = flipped(flips, round(at * MINUTE))
        said += [at] if begins else []
    return flips, said


def test_the_fourth_flip_within_an_hour_is_one_too_many() -> None:
    assert after(0, 10, 20)[1] == []
    flips, said = after(0, 10, 20, 59.9)
    assert said == [59.9]
    assert flips.since_ms == 0


def test_four_flips_in_just_over_an_hour_are_allowed() -> None:
    assert after(0, 10, 20, 60) == (Flips((10 * MINUTE, 20 * MINUTE, 60 * MINUTE)), [])


def test_it_is_said_once_however_long_it_goes_on() -> None:
    flips, said = after(*range(0, 600, 18))
    assert said == [54]
    assert flips.since_ms == 0


def test_it_is_said_again_after_an_hour_of_peace() -> None:
    assert after(0, 1, 2, 3, 63, 64, 65, 66)[1] == [3, 66]


def test_putting_an_old_card_back_and_the_new_one_in_again_is_no_duplicate() -> None:
    assert after(0, 20, 40, 1440, 1460, 1480)[1] == []


def test_a_clock_that_is_put_back_a_day_neither_says_it_nor_forgets_it() -> None:
    flips, _ = after(1440, 1450, 1460)
    flips, begins = flipped(flips, 10 * MINUTE)
    assert begins
    assert max(flips.at_ms) == 10 * MINUTE


@given(st.lists(st.integers(0, 10 * WINDOW_MS), max_size=50))
def test_it_stays_small_and_never_says_it_of_few(moments: list[int]) -> None:
    flips = Flips()
    for count, at in enumerate(sorted(moments), 1):
        flips, begins = flipped(flips, at)
        assert len(flips.at_ms) <= ALLOWED + 1
        assert not (begins and count <= ALLOWED)
