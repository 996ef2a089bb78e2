"""The inventory of one village: grids, junctions, nodes, devices, and the electrical facts a driver must keep to.

Read with :func:`load_inventory`; :func:`json_schema` is the schema for editors.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator

from contracts import crosscheck
from contracts.connectors import Connector
from contracts.departments import Department, DepartmentRole, Holiday, Routing, Supply
from contracts.fields import DEPENDS_ON, AssetKind, Id, Label, Name
from contracts.footage import Recording, StreamUrl, Transport, without_login
from contracts.picture import PictureLimits
from contracts.strict import Strict
from contracts.yamlfile import GENERIC, InputErrors, read, validate

__all__ = [
    "AssetKind",
    "Camera",
    "ChargePoint",
    "Connector",
    "Contact",
    "Control",
    "Department",
    "DepartmentRole",
    "Device",
    "Grid",
    "Holiday",
    "Id",
    "Isolation",
    "Junction",
    "Label",
    "MicroGrid",
    "Name",
    "Node",
    "Permit",
    "Place",
    "Routing",
    "Supply",
    "Vehicle",
    "Village",
    "WarningLight",
    "connector_id",
    "json_schema",
    "load_inventory",
]
Pin = Annotated[str, StringConstraints(pattern=r"^GPIO([2-9]|1[0-9]|2[0-7])$")]
Isolation = Literal["opto", "relay", "ct", "meter", "internal"]
ContactRole = Literal["smoke", "rcd", "emergency_stop", "water", "breaker", "door", "mains"]
Vehicle = Literal["car", "e_bike"]
Seconds = Annotated[float, Field(gt=0, le=86_400)]


class _Installed(Strict):
    """What the person with the ladder needs to know. Names and telephone numbers live in the database."""

    pole: Label | None = Field(default=None, description="number on the pole or cabinet")
    breaker: Label | None = Field(default=None, description="the breaker that takes its voltage away")
    warranty_end: dt.date | None = Field(default=None, description="last day of the warranty, such as 2028-06-30")
    contractor: Label | None = Field(default=None, description="the firm that keeps it; no person")


class _Device(_Installed):
    id: Id = Field(description="unique in the village; part of MQTT topics and telemetry tags")
    name: Name | None = Field(default=None, description="what people read; the id when omitted")
    look_s: Seconds = Field(default=10, description="seconds between two looks at the device")
    ups: bool = Field(default=False, description="true: it runs on when its feeder is dead")
    depends_on: tuple[Id, ...] = Field(default=(), description=DEPENDS_ON)


class Camera(_Device):
    """A camera, or a picture file, or a USB camera."""

    kind: Literal["camera"]
    driver: Literal["opencv"]
    source: str = Field(
        min_length=1,
        description="rtsp:// address without a password, a video file, a folder of pictures, usb:N, or csi:N on a Pi",
    )
    substream: StreamUrl | None = Field(
        default=None, description="address of the small stream; pictures come from it where the main keys are far apart"
    )
    transport: Transport = Field(default="tcp", description="udp only where a camera does not do tcp well")
    login: Id | None = Field(
        default=None, description="name of the secret 'user:password', from VSM_SECRET_<NAME> or its _FILE"
    )
    link: Literal["lan", "metered"] = Field(default="lan", description="metered: no permanent stream over a paid line")
    month_mb: float | None = Field(
        default=None, ge=100, le=1_000_000, description="metered: megabytes a month that it may cost, a 31st a day"
    )
    recording: Recording | None = Field(default=None, description="where its recording is asked for, every 6 h")
    onvif: str | None = Field(
        default=None,
        pattern=r"^https?://[^@]+$",
        description="address of its device service, for its clock, such as http://10.0.0.7/onvif/device_service; "
        "omitted: the Date it says over RTSP, if any",
    )
    stall_s: Seconds = Field(default=8, description="no packet for so long is 'stalled', 8-10 s")
    picture_s: Seconds = Field(default=10, description="seconds between two decoded key frames")
    picture: PictureLimits = Field(
        default=PictureLimits(), description="thresholds of the picture checks, where they differ from what is shipped"
    )
    evidence: bool = Field(
        default=False,
        description="true: of a picture fault the node sends one small picture of before and one of now; false: no "
        "picture ever leaves it",
    )
    road: Id | None = Field(default=None, description="the road it looks at")
    gb28181: str | None = Field(default=None, pattern=r"^[0-9]{20}$", description="20-digit GB/T 28181 code")

    @field_validator("source")
    @classmethod
    def _no_password(cls, source: str) -> str:
        scheme, separator, _ = without_login(source).partition("://")
        if separator and scheme not in {"rtsp", "rtsps"}:
            raise ValueError("must be an rtsp:// address, a file, a folder, usb:N or csi:N")
        return source


class Permit(Strict):
    """Who allowed it, and when."""

    office: Label = Field(description="the office that permitted it, as on its paper")
    date: dt.date = Field(description="date of the paper, such as 2026-03-18")


class Control(Strict):
    """The one thing that may be done to a light: hold its flasher back, through a normally-closed relay.

    At crash, stop or boot the relay falls back and the light flashes.
    """

    permitted_by: Permit
    inhibit_pin: Pin = Field(description="output of the relay, BCM name")
    relay: Literal["normally_closed"] = Field(description="de-energised: the light flashes")
    refresh_s: Seconds = Field(default=5, description="the relay falls back when it is not refreshed for so long")


class WarningLight(_Device):
    """A warning light: sensed through a feedback input, never switched."""

    kind: Literal["warning_light"]
    driver: Literal["warning_light"]
    pin: Pin = Field(description="feedback input, BCM name")
    isolation: Isolation = Field(description="how the input is kept apart from the lamp's circuit")
    leaves_cabinet: bool = Field(default=True, description="false: all of the input's cable is inside the cabinet")
    cable_m: float | None = Field(default=None, gt=0, le=1000, description="length of the input's cable, metres")
    volts: float | None = Field(default=None, gt=0, le=1000, description="voltage of the circuit that is sensed")
    control: Control | None = Field(default=None, description="only where an office has permitted it")
    active: Literal["high", "low"] = Field(
        default="low", description="pin level while the lamp is lit; an opto-coupler pulls low"
    )
    pattern: Literal["flashing", "steady"] = "flashing"
    period_s: Seconds = Field(default=1.0, description="one flash cycle of its own flasher")
    supply: Literal["mains", "solar"] = Field(description="a solar light is judged dark only at night")
    look_s: Seconds = Field(default=5, description="seconds between two looks at the device")


class Contact(_Device):
    """A normally-closed two-wire loop: smoke, RCD or breaker auxiliary, emergency stop, door, water, mains relay.

    It cannot tell an alarm from a cut wire, and every text about it says so.
    """

    kind: Literal["contact"]
    driver: Literal["contact"]
    role: ContactRole = Field(description="what an open loop means")
    pin: Pin = Field(description="input, BCM name")
    isolation: Isolation = Field(description="how the input is kept apart from the loop's circuit")
    leaves_cabinet: bool = Field(default=True, description="false: all of the input's cable is inside the cabinet")
    cable_m: float | None = Field(default=None, gt=0, le=1000, description="length of the input's cable, metres")
    volts: float | None = Field(default=None, gt=0, le=1000, description="voltage of the loop")
    active: Literal["high", "low"] = Field(
        default="low", description="pin level while the loop is closed; an opto-coupler pulls low"
    )
    bounce_s: float = Field(
        default=0.05, gt=0, le=2, description="an opening shorter than this is bouncing metal, not news"
    )
    look_s: Seconds = Field(default=1, description="seconds between two looks at the device")


class ChargePoint(_Device):
    """A charging pile that dials into the node's OCPP 1.6 end point."""

    kind: Literal["charge_point"]
    driver: Literal["ocpp16"]
    identity: str = Field(
        min_length=1,
        max_length=64,
        pattern=r"^[A-Za-z0-9._~-]+$",
        description="last part of the address the pile dials",
    )
    heartbeat_s: Seconds = Field(
        default=60, description="asked for in BootNotification; silence for 3 of them is 'offline'"
    )
    vehicle: Vehicle = Field(
        default="car", description="what is charged there; e_bike: a shed, shown as a grid of ports"
    )
    operator: Id | None = Field(
        default=None,
        description="the department whose hotline residents ring about paying; omitted: the one of role "
        "charging_operator, where there is one alone",
    )
    connectors: tuple[Connector, ...] = Field(min_length=1)
    look_s: Seconds = Field(default=5, description="seconds between two looks at the device")


