"""The gateway's own ailments, and two of a node's card, from figures and births to faults and messages in the store."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.inventory import Village
from contracts.messages import Birth, encode
from contracts.settings import BrokerSettings
from gateway.chores import Chores
from gateway.faults import Rules
from gateway.faults.village.own import Vitals
from gateway.ingest import Ingest
from gateway.settings import GatewaySettings
from gateway.store import Batch, Happening, IntervalRow, Store

NOW = 1_790_000_000_000
S, HOUR, DAY = 1000, 3_600_000, 86_400_000
WELL, FULL = 0, 10**6


class Machine:
    """A gateway whose figures are read every 30 s, by production's rules; it can be restarted."""

    def __init__(self, village: Village, store: Store) -> None:
        self.begin: Callable[[int], Ingest] = lambda at_ms: Ingest(village, Rules(), store, at_ms)
        self.at_ms = NOW
        self.waiting = WELL
        self.restart()

    def restart(self) -> None:
        self.ingest = self.begin(self.at_ms)
        self.ingest.back(self.at_ms)
        self.ingest.commit(self.at_ms)

    def run(self, seconds: int, waiting: int | None = None) -> None:
        self.waiting = self.waiting if waiting is None else waiting
        for _ in range(0, seconds, 30):
            self.at_ms += 30 * S
            self.ingest.own(Vitals(self.at_ms, waiting=self.waiting), self.at_ms)
            self.ingest.tick(self.at_ms)
            self.ingest.commit(self.at_ms)


@pytest.fixture
def machine(village: Village, store: Store) -> Machine:
    return Machine(village, store)


