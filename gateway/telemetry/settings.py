"""Settings of telemetry: where it goes, how long it is kept, and how much of it may wait."""

from typing import Annotated

from pydantic import Field, SecretStr, model_validator

from contracts.strict import Strict

Days = Annotated[int, Field(ge=1, le=40_000)]


class TelemetrySettings(Strict):
    """An InfluxDB 1.x, 2.x or 3 Core."""

    url: str = Field(pattern=r"^https?://", description="address, such as http://127.0.0.1:8086")
    org: str = Field(default="", description="organisation; 2.x only")
    bucket: str = Field(min_length=1, description="bucket of 2.x, database of 1.x; it must exist")
    token: SecretStr | None = Field(default=None, description="token of 2.x or 3")
    username: str | None = Field(default=None, description="user of 1.x")
    password: SecretStr | None = Field(default=None, description="password of 1.x")
    version: str | None = Field(
        default=None, description="taken instead of what the server says of itself, such as 1.6.7"
    )

    @model_validator(mode="after")
    def _one_login(self) -> "TelemetrySettings":
        if self.token and self.username:
            raise ValueError("give a token or a username with its password, not both")
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together")
        return self


class KeepSettings(Strict):
    """How long telemetry is kept, in days of China, and how much of it at most while it waits."""

    raw_days: Days = Field(default=30, description="days that points are kept as they came, in the time-series store")
    five_minute_days: Days = Field(
        default=400, description="days that figures of five minutes are kept there; not less than raw_days"
    )
    day_days: Days | None = Field(default=None, description="days that figures of a day are kept there; none: for ever")
    event_days: Days = Field(default=400, description="days that events are kept there; faults themselves stay")
    parked_days: Days = Field(default=90, description="days that refused lines are kept, for `parked replay`")
    parked_lines: Annotated[int, Field(ge=1)] = Field(
        default=100_000, description="refused lines that are kept at most; the oldest go first"
    )
    waiting_points: Annotated[int, Field(ge=1_000)] | None = Field(
        default=None,
        description="points that may wait while the time-series store is away; more drop the oldest readings, which is "
        "counted; none: what fits into a tenth of the disk",
    )

    @model_validator(mode="after")
    def _figures_outlive_points(self) -> "KeepSettings":
        if self.five_minute_days < self.raw_days:
            raise ValueError("five_minute_days must not be less than raw_days: days are computed from five minutes")
        if self.day_days is not None and self.day_days < self.five_minute_days:
            raise ValueError("day_days must not be less than five_minute_days")
        return self
