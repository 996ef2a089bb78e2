"""The node's own computer, read from the files of its kernel. Each read takes microseconds, so a look reads afresh."""

import os
from pathlib import Path

from edge.drivers.base import DriverContext, NodeItself, VitalsSample

# Bits of the Raspberry Pi firmware's `get_throttled`: under-voltage now; frequency capped, throttled, soft limit now.
UNDERVOLTAGE, HELD_BACK = 0x1, 0xE
PI_SENSOR = "cpu-thermal"


class VitalsDriver:
    """``top``: where ``proc`` and ``sys`` lie. What this computer does not tell is None."""

    def __init__(self, context: DriverContext, top: Path = Path("/")) -> None:
        self._spool = context.spool
        self._proc, self._sys = top / "proc", top / "sys"
        self._thermometer = self._find_thermometer()
        self._firmware = next(self._sys.glob("devices/platform/**/get_throttled"), None) if self._is_pi else None

    @property
    def _is_pi(self) -> bool:
        return self._thermometer is not None and _text(self._thermometer / "type") == PI_SENSOR

    def look(self, now: float) -> VitalsSample:  # noqa: ARG002  # one signature for all
        """Everything, now. Raises OSError when the folder of the spool cannot be asked."""
        disk = os.statvfs(self._spool.folder)
        celsius = self._celsius()
        bits = _number(self._firmware, 16)
        return VitalsSample(
            uptime_s=float((_text(self._proc / "uptime") or "0").split()[0]),
            load1=float((_text(self._proc / "loadavg") or "0").split()[0]),
            memory_share=self._memory_share(),
            disk_share=1 - disk.f_bavail / max(1, disk.f_blocks),
            disk_free=disk.f_bavail * disk.f_frsize,
            disk_wanted=max(0, self._spool.cap_bytes - self._spool.size_bytes()),
            spool_records=self._spool.waiting(),
            pi_c=celsius if self._is_pi else None,
            other_c=None if self._is_pi else celsius,
            undervoltage=None if bits is None else bool(bits & UNDERVOLTAGE),
            throttled=None if bits is None else bool(bits & HELD_BACK),
        )

    def close(self) -> None:
        """Nothing is held."""

    def _find_thermometer(self) -> Path | None:
        zones = sorted(self._sys.glob("class/thermal/thermal_zone*"))
        wanted = (PI_SENSOR, "x86_pkg_temp", "cpu_thermal")
        return next((zone for kind in wanted for zone in zones if _text(zone / "type") == kind), None)

    def _celsius(self) -> float | None:
        thousandths = _number(self._thermometer and self._thermometer / "temp", 10)
        return None if thousandths is None else thousandths / 1000

    def _memory_share(self) -> float | None:
        lines = (_text(self._proc / "meminfo") or "").splitlines()
        kib = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
        if "MemTotal" not in kib or "MemAvailable" not in kib:
            return None
        return 1 - kib["MemAvailable"] / kib["MemTotal"]


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="ascii").strip()
    except OSError:
        return None


def _number(file: Path | None, base: int) -> int | None:
    text = _text(file) if file else None
    try:
        return None if text is None else int(text, base)
    except ValueError:
        return None


def open_driver(_device: NodeItself, context: DriverContext) -> VitalsDriver:
    """Raises nothing: what is missing is None in the sample."""
    return VitalsDriver(context)
