"""The channels as the gateway opened them last, what became of their letters, and the trials that people ask for."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, func, select

from gateway.dispatch.words import ChannelKind, Lang
from gateway.store.rows import InputRow
from gateway.store.schema import inputs, marks, outbox

KIND = "channel_test"
# A mark of each channel; its name follows its kind. When somebody tried one last stands in a mark of its own.
_OPENED = "channel opened:"
_TRIED = "channel:"
_NEWEST = 200
_O = outbox.c


class ChannelTest(Struct, frozen=True):
    """The payload of an input of kind ``channel_test``, as JSON: a trial letter by the channel ``target``.

    ``to``: a person's id or ``group:<id>`` of the roster; '' for a room that the channel itself is. ``role``: of who
    asks, for the audit log.
    """

    target: str
    to: str = ""
    lang: Lang = "zh"
    role: str = ""


class Tried(Struct, frozen=True):
    """What became of a trial, as JSON in its input's reason. ``confirmed``: the vendor says so; ``taken``: it has it,
    and cannot say more; ``unknown``: it may have arrived; ``failed``: not taken."""

    outcome: str
    detail: str = ""


class TrialRow(Struct, frozen=True):
    """One trial: asked for by ``by`` at ``at_ms``. ``tried`` None: not answered yet, or ``refused`` says why not."""

    id: int
    channel: str
    to: str
    by: str
    at_ms: int
    tried: Tried | None
    refused: str | None

    @property
    def waits(self) -> bool:
        """Whether nothing has become of it yet."""
        return self.tried is None and self.refused is None


class ChannelRow(Struct, frozen=True):
    """One channel. ``waiting``: letters to be sent, the oldest due at ``due_ms``; ``failed``: what it said last of a
    letter that it did not take; ``worked_ms``: when a trial got through last."""

    name: str
    kind: ChannelKind
    opened_ms: int
    waiting: int
    due_ms: int | None
    sent_ms: int | None
    failed: str | None
    worked_ms: int | None


_payload = msgspec.json.Decoder(ChannelTest).decode
_tried = msgspec.json.Decoder(Tried).decode


def opened(db: Connection, kinds: Mapping[str, ChannelKind], at_ms: int) -> None:
    """These are the channels now, and no others."""
    db.execute(delete(marks).where(marks.c.name.startswith(_OPENED, autoescape=True)))
    rows = [{"name": f"{_OPENED}{kind}:{name}", "at_ms": at_ms} for name, kind in kinds.items()]
    if rows:
        db.execute(marks.insert(), rows)


def read(db: Connection) -> list[ChannelRow]:
    """By name."""
    found = db.execute(select(marks.c.name, marks.c.at_ms).where(marks.c.name.startswith("channel", autoescape=True)))
    at = {name: at_ms for name, at_ms in found}  # noqa: C416  # rows are no pairs for mypy
    names = [name.removeprefix(_OPENED).split(":", 1) for name in at if name.startswith(_OPENED)]
    return [_row(db, kind, name, at) for kind, name in sorted(names, key=lambda pair: pair[1])]


def _row(db: Connection, kind: Any, name: str, at: Mapping[str, int]) -> ChannelRow:
    mine = _O.channel == name
    unsent = mine & _O.state.in_(("waiting", "sending"))
    waiting, due_ms = db.execute(select(func.count(), func.min(_O.due_ms)).where(unsent)).one()
    sent_ms = db.execute(select(func.max(_O.sent_ms)).where(mine)).scalar()
    failed = select(_O.reason).where(mine, _O.reason.is_not(None), _O.attempts > 0).order_by(_O.id.desc()).limit(1)
    reason = db.execute(failed).scalar()
    opened_ms = at[f"{_OPENED}{kind}:{name}"]
    return ChannelRow(name, kind, opened_ms, waiting, due_ms, sent_ms, reason, at.get(_TRIED + name))


def tests(db: Connection) -> list[TrialRow]:
    """The newest trials, newest first."""
    query = select(inputs).where(inputs.c.kind == KIND).order_by(inputs.c.id.desc()).limit(_NEWEST)
    return [test for row in db.execute(query) if (test := _test(row)) is not None]


def _test(row: Any) -> TrialRow | None:
    try:
        asked = _payload(row.payload)
        tried = _tried(row.reason or "") if row.status == "applied" else None
    except msgspec.DecodeError:
        return None
    refused = (row.reason or "refused") if row.status == "refused" else None
    return TrialRow(row.id, asked.target, asked.to, row.by, row.added_ms, tried, refused)


def asked(row: InputRow) -> ChannelTest:
    """What a trial is to be. Raises :class:`msgspec.DecodeError`."""
    return _payload(row.payload)


def waiting(db: Connection) -> Sequence[InputRow]:
    """Trials that nobody has answered, oldest first."""
    t = inputs.c
    columns = (t.id, t.kind, t.payload, t.by, t.expected_version, t.added_ms, t.status, t.reason)
    query = select(*columns).where(t.status == "waiting", t.kind == KIND).order_by(t.id).limit(_NEWEST)
    return [InputRow(*row) for row in db.execute(query)]
