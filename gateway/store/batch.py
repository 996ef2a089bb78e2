"""What one transaction writes.

The gateway fills a batch from values only; ids and version checks happen in the store.
"""

import secrets
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct

from contracts.states import State
from gateway.dispatch.words import Address
from gateway.faults.changes import Fact
from gateway.faults.kinds import MessageKind
from gateway.faults.order import PersonMove
from gateway.store.command_rows import CommandEnd
from gateway.store.evidence_rows import EvidenceNote, PictureCome
from gateway.store.rows import IntervalRow, JournalRow, LiveRow, LostRange, NodeRow, StreamRow, WatchRow
from gateway.uptime import WindowKind


class FaultOpen(Struct, frozen=True):
    """Open (asset, code, root). If it is open already, an earlier ``opened_ms`` is taken, and a latched one that had
    cleared is bad again.

    Within ``reopen_ms`` of its end the same number reopens: ``opened_ms`` stays the first start.
    ``joins``: of its episodes, so many turned out to be this one.
    ``line``: its telemetry event in line protocol, with ``{fault}`` where the number goes; '' for none.
    """

    asset: str
    asset_kind: str
    junction: str
    code: str
    root: str | None
    severity: int
    opened_ms: int
    latched: bool = False
    line: str = ""
    reopen_ms: int = 86_400_000
    joins: int = 0


class FaultEnd(Struct, frozen=True):
    """The condition of (asset, code, root) ended at ``cleared_ms``; ``closed_ms`` None = latched, it waits for its
    release."""

    asset: str
    code: str
    root: str | None
    cleared_ms: int
    closed_ms: int | None
    line: str = ""


class FaultAcknowledge(Struct, frozen=True):
    """A person took fault ``fault``. If that releases a latched one, its :class:`FaultEnd` follows."""

    fault: str
    by: str
    at_ms: int
    comment: str | None
    measured_dead: bool
    line: str = ""
    place: str | None = None
    photo: int | None = None


class OrderMove(Struct, frozen=True):
    """A person moves the work order of ``fault`` on, as the input ``input`` asks.

    The store judges it by the fault as it is in the transaction: if it has moved on from ``expected_version`` or the
    move is illegal now, the input is refused with the reason and nothing else changes. ``department``: to whom it is
    forwarded, ``home``: whose it is while nobody has forwarded it; ``into``: the number it is a duplicate of. ``to``:
    who is told that it is theirs now, ``escalate_ms``: when that goes up the ladder.
    """

    fault: str
    move: PersonMove
    by: str
    at_ms: int
    input: int
    expected_version: int | None = None
    comment: str | None = None
    place: str | None = None
    photo: int | None = None
    department: str | None = None
    until_ms: int | None = None
    into: str | None = None
    home: str | None = None
    to: tuple[Address, ...] = ()
    escalate_ms: int | None = None


class FaultRoot(Struct, frozen=True):
    """The fault (asset, code, ``was``), open or else the newest, is a part of ``root``. Where (asset, code, ``root``)
    is open already the two become one: the number that began earlier stays, the other is closed at ``at_ms``."""

    asset: str
    code: str
    was: str | None
    root: str | None
    at_ms: int


class FaultFacts(Struct, frozen=True):
    """Why the open fault (asset, code, root) is one; takes the place of what was said before."""

    asset: str
    code: str
    root: str | None
    facts: tuple[Fact, ...]


class MessageWrite(Struct, frozen=True):
    """People are told at ``at_ms``. The store adds the number it speaks of: the newest fault (asset, code) without a
    cause, if there is one.

    ``to``: who is told of a problem, or of a cause by its update where nobody was told of it yet. Anything but a
    problem also goes to those who were told of what it speaks of, at ``due_ms``. ``bundle``: letters of one recipient
    with the same are one text. ``escalate_ms``: when a problem goes up the ladder, None = never. ``calls``: channels
    that ring people up, which is for problems alone.
    """

    kind: MessageKind
    asset: str
    code: str
    at_ms: int
    severity: int = 2
    to: tuple[Address, ...] = ()
    due_ms: int = 0
    bundle: str = ""
    escalate_ms: int | None = None
    calls: tuple[str, ...] = ()


