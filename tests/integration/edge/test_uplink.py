"""One node's line through a real broker: birth, will, probes, acks, a broker that dies."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from contracts.messages import BirthDevice
from contracts.settings import BrokerSettings
from edge import records, uplink
from edge.clock import Clock
from edge.link import Link
from edge.spool import Spool
from edge.uplink import Identity, Line, Uplink, back_off
from edge.wake import Wake

BOOT = "b0" * 8
WHO = Identity("demo", "n-01", BOOT, "0.1.0", "sha256:0", (BirthDevice("cam-01", "camera", 60.0),))


@dataclass
class Bench:
    """A node's line without its devices; the test is the work loop."""

    spool: Spool
    port: int
    boot: str = BOOT
    wake: Wake = field(default_factory=Wake)
    born: int = 0

    def __post_init__(self) -> None:
        line = Line(BrokerSettings(port=self.port, keepalive_s=5), None, self.wake.set, self._born)
        clock = Clock(time.monotonic, lambda: 1_795_000_000_000, lambda: "ntp")
        self.uplink = Uplink(replace(WHO, boot=self.boot), self.spool, line, clock)

    def _born(self) -> None:
        self.born += 1

    def write(self, count: int) -> None:
        """``count`` records, ten a commit."""
        for index in range(count):
            self.spool.append(records.fixed([], 1, int(time.monotonic() * 1000), "ntp"), boot=self.boot, event=False)
            if index % 10 == 9 or index == count - 1:
                self.spool.commit()

    def until(self, happened: Callable[[], object], within_s: float = 15.0) -> None:
        """Run the line until something has happened."""
        end = time.monotonic() + within_s
        while not happened():
            assert time.monotonic() < end, f"not within {within_s} s; {self.uplink.counts}"
            due = self.uplink.step(time.monotonic())
            self.wake.wait(min(0.05, due - time.monotonic()))

    def all_confirmed(self) -> bool:
        return self.spool.acked == self.spool.newest > 0


@pytest.fixture
def bench(open_spool: Callable[..., Spool], broker: Any) -> Iterator[Bench]:
    running = Bench(open_spool(cap_bytes=8 << 20), broker.port)
    yield running
    running.uplink.close(1.0)
    running.wake.close()


def applied(gateway: Any) -> list[int]:
    return [n for _, n, _ in gateway.applied]


def test_a_birth_then_every_record_once_and_in_order(bench: Bench, gateway: Any) -> None:
    bench.write(500)
    bench.until(bench.all_confirmed)
    assert [message["s"] for message in gateway.said("state")] == ["ready"]
    assert gateway.said("birth")[0]["devices"] == [{"id": "cam-01", "kind": "camera", "interval": 60.0}]
    assert applied(gateway) == list(range(1, 501))
    assert bench.born == 1
    assert all(0 <= up["age_ms"] < 15_000 for up in gateway.said("up"))


def test_a_backlog_does_not_keep_the_newest_waiting(bench: Bench, gateway: Any) -> None:
    bench.write(450)
    bench.until(bench.all_confirmed)
    live = [up["n"] for up in gateway.said("up") if up.get("live")]
    assert live == [450]
    assert applied(gateway) == list(range(1, 451))


def test_records_of_an_earlier_start_go_first_and_have_no_age(
    bench: Bench, gateway: Any, open_spool: Callable[..., Spool], broker: Any
) -> None:
    bench.write(3)
    bench.spool.close()
    again = Bench(open_spool(cap_bytes=8 << 20), broker.port, boot="c0" * 8)
    again.write(1)
    again.until(again.all_confirmed)
    again.uplink.close(1.0)
    ups = gateway.said("up")
    assert [(up["n"], "age_ms" in up, up.get("prev")) for up in ups] == [
        (1, False, [0, None]),
        (2, False, None),
        (3, False, None),
        (4, True, [3, BOOT]),
    ]


def test_the_broker_says_the_will_of_a_node_that_vanishes(
    bench: Bench, gateway: Any, wait_until: Callable[..., None]
) -> None:
    bench.until(lambda: bench.born)
    assert isinstance(bench.uplink._link, Link)
    bench.uplink._link._client._sock_close()
    wait_until(lambda: len(gateway.said("state")) > 1)
    assert [(message["s"], message["boot"]) for message in gateway.said("state")] == [("ready", BOOT), ("lost", BOOT)]


def test_a_planned_stop_is_said_and_no_will_spoken(bench: Bench, gateway: Any, wait_until: Callable[..., None]) -> None:
    bench.until(lambda: bench.born)
    bench.uplink.say_goodbye(time.monotonic())
    bench.uplink.close(2.0)
    wait_until(lambda: len(gateway.said("state")) > 1)
    time.sleep(0.2)
    assert [message["s"] for message in gateway.said("state")] == ["ready", "disconnected"]


