"""What is kept of an applied record, once and in order: its journal row, its points, what it says of commands and of
cameras' clocks.
"""

from collections.abc import Iterator, Mapping

import structlog
from msgspec import Struct

from contracts.messages import Up
from gateway import camera_clocks, evidence
from gateway.clocks import FLAG_MS, When
from gateway.draft import Draft, Work
from gateway.effects import Where
from gateway.ordering import Decision
from gateway.store import CommandEnd, JournalRow, LostRange

# A command that the node did not believe: somebody forges them, or its key is not the gateway's.
UNSIGNED = frozenset({"forged", "no_key"})
log = structlog.get_logger(__name__)


class Applied(Struct, frozen=True):
    """A record, what the order of records made of it, when it was, and how it came."""

    up: Up
    decision: Decision
    when: When
    payload: bytes
    received_ms: int


def write(draft: Draft, work: Work, places: Mapping[str, Where], record: Applied) -> Iterator[tuple[str, str]]:
    """Put it into ``draft``; gives what is wrong with it: the reason it is counted by, and a sample."""
    up, when, batch, node = record.up, record.when, draft.batch, work.node
    batch.records.append((node, up.stream, up.n))
    row = JournalRow(node, up.stream, up.n, record.received_ms, when.event_ms, when.unsure, record.payload)
    batch.journal.append(row)
    if record.decision.lost:
        batch.lost.append(LostRange(node, up.stream, *record.decision.lost, record.received_ms))
        log.warning("records lost on the node", node=node, stream=up.stream, lost=record.decision.lost)
    if when.skew_ms is not None and abs(when.skew_ms) > FLAG_MS:
        yield "clock_skew", f"{when.skew_ms} ms"
    batch.clocks += camera_clocks.news(work, up, when)
    yield from _answers(draft, work, places[node], record)
    for reading in up.r:
        where = places.get(reading.d)
        if where is not None and where.node == node:
            evidence.note(batch, where, reading, when.event_ms)
            work.points.reading(where, reading, up.n, when.event_ms)


def _answers(draft: Draft, work: Work, where: Where, record: Applied) -> Iterator[tuple[str, str]]:
    """What the node says of commands; the store knows which they are."""
    at_ms = record.when.event_ms
    for answer in record.up.c:
        draft.batch.answers.append(CommandEnd(work.node, answer.id, answer.s, answer.why or None, at_ms))
        texts = {"state": answer.s, "code": answer.why.partition(":")[0]}
        work.points.lines.append(work.points.event(where, "command", texts, {"n": record.up.n}, at_ms))
        if answer.why in UNSIGNED:
            yield "command_not_believed", f"{answer.id}: {answer.why}"