def faults(store: Store) -> list[tuple[str, str, int, int | None]]:
    """The gateway's own: asset, code, and the seconds from NOW of its start and end."""
    rows = [row for row in store.faults("all", 100)[0] if row.asset == "gateway"]
    return [
        (row.asset, row.code, (row.opened_ms - NOW) // S, None if row.closed_ms is None else (row.closed_ms - NOW) // S)
        for row in reversed(rows)
    ]


def messages(store: Store, asset: str = "gateway") -> list[tuple[str, str, int]]:
    rows = [row for row in store.messages(limit=100) if row.asset == asset]
    return [(row.kind, row.code, (row.at_ms - NOW) // S) for row in rows]


def test_a_backlog_of_ten_minutes_is_a_fault_told_after_the_hold_and_closed_when_it_is_over(
    machine: Machine, store: Store
) -> None:
    machine.run(60)
    machine.run(600, FULL)
    assert faults(store) == []
    machine.run(60)
    assert faults(store) == [("gateway", "telemetry_backlog", 90, None)]
    machine.run(180)
    machine.run(300, WELL)
    assert faults(store) == [("gateway", "telemetry_backlog", 90, 930)]
    assert messages(store) == [("problem", "telemetry_backlog", 780), ("recovery", "telemetry_backlog", 990)]


def test_a_backlog_of_nine_minutes_is_none(machine: Machine, store: Store) -> None:
    machine.run(570, FULL)
    machine.run(60, WELL)
    machine.run(570, FULL)
    machine.run(60, WELL)
    assert (faults(store), messages(store)) == ([], [])


def test_a_restart_forgets_neither_a_suspicion_nor_a_fault(machine: Machine, store: Store) -> None:
    machine.run(300, FULL)
    machine.restart()
    machine.run(330)
    assert faults(store) == [("gateway", "telemetry_backlog", 30, None)]
    machine.restart()
    machine.run(300)
    machine.restart()
    machine.run(300, WELL)
    assert faults(store) == [("gateway", "telemetry_backlog", 30, 960)]
    assert [kind for kind, *_ in messages(store)] == ["problem", "recovery"]


def test_a_figure_that_cannot_be_read_closes_nothing(machine: Machine, store: Store) -> None:
    machine.run(690, FULL)
    for _ in range(20):
        machine.at_ms += 30 * S
        machine.ingest.own(Vitals(machine.at_ms), machine.at_ms)
        machine.ingest.commit(machine.at_ms)
    assert faults(store) == [("gateway", "telemetry_backlog", 30, None)]


def test_a_broker_that_is_away_ninety_seconds_is_a_fault_also_over_a_restart(machine: Machine, store: Store) -> None:
    machine.run(60)
    machine.ingest.away(machine.at_ms)
    machine.run(60)
    assert faults(store) == []
    machine.run(60)
    assert faults(store) == [("gateway", "broker_away", 60, None)]
    machine.ingest = machine.begin(machine.at_ms)  # the process again, and its broker is still away
    machine.run(120)
    machine.ingest.back(machine.at_ms)
    machine.run(120)
    assert ("gateway", "broker_away", 60, 330) in faults(store)
    assert [kind for kind, code, _ in messages(store) if code == "broker_away"] == ["problem", "recovery"]


# ---- cards


@pytest.fixture
def births(village: Village, rules: Rules, store: Store) -> Callable[..., list[str]]:
    """Tell a gateway of births (second, stream, set aside) of n-01; the codes that are open then."""
    ingest = Ingest(village, rules, store, NOW)
    ingest.back(NOW)

    def hear(*said: tuple[int, str, int]) -> list[str]:
        for at_s, stream, aside in said:
            birth = Birth(1, stream * 16, "b" * 16, aside, "1.0", "c1", ())
            ingest.receive("vsm/v1/v-01/n-01/birth", encode(birth), NOW + at_s * S)
            ingest.commit(NOW + at_s * S)
        return sorted(row.code for row in store.faults("open", 10)[0] if row.asset == "n-01")

    return hear


def test_two_cards_that_take_turns_are_one_identity_twice(births: Callable[..., list[str]]) -> None:
    turns = [(at_s, "12"[at_s % 2], 0) for at_s in range(5)]
    assert births(*turns) == ["node_storage_replaced"], "three flips in an hour may be hands"
    assert births((5, "2", 0)) == ["duplicate_node_identity", "node_storage_replaced"]


def test_cards_that_are_changed_slowly_are_none(births: Callable[..., list[str]]) -> None:
    turns = [(at_s, "12"[at_s // 1200 % 2], 0) for at_s in range(0, 30_000, 1200)]
    assert "duplicate_node_identity" not in births(*turns)


def test_a_card_that_was_set_aside_is_damaged_or_cloned(births: Callable[..., list[str]], store: Store) -> None:
    assert births((0, "1", 0), (10, "2", 40)) == ["card_damaged_or_cloned", "node_storage_replaced"]
    births((20, "2", 40), (30, "2", 40))
    rows = [row for row in store.faults("all", 10)[0] if row.code == "card_damaged_or_cloned"]
    assert [(row.latched, row.reopened, row.opened_ms) for row in rows] == [(True, 0, NOW + 10 * S)]


def test_a_card_that_was_exchanged_while_its_node_was_silent_is_seen_by_a_person(
    births: Callable[..., list[str]], store: Store
) -> None:
    births((0, "1", 0), (60, "1", 0), (120, "2", 40))
    open_faults = {row.code: (row.latched, row.root, row.closed_ms) for row in store.faults("open", 10)[0]}
    assert open_faults["card_damaged_or_cloned"] == open_faults["node_storage_replaced"] == (True, None, None)


# ---- chores


def ms(text: str) -> int:
    return round(datetime.fromisoformat(f"{text}+08:00").timestamp()) * 1000


@pytest.fixture
def chores(village: Village, store: Store, tmp_path: Path) -> Chores:
    """On November 26; the store has an October and lines of its journal from two years ago and from yesterday."""
    begin, now = ms("2026-10-01T00:00"), ms("2026-11-26T12:00")
    store.record(Batch(0, intervals=[IntervalRow("cam-01", begin, None, "up")]))
    old = Happening(now - 730 * DAY, b'{"gateway":"start"}')
    store.record(Batch(0, happenings=[old, Happening(now - DAY, b'{"gateway":"stop"}')]))
    settings = GatewaySettings(
        inventory=tmp_path / "x.yaml",
        database=f"sqlite:///{tmp_path / 'gateway.db'}",
        broker=BrokerSettings(),
        embedded_telemetry=tmp_path / "telemetry.db",
    )
    return Chores(settings, village, store, lambda: now)


def test_each_hour_months_are_frozen_and_the_old_journal_is_forgotten(chores: Chores, store: Store) -> None:
    chores.once(hourly=True)
    assert [(row.month, row.revision) for row in store.months()] == [("2026-10", 1)]
    assert [row.line for row in store.happenings()] == [b'{"gateway":"stop"}']
    assert chores.found.get_nowait().waiting == 0


def test_between_the_hours_only_the_machine_is_looked_at(chores: Chores, store: Store) -> None:
    chores.once(hourly=False)
    assert (store.months(), len(list(store.happenings()))) == ([], 2)
    assert chores.found.qsize() == 1


def test_a_chore_that_fails_does_not_end_the_others(
    chores: Chores, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("for this test")

    with monkeypatch.context() as patch:
        patch.setattr("gateway.months.freeze", broken)
        chores.once(hourly=True)
    chores.once(hourly=True)
    assert [row.month for row in store.months()] == ["2026-10"]
