import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from gpiozero.exc import GPIOPinInUse
from gpiozero.pins.mock import MockFactory

from contracts.inventory import WarningLight
from edge.drivers.base import Driver, DriverContext, open_driver

LIGHT = WarningLight(
    id="light-01",
    kind="warning_light",
    driver="warning_light",
    pin="GPIO23",
    isolation="opto",
    supply="mains",
    period_s=0.2,
)


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    factory = MockFactory()
    yield factory
    factory.close()


@pytest.fixture
def woken() -> threading.Event:
    return threading.Event()


@pytest.fixture
def light(pins: MockFactory, woken: threading.Event) -> Iterator[Driver]:
    driver = open_driver(LIGHT, DriverContext(pin_factory=pins, wake=woken.set))
    yield driver
    driver.close()


def flash(pin: Any, times: int, half_s: float = 0.1) -> None:
    for _ in range(times):
        pin.drive_low()
        time.sleep(half_s)
        pin.drive_high()
        time.sleep(half_s)


def test_a_flashing_lamp_is_seen_flashing(light: Driver, pins: MockFactory, judged: Callable[..., Any]) -> None:
    flash(pins.pin("GPIO23"), 6)
    verdict = judged(light, LIGHT)["light-01"]
    assert verdict.state == "up"
    assert verdict.m["flash_s"] == pytest.approx(0.2, abs=0.08)


def test_a_dead_lamp_is_dark(light: Driver, pins: MockFactory, judged: Callable[..., Any]) -> None:
    flash(pins.pin("GPIO23"), 3)
    time.sleep(0.7)
    assert list(judged(light, LIGHT)["light-01"].findings) == ["dark"]


def test_a_lamp_that_stays_lit_is_stuck(light: Driver, pins: MockFactory, judged: Callable[..., Any]) -> None:
    pins.pin("GPIO23").drive_low()
    time.sleep(0.7)
    assert list(judged(light, LIGHT)["light-01"].findings) == ["stuck_on"]


def test_a_return_after_a_pause_wakes(light: Driver, pins: MockFactory, woken: threading.Event) -> None:
    flash(pins.pin("GPIO23"), 3)
    assert not woken.is_set()
    time.sleep(0.7)
    pins.pin("GPIO23").drive_low()
    assert woken.wait(1)
    assert light.look(time.monotonic()).lit  # type: ignore[union-attr]  # a light's sample


def test_active_high_is_the_other_way_round(pins: MockFactory) -> None:
    driver = open_driver(LIGHT.model_copy(update={"active": "high"}), DriverContext(pin_factory=pins))
    assert not driver.look(time.monotonic()).lit  # type: ignore[union-attr]  # a light's sample
    pins.pin("GPIO23").drive_high()
    assert driver.look(time.monotonic()).lit  # type: ignore[union-attr]  # a light's sample
    driver.close()


def test_the_pin_is_never_an_output(light: Driver, pins: MockFactory) -> None:
    pin = pins.pin("GPIO23")
    flash(pin, 2, 0.01)
    light.look(time.monotonic())
    assert pin.function == "input"
    light.close()
    assert pin.function == "input"


@pytest.mark.usefixtures("light")
def test_a_pin_in_use_is_refused(pins: MockFactory) -> None:
    with pytest.raises(GPIOPinInUse):
        open_driver(LIGHT, DriverContext(pin_factory=pins))
