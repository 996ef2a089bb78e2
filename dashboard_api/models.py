"""What the API answers. Times are ISO 8601 with offset; every text is there in both languages."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.states import State, Word
from gateway.faults.kinds import MessageKind
from gateway.faults.order import OrderState, PersonMove

ExampleTime = "2026-11-23T14:02:31.250+08:00"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Model):
    """One text in both languages."""

    zh: str = Field(examples=["大月桥路口"])
    en: str = Field(examples=["Dayue Bridge junction"])


class LastKnown(_Model):
    """What was seen last of something that is silent now."""

    state: State
    word: Word | None = None


class Declared(_Model):
    """What people have declared of a device."""

    now: bool = Field(description="whether it holds now")
    until: str | None = Field(
        default=None, description="its end; null when it does not hold, or until further notice", examples=[ExampleTime]
    )


class Device(_Model):
    """A camera, a warning light, a charge point, a connector or a contact, now."""

    id: str = Field(examples=["cam-01"])
    kind: Literal["camera", "warning_light", "charge_point", "connector", "contact"]
    name: Text
    place: Text
    grid: Text
    junction: str = Field(examples=["j-01"])
    node: str = Field(examples=["n-01"])
    parent: str | None = Field(default=None, description="the charge point of a connector")
    state: State = Field(description="`unknown` also when the last reading is too old")
    word: Word | None = Field(default=None, description="what residents read of a connector")
    stale: bool = Field(description="the last reading is too old to be believed")
    last_known: LastKnown | None = Field(default=None, description="only when stale")
    since: str | None = Field(default=None, description="when the state began", examples=[ExampleTime])
    seen: str | None = Field(default=None, description="time of the newest reading", examples=[ExampleTime])
    codes: list[str] = Field(description="fault codes seen now", examples=[["frozen"]])
    planned: Declared = Field(description="maintenance of it, its charge point, its node or its junction")
    out_of_service: Declared = Field(description="it does not have to work")
    metrics: dict[str, float] = Field(examples=[{"fps": 24.9}])
    stream: str | None = Field(default=None, description="card that the newest reading lay on")
    n: int | None = Field(default=None, description="record number of the newest reading")


class Devices(_Model):
    """A page of devices; `next` is the cursor of the next one."""

    items: list[Device]
    next: str | None = None


class Move(_Model):
    """One line of a fault's history."""

    at: str = Field(examples=[ExampleTime])
    move: str = Field(examples=["opened"])
    by: str | None = None
    comment: str | None = None
    place: str | None = Field(default=None, description="where the person was", examples=["j-02"])
    photo: str | None = Field(default=None, description="where it is", examples=["/api/v1/faults/F-2026-0001/photos/1"])
    department: str | None = Field(default=None, description="to whom it was forwarded", examples=["traffic_police"])
    until: str | None = Field(default=None, description="when a suspended one goes on", examples=[ExampleTime])
    into: str | None = Field(default=None, description="the number that it is a duplicate of", examples=["F-2026-0002"])


class Order(_Model):
    """The work order of a fault: it lives on after the fault's condition is over."""

    state: OrderState = Field(description="`closed` also for a fault that is a part of another: that has none")
    department: str = Field(description="whose it is", examples=["maintenance"])
    until: str | None = Field(default=None, description="when a suspended one goes on", examples=[ExampleTime])
    version: int = Field(description="to be sent along with a move, so that two people cannot overrun each other")
    allowed: list[PersonMove] = Field(description="the moves that you can make now", examples=[["on_site", "refused"]])


class Fault(_Model):
    """One fault: what, where, since when, what to do first for the role that asks, and how far it has come."""

    id: str = Field(examples=["F-2026-0001"])
    asset: str = Field(examples=["cp-01.1"])
    asset_kind: str = Field(examples=["connector"])
    name: Text
    place: Text
    junction: str = Field(description="empty for what stands at none, such as a feeder", examples=["j-02"])
    code: str = Field(examples=["GroundFailure"])
    root: str | None = Field(
        default=None, description="asset that is the cause, when another one is; such a fault is not told by itself"
    )
    root_name: Text | None = Field(default=None, description="its name")
    cause: str | None = Field(
        default=None, description="number of the cause's fault; null for the weather, which has none"
    )
    severity: int = Field(ge=1, le=3)
    state: Literal["open", "acknowledged", "cleared", "closed"]
    sentence: Text
    first_step: Text
    department: Text
    electrical: bool = Field(description="only 'measured dead, insulation tested', recorded on site, releases it")
    opened: str = Field(examples=[ExampleTime])
    cleared: str | None = Field(default=None, description="when the condition ended")
    closed: str | None = Field(default=None, description="same, or when a latched one was released")
    latched: bool = Field(description="stays open after it has cleared, until a person has dealt with it")
    acknowledged: str | None = None
    acknowledged_by: str | None = None
    measured_dead: bool
    reopened: int = Field(description="how often it came back within 24 h")
    version: int = Field(
        description="send it along with an acknowledgement, so that two people cannot overrun each other"
    )
    order: Order


