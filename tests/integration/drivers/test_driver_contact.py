"""A contact on gpiozero's mock pins: real edges through the real driver."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from contracts.inventory import Contact
from edge.drivers.base import Driver, DriverContext, open_driver
from edge.watch import Watch

CONTACT = Contact(id="rcd-01", kind="contact", driver="contact", role="rcd", pin="GPIO5", isolation="relay")


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    factory = MockFactory()
    factory.pin("GPIO5").drive_low()  # a closed loop, as its opto-coupler shows it
    yield factory
    factory.close()


@pytest.fixture
def woken() -> threading.Event:
    return threading.Event()


@pytest.fixture
def rcd(pins: MockFactory, woken: threading.Event) -> Iterator[Driver]:
    driver = open_driver(CONTACT, DriverContext(pin_factory=pins, wake=woken.set))
    pins.pin("GPIO5").drive_low()
    yield driver
    driver.close()


def settle(woken: threading.Event, driver: Driver) -> None:
    """A mock pin is at its pull's level when it is first taken, so the loop seems to have closed just now."""
    time.sleep(0.1)
    driver.look(time.monotonic())
    woken.clear()


def codes(driver: Driver, judged: Callable[..., Any]) -> list[str]:
    return list(judged(driver, CONTACT)["rcd-01"].findings)


def test_an_open_loop_wakes_the_node_and_is_reported(
    rcd: Driver, pins: MockFactory, woken: threading.Event, judged: Callable[..., Any]
) -> None:
    settle(woken, rcd)
    assert codes(rcd, judged) == []
    pins.pin("GPIO5").drive_high()
    assert woken.wait(5)
    assert codes(rcd, judged) == ["rcd_tripped"]


def test_an_opening_between_two_looks_is_told_once(
    rcd: Driver, pins: MockFactory, woken: threading.Event, judged: Callable[..., Any]
) -> None:
    settle(woken, rcd)
    pins.pin("GPIO5").drive_high()
    time.sleep(0.2)
    pins.pin("GPIO5").drive_low()
    assert codes(rcd, judged) == ["rcd_tripped"]
    assert codes(rcd, judged) == []


def test_bouncing_wakes_nobody(
    rcd: Driver, pins: MockFactory, woken: threading.Event, judged: Callable[..., Any]
) -> None:
    settle(woken, rcd)
    for _ in range(5):
        pins.pin("GPIO5").drive_high()
        pins.pin("GPIO5").drive_low()
    assert not woken.wait(0.2)
    assert codes(rcd, judged) == []


def test_a_loop_that_is_open_at_the_start_is_reported(pins: MockFactory, judged: Callable[..., Any]) -> None:
    driver = open_driver(CONTACT, DriverContext(pin_factory=pins))
    time.sleep(0.1)
    assert codes(driver, judged) == ["rcd_tripped"]  # a pulled-up pin without a loop
    driver.close()


def test_the_pin_is_never_an_output(rcd: Driver, pins: MockFactory) -> None:
    rcd.look(time.monotonic())
    assert pins.pin("GPIO5").function == "input"


def test_an_alarm_that_stood_before_the_node_is_in_its_first_report(pins: MockFactory) -> None:
    now = [100.0]
    watch = Watch(
        CONTACT, lambda _: open_driver(CONTACT, DriverContext(pin_factory=pins, clock=lambda: now[0])), time.monotonic
    )
    (reading,) = watch.look(now[0])
    assert (reading.s, [finding.code for finding in reading.f]) == ("down", ["rcd_tripped"])
    watch.close()
