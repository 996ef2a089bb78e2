"""What the API answers of the system's own health."""

from pydantic import BaseModel, ConfigDict, Field

from dashboard_api.models import ExampleTime
from dashboard_api.system.check import Level, Unit


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SystemCheck(_Model):
    """A figure, held against its limit."""

    key: str = Field(description="what is looked at", examples=["backlog"])
    subject: str = Field(description="whose, where there are several: a channel, a certificate", examples=[""])
    level: Level = Field(description="`unknown`: nobody has told, or it is too long ago")
    value: float | None = Field(description="as it was at `at`; null: not known", examples=[412])
    unit: Unit = Field(examples=["points"])
    limit: float | None = Field(description="what it is held against, in the same unit", examples=[100000])
    at: str | None = Field(description="when it was so", examples=[ExampleTime])
    note: str = Field(description="what there is to say of it, in a word", examples=["oldest"])
    facts: dict[str, str | float] = Field(description="figures behind it; moments (`…_ms`) in Unix ms")
    fault: str | None = Field(description="the open fault that says so", examples=["F-2026-0007"])


class NodeTraffic(_Model):
    """Bytes of a node by the gateway's count, by the days and months of China."""

    today: int
    yesterday: int
    month: int
    last_month: int
    pace: int | None = Field(description="what the month comes to; null: not counted for a day yet")
    budget: int
    counted_since: str | None = Field(examples=[ExampleTime])


class SystemNode(_Model):
    """One node of the inventory."""

    node: str = Field(examples=["n-01"])
    junction: str = Field(examples=["j-01"])
    level: Level
    checks: list[SystemCheck] = Field(description="link, spool, data, clock, program, lost")
    traffic: NodeTraffic


class LostRecords(_Model):
    """Records `first` to `last` of a card that exist nowhere any more."""

    node: str = Field(examples=["n-01"])
    stream: str = Field(examples=["9f3c5a0b1d2e4f60"])
    first: int
    last: int
    found: str = Field(examples=[ExampleTime])


class RefusedInput(_Model):
    """What came and could not be used, by reason."""

    reason: str = Field(examples=["malformed"])
    node: str = Field(description="empty: of no known node", examples=["n-01"])
    count: int
    last: str = Field(examples=[ExampleTime])


class SystemHealth(_Model):
    """The system's own health at one moment."""

    time: str = Field(examples=[ExampleTime])
    level: Level = Field(description="the worst of all below")
    checks: dict[str, list[SystemCheck]] = Field(description="by subject: gateway, data, messages, keeping")
    nodes: list[SystemNode]
    lost: list[LostRecords] = Field(description="oldest first")
    refused: list[RefusedInput]
