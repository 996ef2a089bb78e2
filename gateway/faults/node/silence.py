"""The node's own silence, and that of single devices under a node that speaks.

``site_dark`` is a node that went away without a word: confirmed some time after its link was lost, or when it is not
fresh any more. With a sense of its mains that felt nothing it is ``uplink_down``; one whose mains are known to be lost
is ``mains_loss`` already. ``silent`` is one that was stopped, never came, or is connected and reports nothing. Its good
look is its birth or any record.
"""

from typing import NamedTuple

from msgspec.structs import replace

from gateway.faults.changes import Flapping, NodeChange, Recovering, Relapsed, Running
from gateway.faults.events import Record
from gateway.faults.node import rows
from gateway.faults.node.device import Heard
from gateway.faults.node.memory import DeviceWatch, NodeWatch, Row
from gateway.faults.node.rows import Asset
from gateway.faults.rules import Rules

SITE, UPLINK, MAINS, SILENT = "site_dark", "uplink_down", "mains_loss", "silent"
# One silence is one of these.
AWAY = frozenset({SITE, UPLINK, MAINS})
# A node that loses power takes a last record along, which its next life sends. That record's moment is known by a clock
# that runs no more, and its delays; so near to the loss it does not tell on which side it was.
SURE_MS = 2_000


class Due(NamedTuple):
    """A node's silence becomes the fault ``code`` at ``at_ms``, having begun at ``since_ms``."""

    at_ms: int
    code: str
    since_ms: int


def asset(watch: NodeWatch, code: str) -> Asset:
    """Whose fault it is."""
    return Asset(watch.site, watch.site_kind) if code in {SITE, MAINS} else Asset(watch.node, "node")


def node_lapse_ms(watch: NodeWatch) -> int | None:
    """The last moment at which the node is fresh without another sign of life; None: it is not."""
    if watch.alive_ms is None or watch.heard_ms is None:
        return None
    return max(watch.heard_ms, watch.started_ms) + watch.limit_ms


def node_due(watch: NodeWatch, rules: Rules) -> Due | None:
    """The fault that the node's silence will be; None: it speaks, or the fault is there."""
    if watch.alive_ms is not None:
        return None
    due = _due(watch, rules)
    known = watch.rows.get(due.code)
    if known is not None and known.phase == "confirmed":
        return None
    if any(code in {*AWAY, SILENT} and row.phase == "confirmed" for code, row in watch.rows.items()):
        return None  # the same silence, whatever is known of the link by now
    return due._replace(since_ms=min(due.since_ms, due.at_ms))


def _due(watch: NodeWatch, rules: Rules) -> Due:
    silent_ms = round(rules.silent_s * 1000)
    link_ms = watch.from_ms if watch.link_ms is None else watch.link_ms
    since_ms = link_ms if watch.last_record_ms is None else watch.last_record_ms
    away = UPLINK if watch.senses else SITE
    # What was said after the gateway's start is judged by itself; what is older, not before one limit has passed.
    started = watch.started_ms + watch.limit_ms if link_ms < watch.started_ms else 0
    if watch.link == "lost":
        return Due(max(link_ms + round(rules.lost_confirm_s * 1000), started), away, since_ms)
    if watch.link == "disconnected":
        return Due(max(_beyond(watch, link_ms) + silent_ms, started), SILENT, since_ms)
    if watch.last_record_ms is None or watch.heard_ms is None:
        return Due(max(link_ms, watch.started_ms) + silent_ms, SILENT, watch.from_ms)
    if watch.link == "up" and watch.heard_ms <= link_ms:
        return Due(max(link_ms, watch.started_ms) + silent_ms, SILENT, since_ms)
    return Due(max(watch.heard_ms, watch.started_ms) + watch.limit_ms, away, since_ms)


def _beyond(watch: NodeWatch, at_ms: int) -> int:
    """``at_ms``, or the end of the planned maintenance that it falls into."""
    for from_ms, to_ms in sorted(window[2:] for window in watch.maintenance):
        if from_ms <= at_ms < to_ms:
            at_ms = to_ms
    return at_ms


def confirm_node(watch: NodeWatch, due: Due) -> tuple[NodeWatch, tuple[NodeChange, ...]]:
    """The node's silence is a fault; one that was just recovering goes on."""
    known = watch.rows.get(due.code)
    if known is not None and known.phase == "recovering":
        watch, told = relapse(watch, due.code, due.at_ms)
        return watch, tuple(told)
    row = Row("suspect", "unknown", due.since_ms, due.since_ms)
    turned = rows.confirm(asset(watch, due.code), due.code, row, due.at_ms)
    return with_row(watch, due.code, turned.row), turned.changes


