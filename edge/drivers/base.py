"""What a driver is, what it hands over, and the table of drivers.

A driver reaches one device. It owns whatever thread or socket that takes, and answers :meth:`Driver.look` from
memory, so that a device that hangs delays no other. It reports facts; `edge.detect` judges them.

To add a driver:

1. Copy ``warning_light.py``, the smallest one. A driver of several files is a folder; drivers never import each
   other.
2. Write ``open_driver(device, context) -> Driver`` in it and name it in :data:`DRIVERS`.
3. Give the device's model in ``contracts/inventory.py`` the new ``driver`` word and its settings, with unit, default
   and bounds.
4. Hand over one of the samples below. A new kind of device also takes a sample here, a judge in ``edge/detect`` and
   its codes in ``contracts/codes.py``.
5. Obey the electrical rules: an input is only ever sensed, and states its isolation in the inventory.
"""

import importlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, cast

from contracts.inventory import Device


@dataclass(frozen=True, slots=True)
class NodeItself:
    """The node as a device among its own: its computer is looked at like everything else. Not written in inventories.

    ``interval_s``: its readings go with a report at most so often, unless they change.
    """

    id: str
    interval_s: float
    look_s: float
    kind: Literal["node"] = "node"
    driver: Literal["vitals"] = "vitals"


Watched = Device | NodeItself

# A camera behind a paid line shows one picture in so many seconds.
METERED_PICTURE_S = 600.0


def _nobody() -> None:
    """Nobody waits for a look."""


def _no_secret(_name: str) -> str | None:
    return None


def _unknown() -> bool | None:
    return None


@dataclass(frozen=True, slots=True)
class PictureView:
    """What the picture checks say of a camera now, after the policy of several windows.

    ``codes`` stand, ``suspected`` are no more than a suspicion, ``nc`` cannot be checked. ``black_p99``: below it a
    picture is black in this light. ``attention``: the view is partly hidden for long.
    ``numbers``: the newest window's. ``outline``: what is wrong, boxes of x, y, width, height as shares of the picture.
    ``lessons``: how many this mode's view was learned from. ``age_s``: of the newest window.
    """

    codes: frozenset[str] = frozenset()
    nc: frozenset[str] = frozenset()
    suspected: frozenset[str] = frozenset()
    black_p99: float = 40.0
    attention: bool = False
    numbers: Mapping[str, float] = field(default_factory=dict)
    outline: tuple[tuple[float, float, float, float], ...] = ()
    mode: Literal["day", "night", "ir"] | None = None
    lessons: int = 0
    age_s: float | None = None


@dataclass(frozen=True, slots=True)
class CameraSample:
    """What is known of a camera now. Ages in seconds; None: never since the connection was made.

    ``link``: ``connecting`` no attempt has ended yet; ``open`` packets have come (metered: the camera has answered);
    ``silent`` the connection was accepted and nothing came; ``lost`` refused, closed or broken, see ``why`` and
    ``error``. ``silent_s``: since the last packet or answer, or since the driver started. ``key_crcs``: CRC32 of the
    last key packets (of decoded frames for files and USB), oldest first, about a second or more apart. ``luma_*``:
    grey levels 0-255 of the newest decoded key picture. ``fps``, ``gop`` (frames), ``kbps``: over the last seconds.

    ``undecoded``: so many keys in a row gave no picture. ``line_bytes``: over a paid line today, None on a LAN;
    ``capped_s``: for so long no picture may be paid for. ``recorded``: whether the recorder has what was asked of it,
    None where nobody asks; ``not_recorded_since_s``: for how long it has had none. ``clock_off_s``: by how much the
    camera's clock is ahead. ``picture``: what it shows, None where nobody looks.
    """

    link: Literal["connecting", "open", "silent", "lost"]
    silent_s: float
    why: Literal["unreachable", "wrong_password", "busy"] | None = None
    error: str | None = None
    fps: float | None = None
    gop: float | None = None
    kbps: float | None = None
    key_crcs: tuple[int, ...] = ()
    luma_p99: float | None = None
    luma_mean: float | None = None
    picture_age_s: float | None = None
    undecoded: int = 0
    line_bytes: int | None = None
    capped_s: float = 0.0
    recorded: bool | None = None
    not_recorded_since_s: float | None = None
    clock_off_s: float | None = None
    picture: PictureView | None = None


