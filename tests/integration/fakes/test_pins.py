from collections.abc import Callable, Iterator
from typing import Any

import pytest
from gpiozero import DigitalInputDevice, OutputDevice
from gpiozero.exc import BadPinFactory

from demo.pins import VARIABLE, ModelFactory
from edge.pins import open_factory

Wait = Callable[..., None]


@pytest.fixture
def factory(fakes: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelFactory]:
    """As the node gets it: by its name, the socket from the environment."""
    monkeypatch.setenv(VARIABLE, fakes.pins)
    made = open_factory("vsm_demo", "n-01")
    assert made.wait_connected(5)
    yield made
    made.close()


@pytest.fixture
def lamp(factory: ModelFactory) -> Iterator[DigitalInputDevice]:
    device = DigitalInputDevice("GPIO23", pull_up=True, pin_factory=factory)
    yield device
    device.close()


def test_a_pin_sees_the_lamp_of_another_process_flash(lamp: DigitalInputDevice, wait: Wait) -> None:
    edges: list[bool] = []
    lamp.when_activated = lambda: edges.append(True)
    lamp.when_deactivated = lambda: edges.append(False)
    wait(lambda: len(edges) >= 3)
    assert edges[1:3] in ([True, False], [False, True])


def test_a_dark_lamp_gives_no_edges_and_comes_back(fakes: Any, lamp: DigitalInputDevice, wait: Wait) -> None:
    with fakes.broken("dark", device="wl-01"):
        wait(lambda: not lamp.is_active)
        assert not lamp.wait_for_active(1.2)
    assert lamp.wait_for_active(1.2)


def test_a_stuck_lamp_stays_lit(fakes: Any, lamp: DigitalInputDevice) -> None:
    with fakes.broken("stuck_on", device="wl-01"):
        assert lamp.wait_for_active(1)
        assert not lamp.wait_for_inactive(1.2)


def test_an_output_is_written_and_read_back(factory: ModelFactory) -> None:
    with OutputDevice("GPIO17", pin_factory=factory) as relay:
        relay.on()
        assert relay.value == 1


def test_pins_take_their_pull_while_the_model_is_away(tmp_path: Any) -> None:
    factory = ModelFactory(node="n-09", path=str(tmp_path / "{node}.sock"))
    with DigitalInputDevice("GPIO23", pull_up=True, pin_factory=factory) as pin:
        assert not pin.is_active
        assert not factory.wait_connected(0.1)
    factory.close()


def test_a_socket_of_each_node_needs_a_node() -> None:
    with pytest.raises(BadPinFactory, match="VSM_DEMO_PINS"):
        ModelFactory(path="/tmp/{node}.sock")
