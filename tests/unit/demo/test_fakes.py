import asyncio
from pathlib import Path

import pytest

from contracts.inventory import Village
from demo import control
from demo.broker import acls
from demo.fakes import end_points, line
from demo.model import BadOrder, Model, Where, build
from demo.relay import Line

LINES = {"u-mobile": Line("127.0.0.1", 1, ("127.0.0.1", 2))}


@pytest.fixture
def model(tmp_path: Path, three: Village) -> Model:
    return build(three, Where(str(tmp_path / "pins-{node}"), {"*": "127.0.0.1:1"}, lines=LINES))


@pytest.fixture
def whole(tmp_path: Path, beigu: Village) -> Model:
    return build(beigu, Where(str(tmp_path / "pins-{node}"), {"*": "127.0.0.1:1"}))


def obey(model: Model, order: object) -> None:
    asyncio.run(control.obey(model, order))


def test_every_device_of_the_inventory_has_its_fake(model: Model) -> None:
    assert list(model.cameras) == ["cam-01", "cam-02", "cam-03"]
    assert list(model.lamps) == ["wl-01", "wl-02", "wl-03"]
    assert list(model.piles) == ["cp-01"]


def test_a_light_goes_dark_and_is_mended_by_either_name(model: Model) -> None:
    obey(model, {"do": "break", "what": "dark", "device": "wl-01"})
    assert model.lamps["wl-01"][0].fault == "dark"
    obey(model, {"do": "mend", "what": "light_dark", "device": "wl-01"})
    assert model.lamps["wl-01"][0].fault is None


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


CONTACTS = [
    {"id": f"c-{role}", "kind": "contact", "driver": "contact", "role": role, "pin": pin, "isolation": "relay"}
    for role, pin in (("smoke", "GPIO5"), ("mains", "GPIO6"))
]


@pytest.fixture
def guarded(tmp_path: Path, three: Village) -> Model:
    data = three.model_dump(mode="json", exclude_none=True)
    data["grids"][0]["junctions"][0]["nodes"][0]["devices"] += CONTACTS
    return build(Village.model_validate(data), Where(str(tmp_path / "pins-{node}"), {}))


def test_a_contact_is_a_closed_loop_until_it_is_opened(guarded: Model) -> None:
    loop = guarded.loops["c-smoke"][0]
    assert [loop.level(t / 4) for t in range(4)] == [0] * 4
    obey(guarded, {"do": "break", "what": "open", "device": "c-smoke"})
    assert loop.level(0) == 1
    obey(guarded, {"do": "mend", "what": "open", "device": "c-smoke"})
    assert loop.level(0) == 0


def test_without_mains_the_relay_that_senses_it_falls_and_no_other_loop_opens(guarded: Model) -> None:
    obey(guarded, {"do": "break", "what": "power", "junction": "j-01"})
    assert {name: loop.lit(0) for name, (loop, _) in guarded.loops.items()} == {"c-smoke": True, "c-mains": False}


def test_a_feeder_takes_what_hangs_on_it_and_no_panel_of_its_own(whole: Model) -> None:
    obey(whole, {"do": "break", "what": "power", "feeder": "f-polder"})
    assert [name for name, eye in whole.cameras.items() if not eye.powered] == ["cam-11", "cam-12", "cam-13", "cam-14"]
    assert [name for name, (lamp, _) in whole.lamps.items() if not lamp.powered] == ["wl-14"]


def test_what_hangs_on_two_that_are_cut_is_dark_until_both_are_back(whole: Model) -> None:
    seen = []
    for do, place in (("break", "feeder"), ("break", "junction"), ("mend", "feeder"), ("mend", "junction")):
        obey(whole, {"do": do, "what": "power", place: {"feeder": "f-street", "junction": "j-03"}[place]})
        seen.append((whole.cameras["cam-01"].powered, whole.cameras["cam-03"].powered))
    assert seen == [(False, False), (False, False), (True, False), (True, True)]


def test_a_connector_reports_the_code_of_the_order(model: Model) -> None:
    obey(model, {"do": "break", "what": "fault", "device": "cp-01.2", "code": "OverVoltage"})
    assert model.piles["cp-01"].connectors[2].error == "OverVoltage"
    obey(model, {"do": "mend", "what": "OverVoltage", "device": "cp-01.2"})
    assert model.piles["cp-01"].connectors[2].status == "Available"


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ({"do": "burn", "what": "dark", "device": "wl-01"}, "break"),
        ([], "an order is"),
        ({"do": "break", "what": "dark"}, "name one of device, junction, feeder, uplink"),
        ({"do": "break", "what": "dark", "device": 7}, "device Input should be a valid string"),
        ({"do": "break", "what": "dark", "junction": "j-01"}, "'dark' needs a device"),
        ({"do": "break", "what": "cut", "uplink": "u-telecom"}, "no line 'u-telecom'; there are u-mobile"),
        ({"do": "break", "what": "cut", "uplink": "u-mobile"}, "nobody reports over u-mobile now"),
        ({"do": "break", "what": "flap", "uplink": "u-mobile"}, "'flap', which needs both"),
        ({"do": "break", "what": "dark", "device": "wl-09"}, "no device 'wl-09'"),
        ({"do": "break", "what": "freeze", "device": "wl-01"}, "possible: dark, stuck_on"),
        ({"do": "break", "what": "power", "junction": "j-09"}, "nothing hangs on a junction or feeder 'j-09'"),
        ({"do": "break", "what": "melt", "device": "cp-01.1"}, "GroundFailure"),
        ({"do": "break", "what": "GroundFailure", "device": "cp-01.9"}, "no connector 9"),
    ],
)
def test_an_order_that_cannot_be_done_says_why(model: Model, order: object, reason: str) -> None:
    with pytest.raises(BadOrder, match=reason):
        obey(model, order)


def test_end_points_are_told_by_node_or_for_all() -> None:
    assert end_points(["n-01=10.0.0.1:9000", "127.0.0.1:9001"]) == {"n-01": "10.0.0.1:9000", "*": "127.0.0.1:9001"}


def test_a_line_is_told_by_its_uplink_and_both_ends() -> None:
    uplink, found = line("u-mobile=1000:127.0.0.1:1883")
    assert (uplink, found.port, found.far_end) == ("u-mobile", 1000, ("127.0.0.1", 1883))


def test_a_node_may_speak_for_itself_only_and_hear_the_gateway() -> None:
    publish, subscribe = acls(["gateway", "n-01"], "demo")
    assert publish == {"gateway": ["vsm/v1/demo/#"], "n-01": ["vsm/v1/demo/n-01/#"]}
    assert subscribe["n-01"] == ["vsm/v1/demo/n-01/#", "vsm/v1/demo/gateway/state"]
