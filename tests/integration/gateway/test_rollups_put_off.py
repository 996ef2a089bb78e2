"""A window that can never be computed keeps no other from it, and nothing from being forgotten."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.store import Store, open_store
from gateway.telemetry import Embedded, TelemetryError
from gateway.telemetry.keeper import Keeper
from gateway.telemetry.retention import FED
from gateway.telemetry.rolling import roll
from gateway.telemetry.rollup import DAY_MS, FIVE
from gateway.telemetry.settings import KeepSettings

HOUR = 3_600_000
START = 1_800_000_000_000 // HOUR * HOUR
# A point that is to be deleted.
OLD = f"contact,device=c-01,node=n-01,village=v-01 n=1,open=0.0 {START - 90 * DAY_MS}"


class Choking(Embedded):
    """It never has the figures of cameras. ``deleted``: what it was told to delete."""

    trouble: Exception = TelemetryError("timed out")

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.deleted: list[str] = []

    def totals(self, measurement: str, *rest: Any) -> Any:
        if measurement == "camera":
            raise self.trouble
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
    telemetry.write([OLD])
    new = [("camera", "5m", START - HOUR), ("contact", "5m", START - 2 * HOUR)]
    store.touch_windows(new, START - HOUR, (FED, 0))
    keeper = Keeper(store, telemetry, lambda: now_ms, KeepSettings())
    for _ in range(10):
        now_ms += round(1000 * keeper.once()) + 50
    telemetry.close()
    assert not store.windows_wait("5m", 0, now_ms, "contact")
    assert store.windows_wait("5m", 0, now_ms, "camera"), "it stays for a later try"
    assert telemetry.deleted


def test_what_fails_for_an_odd_reason_keeps_no_other_from_its_turn(store: Store, tmp_path: Path) -> None:
    telemetry = Choking(tmp_path / "telemetry.db")
    telemetry.trouble = KeyError("columns")
    odd = [("camera", "5m", START - hour * HOUR) for hour in range(1, 30)]
    store.touch_windows([*odd, ("contact", "5m", START - 40 * HOUR)], START - HOUR)
    with capture_logs() as said:
        roll(store, telemetry, FIVE, START)
    telemetry.close()
    assert {entry["measurement"] for entry in said} == {"camera"}
    assert not store.windows_wait("5m", 0, START, "contact")
    assert not store.due_windows("5m", START, START, 100), "they are put off"
    assert len(store.due_windows("5m", START, START + HOUR, 100)) == len(odd)


@pytest.mark.parametrize(("doubt", "deletes"), [("", True), ("the computer's clock stands before 2026", False)])
def test_nothing_is_deleted_by_a_clock_that_is_not_believed(
    store: Store, tmp_path: Path, doubt: str, deletes: bool
) -> None:
    telemetry = Choking(tmp_path / "telemetry.db")
    telemetry.write([OLD])
    store.touch_windows((), START, (FED, 0))
    keeper = Keeper(store, telemetry, lambda: START, KeepSettings(), lambda: doubt)
    keeper.once()
    telemetry.close()
    assert bool(telemetry.deleted) is deletes
