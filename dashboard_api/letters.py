"""Who was told of a fault, by which way and with what success; and what has reached nobody."""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.names import name_of
from dashboard_api import catalogue
from dashboard_api.desk import Desk
from dashboard_api.models import ExampleTime, Text
from dashboard_api.present import text
from dashboard_api.recipients import called
from dashboard_api.times import iso, iso_or_none
from gateway.dispatch.words import LetterKind, OutboxState
from gateway.store import OutboxRow, Unheard


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class SentLetter(_Model):
    """One letter to one recipient by one channel."""

    kind: LetterKind
    step: int = Field(description="0 the first message, 1 to 3 the ladder, from 1000 on another department's first")
    post: str = Field(description="why they were told", examples=["maintenance", "grid_lead@g-1"])
    recipient: str | None = Field(description="as the roster calls them; null: nobody was there to be told")
    channel: str | None = Field(examples=["wecom_maintenance"])
    state: OutboxState
    confirmed: bool = Field(description="whether the vendor's own answer says that it has it")
    due: str = Field(examples=[ExampleTime])
    sent: str | None = None
    attempts: int
    reason: str | None = Field(description="why it was not taken, as the channel said last")


class SentLetters(_Model):
    """Everything that was to be sent on one fault, oldest first."""

    items: list[SentLetter]


class UnheardFault(_Model):
    """A message on an open fault that reached nobody of one post, though other ways were tried."""

    fault: str
    asset: str
    name: Text
    code: str
    sentence: Text
    severity: Literal[1, 2, 3]
    post: str
    due: str = Field(description="since when it should have been with somebody", examples=[ExampleTime])
    reason: str | None


class UnheardFaults(_Model):
    """What the wall shows until somebody has it, the most severe first."""

    items: list[UnheardFault]


def sent(desk: Desk, rows: Iterable[OutboxRow]) -> SentLetters:
    """The letters as staff see them: names, no numbers."""
    return SentLetters(
        items=[
            SentLetter(
                kind=row.kind,
                step=row.step,
                post=row.post,
                recipient=called(desk, row.recipient) if row.recipient else None,
                channel=row.channel or None,
                state=row.state,
                confirmed=row.confirmed,
                due=iso(row.due_ms),
                sent=iso_or_none(row.sent_ms),
                attempts=row.attempts,
                reason=row.reason,
            )
            for row in rows
        ]
    )


def unheard(desk: Desk, found: Iterable[Unheard]) -> UnheardFaults:
    """What reached nobody."""
    rows = sorted(found, key=lambda one: (one.fault.severity, one.fault.opened_ms, one.fault.id))
    return UnheardFaults(items=[_unheard(desk, one) for one in rows])


def _unheard(desk: Desk, one: Unheard) -> UnheardFault:
    fault, name = one.fault, name_of(desk.names, one.fault.asset)
    return UnheardFault(
        fault=fault.id,
        asset=fault.asset,
        name=text(name),
        code=fault.code,
        sentence=catalogue.sentence(fault.code, name),
        severity=fault.severity,
        post=one.rows[0].post,
        due=iso(min(row.due_ms for row in one.rows)),
        reason=next((row.reason for row in reversed(one.rows) if row.reason), None),
    )
