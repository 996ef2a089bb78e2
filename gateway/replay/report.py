"""What goes out: faults, messages and uptime in the documented form. The same outcome gives the same bytes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

from contracts.inventory import Place, Village
from gateway.faults import Message
from gateway.replay.outcome import Outcome, OutFault, Stay
from gateway.uptime import Uptime, targets, uptime

Json: TypeAlias = dict[str, Any]
_CHINA = timezone(timedelta(hours=8))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def report(outcome: Outcome, village: Village, from_ms: int, to_ms: int) -> Json:
    """Faults by (opened, asset, code), messages by (t, asset, code), and the uptime of every device of the inventory
    in ``[from_ms, to_ms)``."""
    return {
        "faults": [_fault(fault) for fault in sorted(outcome.faults, key=_fault_order)],
        "messages": [_message(message) for message in sorted(outcome.messages, key=_message_order)],
        "uptime": {
            device: _uptime(account(outcome, place, from_ms, to_ms)) for device, place in village.places().items()
        },
    }


def text(given: Json) -> bytes:
    """The report as it is written."""
    return msgspec.json.format(msgspec.json.encode(given), indent=1) + b"\n"


def iso(at_ms: int) -> str:
    """``2026-10-01T08:00:00+08:00``; whole seconds, rounded down."""
    return (_EPOCH + timedelta(seconds=at_ms // 1000)).astimezone(_CHINA).isoformat()


def _fault_order(fault: OutFault) -> tuple[int, str, str, str, int]:
    last = 2**63 if fault.closed_ms is None else fault.closed_ms
    return fault.opened_ms // 1000, fault.asset, fault.code, fault.root or "", last


# Of one fault at one moment: what began is told before what became of it.
_KINDS = ("problem", "flapping", "update", "flapping_end", "recovery")


def _message_order(message: Message) -> tuple[int, str, str, int]:
    return message.at_ms // 1000, message.asset, message.code, _KINDS.index(message.kind)


def _fault(fault: OutFault) -> Json:
    return {
        "asset": fault.asset,
        "code": fault.code,
        "root": fault.root,
        "severity": fault.severity,
        "opened": iso(fault.opened_ms),
        "closed": None if fault.closed_ms is None else iso(fault.closed_ms),
        "reopened": fault.reopened,
    }


def _message(message: Message) -> Json:
    return {"t": iso(message.at_ms), "kind": message.kind, "asset": message.asset, "code": message.code}


def account(outcome: Outcome, place: Place, from_ms: int, to_ms: int) -> Uptime:
    """The uptime of one device: its stays, under the windows that cover it."""
    stays: Sequence[Stay] = outcome.intervals.get(place.device, ())
    hit = targets(place)
    return uptime(stays, from_ms, to_ms, [window for window in outcome.windows if window.target in hit])


def _uptime(found: Uptime) -> Json:
    return {
        "S": found.service,
        "U": found.up,
        "D": found.down,
        "K": found.unknown,
        "M": found.planned,
        "O": found.out_of_service,
        "known": _number(found.known),
        "strict": _number(found.strict),
        "upper": _number(found.upper),
        "coverage": _number(found.coverage),
    }


def _number(percent: Decimal | None) -> float | None:
    return None if percent is None else float(percent)