Device = Annotated[Camera | WarningLight | ChargePoint | Contact, Field(discriminator="kind")]


class Node(_Installed):
    """One node: a Raspberry Pi, or one of several on a Pi."""

    id: Id
    computer: Id | None = Field(default=None, description="name of the Pi, where it carries several nodes")
    feeder: Id | None = Field(default=None, description="the power feeder (台区) it hangs on")
    uplink: Id | None = Field(default=None, description="the operator's line it reports over")
    interval_s: Annotated[float, Field(ge=1, le=3600)] = Field(
        default=60, description="seconds between two full reports"
    )
    vitals_s: Annotated[float, Field(ge=1, le=86_400)] = Field(
        default=300, description="seconds between two reports of the node's own temperature, memory and card"
    )
    ups: bool = Field(default=False, description="true: it runs on when its feeder is dead")
    depends_on: tuple[Id, ...] = Field(default=(), description=DEPENDS_ON)
    devices: tuple[Device, ...] = ()


class Asset(_Installed):
    """Something without a wire, looked at by people on their rounds: a convex mirror or a speed bump."""

    id: Id
    kind: Literal["mirror", "speed_bump"]
    name: Name | None = Field(default=None, description="what people read; the id when omitted")


class Junction(Strict):
    """A place: a road junction or the public-service point."""

    id: Id
    name: Name
    micro_grid: Id | None = Field(default=None, description="the micro-grid (微网格) it lies in")
    lat: float = Field(ge=-90, le=90, description="WGS-84")
    lon: float = Field(ge=-180, le=180, description="WGS-84")
    nodes: tuple[Node, ...] = ()
    assets: tuple[Asset, ...] = Field(default=(), description="passive assets")


