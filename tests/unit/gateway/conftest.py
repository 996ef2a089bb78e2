"""A node of values: it numbers, cuts power, trims and answers acks by the rules of the wire, without a file or a
socket."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from contracts.messages import Prev, Up
from gateway.ordering import NodeOrder, greet, place


@dataclass
class Card:
    """A spool: what it holds, by number, and the boot that wrote each record. The newest is never deleted."""

    stream: str
    boot: str = "b" * 16
    held: dict[int, str] = field(default_factory=dict)
    newest: int = 0

    def write(self, count: int = 1) -> None:
        for _ in range(count):
            self.newest += 1
            self.held[self.newest] = self.boot

    def drop(self, *numbers: int) -> None:
        for n in numbers:
            del self.held[n]

    def power_cut(self, boot: str, unsynced: int = 0) -> None:
        """Lose the newest ``unsynced`` records, which were never sent; the process starts anew."""
        for n in range(self.newest - unsynced + 1, self.newest + 1):
            del self.held[n]
        self.newest -= unsynced
        self.boot = boot

    def message(self, n: int, live: bool = False) -> Up:
        before = max((held for held in self.held if held < n), default=0)
        prev = Prev(before, self.held.get(before))
        return Up(v=1, stream=self.stream, n=n, boot=self.held[n], ts=0, mono=0, tq="none", r=(), prev=prev, live=live)

    def messages(self) -> list[Up]:
        return [self.message(n) for n in sorted(self.held)]


@dataclass
class Desk:
    """A gateway of values: what it applied, lost and showed live, in order."""

    order: NodeOrder = field(default_factory=NodeOrder)
    applied: list[tuple[str, int]] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    live: list[int] = field(default_factory=list)
    replaced: int = 0

    def birth(self, stream: str) -> tuple[int, str | None]:
        """Greet; the ack that goes back."""
        self.order, said = greet(self.order, stream)
        self.replaced += said.replaced
        return self.ack()

    def ack(self) -> tuple[int, str | None]:
        return self.order.card().done, self.order.card().done_boot

    def take(self, *messages: Up) -> None:
        for up in messages:
            self.order, decision = place(self.order, up)
            if decision.lost:
                self.lost += range(decision.lost[0], decision.lost[1] + 1)
            if decision.fate == "apply":
                self.applied.append((up.stream, up.n))
            if decision.moves_live:
                self.live.append(up.n)

    def numbers(self) -> list[int]:
        return [n for _, n in self.applied]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def new_card() -> Callable[[str], Card]:
    """Draw a card whose stream is 16 times the given hex digit."""
    return lambda digit: Card(digit * 16)


@pytest.fixture(scope="session")
def node_and_desk() -> Callable[[], tuple[Card, Desk]]:
    """A fresh card whose node has said hello, and the gateway that heard it; to be called once an example."""

    def fresh() -> tuple[Card, Desk]:
        card, desk = Card("1" * 16), Desk()
        desk.birth(card.stream)
        return card, desk

    return fresh
