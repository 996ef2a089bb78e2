"""The table of measurements is what the judges report, no more and no less, and what the telemetry's page says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from contracts.codes import Kind
from contracts.inventory import Camera, ChargePoint, Contact, WarningLight
from contracts.metrics import METRICS
from edge.detect import JUDGES
from edge.drivers.base import (
    CameraSample,
    ChargePointSample,
    ConnectorSample,
    ContactSample,
    LightSample,
    NodeItself,
    PictureView,
    StatusReport,
    VitalsSample,
)
from gateway.telemetry.line import EVENTS, MEASUREMENTS, EventKind, usable_field

CAMERA = Camera(id="cam-01", kind="camera", driver="opencv", source="usb:0")
LIGHT = {"id": "wl-01", "kind": "warning_light", "driver": "warning_light", "pin": "GPIO17", "isolation": "opto"}
PILE = {"id": "cp-01", "kind": "charge_point", "driver": "ocpp16", "identity": "CP1", "connectors": [{"number": 1}]}
LOOP = {"id": "door-01", "kind": "contact", "driver": "contact", "role": "door", "pin": "GPIO5", "isolation": "relay"}
CHARGING = ConnectorSample(1, StatusReport("Charging", "NoError"), power_w=7000.0, power_age_s=1.0)
FLASHES = tuple((100 - 0.5 * step, step % 2 == 0) for step in range(6, 0, -1))


def told() -> Iterator[tuple[Any, Any]]:
    """A device of each kind with a sample that leaves nothing out."""
    kept: Any = {"recorded": False, "not_recorded_since_s": 7200.0, "clock_off_s": 1.0, "line_bytes": 10**6}
    seen = dict.fromkeys(("covered", "sharp", "shift", "turn", "noise", "cast"), 0.1)
    kept |= {"picture": PictureView(mode="day", numbers=seen), "picture_age_s": 1.0}
    yield CAMERA, CameraSample("open", 0.1, fps=25.0, gop=50.0, kbps=900.0, luma_p99=200.0, luma_mean=90.0, **kept)
    yield WarningLight.model_validate({**LIGHT, "supply": "mains"}), LightSample(True, 100.0, FLASHES)
    yield ChargePoint.model_validate(PILE), ChargePointSample(True, 100.0, 1.0, (CHARGING,))
    yield Contact.model_validate(LOOP), ContactSample(True, 10.0)
    yield NodeItself("n-01", 300, 60), VitalsSample(9.0, 0.1, 0.2, 0.3, 10**9, 0, 0, 50.0, None, False, False)


def reported() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for device, sample in told():
        for name, verdict in JUDGES[device.kind](sample, None, device, 100.0)[0].items():
            found.setdefault(device.kind if name == device.id else "connector", set()).update(verdict.m)
    return found


def test_every_measurement_of_the_table_is_reported_and_no_other() -> None:
    assert reported() == {kind: set(metrics) for kind, metrics in METRICS.items()}


def test_every_kind_of_device_has_its_measurement() -> None:
    assert METRICS.keys() == set(get_args(Kind)) == MEASUREMENTS.keys()


@pytest.mark.parametrize("kind", METRICS)
def test_every_measurement_can_be_a_field_and_is_on_the_page(kind: Kind, root: Path) -> None:
    page = (root / "docs" / "telemetry.md").read_text(encoding="utf-8")
    assert f"## {MEASUREMENTS[kind]}\n" in page
    for name, metric in METRICS[kind].items():
        assert usable_field(name)
        assert f"| `{name}` | {metric.unit} | {metric.what} |" in page


def test_every_event_is_on_the_page(root: Path) -> None:
    page = (root / "docs" / "telemetry.md").read_text(encoding="utf-8")
    assert EVENTS.keys() == set(get_args(EventKind))
    assert all(f"| `{kind}` | {what} |" in page for kind, what in EVENTS.items())