class Why(_Model):
    """Why it is a fault and what was ruled out, a sentence each, in both languages."""

    zh: list[str] = Field(examples=[["东台区像是停电：多个路口同时失联，从 11月23日 14:02 开始。"]])
    en: list[str]


class Told(_Model):
    """One message to people."""

    at: str = Field(description="when it was handed over to be sent", examples=[ExampleTime])
    kind: MessageKind = Field(description="`update`: a fault told of before is a part of this one")


class WholeFault(Fault):
    """One fault with its reasons, its parts, what was told of it, and its history."""

    why: Why
    members: list[str] = Field(
        description="numbers of the faults that are a part of this one", examples=[["F-2026-0002"]]
    )
    messages: list[Told]
    moves: list[Move]


class Message(_Model):
    """What people were told, of a fault or of none."""

    id: int = Field(description="they are counted in the order they were written")
    at: str = Field(examples=[ExampleTime])
    kind: MessageKind
    asset: str = Field(examples=["f-east"])
    name: Text
    code: str = Field(description="of an `update` the cause's", examples=["feeder_down"])
    sentence: Text
    fault: str | None = Field(default=None, description="null where there is none: weather, flapping")


class Messages(_Model):
    """A page of messages, oldest first; `next` is the `after` of the next one."""

    items: list[Message]
    next: int | None = None


class PlanMaintenance(BaseModel):
    """Maintenance of a device, a node, or a whole junction."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={
            "examples": [
                {"target": "j-01", "from": "2026-11-24T09:00:00+08:00", "to": "2026-11-24T11:00:00+08:00"},
            ]
        },
    )

    target: str = Field(max_length=100, description="device, node or junction")
    from_: str = Field(
        alias="from",
        max_length=40,
        json_schema_extra={"format": "date-time"},
        description="ISO 8601 with an offset; in the past it counts for nothing in the uptime, and is listed as late",
    )
    to: str = Field(
        max_length=40,
        json_schema_extra={"format": "date-time"},
        description="later than `from` and than now, within 366 days of `from`",
    )


class TakeOut(BaseModel):
    """A device, or a node with all of its devices, that does not have to work."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={
            "examples": [{"target": "cp-01.2"}, {"target": "cam-01", "to": "2026-12-01T00:00:00+08:00"}]
        },
    )

    target: str = Field(max_length=100, description="device, connector or node")
    from_: str | None = Field(
        default=None,
        alias="from",
        max_length=40,
        json_schema_extra={"format": "date-time"},
        description="ISO 8601 with an offset, not in the past; now if left out",
    )
    to: str | None = Field(
        default=None,
        max_length=40,
        json_schema_extra={"format": "date-time"},
        description="later than `from`, within 366 days of it; until further notice if left out",
    )


class Window(_Model):
    """Time in which maintenance is planned, or something is out of service."""

    model_config = ConfigDict(populate_by_name=True, extra="forbid", frozen=True)

    target: str = Field(description="device, node or junction", examples=["j-01"])
    name: Text
    from_: str = Field(alias="from", examples=["2026-11-24T09:00:00.000+08:00"])
    to: str | None = Field(default=None, description="null: until further notice", examples=[ExampleTime])
    approved: str = Field(description="when it reached the gateway", examples=[ExampleTime])
    by: str | None = Field(default=None, examples=["maintenance-1"])
    late: bool = Field(description="maintenance approved at its beginning or after: uptime does not heed it")


class Windows(_Model):
    """Windows, oldest first."""

    items: list[Window]


class Faults(_Model):
    """A page of faults, newest first; `next` is the cursor of the next one."""

    items: list[Fault]
    next: str | None = None