def with_row(watch: NodeWatch, code: str, row: Row | None) -> NodeWatch:
    """The node with one of its own rows changed, or gone."""
    others = {other: kept for other, kept in watch.rows.items() if other != code}
    return replace(watch, rows=others if row is None else {**others, code: row})


def good_look(watch: NodeWatch, at_ms: int) -> tuple[NodeWatch, list[NodeChange]]:
    """The node speaks: its silence begins to recover. A loss of mains does where that says that they are back."""
    told: list[NodeChange] = []
    for code, row in watch.rows.items():
        if row.phase == "confirmed" and not (code == MAINS and (watch.mains == "sense" or watch.ups)):
            watch, changes = recover(watch, code, at_ms)
            told += changes
    return watch, told


def recover(watch: NodeWatch, code: str, at_ms: int) -> tuple[NodeWatch, list[NodeChange]]:
    """A good look at one of the node's own rows."""
    row = watch.rows.get(code)
    if row is None or row.phase != "confirmed":
        return watch, []
    good_ms = max(at_ms, row.since_ms)
    after = replace(row, phase="recovering", good_ms=good_ms, sure_ms=at_ms, good=2)
    return with_row(watch, code, after), [Recovering(asset(watch, code).id, code, good_ms, at_ms)]


def bad_look(watch: NodeWatch, at_ms: int) -> tuple[NodeWatch, list[NodeChange]]:
    """It fell silent again before it had recovered: the same episode."""
    told: list[NodeChange] = []
    for code, row in watch.rows.items():
        if row.phase == "recovering" and (code in AWAY or code == SILENT):
            watch, changes = relapse(watch, code, at_ms)
            told += changes
    return watch, told


def relapse(watch: NodeWatch, code: str, at_ms: int) -> tuple[NodeWatch, list[NodeChange]]:
    """A bad look at one of the node's own rows that was just recovering."""
    after = replace(watch.rows[code], phase="confirmed", good_ms=None, sure_ms=None, good=0)
    return with_row(watch, code, after), [Relapsed(asset(watch, code).id, code, at_ms)]


def device_due_ms(watch: NodeWatch, device: DeviceWatch, rules: Rules) -> int | None:
    """When the silence of one device under a node that speaks is a fault; None: it is not silent, or it is one
    already.
    """
    if device.fresh or watch.alive_ms is None or watch.first_record_ms is None or device.kind == "node":
        return None
    known = device.rows.get(SILENT)
    if known is not None and known.phase == "confirmed":
        return None
    since = max(watch.alive_ms, device.from_ms if device.lapsed_ms is None else device.lapsed_ms)
    # It may have spoken again while the gateway was away: that shows within one limit of its start.
    return max(since + round(rules.silent_s * 1000), watch.started_ms + device.limit_ms)


def confirm_device(watch: NodeWatch, device: DeviceWatch, at_ms: int) -> Heard:
    """A device has been silent for long: since its last reading; if it never spoke, when it should have begun to."""
    since_ms = device.seen_ms
    if since_ms is None:
        since_ms = max(device.from_ms, watch.first_record_ms or 0)
    known = device.rows.get(SILENT)
    if known is not None:
        row = replace(known, phase="confirmed", good_ms=None, good=0, sure_ms=None)
        again = Relapsed(device.id, SILENT, at_ms)
        return Heard(replace(device, rows={**device.rows, SILENT: row}), (again,))
    turned = rows.confirm(Asset(device.id, device.kind), SILENT, Row("suspect", "unknown", since_ms, since_ms), at_ms)
    assert turned.row is not None  # noqa: S101  # a confirmed row is there
    after = replace(device, rows={**device.rows, SILENT: turned.row}, ring=0, flapping=False)
    # It changes its mind no more: that it is silent has to be told.
    steady = (Flapping(device.id, device.kind, False, at_ms),) if device.flapping else ()
    return Heard(after, (*steady, *turned.changes))


def shows(watch: NodeWatch, record: Record, now_ms: int) -> list[NodeChange]:
    """Whether a record of the past, by the same life of the node, says that it ran while it was silent here."""
    if watch.gone_ms is None or not watch.gone_boot or record.boot != watch.gone_boot:
        return []
    row = next((row for code, row in watch.rows.items() if code == SITE and row.phase != "suspect"), None)
    until_ms = watch.alive_ms if watch.alive_ms is not None else now_ms
    if row is None or not watch.gone_ms + SURE_MS < record.at_ms < until_ms:
        return []
    return [Running(watch.node, record.at_ms, record.at_ms, now_ms)]
