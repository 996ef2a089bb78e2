"""Commands to nodes: a row is written before anything is sent, and moves on only, see :data:`CommandState`."""

from collections.abc import Iterable
from typing import Any, get_args

import msgspec
from msgspec.structs import asdict, replace
from sqlalchemy import Connection, Row, select, update

from gateway.store import audit
from gateway.store.command_rows import CommandBind, CommandEnd, CommandRow, CommandState, NewCommand
from gateway.store.order_rows import Deed
from gateway.store.schema_commands import commands
from gateway.store.sql import Conflict

_T = commands.c
_RANK = {state: rank for rank, state in enumerate(get_args(CommandState))}
_arguments = msgspec.json.Decoder(dict[str, str]).decode
_encode = msgspec.json.Encoder(order="sorted").encode


class UnderWay(Exception):
    """The same is asked of that device already, and is not answered yet: the command with this number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def add(db: Connection, new: NewCommand) -> int:
    """A waiting command, with its line in the audit log; its number. Raises :class:`UnderWay`."""
    same = (_T.device == new.device) & (_T.name == new.name) & _T.state.in_(("waiting", "sent"))
    known = db.execute(select(_T.number).where(same, _T.expires_ms > new.added_ms)).scalar()
    if known is not None:
        raise UnderWay(int(known))
    values = {**asdict(new), "arguments": _encode(new.arguments).decode(), "state": "waiting"}
    key = db.execute(commands.insert().values(values)).inserted_primary_key
    assert key is not None  # noqa: S101  # narrows for mypy: an insert of one row has its key
    row = one(db, int(key[0]))
    assert row is not None  # noqa: S101  # it has just been written
    _note(db, row, "command asked", new.added_ms)
    return row.number


def waiting(db: Connection, limit: int) -> list[CommandRow]:
    """Those that are neither answered nor given up, oldest first."""
    query = select(*commands.columns).where(_T.state.in_(("waiting", "sent"))).order_by(_T.number).limit(limit)
    return [_row(row) for row in db.execute(query)]


def one(db: Connection, number: int) -> CommandRow | None:
    """One by its number."""
    row = db.execute(select(*commands.columns).where(_T.number == number)).one_or_none()
    return None if row is None else _row(row)


def newest(db: Connection, devices: Iterable[str] | None, before: int | None, limit: int) -> list[CommandRow]:
    """Those numbered below ``before``, of these devices or of all, newest first."""
    query = select(*commands.columns).order_by(_T.number.desc()).limit(limit)
    query = query if devices is None else query.where(_T.device.in_(list(devices)))
    return [_row(row) for row in db.execute(query if before is None else query.where(_T.number < before))]


def bind(db: Connection, item: CommandBind) -> None:
    """From now on it is for that process start of its node, and for no other. Raises :class:`Conflict` if another
    worker has bound it."""
    values = {"boot": item.boot, "mono_ms": item.mono_ms, "ttl_s": item.ttl_s, "sent_ms": item.at_ms, "state": "sent"}
    mine = (_T.number == item.number) & (_T.state == "waiting")
    if db.execute(update(commands).where(mine).values(values)).rowcount != 1:
        raise Conflict("a command was sent by another worker")


def end(db: Connection, items: Iterable[CommandEnd]) -> list[str]:
    """Write down how commands ended, each with its line in the audit log; the devices of those that moved by it.

    What is unknown, another node's, or has come further already, changes nothing.
    """
    moved = []
    for item in items:
        row = db.execute(select(*commands.columns).where(_T.id == item.id, _T.node == item.node)).one_or_none()
        if row is None or _RANK[row.state] >= _RANK[item.state]:
            continue
        values = {"state": item.state, "reason": item.reason, "ended_ms": item.at_ms}
        db.execute(update(commands).where(_T.id == item.id).values(values))
        ended = one(db, row.number)
        assert ended is not None  # noqa: S101  # it has just been read
        _note(db, ended, "command done" if item.state == "done" else "refused command", item.at_ms)
        moved.append(ended.device)
    return moved


def _note(db: Connection, row: CommandRow, action: str, at_ms: int) -> None:
    said = {"command": row.name, "number": row.number, "arguments": row.arguments}
    said["reason"] = "expired" if row.state == "expired" else row.reason
    detail = {key: value for key, value in said.items() if value}
    audit.append(db, Deed(at_ms, row.by, row.role, action, row.device, "", _encode(detail).decode()))


def _row(row: Row[*tuple[Any, ...]]) -> CommandRow:
    return replace(CommandRow(*row), arguments=_arguments(row.arguments))
