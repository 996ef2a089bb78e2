"""From a payload to committed rows, on a real database."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from contracts.inventory import Village
from contracts.messages import Ack, Finding, Reading
from gateway.faults import Rules
from gateway.ingest import Ingest
from gateway.store import Batch, Conflict, FaultEnd, FaultOpen, Store, StoreError, open_store
from gateway.telemetry import line

NOW = 1_790_000_000_000
CARD, BOOT = "1" * 16, "b" * 16
LIT = Reading("light-01", "up", looks=5, m={"lit": 1.0})
DARK = Reading("light-01", "down", 0.0, 2, f=(Finding("dark", "down", 0.0, 2),))


@pytest.fixture
def ingest(village: Village, rules: Rules, store: Store) -> Ingest:
    """A gateway that has just started."""
    return Ingest(village, rules, store, NOW)


@pytest.fixture
def hello(ingest: Ingest, pi: Any) -> Ingest:
    """One that has heard the birth of n-01."""
    hear(ingest, pi.birth(), NOW)
    ingest.commit(NOW)
    return ingest


def hear(ingest: Ingest, message: tuple[str, bytes], at_ms: int, retained: bool = False) -> None:
    ingest.receive(*message, at_ms, retained)


def counts(store: Store) -> dict[tuple[str, str], int]:
    return {(row.reason, row.node): row.count for row in store.counters()}


def test_a_record_is_journalled_shown_and_acknowledged(hello: Ingest, pi: Any, store: Store) -> None:
    hear(hello, pi.up(LIT), NOW + 10)
    assert hello.commit(NOW + 20) == [("n-01", Ack(1, CARD, 1, BOOT))]
    row = next(store.journal())
    assert (row.node, row.stream, row.n, row.event_ms) == ("n-01", CARD, 1, NOW + 10)
    device = store.device("light-01")
    assert device is not None
    assert (device.state, device.n, device.seen_ms, device.metrics) == ("up", 1, NOW + 10, {"lit": 1.0})


def test_each_reading_becomes_a_telemetry_point(hello: Ingest, pi: Any, store: Store) -> None:
    for at in (10, 10, 5):
        hear(hello, pi.up(LIT), NOW + at)
    hello.commit(NOW + 20)
    points = [line.parse(text) for text in store.next_lines(100)[1]]
    readings = [(point.t - NOW, point.fields["n"]) for point in points if point.measurement == "warning_light"]
    assert readings == [(10, 1.0), (11, 2.0), (12, 3.0)], "no point of a series overwrites another"


def test_a_birth_and_a_probe_are_answered_without_news(hello: Ingest, pi: Any) -> None:
    for message in (pi.birth(), pi.probe()):
        hear(hello, message, NOW)
        assert hello.commit(NOW) == [("n-01", Ack(1, CARD, 0, None))]


def test_the_same_records_again_have_no_second_effect(hello: Ingest, pi: Any, store: Store) -> None:
    messages = [pi.up(LIT), pi.up(DARK), pi.up(DARK)]
    for _ in range(3):
        for message in messages[::-1] + messages:
            hear(hello, message, NOW + 10)
        hello.commit(NOW + 10)
    assert [row.n for row in store.journal()] == [1, 2, 3]


def test_a_crash_between_commit_and_ack_has_one_effect(
    hello: Ingest, pi: Any, store: Store, village: Village, rules: Rules
) -> None:
    messages = [pi.up(LIT), pi.up(DARK)]
    for message in messages:
        hear(hello, message, NOW + 10)
    hello.commit(NOW + 10)  # and the acks never leave
    again = Ingest(village, rules, store, NOW + 20)
    hear(again, pi.probe(), NOW + 20)
    for message in messages:
        hear(again, message, NOW + 20)
    assert again.commit(NOW + 20) == [("n-01", Ack(1, CARD, 2, BOOT))]
    assert [row.n for row in store.journal()] == [1, 2]


class Failing(Store):
    """A real store whose next commits fail: before anything is written, or after everything is."""

    fail: list[Callable[[], None]]

    def record(self, batch: Batch) -> None:
        if self.fail:
            self.fail.pop()()
        super().record(batch)


@pytest.fixture
def failing(store: Store) -> Failing:
    store.__class__ = Failing
    assert isinstance(store, Failing)
    store.fail = []
    return store


def _full() -> None:
    raise StoreError("database or disk is full")


def test_a_commit_that_fails_loses_nothing(hello: Ingest, pi: Any, failing: Failing) -> None:
    failing.fail = [_full] * 3
    hear(hello, pi.up(LIT), NOW + 10)
    for at in range(3):
        with pytest.raises(StoreError):
            hello.commit(NOW + 20 + at)
        hear(hello, pi.up(DARK), NOW + 21 + at)
    assert list(failing.journal()) == []
    assert hello.commit(NOW + 30) == [("n-01", Ack(1, CARD, 4, BOOT))]
    assert [row.n for row in failing.journal()] == [1, 2, 3, 4]
    device = failing.device("light-01")
    assert device is not None
    assert (device.state, device.codes) == ("down", ("dark",))


def test_a_fault_of_a_failed_commit_opens_once(hello: Ingest, pi: Any, failing: Failing) -> None:
    failing.fail = [_full] * 2
    hear(hello, pi.up(DARK), NOW + 10)
    for at in (20, 30):
        with pytest.raises(StoreError):
            hello.commit(NOW + at)
        hello.tick(NOW + 500)
    hello.commit(NOW + 600)
    assert [fault.code for fault in failing.faults("open", 10)[0]] == ["dark"]


def test_another_worker_was_faster(hello: Ingest, pi: Any, store: Store, village: Village, rules: Rules) -> None:
    other = Ingest(village, rules, store, NOW)
    other.commit(NOW)
    message = pi.up(LIT)
    hear(hello, message, NOW + 10)
    with pytest.raises(Conflict):
        hello.commit(NOW + 10)
    hear(other, message, NOW + 20)
    other.commit(NOW + 20)
    assert [row.n for row in store.journal()] == [1]


def test_a_new_card_is_reported_and_the_old_one_s_late_records_are_not_taken(
    hello: Ingest, pi: Any, store: Store
) -> None:
    hear(hello, pi.up(LIT), NOW + 10)
    late = pi.up(LIT)
    pi.stream, pi.n, pi.prev_boot = "2" * 16, 0, None
    for message in (pi.birth(), late, pi.up(LIT)):
        hear(hello, message, NOW + 20)
    hello.commit(NOW + 20)
    assert [(row.stream[0], row.n) for row in store.journal()] == [("1", 1), ("2", 1)]
    assert [fault.code for fault in store.faults("all", 10)[0]] == ["node_storage_replaced"]


def test_what_the_node_dropped_is_a_lost_range(hello: Ingest, pi: Any, store: Store) -> None:
    hear(hello, pi.up(LIT), NOW + 10)
    hear(hello, pi.up(LIT, n=7), NOW + 20)
    hello.commit(NOW + 20)
    assert [(gap.first, gap.last) for gap in store.lost()] == [(2, 6)]


def test_a_record_ahead_of_its_turn_moves_the_view_and_is_stored_in_its_turn(
    hello: Ingest, pi: Any, store: Store
) -> None:
    messages = [pi.up(LIT), pi.up(LIT), pi.up(DARK)]
    ahead = pi.topic("up"), messages[2][1].replace(b'"age_ms":0', b'"age_ms":0,"live":true')
    hear(hello, ahead, NOW + 10)
    assert hello.commit(NOW + 10) == []
    device = store.device("light-01")
    assert device is not None
    assert (device.state, device.n, list(store.journal())) == ("down", 3, [])
    for message in messages:
        hear(hello, message, NOW + 20)
    hello.commit(NOW + 20)
    assert [row.n for row in store.journal()] == [1, 2, 3]
    assert store.device("light-01") == device, "history never moves the live view back"


BAD = [
    ("vsm/v1/v-01/n-01/up", b"rubbish", ("malformed", "n-01")),
    ("vsm/v1/v-01/n-01/up", b"\xff\x00\xfe", ("malformed", "n-01")),
    ("vsm/v1/v-01/n-01/up", b"[" * 100_000, ("malformed", "n-01")),
    ("vsm/v1/v-01/n-01/up", b" " * 300_000, ("malformed", "n-01")),
    ("vsm/v1/v-01/n-01/birth", b"{}", ("malformed", "n-01")),
    ("vsm/v1/v-01/n-01/state", b'{"s":"fine"}', ("malformed", "n-01")),
    ("vsm/v1/v-01/n-01/ack", b"{}", ("not_for_gateway", "n-01")),
    ("vsm/v1/v-01/n-99/up", b"{}", ("unknown_node", "")),
    ("vsm/v1/v-99/n-01/up", b"{}", ("unknown_node", "")),
    ("vsm/v1/v-01/n-01/nonsense", b"{}", ("unknown_topic", "")),
    ("elsewhere", b"{}", ("unknown_topic", "")),
]


@pytest.mark.parametrize(("topic", "payload", "counted"), BAD)
def test_bad_input_is_counted_and_stops_nothing(
    hello: Ingest, pi: Any, store: Store, topic: str, payload: bytes, counted: tuple[str, str]
) -> None:
    for _ in range(3):
        hello.receive(topic, payload, NOW)
    hear(hello, pi.up(LIT), NOW)
    hello.commit(NOW)
    assert counts(store) == {counted: 3}
    assert [row.n for row in store.journal()] == [1]


def test_bad_input_is_logged_once_a_reason_and_node(hello: Ingest, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        hello.receive("vsm/v1/v-01/n-01/up", b"rubbish", NOW)
    hello.receive("vsm/v1/v-01/n-02/up", b"rubbish", NOW)
    printed = capsys.readouterr()
    assert (printed.out + printed.err).count("bad input") == 2


def test_a_device_that_nobody_knows_is_counted_and_the_rest_of_the_record_counts(
    hello: Ingest, pi: Any, store: Store
) -> None:
    hear(hello, pi.up(Reading("ghost", "down"), LIT), NOW)
    hello.commit(NOW)
    assert counts(store) == {("unknown_device", "n-01"): 1}
    assert store.device("ghost") is None
    assert store.device("light-01") is not None


def test_a_clock_that_is_off_is_counted_and_not_used(hello: Ingest, pi: Any, store: Store) -> None:
    hear(hello, pi.up(LIT, ts=0), NOW + 5)
    hello.commit(NOW + 5)
    assert ("clock_skew", "n-01") in counts(store)
    assert next(store.journal()).event_ms == NOW + 5


def test_a_lost_node_s_devices_are_unknown_at_once(hello: Ingest, pi: Any, store: Store) -> None:
    hear(hello, pi.up(LIT), NOW + 10)
    hear(hello, pi.state("lost"), NOW + 20)
    hello.commit(NOW + 20)
    device = store.device("light-01")
    assert device is not None
    assert (device.state, device.seen_ms) == ("unknown", NOW + 10)


def test_a_retained_hello_does_not_hide_a_will(hello: Ingest, pi: Any, store: Store) -> None:
    hear(hello, pi.up(LIT), NOW + 10)
    hear(hello, pi.state("lost"), NOW + 20, retained=True)
    hear(hello, pi.birth(), NOW + 20, retained=True)
    hello.commit(NOW + 20)
    device = store.device("light-01")
    assert device is not None
    assert device.state == "unknown"


@pytest.mark.parametrize("how", ["probe", "ready"])
def test_the_will_of_a_boot_born_while_the_gateway_was_away_counts(
    hello: Ingest, pi: Any, store: Store, how: str
) -> None:
    hear(hello, pi.up(LIT), NOW + 10)
    pi.boot = "c" * 16
    hear(hello, pi.birth(), NOW + 20, retained=True)
    hear(hello, *((pi.probe(), NOW + 30) if how == "probe" else (pi.state("ready"), NOW + 30, True)))
    hear(hello, pi.state("lost"), NOW + 40)
    hello.commit(NOW + 40)
    device = store.device("light-01")
    assert device is not None
    assert device.state == "unknown"


def test_what_the_broker_remembers_ends_no_silence(hello: Ingest, pi: Any, store: Store) -> None:
    hear(hello, pi.state("lost"), NOW + 20)
    hello.tick(NOW + 4000)
    hear(hello, pi.state("ready"), NOW + 5000, retained=True)
    hello.tick(NOW + 1_000_000)
    hello.commit(NOW + 1_000_000)
    faults = [fault for fault in store.faults("all", 10)[0] if fault.junction == "j-01"]
    assert [(fault.code, fault.closed_ms) for fault in faults] == [("site_dark", None)]
    hear(hello, pi.up(LIT), NOW + 1_000_500)
    hello.tick(NOW + 1_003_000)
    hello.commit(NOW + 1_003_000)
    assert [fault.junction for fault in store.faults("open", 10)[0]] == ["j-02"]


def open_fault(ingest: Ingest, pi: Any, store: Store) -> Any:
    hear(ingest, pi.up(DARK), NOW + 10)
    ingest.tick(NOW + 1000)
    ingest.commit(NOW + 1000)
    return store.faults("open", 10)[0][0]


def ask(ingest: Ingest, store: Store, number: str, version: int | None, **fields: Any) -> Any:
    payload = msgspec.json.encode({"fault": number, **fields})
    added = store.add_input("acknowledge", payload, "li", version, NOW + 2000)
    for row in store.waiting_inputs():
        ingest.person(row, store.fault(number), NOW + 2000)
    ingest.commit(NOW + 2000)
    return store.input(added)


def test_a_person_takes_a_fault(hello: Ingest, pi: Any, store: Store) -> None:
    fault = open_fault(hello, pi, store)
    assert ask(hello, store, fault.id, fault.version, comment="on my way").status == "applied"
    after = store.fault(fault.id)
    assert after is not None
    assert (after.acknowledged_by, after.acknowledged_ms) == ("li", NOW + 2000)
    assert store.fault_moves(fault.id)[-1].comment == "on my way"
    kinds = {line.parse(text).tags.get("kind") for text in store.next_lines(100)[1]}
    assert {"state", "fault_opened", "fault_acknowledged"} <= kinds


def test_a_person_who_read_an_older_version_is_refused(hello: Ingest, pi: Any, store: Store) -> None:
    fault = open_fault(hello, pi, store)
    row = ask(hello, store, fault.id, fault.version + 1)
    assert (row.status, "version" in row.reason) == ("refused", True)
    assert ask(hello, store, "F-2026-9999", None).reason == "there is no such fault"


def test_a_latched_fault_is_released_by_measured_dead_only(hello: Ingest, pi: Any, store: Store) -> None:
    bad = Reading("cp-01.1", "down", word="out_of_order", f=(Finding("GroundFailure", "down"),))
    hear(hello, pi.up(bad), NOW + 10)
    hello.commit(NOW + 10)
    fault = store.faults("open", 10)[0][0]
    assert (fault.code, fault.latched, fault.severity) == ("GroundFailure", True, 1)
    for at, looks in ((100, 1), (600, 2), (1500, 3)):
        hear(hello, pi.up(Reading("cp-01.1", "up", at / 1000 - 0.1, looks, word="free")), NOW + at)
        hello.tick(NOW + at)
    hello.commit(NOW + 1500)
    cleared = store.fault(fault.id)
    assert cleared is not None
    assert (cleared.cleared_ms, cleared.closed_ms) == (NOW + 100, None)
    device = store.device("cp-01.1")
    assert device is not None
    assert device.word == "out_of_order"
    assert ask(hello, store, fault.id, None, measured_dead=True).status == "applied"
    released = store.fault(fault.id)
    assert released is not None
    assert (released.closed_ms, released.measured_dead) == (NOW + 2000, True)


def test_taking_a_fault_that_is_over_does_not_release_its_successor(hello: Ingest, pi: Any, store: Store) -> None:
    past = NOW - 48 * 3_600_000
    over = FaultOpen("cp-01.1", "connector", "j-01", "GroundFailure", None, 1, past, latched=True)
    store.record(Batch(NOW, faults=[over, FaultEnd("cp-01.1", "GroundFailure", None, past, past)]))
    hear(hello, pi.up(Reading("cp-01.1", "down", f=(Finding("GroundFailure", "down"),))), NOW + 10)
    for at, looks in ((100, 1), (600, 2), (1500, 3)):
        hear(hello, pi.up(Reading("cp-01.1", "up", at / 1000 - 0.1, looks, word="free")), NOW + at)
        hello.tick(NOW + at)
    hello.commit(NOW + 1500)
    assert ask(hello, store, "F-2026-0001", None, measured_dead=True).status == "applied"
    assert [fault.id for fault in store.faults("open", 10)[0]] == ["F-2026-0002"]


def test_a_node_that_left_the_inventory_leaves_no_fault_open(
    hello: Ingest, pi: Any, store: Store, village: Village, rules: Rules
) -> None:
    fault = open_fault(hello, pi, store)
    grid = village.grids[0]
    smaller = village.model_copy(update={"grids": [grid.model_copy(update={"junctions": grid.junctions[1:]})]})
    Ingest(smaller, rules, store, NOW + 5000).commit(NOW + 5000)
    after = store.fault(fault.id)
    assert after is not None
    assert after.closed_ms == NOW + 5000
    assert {row.node for row in store.watches()} == {"n-02", "gateway"}


def test_a_restart_remembers_what_was_open(
    hello: Ingest, pi: Any, store: Store, village: Village, rules: Rules, url: str
) -> None:
    fault = open_fault(hello, pi, store)
    reopened = open_store(url, create=False)
    again = Ingest(village, rules, reopened, NOW + 3000)
    for at, looks in ((3100, 1), (3600, 2), (4700, 3)):
        hear(again, pi.up(Reading("light-01", "up", (at - 3100) / 1000, looks)), NOW + at)
        again.tick(NOW + at)
    again.commit(NOW + 4700)
    after = reopened.fault(fault.id)
    reopened.close()
    assert after is not None
    assert after.closed_ms == NOW + 3100
