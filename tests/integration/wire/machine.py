"""Whatever happens to a node, its card, the wire and the gateway, in any order: a state machine over the product."""

import tempfile
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.integration.wire.node import Card, Computer, Remains
from tests.integration.wire.world import World

REMAINS: list[Remains] = ["nothing", "half", "all"]
ANY = st.integers(0, 2**16)


class Wire(RuleBasedStateMachine):
    """One world. Each rule is one thing that may happen; in the end the line is well, and all must be settled."""

    @initialize()
    def begin(self) -> None:
        self.world = World(Path(tempfile.mkdtemp(prefix="vsm-wire-")))
        self.backup = self.world.database.copy()
        self.kept: dict[str, bytes] = {}
        self.cards: list[Card] = []
        self.rest: list[Computer] = []

    # --- the ordinary ---

    @rule(count=st.integers(1, 12), event=st.booleans())
    def accept(self, count: int, event: bool) -> None:
        self.world.accept(count, event=event)

    @rule(seconds=st.sampled_from([0.0, 0.0, 0.1, 3.0, 30.0, 301.0]))
    def step_node(self, seconds: float) -> None:
        self.world.step_node(seconds)

    @rule()
    def step_gateways(self) -> None:
        for worker in self.world.workers:
            worker.step()

    @rule(count=st.integers(1, 6))
    def all_is_well(self, count: int) -> None:
        self.world.rounds(count)

    # --- the wire ---

    @rule(at=ANY, keep=st.booleans())
    def let_one_through(self, at: int, keep: bool) -> None:
        self.world.let(at, keep=keep)

    @rule(at=ANY)
    def let_one_through_backwards_from(self, at: int) -> None:
        for back in range(6):
            self.world.let(at - back)

    @rule(at=ANY, count=st.integers(1, 9))
    def lose(self, at: int, count: int) -> None:
        flying = self.world.broker.flying
        if flying:
            at %= len(flying)
            del flying[at : at + count]

    @rule(at=ANY)
    def an_old_message_again(self, at: int) -> None:
        published = self.world.broker.published
        if published:
            self.world.broker.flying.append(published[at % len(published)])

    @rule()
    def cut_the_line(self) -> None:
        self.world.broker.cut()

    @rule(up=st.booleans())
    def broker_goes_or_comes(self, up: bool) -> None:
        self.world.broker.up = up
        if not up:
            self.world.broker.cut()

    @rule(old=st.booleans())
    def broker_forgets(self, old: bool) -> None:
        self.world.kill_broker(self.kept if old else {})

    @rule()
    def broker_writes_down_what_it_keeps(self) -> None:
        self.kept = dict(self.world.broker.retained)

    # --- the gateway ---

    @rule()
    def gateway_is_killed_before_its_commit(self) -> None:
        for worker in self.world.workers:
            worker.judge_only()
        self._restart()

    @rule()
    def gateway_is_killed_before_its_acks(self) -> None:
        for worker in self.world.workers:
            worker.mute = True
            worker.step()
        self._restart()

    def _restart(self) -> None:
        self.world.kill_gateways()
        self.world.start_gateway()

    @rule(when=st.sampled_from(["before", "after"]))
    def a_commit_fails(self, when: str) -> None:
        self.world.database.failures[:] = [when]

    @precondition(lambda self: len(self.world.workers) < 2)
    @rule()
    def a_second_gateway(self) -> None:
        self.world.start_gateway()

    @rule(at=ANY)
    def one_gateway_works(self, at: int) -> None:
        self.world.workers[at % len(self.world.workers)].step()

    @rule()
    def back_up(self) -> None:
        self.backup = self.world.database.copy()

    @rule()
    def restore(self) -> None:
        self.world.restore(self.backup)

    # --- the node and its card ---

    @rule(lied=st.sampled_from([0, 0, 0, 1, 3]))
    def power_cut(self, lied: int) -> None:
        self.world.power_cut(lied)

    @rule(count=st.integers(1, 8), remains=st.sampled_from(REMAINS))
    def power_cut_in_a_write(self, count: int, remains: Remains) -> None:
        self.world.power_cut_in_a_write(count, remains)

    @precondition(lambda self: len(self.cards) < 3)
    @rule()
    def a_new_card(self) -> None:
        self.cards.append(self.world.put_card(self.world.new_card()))

    @precondition(lambda self: self.cards)
    @rule(at=ANY)
    def an_old_card_is_put_back(self, at: int) -> None:
        card = self.cards.pop(at % len(self.cards))
        self.cards.append(self.world.put_card(card))

    @precondition(lambda self: len(self.cards) < 3)
    @rule()
    def the_card_is_copied(self) -> None:
        self.cards.append(self.world.clone())

    @precondition(lambda self: self.cards and not self.rest)
    @rule(at=ANY)
    def a_second_computer_with_another_card(self, at: int) -> None:
        self.rest.append(self.world.second(self.cards.pop(at % len(self.cards))))

    @precondition(lambda self: self.rest)
    @rule()
    def the_two_computers_change_turns(self) -> None:
        self.world.node, self.rest[0] = self.rest[0], self.world.node

    @precondition(lambda self: self.rest)
    @rule()
    def the_second_computer_goes(self) -> None:
        self.cards.append(self.rest.pop().off())

    # --- what must hold ---

    @invariant()
    def holds(self) -> None:
        self.world.check()

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            for computer in self.rest:
                computer.off()
            self.world.settle()
            self.world.broker.cut()
            self.world.settle()
            self.world.check_end()
        finally:
            self.world.close()
