"""Trying refused lines again. Safe beside a running gateway: a line that is written twice overwrites itself."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from gateway.store import ParkedLine, Store
from gateway.telemetry import Telemetry, TelemetryError
from gateway.telemetry.rollup import touched

PIECE = 1_000


class Replayed(Struct, frozen=True):
    """What became of some lines: how many were stored, and those that were refused again, with the new reason."""

    stored: int
    refused: tuple[ParkedLine, ...] = ()


def chosen(store: Store, ids: Iterable[int] | None) -> Iterator[list[ParkedLine]]:
    """Lines in pieces, oldest first: those of ``ids``, or all that are parked now."""
    if ids is not None:
        wanted = sorted(set(ids))
        for begin in range(0, len(wanted), PIECE):
            yield store.parked_of(wanted[begin : begin + PIECE])
        return
    newest = store.parked(1)
    last = newest[0].id if newest else 0  # what is parked from now on is not meant
    after = 0
    while rows := [row for row in store.parked_after(after, PIECE) if row.id <= last]:
        after = rows[-1].id
        yield rows


def replay(store: Store, telemetry: Telemetry, rows: list[ParkedLine], now_ms: int) -> Replayed:
    """Write ``rows``; the list is as before if that fails. Raises TelemetryError: nothing can be stored now."""
    outcome = telemetry.write([row.line for row in rows])
    if outcome.status == "retry":
        raise TelemetryError(outcome.reason)
    reasons = dict(outcome.parked)
    accepted = [row for row in rows if row.line not in reasons]
    refused = [(row, reasons[row.line]) for row in rows if row.line in reasons]
    store.replayed(accepted, refused, touched(row.line for row in accepted), now_ms)
    return Replayed(len(accepted), tuple(ParkedLine(row.id, row.line, why, row.parked_ms) for row, why in refused))
