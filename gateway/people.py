"""What people ask for, applied as an input of the engine in the same transaction as its effects."""

import msgspec

from gateway import faults
from gateway.draft import Draft
from gateway.faults import Acknowledge, Rules
from gateway.store import Acknowledgement, FaultAcknowledge, FaultRow, InputDone, InputRow

_payload = msgspec.json.Decoder(Acknowledgement).decode


class Refused(Exception):
    """An input that cannot be applied; the text is for the person who gave it."""


def fault_of(row: InputRow) -> str:
    """The fault an input names, '' if it names none."""
    try:
        return _payload(row.payload).fault
    except msgspec.DecodeError:
        return ""


def acknowledge(draft: Draft, rules: Rules, row: InputRow, fault: FaultRow | None, now_ms: int) -> None:
    """A person takes a fault; raises :class:`Refused`."""
    if row.kind != "acknowledge":
        raise Refused(f"unknown kind of input {row.kind[:40]!r}")
    try:
        asked = _payload(row.payload)
    except msgspec.DecodeError as error:
        raise Refused(f"malformed: {error}") from error
    _check(row, fault, asked)
    assert fault is not None  # noqa: S101  # narrows for mypy: checked above
    node = _node_of(draft, fault)
    work = draft.work(node)
    event = Acknowledge(fault.asset, fault.code, row.by, now_ms, asked.measured_dead, fault.id)
    # One that is over is only marked: the same code of the same asset may be open by now as another fault.
    watch, changes = faults.step(work.watch, event, rules) if fault.closed_ms is None else (work.watch, ())
    line = work.points.event(
        draft.place(fault.asset, node), "fault_acknowledged", {"code": fault.code, "fault": fault.id}, {"n": 0}, now_ms
    )
    draft.batch.faults.append(
        FaultAcknowledge(fault.id, row.by, now_ms, asked.comment, asked.measured_dead or fault.measured_dead, line)
    )
    work.watch = watch
    draft.apply(work, changes)
    draft.batch.inputs.append(InputDone(row.id, "applied"))


def _check(row: InputRow, fault: FaultRow | None, asked: Acknowledgement) -> None:
    if fault is None:
        raise Refused("there is no such fault")
    if row.expected_version not in (None, fault.version):
        raise Refused(f"the fault changed meanwhile: version {fault.version}, not {row.expected_version}")
    if fault.acknowledged_by and not (asked.measured_dead and fault.latched and fault.closed_ms is None):
        raise Refused(f"already acknowledged by {fault.acknowledged_by}")


def _node_of(draft: Draft, fault: FaultRow) -> str:
    node = draft.node_of(fault.asset)
    if node is None:
        raise Refused(f"{fault.asset} is no longer in the inventory")
    return node
