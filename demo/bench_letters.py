"""What one letter costs from the outbox to the mark that it was sent, on a channel that takes everything at once.

CPU of the process, no network.
"""

from pathlib import Path

from contracts.inventory import load_inventory
from demo.bench_rows import START_MS, cpu_s
from demo.workplace import VILLAGE
from gateway.delivery.courier import Courier, Desk
from gateway.delivery.settings import DispatchSettings
from gateway.delivery.writing import Writer
from gateway.dispatch import Roster, Setup
from gateway.dispatch.words import Address, ChannelKind, Letter, Sent
from gateway.faults.times import DispatchTimes
from gateway.store import Batch, FaultOpen, FaultWrite, MessageWrite, Store, open_store

LETTERS, EACH = 1000, 5
CHANNEL = "sms"
_TIMES = DispatchTimes()


class _Taken:
    """A vendor that has every letter at once."""

    name, idempotent = CHANNEL, True
    kind: ChannelKind = "sms"

    def send(self, _letter: Letter) -> Sent:
        """Nothing is sent."""
        return Sent(confirmed=True)

    def close(self) -> None:
        """Nothing to let go of."""


def _roster(count: int) -> Roster:
    people = [
        {"id": f"p-{number}", "name": f"P {number}", "phone": f"+86 100 0000 {number:04d}", "via": [CHANNEL]}
        for number in range(count)
    ]
    return Roster.model_validate({"desk": {"name": "desk", "phone": "025-00000001"}, "people": people})


def _faults(count: int) -> list[FaultWrite]:
    """Faults of ``count`` lights, each told to one of those who get EACH."""
    found: list[FaultWrite] = []
    for number in range(count):
        asset, to = (
            f"light-{number:04}",
            Address(f"p-{number // EACH}", CHANNEL, "maintenance", "maintenance", START_MS),
        )
        found.append(FaultOpen(asset, "warning_light", "", "dark", None, 2, START_MS))
        found.append(MessageWrite("problem", asset, "dark", START_MS, to=(to,), due_ms=START_MS))
    return found


def letter_ms(folder: Path, quick: bool) -> float:
    """Take, write and mark each of the letters that wait, by the shipped courier."""
    count = LETTERS // (10 if quick else 1)
    store = open_store(f"sqlite:///{folder / 'gateway.db'}")
    try:
        store.record(Batch(START_MS, faults=_faults(count)))
        courier = _courier(store, count)
        begun, sent = cpu_s(), 0
        while courier.once():
            sent += 1
        used = cpu_s() - begun
    finally:
        store.close()
    if sent != count:
        raise RuntimeError(f"{sent} of {count} letters were sent")
    return used * 1e3 / count


def _courier(store: Store, count: int) -> Courier:
    village = load_inventory(VILLAGE)
    setup = Setup(village, _roster(count // EACH), {CHANNEL: "sms"}, _TIMES)
    writer = Writer(village, store, lambda: setup, DispatchSettings(), lambda: START_MS)
    return Courier(_Taken(), Desk(store.letters, writer.write, _TIMES, lambda: START_MS, lambda: 0.0, "bench"))
