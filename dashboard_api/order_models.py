"""What the API takes and answers of work orders, and of what people did."""

from pydantic import BaseModel, ConfigDict, Field

from dashboard_api.models import ExampleTime
from gateway.faults.order import PersonMove
from gateway.store.photos import LARGEST

# What a text column takes in every database.
TYPED = r"^[^\x00]*$"
PHOTO_CHARACTERS = (LARGEST + 2) // 3 * 4


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MakeMove(BaseModel):
    """One move of a work order."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"move": "on_site", "version": 4, "place": "j-02"},
                {"move": "suspended", "version": 5, "until": "2026-12-01T08:00:00+08:00", "comment": "part is ordered"},
                {"move": "forwarded", "version": 6, "department": "traffic_police", "comment": "the pole is theirs"},
            ]
        },
    )

    move: PersonMove
    version: int = Field(ge=1, description="of the fault as you read it; refused with 409 if it has moved on since")
    comment: str | None = Field(default=None, max_length=500, pattern=TYPED)
    place: str | None = Field(default=None, max_length=100, pattern=TYPED, description="where you are")
    department: str | None = Field(default=None, max_length=100, description="to whom it is forwarded")
    until: str | None = Field(
        default=None,
        max_length=40,
        json_schema_extra={"format": "date-time"},
        description="ISO 8601 with an offset, within 366 days: when a suspended one goes on",
    )
    into: str | None = Field(default=None, max_length=20, description="number of the fault it is a duplicate of")
    photo: str | None = Field(
        default=None,
        max_length=PHOTO_CHARACTERS,
        json_schema_extra={"contentEncoding": "base64"},
        description="JPEG, PNG or WebP in base64, at most 2 MB; kept as it is, with what the phone wrote into it",
    )


class AuditEntry(_Model):
    """One thing that somebody did."""

    id: int
    at: str = Field(examples=[ExampleTime])
    who: str = Field(examples=["maintenance-1"])
    role: str = Field(examples=["maintenance"])
    action: str = Field(description="`refused …`: what was asked for and not done", examples=["on_site"])
    subject: str = Field(description="a fault, a device, a site", examples=["F-2026-0001"])
    place: str = Field(examples=["j-02"])
    detail: str = Field(description="the rest of it, as JSON", examples=['{"input":12,"version":4}'])
    hash: str = Field(description="SHA-256 over this entry and the hash of the one before")


class Audit(_Model):
    """A page of the audit log, oldest first; `next` is the `after` of the next one."""

    items: list[AuditEntry]
    next: int | None = None
    verified: bool = Field(description="whether the whole log was looked through")
    first_bad: int | None = Field(
        default=None, description="the first entry that is not as it was written, or before which one is missing"
    )