class Acknowledge(BaseModel):
    """Taking a fault on. `measured_dead`, recorded on site after measuring, releases a latched one that has cleared."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"version": 3, "comment": "on my way"}, {"measured_dead": True}]},
    )

    version: int | None = Field(default=None, ge=1, description="refused with 409 if the fault has moved on since")
    comment: str | None = Field(default=None, max_length=500)
    measured_dead: bool = Field(default=False, description="on site: measured dead, insulation tested")


class PublicConnector(_Model):
    """A socket in the words residents read."""

    id: str = Field(examples=["cp-01.1"])
    name: Text
    word: Word
    since: str | None = Field(default=None, description="how long it has been so", examples=[ExampleTime])
    seen: str | None = Field(default=None, description="how old this is", examples=[ExampleTime])


class PublicChargePoint(_Model):
    """A charge point: state, place and age, and nothing else."""

    id: str = Field(examples=["cp-01"])
    name: Text
    place: Text
    word: Word = Field(description="the best that any of its connectors offers")
    seen: str | None = Field(default=None, examples=[ExampleTime])
    connectors: list[PublicConnector]


class PublicChargePoints(_Model):
    """All charge points of the village."""

    items: list[PublicChargePoint]
    next: str | None = None


class Interval(_Model):
    """One stretch of a camera's time, cut to the period that was asked for."""

    model_config = ConfigDict(populate_by_name=True, extra="forbid", frozen=True)

    from_: str = Field(alias="from", examples=[ExampleTime])
    to: str = Field(examples=[ExampleTime])
    state: Literal["up", "degraded", "down", "unknown", "planned", "out_of_service"]
    code: str | None = Field(default=None, description="fault code or cause", examples=["frozen"])
    cause: str | None = Field(
        default=None,
        description="why: `weather` and `not_confirmed` count as up; `mains`, `lost`, `silence` and others",
        examples=["not_confirmed"],
    )


class LateWindow(_Model):
    """Maintenance that was approved at its beginning or after: it counts for nothing."""

    model_config = ConfigDict(populate_by_name=True, extra="forbid", frozen=True)

    target: str = Field(description="device, node or site", examples=["j-01"])
    from_: str = Field(alias="from", examples=[ExampleTime])
    to: str | None = Field(default=None, examples=[ExampleTime])
    approved: str = Field(examples=[ExampleTime])


class Uptime(_Model):
    """Every second of the period accounted for. U + D + K = S; percentages null where nothing can be divided."""

    model_config = ConfigDict(populate_by_name=True, extra="forbid", frozen=True)

    camera: str = Field(examples=["cam-01"])
    from_: str = Field(alias="from", examples=["2026-11-01T00:00:00.000+08:00"])
    to: str = Field(examples=["2026-12-01T00:00:00.000+08:00"])
    S: int = Field(description="seconds in service: the period without M and O")
    U: int = Field(description="seconds up, degraded included")
    D: int = Field(description="seconds down, confirmed")
    K: int = Field(description="seconds of which nothing is known")
    M: int = Field(description="seconds of planned maintenance")
    O: int = Field(description="seconds out of service")  # noqa: E741  # the letter of the definition
    degraded: int = Field(description="seconds degraded; they are part of U")
    weather: int = Field(description="seconds in which weather hid the picture; they are part of U")
    mains: int = Field(description="the part of D in which the mains were away")
    known: float | None = Field(description="U / (U + D), percent", examples=[99.138])
    known_without_mains: float | None = Field(description="`known` without the time of mains loss", examples=[99.2])
    strict: float | None = Field(description="U / S, percent", examples=[96.369])
    upper: float | None = Field(description="(U + K) / S, percent", examples=[99.162])
    coverage: float | None = Field(description="(U + D) / S, percent", examples=[97.207])
    headline: float | None = Field(description="`known` if coverage is at least 95 %, else null: too little data")
    down_by: dict[str, int] = Field(description="D by code, seconds")
    unknown_by: dict[str, int] = Field(description="K by cause, seconds")
    late: list[LateWindow] = Field(description="maintenance approved too late to count")
    intervals: list[Interval]


class Health(_Model):
    """Whether this process can do its work, and how old the village's newest reading is."""

    status: Literal["ok", "silent", "store_away"] = Field(
        description="silent: no reading within the limit; is the gateway running? store_away: the store cannot be read"
    )
    time: str = Field(examples=[ExampleTime])
    newest: str | None = Field(default=None, examples=[ExampleTime])


class Ready(_Model):
    """It can do its work."""

    time: str = Field(examples=[ExampleTime])
    newest: str | None = Field(
        description="time of the gateway's newest reading; null: none yet", examples=[ExampleTime]
    )
    newest_age_s: float | None = Field(description="how old that is, seconds", examples=[2.5])


class SignIn(BaseModel):
    """A one-time link's token, the last part of its address."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"token": "vPq3…"}]})

    token: str = Field(min_length=1, max_length=200)


class SignedIn(_Model):
    """A bearer token."""

    token: str
    role: str = Field(examples=["maintenance"])
    expires: str = Field(examples=[ExampleTime])
