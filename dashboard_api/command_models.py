"""What the API takes and answers of commands to nodes."""

from pydantic import BaseModel, ConfigDict, Field

from contracts.commands import LONGEST_S, CommandName
from contracts.topics import ID_PATTERN
from dashboard_api.models import ExampleTime
from gateway.store import CommandState

SHORTEST_S, USUAL_S = 10, 300


class GiveCommand(BaseModel):
    """Something that a node is to do."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"device": "cam-01", "name": "accept_new_view"}]}
    )

    device: str = Field(pattern=ID_PATTERN, description="a device or a node", examples=["cam-01"])
    name: CommandName = Field(
        description="`accept_new_view`: what the camera shows now is what it is to show from now on; `look_now`: look "
        "at it at once, and report"
    )
    ttl_s: int = Field(
        default=USUAL_S, ge=SHORTEST_S, le=LONGEST_S, description="seconds in which it may begin; afterwards it is void"
    )


class Command(BaseModel):
    """A command to a node, and what became of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int = Field(examples=[17])
    device: str = Field(examples=["cam-01"])
    node: str = Field(examples=["n-01"])
    name: str = Field(examples=["accept_new_view"])
    by: str = Field(examples=["maintenance-1"])
    at: str = Field(description="when it was asked for", examples=[ExampleTime])
    expires: str = Field(examples=[ExampleTime])
    state: CommandState = Field(
        description="waiting: the node cannot be reached; sent: it has not answered yet; expired: nobody knows whether "
        "one that was sent was done, until its answer comes; refused: see `reason`; done"
    )
    reason: str | None = Field(
        description="a word, and behind a colon what the node says of it: `other_boot` (it was restarted meanwhile), "
        "`expired`, `forged` and `no_key` (the node has another key, or none), `no_gateway_key`, `other_node`, "
        "`no_such_device`, `cannot`, `failed`",
        examples=["other_boot"],
    )
    sent: str | None = Field(description="when it was sent for the first time", examples=[ExampleTime])
    ended: str | None = Field(examples=[ExampleTime])


class Commands(BaseModel):
    """Commands, the newest first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: list[Command]
    next: int | None = Field(description="`before` of the next page; null: that was all", examples=[None])


class Evidence(BaseModel):
    """What a camera's node showed of a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int = Field(examples=[3])
    at: str = Field(description="when the node found it", examples=[ExampleTime])
    before: str | None = Field(
        description="address of the last good picture", examples=["/api/v1/faults/F-2026-0001/evidence/3/before"]
    )
    after: str | None = Field(
        description="address of the picture of then, with what is wrong outlined",
        examples=["/api/v1/faults/F-2026-0001/evidence/3/after"],
    )


class Evidences(BaseModel):
    """All of a fault, newest first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: list[Evidence]
