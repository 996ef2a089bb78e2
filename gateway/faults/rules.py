"""Every time the engine judges by, as read from the rules file. Seconds; unknown keys and unknown codes are refused."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, field_validator

from contracts.strict import Strict
from gateway.faults.catalogue import CATALOGUE
from gateway.faults.times import DispatchTimes

WEEK_S = 7 * 86_400
Seconds = Annotated[float, Field(ge=0, le=WEEK_S, allow_inf_nan=False)]
Share = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]


def _known(code: str) -> str:
    if code not in CATALOGUE:
        raise ValueError(f"no fault has the code {code!r}; see docs/faults.md")
    return code


class Rules(Strict):
    """The defaults are production's. Types are taken as they stand: ``"60"`` and ``yes`` are no seconds."""

    model_config = ConfigDict(strict=True)

    limit_intervals: float = Field(
        default=3,
        ge=1,
        le=100,
        allow_inf_nan=False,
        description="report intervals without a reading after which a device is not fresh",
    )
    limit_extra_s: Seconds = Field(
        default=30, description="seconds over one interval that a device stays fresh at least"
    )
    keep_s: Seconds = Field(default=60, description="seconds of good looks after which a fault is cleared")
    hold_s: Seconds = Field(default=90, description="seconds a site's faults are judged together before dispatch")
    mains_hold_s: Seconds = Field(default=180, description="the same where the cause is a loss of mains")
    grace_extra_s: Seconds = Field(
        default=60, description="seconds over the limit that children have to recover after their parent has"
    )
    lost_confirm_s: Seconds = Field(
        default=90, description="seconds after a node's link is lost at which its silence is a fault"
    )
    silent_s: Seconds = Field(
        default=900,
        description="seconds of silence of a device under a live node, or of a stopped node, that are a fault",
    )
    verified_s: Seconds = Field(
        default=1800, description="seconds a repaired device must be stable to close its work order"
    )
    flapping_start: float = Field(
        default=30,
        ge=1,
        le=100,
        allow_inf_nan=False,
        description="weighted share of changes in the last 20 readings, in percent, above which a device is flapping",
    )
    flapping_stop: float = Field(
        default=25,
        ge=0,
        le=100,
        allow_inf_nan=False,
        description="the same, at or below which it no longer is; not above flapping_start",
    )
    intermittent_episodes: int = Field(
        default=4, ge=2, le=100, description="confirmed episodes within intermittent_window_s that are intermittent"
    )
    intermittent_window_s: Seconds = Field(
        default=86_400, description="seconds in which they are counted, and after the last of which it is over"
    )
    reopen_s: Seconds = Field(
        default=86_400, description="seconds after its end within which a fault that comes again keeps its number"
    )
    weather_one_in: int = Field(
        default=3, ge=1, le=100, description="at least one in so many fresh cameras must be blinded to call it weather"
    )
    weather_cameras: int = Field(default=4, ge=1, le=10_000, description="cameras that must be blinded at least")
    weather_after_s: Seconds = Field(
        default=3600, description="seconds after the weather in which blinded cameras still count as its"
    )
    sabotage_s: Seconds = Field(
        default=600, description="seconds between two cameras of one road being covered or turned that are no accident"
    )
    feeder_share: Share = Field(
        default=0.6, description="share of a feeder's sites that must be dark to call it the feeder"
    )
    feeder_sites: int = Field(default=2, ge=1, le=10_000, description="sites of a feeder that must be dark at least")
    feeder_starts_s: Seconds = Field(
        default=90, description="seconds within which sites of one cause must have gone dark"
    )
    gateway_away_s: Seconds = Field(
        default=90, description="seconds without the gateway or its broker that are listed as a fault"
    )
    backlog_points: int = Field(
        default=100_000, ge=1, le=2**53, description="telemetry points waiting that are a backlog"
    )
    disk_free_share: Share = Field(default=0.1, description="share of the gateway's disk below which it is nearly full")
    disk_free_mb: int = Field(
        default=200, ge=1, le=2**31, description="megabytes free on the gateway's disk below which its store is full"
    )
    clock_off_ms: int = Field(
        default=1000, ge=1, le=3_600_000, description="milliseconds by which the gateway's clock may be off"
    )
    certificate_days: int = Field(
        default=60, ge=1, le=3650, description="days before its end at which a certificate is a fault"
    )
    backup_hours: int = Field(
        default=48, ge=1, le=8760, description="age of the newest backup, in hours, that is a fault"
    )
    for_s: dict[Annotated[str, AfterValidator(_known)], Seconds] = Field(
        default_factory=dict, description="seconds a code must be bad to be confirmed, where the catalogue does not fit"
    )

    dispatch: DispatchTimes = Field(default=DispatchTimes(), description="who is told when")

    @field_validator("flapping_stop")
    @classmethod
    def _below_start(cls, stop: float, others: ValidationInfo) -> float:
        start = others.data.get("flapping_start", stop)
        if stop > start:
            raise ValueError(f"must not be above flapping_start, which is {start:g}")
        return stop

    def limit_ms(self, interval_ms: int) -> int:
        """How long after its newest reading a device that reports each ``interval_ms`` is fresh."""
        return round(max(self.limit_intervals * interval_ms, interval_ms + self.limit_extra_s * 1000))

    def wait_ms(self, code: str) -> int:
        """How long ``code`` must be bad to be confirmed."""
        seconds = self.for_s.get(code)
        if seconds is None:
            known = CATALOGUE.get(code)
            seconds = known.for_s if known else 0
        return round(seconds * 1000)
