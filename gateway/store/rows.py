"""What the store takes and gives: frozen values. Times are milliseconds since the Unix epoch (UTC)."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from contracts.states import State
from gateway.dispatch.words import LetterKind, OutboxState
from gateway.faults.changes import Fact
from gateway.faults.kinds import MessageKind
from gateway.faults.order import OrderState

ChangeType = Literal["device", "fault", "window", "access", "command"]
FaultFilter = Literal["open", "closed", "all"]
MoveKind = Literal[
    "opened",
    "relapsed",
    "cleared",
    "closed",
    "released",
    "reopened",
    "rooted",
    "merged",
    "verified",
    "resumed",
    "acknowledged",
    "on_site",
    "fixed",
    "refused",
    "forwarded",
    "suspended",
    "false_alarm",
    "duplicate",
]
InputStatus = Literal["waiting", "applied", "refused"]


class StreamRow(Struct, frozen=True):
    """One card of a node: applied up to and with ``done``, which ``done_boot`` wrote; the live view is at ``top``."""

    node: str
    stream: str
    done: int = 0
    done_boot: str | None = None
    top: int = 0


class NodeRow(Struct, frozen=True):
    """The current card of a node; ``version`` is that of its last commit, 0 = not stored yet."""

    node: str
    current: str | None = None
    version: int = 0


class LostRange(Struct, frozen=True):
    """Records ``first`` … ``last`` of a card no longer exist anywhere."""

    node: str
    stream: str
    first: int
    last: int
    found_ms: int


class JournalRow(Struct, frozen=True):
    """One applied record: ``body`` is the message as received, ``event_ms`` the node's moment, ``unsure`` if only its
    order is known."""

    node: str
    stream: str
    n: int
    received_ms: int
    event_ms: int
    unsure: bool
    body: bytes


class WatchRow(Struct, frozen=True):
    """What the engine (``watch``) and ingest (``memory``) remember of one node, as JSON."""

    node: str
    watch: bytes
    memory: bytes


class LiveRow(Struct, frozen=True):
    """A device now (connectors and nodes are devices too).

    ``seen_ms``: event time of its newest reading; ``n``: that reading's record.
    """

    device: str
    kind: str
    junction: str
    node: str
    state: State = "unknown"
    word: str | None = None
    since_ms: int | None = None
    seen_ms: int | None = None
    codes: tuple[str, ...] = ()
    metrics: Mapping[str, float] = {}
    stream: str | None = None
    n: int | None = None


class IntervalRow(Struct, frozen=True):
    """A device was ``state`` in the half-open ``[from_ms, to_ms)``; ``to_ms`` None = still is.

    ``cause``: why, where another asset is the reason.
    """

    device: str
    from_ms: int
    to_ms: int | None
    state: State
    code: str | None = None
    cause: str | None = None


class FaultRow(Struct, frozen=True):
    """One fault.

    ``cleared_ms`` end of the condition, ``closed_ms`` the same or, for a latched one, its release; ``root``: the
    cause's asset or None; ``facts``: why it is one, and what was ruled out. ``order_state``: where its work order
    stands; ``department``: whose it is, None = the one that routing says; ``until_ms``: when a suspended one goes on.
    """

    id: str
    asset: str
    asset_kind: str
    junction: str
    code: str
    root: str | None
    severity: int
    opened_ms: int
    cleared_ms: int | None = None
    closed_ms: int | None = None
    latched: bool = False
    acknowledged_by: str | None = None
    acknowledged_ms: int | None = None
    measured_dead: bool = False
    reopened: int = 0
    version: int = 1
    facts: tuple[Fact, ...] = ()
    order_state: OrderState = "open"
    department: str | None = None
    until_ms: int | None = None


class FaultSpan(Struct, frozen=True):
    """A stretch in which a fault was open, ``[from_ms, to_ms)``; ``to_ms`` None = still is. One that reopened has
    several."""

    fault: str
    asset: str
    code: str
    from_ms: int
    to_ms: int | None


class MoveRow(Struct, frozen=True):
    """One line of a fault's history.

    By the gateway (``by`` None): opened, relapsed, cleared, closed, released, reopened, rooted (``comment``: the cause
    that it is a part of now), merged (``comment``: the number that goes on instead), verified, resumed. All others are
    a person's, ``place``: where they were, ``photo``: the number of a picture. ``target``: the department of forwarded,
    the date of suspended (Unix ms), the number that goes on instead of a duplicate.
    """

    fault: str
    at_ms: int
    move: MoveKind
    by: str | None = None
    comment: str | None = None
    place: str | None = None
    photo: int | None = None
    target: str | None = None


class MessageRow(Struct, frozen=True):
    """What people were told; ``fault``: the number it speaks of, None where there is none (weather, flapping)."""

    id: int
    kind: MessageKind
    asset: str
    code: str
    at_ms: int
    fault: str | None


class MonthRow(Struct, frozen=True):
    """One revision of a frozen month (``2026-10``). ``body``: canonical JSON, ``hash`` its SHA-256; ``diff``: what it
    changed, None for revision 1."""

    month: str
    revision: int
    frozen_ms: int
    hash: str
    body: bytes
    diff: bytes | None = None


class MonthHead(Struct, frozen=True):
    """A revision of a frozen month without its body."""

    month: str
    revision: int
    frozen_ms: int
    hash: str


class MonthMark(Struct, frozen=True):
    """How often something was written into a month's time, and the count that its newest revision saw (-1: none)."""

    month: str
    from_ms: int
    to_ms: int
    changed: int
    frozen: int

    @property
    def stale(self) -> bool:
        """Whether its figures may be others by now."""
        return self.changed != self.frozen


