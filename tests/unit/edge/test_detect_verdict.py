import pytest

from contracts.codes import CODES, PICTURE
from contracts.inventory import Camera, ChargePoint, Connector
from edge.detect import JUDGES
from edge.detect.verdict import device_ids, driver_error, state_of
from edge.drivers.base import DRIVERS

CAMERA = Camera(id="cam-01", kind="camera", driver="opencv", source="usb:0")
PILE = ChargePoint(
    id="cp-01",
    kind="charge_point",
    driver="ocpp16",
    identity="CP01",
    connectors=(Connector(number=1), Connector(number=2)),
)


def test_a_failed_driver_leaves_nothing_known() -> None:
    verdicts = driver_error(PILE, "OSError: " + "x" * 999)
    assert list(verdicts) == device_ids(PILE) == ["cp-01", "cp-01.1", "cp-01.2"]
    assert {verdict.state for verdict in verdicts.values()} == {"unknown"}
    assert [list(verdict.findings) for verdict in verdicts.values()] == [["driver_error"], [], []]


def test_the_worst_finding_decides() -> None:
    assert state_of({}) == "up"
    assert state_of({"moved": ("degraded", None), "busy": ("unknown", None)}) == "unknown"
    assert state_of({"frozen": ("down", None), "busy": ("unknown", None)}) == "down"


@pytest.mark.parametrize("kind", ["camera", "warning_light", "charge_point"])
def test_every_kind_of_device_has_a_judge(kind: str) -> None:
    assert callable(JUDGES[kind])


def test_codes_of_the_judges_are_in_the_table() -> None:
    assert CODES.keys() >= PICTURE


def test_every_driver_is_named_by_module_and_function() -> None:
    assert all(
        module.startswith("edge.drivers.") and name for module, _, name in (v.partition(":") for v in DRIVERS.values())
    )
