"""What the API answers of who is on duty and of the ways to reach them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard_api.models import ExampleTime, Text
from gateway.dispatch.words import ChannelKind


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OnDuty(_Model):
    """Somebody on duty."""

    id: str = Field(examples=["zhang"])
    name: str = Field(examples=["张工"])
    phone: str | None = Field(description="for those who take faults on; null for all others, and where there is none")


class NextChange(_Model):
    """When others are on duty at a post, and who."""

    at: str = Field(examples=[ExampleTime])
    people: list[OnDuty]


class PostNow(_Model):
    """A post and who is on duty there."""

    post: str = Field(description="a department, <department>.head, grid_officer@<grid> …", examples=["maintenance"])
    name: Text
    people: list[OnDuty] = Field(description="empty: nobody is on duty")
    next: NextChange | None = Field(description="within a week; null: nothing changes until then")


class RosterNow(_Model):
    """Who is on duty now. Without a loaded roster `version` is null and nobody is."""

    version: int | None = Field(examples=[3])
    loaded: str | None = Field(examples=[ExampleTime])
    desk: str | None = Field(description="whom everybody may ring", examples=["村综治中心值班室 02512345678"])
    posts: list[PostNow]


class ChannelTried(_Model):
    """A trial of a channel."""

    id: int
    at: str = Field(description="when it was asked for", examples=[ExampleTime])
    by: str = Field(examples=["maintenance-1"])
    outcome: Literal["waiting", "confirmed", "taken", "unknown", "failed", "refused"] = Field(
        description="confirmed: the vendor's answer says that it arrived; taken: it has it and cannot say more; "
        "unknown: it may have arrived; failed: the channel did not take it; refused: it was not tried"
    )
    detail: str = Field(description="the vendor's number, or why not")


class Channel(_Model):
    """One way to people, as the gateway opened it last."""

    name: str = Field(examples=["wecom_maintenance"])
    kind: ChannelKind
    opened: str = Field(examples=[ExampleTime])
    waiting: int = Field(description="letters to be sent")
    oldest_due: str | None = Field(description="since when the oldest of them is due", examples=[ExampleTime])
    last_sent: str | None = Field(examples=[ExampleTime])
    last_failure: str | None = Field(description="what it said last of a letter that it did not take")
    silent: bool = Field(description="there is an open fault that it takes nothing")
    last_test: ChannelTried | None


class Channels(_Model):
    """All channels, by name; none: the gateway has none, or has not run since this version."""

    items: list[Channel]


class TryChannel(BaseModel):
    """A trial letter."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"to": "zhang", "lang": "zh"}, {}]})

    to: str = Field(
        default="",
        max_length=100,
        description="a person's id, or group:<id>, of the roster; left out for a room that the channel itself is",
    )
    lang: Literal["zh", "en"] = "zh"
