"""Commands on the node: whose they are, for whom, how long they are good, and that each runs once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.commands import Command, Signed, signed_bytes
from contracts.inventory import WarningLight
from contracts.messages import Answer, encode
from edge import commands
from edge.clock import Clock
from edge.commands import FORGED_EVERY_S, Commands
from edge.drivers.base import LightSample, Sample
from edge.node import Node
from edge.spool import SpoolError
from edge.watch import Watch

BOOT, OTHER = "b0" * 8, "c0" * 8
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw().hex()
LIGHT = WarningLight.model_validate(
    {
        "id": "cam-01",
        "kind": "warning_light",
        "driver": "warning_light",
        "pin": "GPIO2",
        "isolation": "opto",
        "supply": "mains",
    }
)


class Body(msgspec.Struct):
    c: list[Answer] = []


@dataclass
class Card:
    """A spool in RAM."""

    answers: list[Answer] = field(default_factory=list)
    full: bool = False

    def append(self, body: bytes, *, boot: str, event: bool) -> int:
        answers = msgspec.json.decode(body, type=Body).c
        assert boot == BOOT
        assert event or not answers, "the card drops what is no event first"
        if not self.full:
            self.answers += answers
        return 1

    def commit(self) -> list[tuple[int, bytes]]:
        if self.full:
            raise SpoolError("no room")
        return []


@dataclass
class Eye:
    """A driver that counts what it was told; ``why``: what it says to it, or raises."""

    told: list[str] = field(default_factory=list)
    why: str | Exception | None = None

    def look(self, now: float) -> Sample:
        return LightSample(lit=True, watched_s=100.0, edges=((now, True),))

    def obey(self, name: str, arguments: Mapping[str, str]) -> str | None:
        assert not arguments
        self.told.append(name)
        if isinstance(self.why, Exception):
            raise self.why
        return self.why

    def close(self) -> None:
        """Nothing is held."""


class Bench:
    """One node with one device, at 1000 s of its clock."""

    def __init__(self, key: str | None = PUBLIC) -> None:
        self.now, self.card, self.eye, self.stream = 1000.0, Card(), Eye(), "5" * 16
        self.watch = Watch(LIGHT, lambda _: self.eye, lambda: self.now)
        clock = Clock(lambda: self.now, lambda: 0, lambda: "none")
        self.node = Node("n-01", 60.0, [self.watch], self.card, clock, BOOT)
        self.node.step(self.now)
        self.commands = Commands("v-01", self.node, key, lambda: self.stream)

    def take(self, payload: bytes) -> list[tuple[str, str]]:
        """What was answered."""
        before = len(self.card.answers)
        self.commands.take(payload, self.now)
        return [(answer.s, answer.why) for answer in self.card.answers[before:]]


def order(number: int = 1, **fields: object) -> Command:
    values = {"v": 1, "id": f"{number:016x}", "village": "v-01", "node": "n-01", "boot": BOOT, "mono": 1_000_000}
    return msgspec.convert(
        {**values, "ttl_s": 30, "device": "cam-01", "name": "accept_new_view", **fields}, type=Command
    )


def signed(command: Command, key: Ed25519PrivateKey = KEY) -> bytes:
    text = encode(command).decode()
    return encode(Signed(text, key.sign(signed_bytes(text)).hex()))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_command_runs_once_and_is_answered_once_however_often_it_comes(bench: Bench) -> None:
    assert [bench.take(signed(order())) for _ in range(3)] == [[("done", "")], [], []]
    bench.now += 10
    assert bench.take(signed(order())) == []
    assert bench.eye.told == ["accept_new_view"]


def test_a_replay_after_its_time_is_not_run_either(bench: Bench) -> None:
    bench.take(signed(order()))
    bench.now += 3600
    for number in range(2, commands.KEPT + 10):
        bench.take(signed(order(number, mono=4_600_000, boot=OTHER)))
    assert bench.take(signed(order())) in ([], [("refused", "expired")])
    assert bench.eye.told == ["accept_new_view"]


def test_what_ran_stays_known_while_it_could_run_again_whatever_else_comes(bench: Bench) -> None:
    bench.take(signed(order()))
    for number in range(2, commands.KEPT + 10):
        bench.take(signed(order(number, boot=OTHER)))
    assert bench.take(signed(order())) == []
    assert bench.eye.told == ["accept_new_view"]
    assert len(bench.commands._said) <= commands.KEPT


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"boot": OTHER}, "other_boot"), ({"mono": 969_000}, "expired"), ({"device": "cam-99"}, "no_such_device")],
)
def test_what_may_not_run_is_refused_with_a_word(bench: Bench, fields: dict[str, Any], why: str) -> None:
    assert bench.take(signed(order(**fields))) == [("refused", why)]
    assert (bench.eye.told, bench.commands.counts[why]) == ([], 1)


def test_a_command_is_good_to_the_last_millisecond_of_its_time(bench: Bench) -> None:
    bench.now = 1030.0
    assert bench.take(signed(order())) == [("done", "")]
    bench.now = 1030.001
    assert bench.take(signed(order(2))) == [("refused", "expired")]


@pytest.mark.parametrize("fields", [{"node": "n-02"}, {"village": "v-02"}])
def test_what_is_for_another_node_is_neither_run_nor_answered(bench: Bench, fields: dict[str, Any]) -> None:
    assert bench.take(signed(order(**fields))) == []
    assert (bench.eye.told, bench.commands.counts["other_node"]) == ([], 1)


def test_a_forged_one_is_not_run_and_is_told_of_now_and_then(bench: Bench) -> None:
    stranger = Ed25519PrivateKey.generate()
    assert bench.take(signed(order(), stranger)) == [("refused", "forged")]
    assert bench.take(signed(order(2), stranger)) == []
    bench.now += FORGED_EVERY_S
    assert bench.take(signed(order(3), stranger)) == [("refused", "forged")]
    assert (bench.eye.told, bench.commands.counts["forged"]) == ([], 3)


def test_a_byte_that_was_changed_makes_it_a_forged_one(bench: Bench) -> None:
    changed = signed(order()).replace(b"cam-01", b"cam-02")
    assert bench.take(changed) == [("refused", "forged")]


def test_a_forged_one_does_not_use_up_the_id_of_the_real_one(bench: Bench) -> None:
    bench.take(signed(order(), Ed25519PrivateKey.generate()))
    assert bench.take(signed(order())) == [("done", "")]


def test_a_node_without_a_key_obeys_nobody_and_says_so() -> None:
    bench = Bench(key=None)
    assert bench.take(signed(order())) == [("refused", "no_key")]
    assert bench.eye.told == []


@pytest.mark.parametrize(
    "payload",
    [b"", b"{", b"[" * 100_000, b'{"command":"{}","signature":"00"}', b" " * 9000, signed(order()).replace(b'"', b"")],
)
def test_rubbish_stops_nothing(bench: Bench, payload: bytes) -> None:
    assert bench.take(payload) == []
    assert bench.commands.counts["malformed"] == 1
    assert bench.take(signed(order())) == [("done", "")]


def test_what_a_driver_says_or_raises_is_the_answer(bench: Bench) -> None:
    bench.eye.why = "no picture yet"
    assert bench.take(signed(order(1))) == [("refused", "cannot: no picture yet")]
    bench.eye.why = OSError("x" * 500)
    [(state, why)] = bench.take(signed(order(2)))
    assert (state, len(why), why[:17]) == ("refused", commands.ANSWER_LENGTH, "failed: OSError: ")


def test_to_look_now_every_device_is_looked_at_and_reported_at_once(bench: Bench) -> None:
    assert bench.watch.due_at > bench.now
    assert bench.take(signed(order(name="look_now"))) == [("done", "")]
    bench.now += 0.2
    assert bench.node.due_at <= bench.now


def test_an_answer_that_the_card_did_not_take_is_written_when_it_is_asked_again_and_nothing_runs_twice(
    bench: Bench,
) -> None:
    bench.card.full = True
    assert bench.take(signed(order())) == []
    bench.card.full = False
    assert bench.take(signed(order())) == [("done", "")]
    assert bench.take(signed(order())) == []
    assert bench.eye.told == ["accept_new_view"]


def test_an_answer_on_a_card_that_was_set_aside_is_given_again(bench: Bench) -> None:
    bench.take(signed(order()))
    bench.stream = "6" * 16
    assert bench.take(signed(order())) == [("done", "")]
    assert bench.eye.told == ["accept_new_view"]
