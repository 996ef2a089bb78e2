"""One node of the demo's village and what it says, record by record."""

from contracts.inventory import load_inventory
from contracts.messages import Birth, Prev, Reading, Up, encode
from demo.workplace import VILLAGE

START_MS = 1_790_000_000_000
STREAM, BOOT = "1" * 16, "b" * 16
VILLAGE_PLAN = load_inventory(VILLAGE)
PLACE = next(place for place in VILLAGE_PLAN.places().values() if place.kind == "warning_light")


def topic(leaf: str) -> str:
    return f"vsm/v1/{VILLAGE_PLAN.id}/{PLACE.node}/{leaf}"


def birth() -> tuple[str, bytes, int]:
    return topic("birth"), encode(Birth(1, STREAM, BOOT, 0, "1.0", "c1", ())), START_MS


def record(n: int) -> tuple[str, bytes, int]:
    """Record ``n``, a second after the one before: topic, payload, when it is received."""
    at_ms, before = START_MS + 1000 * n, Prev(n - 1, BOOT if n > 1 else None)
    reading = Reading(PLACE.device, "up", since_s=n, looks=n, m={"lit": 1.0})
    return topic("up"), encode(Up(1, STREAM, n, BOOT, at_ms, at_ms, "ntp", (reading,), age_ms=0, prev=before)), at_ms