def test_a_broker_killed_with_everything_in_flight_loses_nothing(
    bench: Bench, gateway: Any, broker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uplink, "back_off", lambda _attempt: 0.2)
    gateway.deaf = True
    bench.write(150)
    bench.until(lambda: len(gateway.said("up")) > 20)
    broker.kill()
    bench.until(lambda: not bench.uplink._window.connected)
    gateway.deaf = False
    bench.write(200)
    broker.start()
    bench.until(bench.all_confirmed)
    assert applied(gateway) == list(range(1, 351))
    assert bench.born == 2


def test_a_gateway_that_lost_what_was_sent_is_probed_and_gets_it_again(bench: Bench, gateway: Any) -> None:
    gateway.deaf = True
    bench.write(5)
    bench.until(lambda: len(gateway.said("up")) == 5)
    gateway.deaf = False
    bench.until(bench.all_confirmed)
    assert bench.uplink.counts.probes >= 1
    assert applied(gateway) == [1, 2, 3, 4, 5]


def test_a_gateway_that_starts_anew_is_asked_at_once(bench: Bench, gateway: Any) -> None:
    gateway.publish("gateway/state", b'{"s":"ready","boot":"0000000000000001","ts":1}', retain=True)
    bench.until(lambda: bench.uplink._gateway)
    assert bench.uplink.counts.probes == 0
    gateway.publish("gateway/state", b'{"s":"ready","boot":"0000000000000002","ts":2}', retain=True)
    bench.until(lambda: bench.uplink.counts.probes == 1, within_s=2.0)


def test_a_gateway_that_was_away_at_the_connect_is_asked_when_it_is_back(bench: Bench, gateway: Any) -> None:
    gateway.publish("gateway/state", b'{"s":"lost","boot":"0000000000000001","ts":1}', retain=True)
    bench.until(lambda: bench.uplink._gateway is not None)
    gateway.publish("gateway/state", b'{"s":"ready","boot":"0000000000000002","ts":2}', retain=True)
    bench.until(lambda: bench.uplink.counts.probes == 1, within_s=2.0)


def test_a_gateway_restored_from_a_backup_gets_again_what_is_still_held(bench: Bench, gateway: Any) -> None:
    bench.write(20)
    bench.until(bench.all_confirmed)
    stream = bench.spool.stream
    gateway.applied.clear()
    gateway.done[stream] = 12
    gateway.ack(stream, 12, BOOT)
    bench.until(lambda: applied(gateway) == list(range(13, 21)))


def test_acks_of_another_stream_and_rubbish_are_ignored(bench: Bench, gateway: Any) -> None:
    bench.until(lambda: bench.uplink._window.synced)
    gateway.deaf = True
    gateway.publish("n-01/ack", b"rubbish")
    gateway.ack("ff" * 8, 99, BOOT)
    bench.until(lambda: bench.uplink.counts.bad_messages == 1)
    bench.write(1)
    gateway.deaf = False
    bench.until(bench.all_confirmed)
    assert bench.uplink.counts.set_aside == 0


@pytest.mark.parametrize(("n", "boot"), [(9, BOOT), (2, "d0" * 8)], ids=["beyond the newest", "of another boot"])
def test_a_card_that_lost_committed_records_is_set_aside(bench: Bench, gateway: Any, n: int, boot: str) -> None:
    bench.write(3)
    bench.until(bench.all_confirmed)
    old = bench.spool.stream
    gateway.ack(old, n, boot)
    bench.until(lambda: bench.spool.stream != old)
    bench.write(2)
    bench.until(bench.all_confirmed)
    assert gateway.said("birth")[-1]["aside"] == 3
    assert [(stream == old, number) for stream, number, _ in gateway.applied][3:] == [(False, 1), (False, 2)]


def test_nothing_is_sent_to_a_broker_without_a_gateway_behind_it(bench: Bench, gateway: Any) -> None:
    gateway.dumb = True
    bench.write(5)
    bench.until(lambda: gateway.said("probe"))
    assert gateway.said("up") == []


def test_waiting_times_are_short_for_two_minutes_then_grow_to_half_a_minute_and_are_spread() -> None:
    for attempt, longest in {0: 3.0, 1: 3.0, 60: 3.0, 61: 6.0, 62: 12.0, 64: 30.0, 100_000: 30.0}.items():
        waits = {back_off(attempt) for _ in range(50)}
        assert 1.0 <= min(waits) <= max(waits) <= longest
        assert len(waits) > 40


def test_a_broker_that_is_away_is_tried_again(
    open_spool: Callable[..., Spool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uplink, "back_off", lambda _attempt: 0.05)
    lonely = Bench(open_spool(), port=1)
    lonely.until(lambda: lonely.uplink.counts.connections == 3)
    lonely.uplink.close(1.0)
    lonely.wake.close()
