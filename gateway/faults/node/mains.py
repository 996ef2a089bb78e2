"""The supply of a node and of what hangs on it: what a sense feels, and a node's last gasp.

While it is known to be dead, what has no supply of its own is down, and that is known. The site's fault is
``mains_loss``, from the first word of it, whether the node falls silent or runs on.
"""

from msgspec.structs import replace

from gateway.faults.changes import NodeChange
from gateway.faults.events import Mains, Record
from gateway.faults.node import device as devices
from gateway.faults.node import rows, silence
from gateway.faults.node.memory import NodeWatch, Row
from gateway.faults.rules import Rules

SENSED = "mains_lost"


def heard(watch: NodeWatch, event: Mains, rules: Rules) -> tuple[NodeWatch, list[NodeChange]]:
    """A last gasp, or word of the return."""
    if event.state == "back":
        return _back(watch, event.at_ms)
    return _lost(watch, "gasp", event.at_ms, rules)


def felt(watch: NodeWatch, record: Record, rules: Rules) -> tuple[NodeWatch, list[NodeChange], bool]:
    """What the senses say by this record; and whether anything turned by it. After a last gasp a node that goes on
    speaking has its supply.
    """
    if record.history:
        return watch, [], False
    if watch.mains == "gasp":
        row = watch.rows.get(silence.MAINS)
        runs = row is not None and not watch.ups and record.at_ms >= row.since_ms + watch.limit_ms
        watch, told = _back(watch, record.at_ms) if runs else (watch, [])
        return watch, told, bool(told)
    said = {reading.d for reading in record.readings} & set(watch.senses)
    if not said:
        return watch, [], False
    found = [watch.devices[id_] for id_ in watch.senses]
    open_ms = [
        row.since_ms for sense in found for code, row in sense.rows.items() if code == SENSED and SENSED in sense.found
    ]
    if open_ms:
        watch, told = _lost(watch, "sense", min(open_ms), rules)
    elif watch.mains == "sense":
        watch, told = _back(watch, record.at_ms)
    else:
        return watch, [], False
    return watch, told, bool(told)


def _lost(watch: NodeWatch, by: str, at_ms: int, rules: Rules) -> tuple[NodeWatch, list[NodeChange]]:
    row = watch.rows.get(silence.MAINS)
    watch = replace(watch, mains="sense" if by == "sense" else "gasp")
    if row is not None and row.phase == "confirmed":
        return watch, []
    told: list[NodeChange] = []
    after = {}
    for id_, device in watch.devices.items():
        dead = devices.unpowered(device, at_ms)
        after[id_] = dead.device
        told += dead.changes
    watch = replace(watch, devices=after)
    if row is not None:
        watch, again = silence.relapse(watch, silence.MAINS, at_ms)
        return watch, [*told, *again]
    if any(code in silence.AWAY for code in watch.rows):
        return watch, told  # its silence has a name already
    due_ms = at_ms + rules.wait_ms(silence.MAINS)
    turned = rows.confirm(
        silence.asset(watch, silence.MAINS), silence.MAINS, Row("suspect", "down", at_ms, at_ms), due_ms
    )
    return silence.with_row(watch, silence.MAINS, turned.row), [*told, *turned.changes]


def _back(watch: NodeWatch, at_ms: int) -> tuple[NodeWatch, list[NodeChange]]:
    watch, told = silence.recover(watch, silence.MAINS, at_ms)
    return replace(watch, mains=None), told
