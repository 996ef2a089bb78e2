"""What the API answers of one device's past and of what stands around it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.states import State
from dashboard_api.models import Device, ExampleTime, Text, Window


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class DeviceInterval(_Model):
    """One stretch of a device's time, cut to the period that was asked for."""

    from_: str = Field(alias="from", examples=[ExampleTime])
    to: str | None = Field(description="null: it still is so", examples=[ExampleTime])
    state: State
    code: str | None = Field(description="fault code", examples=["frozen"])
    cause: str | None = Field(description="why, where something else is the reason", examples=["mains"])


class DeviceIntervals(_Model):
    """What a device was in a period, oldest first, and what people had declared of it. Times of which nothing is
    stored lie between the intervals.
    """

    device: str = Field(examples=["cam-01"])
    from_: str = Field(alias="from", examples=["2026-11-22T14:02:31.250+08:00"])
    to: str = Field(examples=[ExampleTime])
    items: list[DeviceInterval]
    planned: list[Window] = Field(description="maintenance of it, its charge point, its node or its junction")
    out_of_service: list[Window]


class Neighbour(_Model):
    """A device near another one. ``relation``: the closest of those that hold."""

    relation: Literal["charge_point", "connector", "node", "junction"] = Field(
        description="it is its charge point, its connector, hangs on the same node, or stands at the same junction"
    )
    device: Device


class Supplied(_Model):
    """A junction on the same feeder: how many of its devices are in which state."""

    junction: str = Field(examples=["j-02"])
    name: Text
    up: int
    degraded: int
    down: int
    unknown: int


class Neighbours(_Model):
    """What stands around a device, the closest first: it tells a broken thing from a dark place."""

    items: list[Neighbour]
    feeder: str | None = Field(description="the power feeder of its node", examples=["f-east"])
    feeder_name: Text | None = None
    same_feeder: list[Supplied] = Field(description="the other junctions on that feeder")
