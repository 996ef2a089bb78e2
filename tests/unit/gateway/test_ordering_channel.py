"""Whatever a channel does, the stored set is the accepted set less what is named lost, in order."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts.messages import Up

Step = tuple[str, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "send", "deliver", "drop", "cut", "restore", "backup", "ack"]), st.integers(0, 30)
    ),
    max_size=120,
)


class Village:
    """A node and a gateway, and between them everything that was ever sent, to be delivered at any time, any number of
    times."""

    def __init__(self, card: Any, desk: Any) -> None:
        self.card, self.desk = card, desk
        self.sent: list[Up] = []
        self.accepted: set[int] = set()
        self.mark, self.boots = 0, 0
        self.saved = (desk.order, 0, 0)

    def do(self, step: Step) -> None:
        getattr(self, step[0])(step[1])

    def write(self, count: int) -> None:
        before = self.card.newest
        self.card.write(count % 4 + 1)
        self.accepted |= set(range(before + 1, self.card.newest + 1))

    def send(self, at: int) -> None:
        waiting = [n for n in sorted(self.card.held) if n > self.mark][: at + 1]
        self.sent += [self.card.message(n, live=n % 3 == 0) for n in waiting]

    def deliver(self, at: int) -> None:
        self.desk.take(*(self.sent[(at * 7 + step) % len(self.sent)] for step in range(min(5, len(self.sent)))))

    def drop(self, at: int) -> None:
        old = sorted(self.card.held)[:-1]
        if old:
            self.card.drop(old[at % len(old)])

    def cut(self, _at: int) -> None:
        self.boots += 1
        self.card.power_cut(f"{self.boots:016x}")
        self.ack(0)

    def ack(self, _at: int) -> None:
        self.mark = self.desk.birth(self.card.stream)[0]

    def backup(self, _at: int) -> None:
        self.saved = (self.desk.order, len(self.desk.applied), len(self.desk.lost))

    def restore(self, _at: int) -> None:
        self.desk.order, applied, lost = self.saved
        del self.desk.applied[applied:]
        del self.desk.lost[lost:]
        self.ack(0)


@given(steps=STEPS)
def test_nothing_is_lost_without_a_word(node_and_desk: Callable[[], tuple[Any, Any]], steps: list[Step]) -> None:
    village = Village(*node_and_desk())
    for step in steps:
        if village.sent or step[0] != "deliver":
            village.do(step)
    village.ack(0)
    village.desk.take(*village.card.messages())
    numbers = village.desk.numbers()
    assert numbers == sorted(set(numbers))
    assert set(numbers) | set(village.desk.lost) == village.accepted
    assert not set(numbers) & set(village.desk.lost)
    assert set(village.card.held) <= set(numbers), "what the node still holds is applied"
