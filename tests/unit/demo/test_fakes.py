from pathlib import Path

import pytest

from contracts.inventory import load_inventory
from demo.broker import acls
from demo.control import obey
from demo.fakes import end_points
from demo.model import BadOrder, Model, Where, build
from demo.workplace import VILLAGE


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return build(load_inventory(VILLAGE), Where(str(tmp_path / "pins-{node}"), {"*": "127.0.0.1:1"}))


def test_every_device_of_the_inventory_has_its_fake(model: Model) -> None:
    assert list(model.cameras) == ["cam-01", "cam-02", "cam-03"]
    assert list(model.lamps) == ["light-01", "light-02", "light-03"]
    assert list(model.piles) == ["cp-01"]


def test_a_light_goes_dark_and_is_mended_by_either_name(model: Model) -> None:
    obey(model, {"do": "break", "what": "dark", "device": "light-01"})
    assert model.lamps["light-01"][0].fault == "dark"
    obey(model, {"do": "mend", "what": "light_dark", "device": "light-01"})
    assert model.lamps["light-01"][0].fault is None


def test_a_camera_without_power_keeps_its_fault_for_later(model: Model) -> None:
    seen = []
    for order in (
        {"do": "break", "what": "freeze", "device": "cam-03"},
        {"do": "break", "what": "power", "junction": "j-03"},
        {"do": "mend", "what": "power", "junction": "j-03"},
    ):
        obey(model, order)
        seen.append(model.cameras["cam-03"].stream.fault)
    assert seen == ["frozen", "unreachable", "frozen"]


def test_a_connector_reports_the_code_of_the_order(model: Model) -> None:
    obey(model, {"do": "break", "what": "fault", "device": "cp-01.2", "code": "OverVoltage"})
    assert model.piles["cp-01"].connectors[2].error == "OverVoltage"
    obey(model, {"do": "mend", "what": "OverVoltage", "device": "cp-01.2"})
    assert model.piles["cp-01"].connectors[2].status == "Available"


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ({"do": "burn", "what": "dark", "device": "light-01"}, "break"),
        ([], "an order is"),
        ({"do": "break", "what": "dark"}, "needs a junction"),
        ({"do": "break", "what": "dark", "device": "light-09"}, "no device 'light-09'"),
        ({"do": "break", "what": "freeze", "device": "light-01"}, "possible: dark, stuck_on"),
        ({"do": "break", "what": "power", "junction": "j-09"}, "no junction 'j-09'"),
        ({"do": "break", "what": "melt", "device": "cp-01.1"}, "GroundFailure"),
        ({"do": "break", "what": "GroundFailure", "device": "cp-01.9"}, "no connector 9"),
    ],
)
def test_an_order_that_cannot_be_done_says_why(model: Model, order: object, reason: str) -> None:
    with pytest.raises(BadOrder, match=reason):
        obey(model, order)


def test_end_points_are_told_by_node_or_for_all() -> None:
    assert end_points(["n-01=10.0.0.1:9000", "127.0.0.1:9001"]) == {"n-01": "10.0.0.1:9000", "*": "127.0.0.1:9001"}


def test_a_node_may_speak_for_itself_only_and_hear_the_gateway() -> None:
    publish, subscribe = acls(["gateway", "n-01"], "demo")
    assert publish == {"gateway": ["vsm/v1/demo/#"], "n-01": ["vsm/v1/demo/n-01/#"]}
    assert subscribe["n-01"] == ["vsm/v1/demo/n-01/#", "vsm/v1/demo/gateway/state"]