@dataclass(frozen=True, slots=True)
class LightSample:
    """What a feedback input shows. ``edges``: the newest changes, oldest first, as (monotonic seconds, lit
    afterwards).

    ``watched_s``: since the driver started. ``is_night``: civil dusk + 45 min to dawn - 45 min; None when nobody can
    tell.
    """

    lit: bool
    watched_s: float
    edges: tuple[tuple[float, bool], ...] = ()
    is_night: bool | None = None


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One thing a pile said, in its own words, unvalidated. ``stop_reason`` comes from StopTransaction."""

    status: str | None = None
    error: str | None = None
    info: str | None = None
    vendor_error: str | None = None
    stop_reason: str | None = None


@dataclass(frozen=True, slots=True)
class ConnectorSample:
    """One connector (0: the station itself), as reported since the pile connected.

    ``now``: the newest status, None until one was read. ``status_s``: how long it has had this status word.
    ``heard``: everything reported since the look before, so that a word that came and went between two looks is not
    lost.
    """

    number: int
    now: StatusReport | None = None
    status_s: float = 0.0
    power_w: float | None = None
    power_age_s: float | None = None
    heard: tuple[StatusReport, ...] = ()


@dataclass(frozen=True, slots=True)
class ChargePointSample:
    """What is known of a charging pile now.

    ``listening_s``: since the end point opened; ``frame_age_s``: since its last frame, None before the first.
    ``rubbish``: frames of it that were no OCPP, since the start.
    """

    connected: bool
    listening_s: float
    frame_age_s: float | None = None
    connectors: tuple[ConnectorSample, ...] = ()
    rubbish: int = 0


@dataclass(frozen=True, slots=True)
class ContactSample:
    """A normally-closed loop now: whether it is ``closed`` and for how long it has been so (seconds).

    ``opened_s``: the longest opening since the look before, the present one included; ``openings``: how many began
    since the driver started.
    """

    closed: bool
    held_s: float
    opened_s: float = 0.0
    openings: int = 0


@dataclass(frozen=True, slots=True)
class VitalsSample:
    """The node's own computer. None: this computer does not tell.

    ``pi_c`` is the temperature of a Raspberry Pi's processor, whose limit is known; ``other_c`` any other's.
    ``disk_free``: bytes left for the spool, of which it may still take ``disk_wanted``. Shares are 0 to 1.
    """

    uptime_s: float
    load1: float
    memory_share: float | None
    disk_share: float
    disk_free: int
    disk_wanted: int
    spool_records: int
    pi_c: float | None = None
    other_c: float | None = None
    undervoltage: bool | None = None
    throttled: bool | None = None


Sample = CameraSample | LightSample | ChargePointSample | ContactSample | VitalsSample


class Driver(Protocol):
    """One device's driver."""

    def look(self, now: float) -> Sample:
        """The newest facts, at once; ``now`` in ``time.monotonic`` seconds.

        Events since the look before are handed over once: only one caller may look.
        """
        ...

    def close(self) -> None:
        """Let go of the hardware; returns within 2 s."""
        ...


class Obedient(Driver, Protocol):
    """A driver that takes commands too."""

    def obey(self, name: str, arguments: Mapping[str, str]) -> str | None:
        """Do it at once; None = done, else why not, in words for whoever asked. Its names: `contracts/commands.py`.

        Only senses may be touched by it, never a light, a pile or what somebody else switches.
        """
        ...


@dataclass(frozen=True, slots=True)
class OcppAddress:
    """Where piles dial in; port 0 takes any free one."""

    host: str = "0.0.0.0"  # noqa: S104  # piles dial in from the cabinet's network; the settings narrow it
    port: int = 9000


@dataclass(frozen=True, slots=True)
class SpoolFacts:
    """The node's spool, as far as its vitals tell of it: folder, bytes it may take and takes, records that wait."""

    folder: Path = Path()
    cap_bytes: int = 0
    size_bytes: Callable[[], int] = int
    waiting: Callable[[], int] = int


@dataclass(frozen=True, slots=True)
class DriverContext:
    """What a driver gets from its process.

    ``wake``: ask for a look at once, from any thread. ``secret``: a secret by its name in the inventory.
    ``pin_factory``: a gpiozero factory, None for gpiozero's own choice. ``shared``: one dict for all drivers of a
    process, for what they own in common. ``clock``: monotonic seconds, the same clock as ``look(now)``. ``is_night``:
    see :class:`LightSample`. ``spool``: the node's own. ``wall``: Unix time in seconds, None while the clock is not to
    be trusted.
    """

    wake: Callable[[], None] = _nobody
    secret: Callable[[str], str | None] = _no_secret
    pin_factory: Any = None
    ocpp: OcppAddress = OcppAddress()
    shared: dict[str, Any] = field(default_factory=dict)
    clock: Callable[[], float] = time.monotonic
    is_night: Callable[[], bool | None] = _unknown
    spool: SpoolFacts = SpoolFacts()
    wall: Callable[[], float | None] = time.time


# Imported when first needed: a node without cameras loads no OpenCV.
DRIVERS: dict[str, str] = {
    "opencv": "edge.drivers.opencv.driver:open_driver",
    "warning_light": "edge.drivers.warning_light:open_driver",
    "ocpp16": "edge.drivers.ocpp16.driver:open_driver",
    "contact": "edge.drivers.contact:open_driver",
    "vitals": "edge.drivers.vitals:open_driver",
}


def open_driver(device: Watched, context: DriverContext) -> Driver:
    """The driver that ``device`` names, running; ``context.wake`` should ask for a look at this very device.

    Raises whatever keeps it from starting: ImportError (a library is missing), OSError (a port is taken), gpiozero's
    errors.
    """
    module, _, function = DRIVERS[device.driver].partition(":")
    return cast("Driver", getattr(importlib.import_module(module), function)(device, context))
