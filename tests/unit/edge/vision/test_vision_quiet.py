"""How long nothing may happen before a picture is suspected to stand still."""

from dataclasses import dataclass, field

import pytest

from edge.vision.card import pack, unpack
from edge.vision.key import key_of
from edge.vision.quiet import WATCHED_S, Gaps
from edge.vision.reference import References
from edge.vision.still import Stillness
from edge.vision.window import Mode
from tests.views import clipped, grain, place

KEY_S = 100.0
HOUR_KEYS = 36
WATCHED_H = 25
CALM = [key_of(clipped(place() + grain(step, 2.0))) for step in range(5)]
WALKER = place()
WALKER[200:240, 300:312] = 30
PASSED = key_of(clipped(WALKER + grain(9, 2.0)))
DULLER = [key_of(clipped(place() * (1 - 0.004 * step) + grain(step, 2.0))) for step in range(4)]


@dataclass
class Street:
    """A camera that knows no clock."""

    known: References = field(default_factory=References)
    still: Stillness = field(default_factory=Stillness)
    now: float = 0.0

    def keys(self, count: int, every: int = 0, mode: Mode = "day", *, good: bool = True) -> list[bool]:
        """So many keys; in every ``every``-th somebody walks by. Whether it is suspected after each."""
        said: list[bool] = []
        for number in range(1, count + 1):
            self.now += KEY_S
            key = PASSED if every and number % every == 0 else CALM[number % len(CALM)]
            self.known = self.still.take(key, self.now, mode, self.known)
            suspect, self.known = self.still.judged(mode, self.known, good=good)
            said.append(suspect)
        return said

    def lived(self, hours: int = WATCHED_H, mode: Mode = "day") -> "Street":
        """Somebody walks by every ten minutes."""
        assert not any(self.keys(hours * HOUR_KEYS, every=6, mode=mode))
        return self


def test_nothing_for_far_longer_than_ever_is_suspected() -> None:
    street = Street().lived()
    assert street.known.gaps["day"].longest_s == pytest.approx(500, abs=101)
    said = street.keys(2 * HOUR_KEYS)
    assert said.index(True) == pytest.approx(HOUR_KEYS, abs=7)
    assert all(said[said.index(True) :])


def test_it_is_never_suspected_before_hours_were_watched() -> None:
    street = Street()
    street.keys(20 * HOUR_KEYS, every=6)
    assert not any(street.keys(2 * HOUR_KEYS))


def test_a_night_is_measured_by_nights() -> None:
    street = Street().lived()
    assert not any(street.keys(3 * HOUR_KEYS, mode="night"))


def test_a_quiet_night_that_was_known_to_be_quiet_is_not_suspected() -> None:
    street = Street()
    street.keys(WATCHED_H * HOUR_KEYS, every=2 * HOUR_KEYS, mode="night")
    assert not any(street.keys(10 * HOUR_KEYS, mode="night"))


def test_what_turned_out_to_be_a_quiet_night_is_known_the_next_time() -> None:
    street = Street().lived()
    assert any(street.keys(3 * HOUR_KEYS))
    street.keys(6, every=6)
    assert not any(street.keys(3 * HOUR_KEYS))


def test_hours_behind_a_cover_are_no_quiet_hours() -> None:
    street = Street().lived()
    before = street.known.gaps
    assert not any(street.keys(5 * HOUR_KEYS, good=False))
    street.keys(6, every=6)
    assert street.known.gaps["day"].longest_s == before["day"].longest_s


def test_light_that_creeps_is_something() -> None:
    street = Street()
    happened = [street.still.take(key, 10.0 * number, "day", street.known) for number, key in enumerate(DULLER)]
    assert len(happened) == len(DULLER)
    assert street.still.numbers(street.known)["quiet_s"] < 30


def test_a_new_stream_and_a_day_without_keys_begin_anew() -> None:
    street = Street().lived()
    assert any(street.keys(2 * HOUR_KEYS))
    street.still.new_stream()
    assert not any(street.keys(HOUR_KEYS // 2))
    street.now += 86_400
    assert not any(street.keys(HOUR_KEYS // 2))


def test_it_is_kept_on_the_card_and_counted_no_further_than_needed() -> None:
    street = Street().lived(40)
    assert street.known.gaps["day"].watched_s == WATCHED_S
    assert unpack(pack(street.known)).gaps == street.known.gaps
    assert unpack(pack(References(gaps={"ir": Gaps(5.0, 2.0)}))).gaps == {"ir": Gaps(5.0, 2.0)}
