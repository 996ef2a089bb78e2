"""Whether a saved statement is as it was drawn: by its hash, by the audit log that has the hash, and against the store
as it is today.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from contracts.inventory import Village
from gateway.reports.left import Known, left
from gateway.reports.window import Asked, draw, plain
from gateway.store import AuditRow, AuditWanted, Store
from gateway.uptime.months import digest, iso

DRAWN = "statement drawn"
PIECE = 500
# What late data may change; the rest of a statement is what was asked for.
_NAMED = ("village", "device", "from", "to")


class NoStatement(Exception):
    """The file is no statement; the text says why."""


class Paper(Struct, frozen=True):
    """A saved statement: what it says, and the hash that stands on it."""

    statement: dict[str, Any]
    hash: str


class Proof(Struct, frozen=True):
    """``wrong``: why it is not what was drawn here, a sentence each; ``told``: what else there is to say."""

    wrong: tuple[str, ...]
    told: tuple[str, ...]


def read(body: bytes) -> Paper:
    """A statement as the API gave it; raises :class:`NoStatement`."""
    try:
        paper = msgspec.json.decode(body, type=Paper)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NoStatement(str(error)) from error
    lacking = [name for name in _NAMED if not isinstance(paper.statement.get(name), str)]
    if lacking:
        raise NoStatement(f"it lacks {', '.join(lacking)}")
    return paper


def proven(store: Store, village: Village, paper: Paper) -> Proof:
    """Raises StoreError."""
    sealed = digest(msgspec.json.encode(paper.statement, order="sorted"))
    if sealed != paper.hash:
        return Proof((f"its hash is not that of what it says ({sealed}): it was changed after it was drawn",), ())
    rows = list(_audited(store, paper))
    if not rows:
        text = "no statement with this hash was ever drawn here: the audit log has none"
        return Proof((text,), ("its hash is that of what it says",))
    told = ["its hash is that of what it says"]
    told += [f"drawn {iso(row.at_ms)} by {row.who} (audit log, row {row.id})" for row in rows]
    return Proof((), (*told, *_today(store, village, paper)))


def _audited(store: Store, paper: Paper) -> Iterator[AuditRow]:
    wanted, after = AuditWanted(actions=(DRAWN,), subjects=(paper.statement["device"],)), 0
    while rows := store.audit(after, PIECE, wanted):
        yield from (row for row in rows if paper.hash in row.detail)
        after = rows[-1].id


def _today(store: Store, village: Village, paper: Paper) -> Iterator[str]:
    """Whether the store says the same, and if not what differs."""
    device, places = paper.statement["device"], village.places()
    known = Known(places[device]) if device in places else left(store, places).get(device)
    if known is None:
        yield "the device has left the inventory and stands in no frozen month: it cannot be drawn again"
        return
    begin, end = (_millis(paper.statement[name]) for name in ("from", "to"))
    now = plain(draw(store, village, Asked(known.place, begin, end, code=known.code)))
    changed = sorted(name for name in now if _told(now, name) != _told(paper.statement, name))
    if changed:
        yield f"drawn again today it would differ in {', '.join(changed)}: data that came later, or a later revision"
    else:
        yield "drawn again today it would say the same"


def _told(statement: Mapping[str, Any], name: str) -> bytes:
    return msgspec.json.encode(statement.get(name), order="sorted")


def _millis(text: str) -> int:
    try:
        return round(datetime.fromisoformat(text).timestamp() * 1000)
    except ValueError:
        return 0