FaultWrite = FaultOpen | FaultEnd | FaultAcknowledge | OrderMove | FaultRoot | FaultFacts | MessageWrite


class WindowSet(Struct, frozen=True):
    """A window of ``target``, known at ``known_ms``; the same (kind, target, from_ms) again takes its place. What was
    planned in time stays approved: see ``gateway.uptime.laid``."""

    kind: WindowKind
    target: str
    from_ms: int
    to_ms: int | None
    known_ms: int
    by: str | None = None


class WindowCut(Struct, frozen=True):
    """The rest of the window of ``target`` that begins at ``from_ms`` (None: of any) is void from ``at_ms`` on; one
    that begins later than that is gone."""

    target: str
    from_ms: int | None
    at_ms: int
    kind: WindowKind = "planned"


class Happening(Struct, frozen=True):
    """A line of the journal that is no record, as JSON in the form that replay reads."""

    at_ms: int
    line: bytes


class IntervalFill(Struct, frozen=True):
    """Late data: where the device's stored intervals say ``unknown`` within ``[from_ms, to_ms)``, this is what was;
    with ``over`` whatever they say."""

    device: str
    from_ms: int
    to_ms: int
    state: State
    code: str | None = None
    cause: str | None = None
    over: bool = False


class CameraClock(Struct, frozen=True):
    """A camera's clock was ``error_ms`` ahead of ours when it was measured, as a record of ``at_ms`` says."""

    device: str
    at_ms: int
    error_ms: int


class InputDone(Struct, frozen=True):
    """What became of a person's input."""

    id: int
    status: Literal["applied", "refused"]
    reason: str | None = None


class Bad(Struct, frozen=True):
    """``count`` more bad inputs of ``node`` ('' when unknown) for one reason, with the newest sample."""

    reason: str
    node: str
    count: int
    sample: str


def draw_version() -> int:
    """A name for what a commit leaves behind: by chance, since counted commits can be as many again after a restore,
    and a worker that hung meanwhile would take what is there for what it knows. At least 1; it fits four bytes.
    """
    return 1 + secrets.randbelow(2**31 - 1)


@dataclass(slots=True)
class Batch:
    """All effects of some messages, inputs and deadlines.

    ``records``: the applied (node, stream, n), each of which has its journal row. ``answers``: of nodes to commands.
    ``evidence``: pictures that records named; ``pictures``: those that came.
    ``forgotten``: nodes of which nothing is to be remembered any more. ``version``: what ``nodes`` have once it is
    committed.
    """

    at_ms: int
    version: int = field(default_factory=draw_version)
    records: list[tuple[str, str, int]] = field(default_factory=list)
    nodes: list[NodeRow] = field(default_factory=list)
    streams: list[StreamRow] = field(default_factory=list)
    lost: list[LostRange] = field(default_factory=list)
    journal: list[JournalRow] = field(default_factory=list)
    watches: list[WatchRow] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    live: list[LiveRow] = field(default_factory=list)
    intervals: list[IntervalRow | IntervalFill] = field(default_factory=list)
    faults: list[FaultWrite] = field(default_factory=list)
    windows: list[WindowSet | WindowCut] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    inputs: list[InputDone] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    answers: list[CommandEnd] = field(default_factory=list)
    evidence: list[EvidenceNote] = field(default_factory=list)
    pictures: list[PictureCome] = field(default_factory=list)
    clocks: list[CameraClock] = field(default_factory=list)

    def empty(self) -> bool:
        """Nothing to commit."""
        return not any(getattr(self, name) for name in self.__slots__ if name not in {"at_ms", "version"})