class HappeningRow(Struct, frozen=True):
    """A line of the journal that is no record: a link, the gateway's start or stop, mains, a person."""

    at_ms: int
    line: bytes


class Acknowledgement(Struct, frozen=True):
    """The payload of an input of kind ``acknowledge``, as JSON. ``measured_dead``: recorded on site. ``role``: of who
    asks, for the audit log."""

    fault: str
    comment: str | None = None
    measured_dead: bool = False
    role: str = ""


class WindowWish(Struct, frozen=True):
    """The payload of an input of kind ``planned``, ``cancel``, ``out_of_service`` or ``in_service``, as JSON.

    ``target``: a device, or for maintenance also a site. ``cancel``: that which begins at ``from_ms``. ``role``: of who
    asks, for the audit log.
    """

    target: str
    from_ms: int
    to_ms: int | None = None
    role: str = ""


class InputRow(Struct, frozen=True):
    """What a person asked for; ``reason`` says why it was refused. ``payload`` is JSON."""

    id: int
    kind: str
    payload: bytes
    by: str
    expected_version: int | None
    added_ms: int
    status: InputStatus
    reason: str | None


class ChangeRow(Struct, frozen=True):
    """Device or fault ``id`` changed, the windows of the target ``id``, or what account ``id`` may do; ``node``,
    ``stream``, ``n`` name the record that moved a device, None when it was a deadline or a person."""

    seq: int
    type: ChangeType
    id: str
    node: str | None
    stream: str | None
    n: int | None
    at_ms: int


class CounterRow(Struct, frozen=True):
    """Bad input of one node (or '' when unknown) by reason, with the newest sample."""

    reason: str
    node: str
    count: int
    last_ms: int
    sample: str


class ParkedLine(Struct, frozen=True):
    """A telemetry line that the time-series store refuses for good."""

    id: int
    line: str
    reason: str
    parked_ms: int


class RollupMark(Struct, frozen=True):
    """A window of ``measurement`` that is to be computed. ``level``: 5m or 1d; ``touched`` counts what was written into
    it, the last at ``at_ms``."""

    measurement: str
    level: str
    from_ms: int
    touched: int
    at_ms: int


class OutboxRow(Struct, frozen=True):
    """One letter to one recipient by one channel.

    ``message``: the message it speaks of, None for a summary or digest, whose words are those of the rows that joined
    it (``into`` = its id). ``next_ms``: when it may be tried; while ``sending`` the end of its lease. ``unsure``:
    attempts of which nobody knows whether they got out. ``told_ms``: when the auditor found it undelivered.
    """

    id: int
    message: int | None
    fault: str | None
    kind: LetterKind
    severity: int
    step: int
    recipient: str
    channel: str
    post: str
    role: str
    bundle: str
    unless_taken: bool
    made_ms: int
    due_ms: int
    state: OutboxState
    next_ms: int
    attempts: int = 0
    unsure: int = 0
    lease: str | None = None
    into: int | None = None
    sent_ms: int | None = None
    confirmed: bool = False
    reference: str | None = None
    reason: str | None = None
    told_ms: int | None = None


class LadderRow(Struct, frozen=True):
    """A fault that people were told of at ``told_ms``; ``step`` was the last one up, the next is due at ``next_ms``."""

    fault: str
    message: int
    severity: int
    told_ms: int
    step: int
    next_ms: int | None


class LinkWish(Struct, frozen=True):
    """What a signed link is used for: an input as ``add_input`` takes it, about ``fault``; the link ends anyway at
    ``expires_ms``.
    """

    fault: str
    kind: str
    payload: bytes
    by: str
    expected_version: int | None
    expires_ms: int


class RosterRow(Struct, frozen=True):
    """A roster as it was loaded, as JSON."""

    version: int
    loaded_ms: int
    by: str
    body: bytes
