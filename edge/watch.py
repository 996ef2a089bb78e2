"""One device of a node: its driver, the judgement of each look, and what is known of it now.

Whatever goes wrong in a driver or a judge becomes the finding `driver_error` of this device and ends there.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

import structlog
from msgspec.structs import replace as with_fields

from contracts.codes import looks_needed
from contracts.messages import Reading
from edge import detect, records
from edge.album import Album, Photographer
from edge.detect.track import Memory, Tracked, track
from edge.detect.verdict import Verdict, Verdicts, driver_error
from edge.drivers.base import Driver, Obedient, Watched

log = structlog.get_logger()
# A driver that wakes us all the time gets no more looks than this.
SOONEST_S = 0.1
# A woken look that sees the same counts only after this share of the time between planned ones: a device that wakes us
# again and again must not confirm a fault in milliseconds.
COUNTED_SHARE = 0.5
REOPEN_AFTER = 3
RETRY_S = (1.0, 60.0)
# A driver answers from memory; one that takes longer holds up every other device.
SLOW_S = 0.25
# What a picture shows.
SHOWN = frozenset(
    {"black", "over_exposed", "blur", "occluded", "moved", "view_lost", "noise", "snow", "cast", "stripes"}
)


@dataclass(slots=True)
class Watch:
    """One device. ``start`` opens its driver; ``clock`` is in monotonic seconds.

    ``readings``: the newest of the device and its parts by id, true for the moment ``looked_at``. ``report_s``: they go
    with the node's reports no more often than that; ``tells_at``, with which. ``errors`` counts looks that failed,
    ``slow`` those that held up others. ``album``: where pictures of what it finds are kept, None: nowhere.
    """

    device: Watched
    start: Callable[[Watched], Driver]
    clock: Callable[[], float]
    report_s: float = 0.0
    tells_at: float = -math.inf
    readings: dict[str, Reading] = field(default_factory=dict)
    looked_at: float = -math.inf
    errors: int = 0
    slow: int = 0
    album: Album | None = None
    _driver: Driver | None = None
    _judged: Any = None
    _memory: dict[str, Memory] = field(default_factory=dict)
    _next_at: float = -math.inf
    _woken: bool = False
    _failed: int = 0
    _open_at: float = -math.inf
    _attempts: int = 0
    _complaint: str = ""

    def wake(self) -> None:
        """Ask for a look at once, from any thread."""
        self._woken = True

    def obey(self, name: str, arguments: Mapping[str, str]) -> str | None:
        """Have the driver do something, at once; None = done, else why not."""
        if self._driver is None:
            return f"cannot: the driver is not running: {self._complaint}"
        if not hasattr(self._driver, "obey"):
            return "cannot: this device takes no commands"
        try:
            why = cast("Obedient", self._driver).obey(name, arguments)
        except Exception as error:  # noqa: BLE001  # a driver may raise anything; it is this command's answer, never a crash
            return f"failed: {type(error).__name__}: {error}"
        return None if why is None else f"cannot: {why}"

    @property
    def due_at(self) -> float:
        """When to look next (monotonic seconds)."""
        return min(self._next_at, self.looked_at + SOONEST_S) if self._woken else self._next_at

    def look(self, now: float) -> list[Reading]:
        """Look at the device if that is due; the readings that the gateway must hear at once."""
        if now < self.due_at:
            return []
        self._woken = False
        if now >= self._next_at:  # being woken is no reason to put off the planned look
            self._next_at = _next(self._next_at, self.device.look_s, now)
        self.looked_at = now
        return self._photographed(self._take(self._seen(now)))

    def tell(self, now: float) -> list[Reading]:
        """The newest readings, told as of ``now``, for a report."""
        self.tells_at = now + self.report_s
        by_s = max(0.0, now - self.looked_at)
        return [_older(reading, by_s) for reading in self.readings.values()]

    def close(self) -> None:
        """Let go of the driver."""
        driver, self._driver = self._driver, None
        if driver is None:
            return
        try:
            driver.close()
        except Exception as error:  # noqa: BLE001  # a driver may raise anything, and it is being given up anyway
            self._complain(f"close: {type(error).__name__}: {error}")

    def _seen(self, now: float) -> dict[str, Tracked]:
        try:
            driver = self._driver or self._open(now)
            if driver is None:
                return self._track(driver_error(self.device, self._complaint), now)
            seen = self._judge(driver, now)
            for tracked in seen.values():
                records.check(tracked.reading)
        except Exception as error:  # noqa: BLE001  # drivers and judges may raise anything; it is this device's finding, never a crash
            reason = f"{type(error).__name__}: {error}".encode(errors="replace").decode()
            return self._track(self._failure(reason, now), now)
        self._failed = self._attempts = 0
        if self._complaint:
            log.info("driver works again", device=self.device.id)
            self._complaint = ""
        return seen

    def _judge(self, driver: Driver, now: float) -> dict[str, Tracked]:
        began = self.clock()
        sample = driver.look(now)
        if self.clock() - began > SLOW_S:
            self.slow += 1
        # Looked up at each call: whoever replaces a judge replaces it for every device.
        verdicts, self._judged = detect.JUDGES[self.device.kind](sample, self._judged, self.device, now)
        return self._track(verdicts, now)

    def _track(self, verdicts: Verdicts, now: float) -> dict[str, Tracked]:
        apart_s = self.device.look_s * COUNTED_SHARE
        return {
            device: track(self._memory.get(device), device, _finite(verdict), now, apart_s)
            for device, verdict in verdicts.items()
        }

    def _take(self, seen: dict[str, Tracked]) -> list[Reading]:
        self._memory = {device: tracked.memory for device, tracked in seen.items()}
        self.readings = {device: tracked.reading for device, tracked in seen.items()}
        return [tracked.reading for tracked in seen.values() if tracked.changed]

    def _photographed(self, told: list[Reading]) -> list[Reading]:
        """``told``, each finding that this look has confirmed with its pictures."""
        if self.album is None or not hasattr(self._driver, "pictures"):
            return told
        news = [self._shown(reading, self.album) for reading in told]
        self.readings |= {reading.d: reading for reading in news}
        return news

    def _shown(self, reading: Reading, album: Album) -> Reading:
        wanted = {one.code for one in reading.f if one.code in SHOWN and one.looks == looks_needed(one.code)}
        if not wanted:
            return reading
        try:
            pair = cast("Photographer", self._driver).pictures()
            names = () if pair is None else album.take(self.device.id, pair)
        except Exception as error:  # noqa: BLE001  # no picture is worth a finding: whatever goes wrong, it is told without
            log.warning("no pictures", device=self.device.id, error=f"{type(error).__name__}: {error}")
            return reading
        findings = tuple(with_fields(one, e=names) if one.code in wanted else one for one in reading.f)
        return with_fields(reading, f=findings)

    def _open(self, now: float) -> Driver | None:
        if now < self._open_at:
            return None
        wait = min(RETRY_S[1], RETRY_S[0] * 2 ** min(self._attempts, 9))
        self._open_at, self._attempts = now + wait, self._attempts + 1
        self._driver = self.start(self.device)
        self._judged = None
        return self._driver

    def _failure(self, reason: str, now: float) -> Verdicts:
        self.errors += 1
        self._failed += 1
        self._complain(reason)
        if self._failed % REOPEN_AFTER == 0:
            self.close()
            self._open_at = max(self._open_at, now + RETRY_S[0])
        return driver_error(self.device, reason)

    def _complain(self, reason: str) -> None:
        if not self._complaint:
            log.warning("driver failed", device=self.device.id, error=reason)
        self._complaint = reason


def _next(planned: float, every_s: float, now: float) -> float:
    """The next point of the device's grid; one that was missed is not made up for."""
    return now + every_s if planned + every_s <= now else planned + every_s


def _older(reading: Reading, by_s: float) -> Reading:
    if by_s == 0:
        return reading
    findings = tuple(with_fields(finding, since_s=round(finding.since_s + by_s, 3)) for finding in reading.f)
    return with_fields(reading, since_s=round(reading.since_s + by_s, 3), f=findings)


def _finite(verdict: Verdict) -> Verdict:
    """Without measurements that JSON cannot say."""
    if all(math.isfinite(value) for value in verdict.m.values()):
        return verdict
    return replace(verdict, m={name: value for name, value in verdict.m.items() if math.isfinite(value)})
