"""Judging a warning light from its feedback input: dark, stuck on, wrong rate."""

from itertools import pairwise
from statistics import median

from contracts.inventory import WarningLight
from edge.detect.verdict import Verdict, Verdicts, found, state_of
from edge.drivers.base import LightSample

# A level that holds for more than so many flash cycles is no flashing.
QUIET_PERIODS = 3
SLOWEST, FASTEST = 2.0, 0.5  # of the flasher's own period
RATE_RISES = 5
# Three rises so far apart, but no farther, are a flasher that is much too slow; farther apart they are switching.
SLOW_RISES, SLOW_PERIODS = 3, 30
# Rises closer together than this share of a period are one: contacts bounce.
BOUNCE = 0.05


def judge(sample: LightSample, memory: None, device: WarningLight, now: float) -> tuple[Verdicts, None]:
    """One verdict for the light; needs no memory."""
    flash_s = _flash_s(sample, device) if device.pattern == "flashing" else None
    codes, unchecked = _codes(sample, device, flash_s, now)
    findings = found(*codes)
    m = {"lit": float(sample.lit)} | ({} if flash_s is None else {"flash_s": round(flash_s, 3)})
    if not findings and _nothing_known(sample, device, unchecked, now):
        return {device.id: Verdict("unknown", nc=unchecked, m=m)}, memory
    return {device.id: Verdict(state_of(findings), findings=findings, nc=unchecked, m=m)}, memory


def _codes(
    sample: LightSample, device: WarningLight, flash_s: float | None, now: float
) -> tuple[set[str], frozenset[str]]:
    """The faults seen, and the codes that cannot be checked."""
    night = device.supply == "mains" or sample.is_night is True
    unchecked = frozenset[str]() if night else frozenset({"dark"})
    rate = frozenset({"flash_rate"}) if device.pattern == "flashing" else frozenset[str]()
    # Between two flashes of a flasher that is too slow nothing is dark or stuck yet.
    cycle_s = flash_s if flash_s is not None and flash_s > SLOWEST * device.period_s else device.period_s
    steady = _steady_s(sample, now) > QUIET_PERIODS * cycle_s
    if not sample.lit and steady:
        return ({"dark"} if night else set()), unchecked | rate
    if device.pattern == "steady":
        return set(), unchecked
    if sample.lit and steady:
        return {"stuck_on"}, unchecked | rate
    if flash_s is None:
        return set(), unchecked | rate
    wrong = not FASTEST * device.period_s <= flash_s <= SLOWEST * device.period_s
    return ({"flash_rate"} if wrong else set()), unchecked


def _steady_s(sample: LightSample, now: float) -> float:
    """How long the level has been what it is."""
    return now - sample.edges[-1][0] if sample.edges else sample.watched_s


def _flash_s(sample: LightSample, device: WarningLight) -> float | None:
    """Seconds from one lighting up to the next (median of the newest few); None before the third since a pause."""
    slow = [later - earlier for earlier, later in pairwise(_rises(sample.edges, device)[-SLOW_RISES:])]
    if len(slow) == SLOW_RISES - 1 and all(QUIET_PERIODS < gap / device.period_s <= SLOW_PERIODS for gap in slow):
        return median(slow)
    edges = sample.edges
    for index in range(len(edges) - 1, 0, -1):
        if edges[index][0] - edges[index - 1][0] > QUIET_PERIODS * device.period_s:
            edges = edges[index:]
            break
    rises = _rises(edges, device)[-RATE_RISES:]
    return median(later - earlier for earlier, later in pairwise(rises)) if len(rises) > 2 else None


def _rises(edges: tuple[tuple[float, bool], ...], device: WarningLight) -> list[float]:
    """When it lit up, without the bouncing of contacts."""
    rises: list[float] = []
    for at, lit in edges:
        if lit and (not rises or at - rises[-1] >= BOUNCE * device.period_s):
            rises.append(at)
    return rises


def _nothing_known(sample: LightSample, device: WarningLight, unchecked: frozenset[str], now: float) -> bool:
    """Off may be between two flashes, and nobody may know whether it should be lit: then nothing is known yet."""
    if sample.lit:
        return False
    quiet = _steady_s(sample, now) > QUIET_PERIODS * device.period_s
    if quiet:
        return "dark" in unchecked and sample.is_night is None
    return not sample.edges
