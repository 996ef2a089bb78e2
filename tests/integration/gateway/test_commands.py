"""Commands at the gateway: rows before messages, said again until answered, and what each answer makes of them."""

from dataclasses import dataclass, field
from itertools import permutations

import msgspec
import pytest
from pydantic import SecretStr

from contracts.commands import Command, Signed
from contracts.inventory import Village
from contracts.messages import Answer
from gateway.commands import Sender, key_of
from gateway.commands.sender import AGAIN_MS
from gateway.faults import Rules
from gateway.ingest import Ingest
from gateway.store import CommandBind, CommandEnd, CommandRow, Conflict, NewCommand, Store, UnderWay
from tests.integration.gateway.conftest import BOOT, NOW, Pi

KEY = "ab" * 32


def asked(number: int = 1, device: str = "cam-01", ttl_s: int = 60, node: str = "n-01") -> NewCommand:
    ends = NOW + ttl_s * 1000
    return NewCommand(f"{number:016x}", node, device, "accept_new_view", {}, "li", "maintenance", NOW, ends)


@dataclass
class Desk:
    """A gateway that hears node n-01, at a time that the test turns; ``sent``: what went out."""

    store: Store
    ingest: Ingest
    pi: Pi
    now: int = NOW
    sent: list[tuple[str, Command]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start()

    def start(self, key: str | None = KEY) -> None:
        """A new sender, which knows what is stored and no more."""
        self.sender = Sender("v-01", self.store, self._publish, key_of(SecretStr(key) if key else None))

    def _publish(self, node: str, payload: bytes) -> None:
        text = msgspec.json.decode(payload, type=Signed).command
        self.sent.append((node, msgspec.json.decode(text, type=Command)))

    def hear(self, message: tuple[str, bytes]) -> None:
        self.ingest.receive(*message, self.now)
        self.ingest.commit(self.now)

    def after(self, seconds: float) -> list[Command]:
        """What goes out in a look then."""
        before = len(self.sent)
        self.now += round(seconds * 1000)
        self.sender.step(self.ingest.reach, self.now)
        return [order for _, order in self.sent[before:]]

    def row(self, number: int = 1) -> CommandRow:
        found = self.store.command(number)
        assert found is not None
        return found


@pytest.fixture
def desk(village: Village, rules: Rules, store: Store, pi: Pi) -> Desk:
    ingest = Ingest(village, rules, store, NOW)
    ingest.back(NOW)
    desk = Desk(store, ingest, pi)
    desk.hear(pi.birth())
    desk.hear(pi.up())
    return desk


def test_a_command_is_bound_to_the_running_program_and_to_its_own_clock(desk: Desk) -> None:
    desk.store.add_command(asked())
    [order] = desk.after(2)
    assert (order.boot, order.mono, order.ttl_s, order.node) == (BOOT, desk.pi.n * 1000 + 2000, 58, "n-01")
    row = desk.row()
    assert (row.state, row.boot, row.mono_ms, row.ttl_s) == ("sent", order.boot, order.mono, order.ttl_s)


def test_it_is_said_again_word_for_word_until_it_is_answered(desk: Desk) -> None:
    desk.store.add_command(asked())
    [first] = desk.after(1)
    assert desk.after(AGAIN_MS / 1000 - 1) == []
    assert desk.after(1) == [first]
    desk.hear(desk.pi.up(c=(Answer(first.id, "done"),)))
    assert (desk.row().state, desk.after(AGAIN_MS / 1000)) == ("done", [])


def test_a_gateway_that_dies_between_the_row_and_the_message_says_the_same_afterwards(desk: Desk) -> None:
    desk.store.add_command(asked())
    desk.sender = Sender("v-01", desk.store, _dies, key_of(SecretStr(KEY)))
    with pytest.raises(KeyboardInterrupt):
        desk.after(1)
    bound = desk.row()
    desk.start()
    [order] = desk.after(1)
    assert (bound.state, order.boot, order.mono, order.ttl_s) == ("sent", bound.boot, bound.mono_ms, bound.ttl_s)


def _dies(_node: str, _payload: bytes) -> None:
    raise KeyboardInterrupt


def test_after_a_restart_of_its_node_it_still_goes_to_the_old_program_which_is_gone(desk: Desk) -> None:
    desk.store.add_command(asked())
    [order] = desk.after(1)
    desk.pi.boot = "d" * 16
    desk.hear(desk.pi.birth())
    desk.hear(desk.pi.up())
    assert desk.after(10) == [order]
    desk.hear(desk.pi.up(c=(Answer(order.id, "refused", "other_boot"),)))
    assert (desk.row().state, desk.row().reason) == ("refused", "other_boot")


def test_what_a_node_cannot_be_told_in_time_is_given_up_unsent(desk: Desk) -> None:
    desk.hear(desk.pi.state("lost"))
    desk.store.add_command(asked())
    assert desk.after(30) == []
    assert desk.row().state == "waiting"
    assert desk.after(31) == []
    assert (desk.row().state, desk.row().boot) == ("expired", None)


def test_it_waits_for_a_record_of_a_node_that_has_only_said_that_it_is_there(desk: Desk) -> None:
    desk.pi.boot = "d" * 16
    desk.hear(desk.pi.birth())
    desk.store.add_command(asked())
    assert desk.after(1) == []
    desk.hear(desk.pi.up())
    assert [order.boot for order in desk.after(1)] == ["d" * 16]


def test_a_stranger_gets_none(desk: Desk) -> None:
    desk.store.add_command(asked(node="n-77"))
    assert [desk.after(5), desk.after(60)] == [[], []]
    assert desk.row().state == "expired"


def test_a_gateway_without_a_key_refuses_and_says_why(desk: Desk) -> None:
    desk.start(key=None)
    desk.store.add_command(asked())
    assert desk.after(1) == []
    assert (desk.row().state, desk.row().reason) == ("refused", "no_gateway_key")


def test_an_answer_after_it_was_given_up_still_counts(desk: Desk) -> None:
    desk.store.add_command(asked())
    [order] = desk.after(1)
    desk.after(60)
    assert desk.row().state == "expired"
    desk.hear(desk.pi.up(c=(Answer(order.id, "done"),)))
    assert desk.row().state == "done"
    assert [row.action for row in desk.store.audit()] == ["command asked", "refused command", "command done"]
    assert desk.store.verify_audit() is None


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_it_is_told_what_was_done_stays_done(desk: Desk, order: tuple[int, ...]) -> None:
    said = [("expired", None), ("refused", "forged"), ("done", None)]
    desk.store.add_command(asked())
    for index in order:
        state, reason = said[index]
        desk.store.end_commands([CommandEnd("n-01", asked().id, state, reason, NOW)])  # type: ignore[arg-type]  # a word of the table above
    assert desk.row().state == "done"


def test_an_answer_of_another_node_changes_nothing(desk: Desk) -> None:
    desk.store.add_command(asked())
    [order] = desk.after(1)
    other = Pi("n-02", "2" * 16, "c" * 16)
    desk.hear(other.birth())
    desk.hear(other.up(c=(Answer(order.id, "done"),)))
    assert desk.row().state == "sent"


def test_a_replayed_record_answers_once(desk: Desk) -> None:
    desk.store.add_command(asked())
    [order] = desk.after(1)
    record = desk.pi.up(c=(Answer(order.id, "done"),))
    for _ in range(3):
        desk.hear(record)
    assert [row.action for row in desk.store.audit()] == ["command asked", "command done"]


def test_the_same_is_not_asked_twice_at_once(desk: Desk) -> None:
    desk.store.add_command(asked())
    with pytest.raises(UnderWay) as known:
        desk.store.add_command(asked(2))
    assert known.value.number == 1
    assert desk.store.add_command(asked(3, device="cam-02")) == 2
    assert len(desk.store.audit()) == 2
    desk.store.end_commands([CommandEnd("n-01", asked().id, "done", None, NOW)])
    assert desk.store.add_command(asked(4)) == 3


def test_one_that_was_bound_is_not_bound_again(desk: Desk) -> None:
    desk.store.add_command(asked())
    desk.store.bind_command(CommandBind(1, BOOT, 1, 1, NOW), "cam-01")
    with pytest.raises(Conflict):
        desk.store.bind_command(CommandBind(1, "d" * 16, 1, 1, NOW), "cam-01")
    assert desk.row().boot == BOOT


def test_a_command_that_a_node_did_not_believe_is_counted(desk: Desk) -> None:
    desk.hear(desk.pi.up(c=(Answer("9" * 16, "refused", "forged"),)))
    assert [(row.reason, row.node) for row in desk.store.counters()] == [("command_not_believed", "n-01")]


def test_browsers_hear_of_each_step(desk: Desk) -> None:
    seen = desk.store.newest_change()
    desk.store.add_command(asked())
    [order] = desk.after(1)
    desk.hear(desk.pi.up(c=(Answer(order.id, "done"),)))
    news = [(change.type, change.id) for change in desk.store.changes_after(seen, 100)]
    assert news.count(("command", "cam-01")) == 3
