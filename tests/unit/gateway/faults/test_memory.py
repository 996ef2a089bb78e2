from pathlib import Path

from contracts.inventory import load_inventory
from contracts.messages import Reading
from gateway import faults
from gateway.faults import Link, Record, Rules

START_MS = 1_790_000_000_000
VILLAGE = load_inventory(Path(__file__).parents[4] / "demo/village.yaml")


def test_a_device_that_speaks_once_a_minute_and_is_silent_between_is_remembered_in_one_stretch() -> None:
    watch, _ = faults.start(VILLAGE, "n-01", Rules(), START_MS)
    watch, _ = faults.step(watch, Link("up", "0" * 16, START_MS), Rules())
    for minute in range(100):
        reading = Reading("cam-01", "up", since_s=0.0, looks=minute + 1)
        watch, _ = faults.step(watch, Record(START_MS + minute * 60_000, (reading,)), Rules())
    assert len(watch.devices["cam-01"].past) == 1
