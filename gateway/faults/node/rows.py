"""What becomes of a row's faults when it is confirmed, cleared or released. Works for devices, nodes and junctions
alike.
"""

from typing import NamedTuple

from msgspec.structs import replace

from gateway.faults.catalogue import entry
from gateway.faults.changes import Cleared, Confirmed, Ended, NodeChange
from gateway.faults.kinds import AssetKind
from gateway.faults.node.memory import Row


class Asset(NamedTuple):
    """What a row belongs to."""

    id: str
    kind: AssetKind


class Turned(NamedTuple):
    """The row after it (None: fine) and what to say."""

    row: Row | None
    changes: tuple[NodeChange, ...]


def fire(asset: Asset, code: str, row: Row, at_ms: int) -> Turned:
    """The row's deadline ``at_ms`` has passed."""
    if row.phase == "suspect":
        return confirm(asset, code, row, at_ms)
    return clear(asset, code, row, at_ms)


def confirm(asset: Asset, code: str, row: Row, at_ms: int) -> Turned:
    """The fault opens, back-dated to the first bad look."""
    latched = entry(code).latch != "none"
    opened = Confirmed(asset.id, asset.kind, code, row.since_ms, at_ms, latched)
    return Turned(replace(row, phase="confirmed", latched=latched), (opened,))


def clear(asset: Asset, code: str, row: Row, at_ms: int) -> Turned:
    """The condition is over since the first good look; a latch keeps the fault open."""
    ended = at_ms if row.good_ms is None else row.good_ms
    if row.latched and not row.acknowledged:
        return Turned(replace(row, phase="cleared"), (Cleared(asset.id, code, ended, at_ms),))
    return Turned(None, (Ended(asset.id, code, ended, ended, at_ms),))


def acknowledge(asset: Asset, code: str, row: Row, at_ms: int, measured_dead: bool) -> Turned:
    """A person took it. An electrical latch is released by "measured dead" after the end of the condition only."""
    if not row.latched:
        return Turned(row, ())
    if row.phase != "cleared":
        early = entry(code).latch == "acknowledge" and row.phase != "suspect"
        return Turned(replace(row, acknowledged=True) if early else row, ())
    if entry(code).latch == "electrical" and not measured_dead:
        return Turned(row, ())
    ended = at_ms if row.good_ms is None else row.good_ms
    return Turned(None, (Ended(asset.id, code, ended, at_ms, at_ms),))


def momentary(asset: Asset, code: str, at_ms: int) -> Turned:
    """Something that is over as soon as it is noticed, and stays open until a person has taken it."""
    row = Row("confirmed", "up", at_ms, at_ms, good_ms=at_ms, latched=True)
    opened = Confirmed(asset.id, asset.kind, code, at_ms, at_ms, latched=True)
    turned = clear(asset, code, row, at_ms)
    return Turned(turned.row, (opened, *turned.changes))


def locks(rows: dict[str, Row]) -> bool:
    """Whether residents must read "out of order" until an electrician has released it."""
    return any(row.latched and entry(code).latch == "electrical" for code, row in rows.items())