class MicroGrid(Strict):
    """A micro-grid (微网格): the smallest part of the village that has staff of its own."""

    id: Id
    name: Name


class Grid(Strict):
    """A grid (网格) of the village."""

    id: Id
    name: Name
    micro_grids: tuple[MicroGrid, ...] = ()
    junctions: tuple[Junction, ...] = ()


class Place(Strict):
    """Where one device stands, resolved from the tree."""

    device: str
    kind: Literal["camera", "warning_light", "charge_point", "connector", "contact"]
    node: str
    junction: str
    grid: str
    interval_s: float
    parent: str | None = None
    name: Name


class Village(Strict):
    """The whole inventory."""

    id: Id
    name: Name
    timezone: Literal["Asia/Shanghai"] = "Asia/Shanghai"
    city: Annotated[str, StringConstraints(min_length=1, max_length=45)] | None = Field(
        default=None,
        description="city or county it lies in, for maps of others (OCPI); the village's name when omitted",
    )
    feeders: tuple[Supply, ...] = ()
    uplinks: tuple[Supply, ...] = ()
    departments: tuple[Department, ...] = ()
    routing: Routing | None = None
    holidays: tuple[Holiday, ...] = Field(default=(), description="public holidays (法定节假日), for the roster")
    workdays: tuple[dt.date, ...] = Field(
        default=(), description="weekend days that are worked instead (调休上班); the roster takes them for a Monday"
    )
    grids: tuple[Grid, ...] = Field(min_length=1)

    def junctions(self) -> Iterator[tuple[Grid, Junction]]:
        """Every junction with its grid, in file order."""
        return ((grid, junction) for grid in self.grids for junction in grid.junctions)

    def nodes(self) -> Iterator[tuple[Grid, Junction, Node]]:
        """Every node with its place, in file order."""
        return ((grid, junction, node) for grid, junction in self.junctions() for node in junction.nodes)

    @cached_property
    def stands(self) -> Mapping[str, tuple[Junction, Node]]:
        """Every node by id, with its junction."""
        return {node.id: (junction, node) for _, junction, node in self.nodes()}

    def places(self) -> dict[str, Place]:
        """Every device, connectors included, by id, in file order."""
        found: dict[str, Place] = {}
        for grid, junction, node in self.nodes():
            for device in node.devices:
                here = {"node": node.id, "junction": junction.id, "grid": grid.id, "interval_s": node.interval_s}
                found[device.id] = Place(
                    device=device.id, kind=device.kind, name=_named(device.name, device.id), **here
                )
                if isinstance(device, ChargePoint):
                    found |= {place.device: place for place in _connectors(device, here)}
        return found


def _named(name: Name | None, fallback: str) -> Name:
    return name or Name(zh=fallback, en=fallback)


def connector_id(charge_point: str, number: int) -> str:
    """``cp-01``, 2 -> ``cp-01.2``."""
    return f"{charge_point}.{number}"


def _connectors(device: ChargePoint, here: dict[str, Any]) -> Iterator[Place]:
    pile = _named(device.name, device.id)
    for connector in device.connectors:
        name = connector.name or Name(
            zh=f"{pile.zh} {connector.number} 号枪", en=f"{pile.en} connector {connector.number}"
        )
        yield Place(
            device=connector_id(device.id, connector.number), kind="connector", parent=device.id, name=name, **here
        )


def load_inventory(path: Path) -> Village:
    """The inventory of ``path``; raises :class:`InputErrors` with all mistakes, of single values and between them."""
    data = read(path)
    errors = list(crosscheck.mistakes(data, str(path)))
    said = {error.key for error in errors}
    village: Village | None = None
    try:
        village = validate(Village, data, str(path))
    except InputErrors as found:
        # Where both speak of one key, the one that knows the village says more than "missing" or "unknown".
        errors += [error for error in found.errors if error.key not in said or error.text not in GENERIC]
    if errors or village is None:
        raise InputErrors(sorted(errors, key=lambda error: (error.line, error.key)))
    return village


def json_schema() -> dict[str, Any]:
    """JSON schema of an inventory, for editors."""
    return Village.model_json_schema()
