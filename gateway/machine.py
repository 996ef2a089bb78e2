"""The gateway's process and its machine as its administrators see them: the figures that are judged, and what is behind
them.
"""

import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import msgspec
from msgspec.structs import replace

from gateway.faults.village.own import Vitals
from gateway.settings import GatewaySettings
from gateway.store import Archive, Attempt, Machine, Store
from gateway.vitals import ARCHIVES

# How the newest backup that was tried went; the command writes it beside the archives.
ATTEMPT = "last-backup.json"
LARGEST = 10_000

_attempt = msgspec.json.Decoder(Attempt).decode


class Itself:
    """``link``: whether there is a broker, and since when that is so (Unix ms, None = since the start).
    ``away``: since when the time-series store takes nothing, 0 = it does."""

    def __init__(self, settings: GatewaySettings, store: Store, started_ms: int, telemetry: str = "") -> None:
        self.link: Callable[[], tuple[bool, int | None]] = lambda: (False, None)
        self.away: Callable[[], int] = lambda: 0
        self._settings, self._started_ms, self.telemetry = settings, started_ms, telemetry
        self._database = store.database_version()

    def look(self, vitals: Vitals, doubt: str) -> Machine:
        """What is known with ``vitals``. Never raises: what cannot be read is None."""
        (up, link_ms), broker, backups = self.link(), self._settings.broker, self._settings.backups
        lost_ms = 0 if up else link_ms or self._started_ms
        return Machine(
            replace(vitals, broker_lost_ms=lost_ms),
            self._started_ms,
            version("village-safety-monitor"),
            platform.python_version(),
            f"{broker.host}:{broker.port}",
            broker.tls is not None,
            self._database,
            self.telemetry,
            link_ms,
            self.away(),
            doubt,
            backups is not None,
            None if backups is None else _archive(backups),
            None if backups is None else attempt(backups),
        )


def _archive(folder: Path) -> Archive | None:
    try:
        made = [(file.stat().st_mtime_ns, file.name, file.stat().st_size) for file in folder.glob(ARCHIVES)]
    except OSError:
        return None
    return Archive(*max(made)[1:], len(made)) if made else None


def attempt(folder: Path) -> Attempt | None:
    """How the newest backup into ``folder`` went; None: nobody has said."""
    try:
        with (folder / ATTEMPT).open("rb") as file:
            return _attempt(file.read(LARGEST))
    except (OSError, msgspec.DecodeError):
        return None


def note_attempt(folder: Path, at_ms: int, reason: str = "") -> None:
    """Say how a backup into ``folder`` went: ``reason`` why it failed, "" = well. Raises OSError."""
    # In place: a new file changes the folder's own time, by which it is seen how long an empty one has been empty.
    (folder / ATTEMPT).write_bytes(msgspec.json.encode(Attempt(at_ms, reason)))
