"""A window that can never be computed keeps no other from it, and nothing from being forgotten."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.store import Store, open_store
from gateway.telemetry import Embedded, TelemetryError
from gateway.telemetry.keeper import Keeper
from gateway.telemetry.settings import KeepSettings

HOUR = 3_600_000
START = 1_800_000_000_000 // HOUR * HOUR


class Choking(Embedded):
    """It never has the figures of cameras. ``deleted``: what it was told to delete."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.deleted: list[str] = []

    def totals(self, measurement: str, *rest: Any) -> Any:
        if measurement == "camera":
            raise TelemetryError("timed out")
        return super().totals(measurement, *rest)

    def delete(self, measurement: str, before_ms: int) -> None:
        self.deleted.append(measurement)
        super().delete(measurement, before_ms)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/gateway.db")
    yield opened
    opened.close()


def test_what_cannot_be_computed_lets_all_others_go_first(store: Store, tmp_path: Path) -> None:
    telemetry, now_ms = Choking(tmp_path / "telemetry.db"), START
    store.touch_windows([("camera", "5m", START - HOUR), ("contact", "5m", START - 2 * HOUR)], START - HOUR)
    keeper = Keeper(store, telemetry, lambda: now_ms, KeepSettings())
    for _ in range(10):
        now_ms += round(1000 * keeper.once()) + 50
    telemetry.close()
    assert not store.windows_wait("5m", 0, now_ms, "contact")
    assert store.windows_wait("5m", 0, now_ms, "camera"), "it stays for a later try"
    assert telemetry.deleted
