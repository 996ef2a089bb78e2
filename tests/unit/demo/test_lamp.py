import pytest

from demo.lamp import Lamp


def levels(lamp: Lamp) -> list[int]:
    return [lamp.level(tick / 8) for tick in range(16)]


def test_a_lamp_flashes_once_a_second_and_pulls_its_pin_low() -> None:
    assert levels(Lamp("light", "GPIO23")) == [0, 0, 0, 0, 1, 1, 1, 1] * 2


def test_an_input_that_is_active_high_sees_the_opposite() -> None:
    assert levels(Lamp("light", "GPIO23", active="high")) == [1, 1, 1, 1, 0, 0, 0, 0] * 2


def test_a_dark_lamp_and_one_without_power_look_the_same() -> None:
    assert levels(Lamp("light", "GPIO23", fault="dark")) == [1] * 16
    assert levels(Lamp("light", "GPIO23", powered=False, fault="stuck_on")) == [1] * 16


def test_a_stuck_lamp_is_lit_all_the_time() -> None:
    assert levels(Lamp("light", "GPIO23", fault="stuck_on")) == [0] * 16


def test_a_steady_lamp_does_not_flash() -> None:
    assert levels(Lamp("light", "GPIO23", flashing=False)) == [0] * 16


@pytest.mark.parametrize(("t", "change"), [(0.0, 0.5), (0.49, 0.5), (0.5, 1.0), (7.2, 7.5)])
def test_the_flasher_knows_its_next_change(t: float, change: float) -> None:
    assert Lamp("light", "GPIO23").next_change(t) == change
