"""A store with people to be told, a courier, and a vendor whose ledger is outside of both."""

from collections.abc import Callable, Iterator

import msgspec
import pytest
from msgspec.structs import replace

from gateway.delivery.courier import Courier, Desk
from gateway.dispatch.words import Address, ChannelKind, Letter, Outcome, Sent
from gateway.faults.kinds import MessageKind
from gateway.faults.order import PersonMove
from gateway.faults.times import DispatchTimes
from gateway.store import (
    Batch,
    Claimed,
    FaultEnd,
    FaultOpen,
    FaultWrite,
    MessageWrite,
    MoveWish,
    OrderMove,
    Store,
    open_store,
)

NOW = 1_790_000_000_000
MINUTE = 60_000
TIMES = DispatchTimes()


class Vendor:
    """A channel whose vendor does as it is told; ``got``: every letter that reached it, in order."""

    def __init__(self, name: str = "sms", idempotent: bool = False) -> None:
        self.name, self.idempotent = name, idempotent
        self.kind: ChannelKind = "sms"
        self.got: list[Letter] = []
        self.answers: list[Outcome] = []

    def send(self, letter: Letter) -> Outcome:
        self.got.append(letter)
        return self.answers.pop(0) if self.answers else Sent(confirmed=True)

    def close(self) -> None:
        pass


class Town:
    """A store whose clock one sets; faults open and end in it as the gateway writes them."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NOW

    def write(self, *items: FaultWrite) -> None:
        self.store.record(Batch(self.now, faults=list(items)))

    def fault(self, asset: str, severity: int = 2, code: str = "dark", root: str | None = None) -> FaultOpen:
        """A fault that nobody is told of yet."""
        return FaultOpen(asset, "warning_light", "j-01", code, root, severity, self.now)

    def opened(
        self, asset: str, *to: Address, severity: int = 2, code: str = "dark", escalate_ms: int | None = None
    ) -> None:
        """A fault with its first message to ``to``."""
        message = self.message("problem", asset, code, severity, to)
        self.write(self.fault(asset, severity, code), replace(message, escalate_ms=escalate_ms))

    def handed_on(self, fault: str, *to: Address) -> None:
        """Its department refuses it, and another one gets it."""
        refused = self._move(fault, "refused")
        self.write(refused, replace(self._move(fault, "forwarded"), department="police", to=to, escalate_ms=self.now))

    def _move(self, fault: str, move: PersonMove) -> OrderMove:
        number = self.store.add_input("move", msgspec.json.encode(MoveWish(fault, move)), "li", None, self.now)
        return OrderMove(fault, move, "li", self.now, number, comment="not ours", home="maintenance")

    def ended(self, asset: str, code: str = "dark", severity: int = 2) -> None:
        """Its end, told to whoever was told of it."""
        end = FaultEnd(asset, code, None, self.now, self.now)
        self.write(end, self.message("recovery", asset, code, severity))

    def message(
        self, kind: MessageKind, asset: str, code: str, severity: int = 2, to: tuple[Address, ...] = ()
    ) -> MessageWrite:
        """A message as ingest writes it."""
        bundle = f"{kind}:{asset}:{self.now}"
        return MessageWrite(kind, asset, code, self.now, severity=severity, to=to, due_ms=self.now, bundle=bundle)

    def to(self, recipient: str, channel: str = "sms", after_ms: int = 0) -> Address:
        """A row for them."""
        return Address(recipient, channel, "maintenance", "maintenance", self.now + after_ms)

    def courier(self, vendor: Vendor, lease: str = "one") -> Courier:
        """A sender of ``vendor``'s channel in this town's time."""
        desk = Desk(self.store.letters, self.letter, TIMES, lambda: self.now, lambda: 0.0, lease)
        return Courier(vendor, desk)

    def letter(self, claimed: Claimed) -> Letter:
        """Which messages it holds, and of what."""
        row = claimed.row
        spoken = self.store.letters.told([row, *claimed.parts])
        text = " ".join(f"{told.row.kind} {told.message.asset}" for told in spoken if told.message)
        return Letter(str(row.id), row.recipient, "zh", row.kind, row.severity, row.kind, text)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def town(store: Store) -> Town:
    return Town(store)


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def carry(town: Town, vendor: Vendor) -> Callable[[], list[str]]:
    """Send all that may go now; the texts that reached the vendor by it."""

    def run() -> list[str]:
        before, courier = len(vendor.got), town.courier(vendor)
        while courier.once():
            pass
        return [letter.text for letter in vendor.got[before:]]

    return run
