"""What the API answers of measurements."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from dashboard_api.models import ExampleTime

SERIES_EXAMPLE: JsonDict = {
    "device": "cam-01",
    "name": "fps",
    "unit": "1/s",
    "from": "2026-11-23T13:52:31.250+08:00",
    "to": ExampleTime,
    "step_ms": 300_000,
    "points": [[1_795_413_000_000, 24.9, 23.8, 25.2], [1_795_413_300_000, 25.0, 24.9, 25.1]],
}


class Measurement(BaseModel):
    """One thing that is measured of a device."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(examples=["fps"])
    unit: str = Field(description='"" for a plain number or one of an unknown unit; `0/1`: yes or no', examples=["1/s"])
    what: str | None = Field(description="in English; null for what this version does not know")
    latest: float | None = Field(description="null when it is not in the newest reading", examples=[24.9])
    at: str | None = Field(description="time of that reading", examples=[ExampleTime])


class Measurements(BaseModel):
    """What is measured of a device."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    device: str = Field(examples=["cam-01"])
    measurements: list[Measurement]


class Series(BaseModel):
    """One measurement over some time, down-sampled. A point is `[ms, mean, min, max]` of the step that begins at `ms`
    (since the Unix epoch); steps in which nothing was measured are left out.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, json_schema_extra={"examples": [SERIES_EXAMPLE]}
    )

    device: str
    name: str
    unit: str
    from_: str = Field(alias="from")
    to: str
    step_ms: int = Field(
        description="from one point to the next; of times whose points are deleted already five minutes, or a day"
    )
    points: list[tuple[int, float, float, float]]
