"""The figures of the gateway's own machine, for the judgement of ``gateway.faults.village.own``. Reads only, and never
raises: what cannot be read is None.
"""

import ctypes
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Protocol

from cryptography import x509

from contracts.settings import Tls
from gateway.faults.village.own import Certificate, Vitals
from gateway.settings import GatewaySettings
from gateway.store import StoreError

ARCHIVES = "*.tar.gz"
# A point in the queue, with its share of the pages, at most; and as many as may wait on any disk.
POINT_BYTES, FEWEST_POINTS = 250, 1_000_000
_SQLITE = "sqlite:///"
_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
_NANOSECONDS = 0x2000  # its status: the offset is in them, else in microseconds


class Queue(Protocol):
    """The store, as far as it is asked."""

    def waiting_points(self) -> int:
        """Telemetry points that wait. Raises StoreError."""
        ...


class _Timex(ctypes.Structure):
    """``struct timex``, up to what is read of it; all zero only asks."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


Clock = tuple[bool, float]


def kernel_clock() -> Clock | None:
    """Whether the clock is kept in step, and by how many ms it is off by its keeper's own estimate; None: not told."""
    asked = _Timex()
    adjtimex = getattr(_libc(), "adjtimex", None)
    state = adjtimex(ctypes.byref(asked)) if adjtimex else -1
    if state == -1:
        return None
    offset_us = asked.offset / 1000 if asked.status & _NANOSECONDS else asked.offset
    return state != _TIME_ERROR, max(abs(offset_us), float(asked.esterror)) / 1000


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def read(
    settings: GatewaySettings,
    store: Queue,
    now_ms: int,
    broker_lost_ms: int | None = None,
    clock: Callable[[], Clock | None] = kernel_clock,
) -> Vitals:
    """Everything, now. Takes milliseconds and a sum over the queue: for once a minute, not for each turn of a loop.

    ``settings`` with absolute paths; ``broker_lost_ms``: since when the loop has had no broker, 0 = it has one.
    """
    free, size = _disk(_data_folder(settings))
    synchronised, off_ms = clock() or (None, None)
    return Vitals(
        now_ms,
        broker_lost_ms,
        _waiting(store),
        free,
        size,
        synchronised,
        off_ms,
        _certificates(settings.broker.tls),
        _newest(settings.backups) if settings.backups else None,
    )


def room_for_points(settings: GatewaySettings) -> int:
    """Telemetry points that may wait: as set, or what fits into a tenth of the disk the database lies on."""
    if settings.telemetry_keep.waiting_points is not None:
        return settings.telemetry_keep.waiting_points
    _, size = _disk(_data_folder(settings))
    return max(FEWEST_POINTS, (size or 0) // 10 // POINT_BYTES)


def _waiting(store: Queue) -> int | None:
    try:
        return store.waiting_points()
    except StoreError:
        return None


def _data_folder(settings: GatewaySettings) -> Path:
    """Where it writes: its database's folder, or that of its embedded telemetry if the database is a server."""
    if settings.database.startswith(_SQLITE) and ":memory:" not in settings.database:
        return Path(settings.database.removeprefix(_SQLITE)).parent
    return settings.embedded_telemetry.parent


def _disk(folder: Path) -> tuple[int, int] | tuple[None, None]:
    try:
        disk = os.statvfs(folder)
    except OSError:
        return None, None
    return disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize


def _certificates(tls: Tls | None) -> tuple[Certificate, ...] | None:
    """The gateway's own and its authority's; None: there are none, or one cannot be read."""
    if tls is None:
        return None
    try:
        return tuple(_ends(tls))
    except (OSError, ValueError):
        return None


def _ends(tls: Tls) -> Iterator[Certificate]:
    for name, file in (("gateway", tls.cert), ("authority", tls.ca)):
        for held in x509.load_pem_x509_certificates(file.read_bytes()) if file else ():
            yield Certificate(name, round(held.not_valid_after_utc.timestamp() * 1000))


def _newest(folder: Path) -> int | None:
    """When the newest archive was made; of an empty folder, when it was made or last changed itself."""
    try:
        made = [file.stat().st_mtime_ns for file in folder.glob(ARCHIVES)]
        return max(made or [folder.stat().st_mtime_ns]) // 1_000_000
    except OSError:
        return None
