"""The system's own health: each figure is the store's own, and each one that is broken is said to be."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import msgspec
import pytest
from fastapi.testclient import TestClient
from msgspec.structs import replace

from contracts.fingerprint import of_node
from dashboard_api.routers.system import system_health
from gateway.dispatch.words import Address
from gateway.faults.village.own import Certificate, Vitals
from gateway.store import (
    Archive,
    Attempt,
    Bad,
    Batch,
    Born,
    FaultOpen,
    IntervalRow,
    LiveRow,
    LostRange,
    Machine,
    MessageWrite,
    NodeRow,
    Traffic,
    WatchRow,
)
from gateway.store.batch import draw_version
from tests.integration.dashboard_api.conftest import CARD, Town, bearer

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
MB = 1_000_000
Look = Callable[[], dict[str, Any]]


@pytest.fixture
def healthy(still_town: Town) -> Town:
    """At a fixed moment, everything well."""
    still_town.all_well()
    well(still_town)
    return still_town


def vitals(town: Town) -> Vitals:
    """A machine on which nothing is wrong."""
    now = town.now_ms()
    good = Vitals(now - 5000, 0, 0, 60_000 * MB, 100_000 * MB, synchronised=True, off_ms=0.4, channels=())
    return replace(good, backup_ms=now - 9 * HOUR, certificates=(Certificate("gateway", now + 400 * DAY),))


def machine(town: Town, of: Vitals | None = None, **more: Any) -> Machine:
    """The gateway tells of itself."""
    now = town.now_ms()
    told = Machine(
        of or vitals(town),
        now - 3 * DAY,
        version("village-safety-monitor"),
        "3.11.2",
        "127.0.0.1:8883",
        tls=True,
        database="SQLite 3.40.1",
        telemetry="InfluxDB 1.6.7 at http://127.0.0.1:8086, bucket vsm",
        link_ms=now - 3 * DAY,
        telemetry_away_ms=0,
        backups=True,
        archive=Archive("vsm-20261123T000000Z.tar.gz", 5 * MB, 14),
        attempt=Attempt(now - 9 * HOUR, ""),
    )
    told = replace(told, **more)
    town.store.keep_machine(told)
    return told


def node(town: Town, name: str, *, spool: float = 3, **memory: Any) -> None:
    """A node reports its vitals, and what passed on its line and in its memory is committed with it."""
    now = town.now_ms()
    junction, what = town.village.stands[name]
    born = Born(version("village-safety-monitor"), of_node(what), 0, now - DAY)
    kept = {"clock": {"skews": {"b" * 16: 12}}, "quality": "ntp", "born": born}
    kept |= {"traffic": Traffic().plus(2 * MB, now - 3 * DAY).plus(MB, now)} | memory
    known = next((row.version for row in town.store.order()[0] if row.node == name), 0)
    row = LiveRow(name, "node", junction.id, name, "up", None, now, now - 60_000, (), {"spool_records": spool}, CARD, 1)
    watch = msgspec.json.encode({"link": "up", "link_ms": now - DAY, "heard_ms": now - 20_000})
    town.store.record(
        Batch(
            now,
            version=draw_version(),
            nodes=[NodeRow(name, CARD, known)],
            watches=[WatchRow(name, watch, msgspec.json.encode(kept))],
            live=[row],
        )
    )


def well(town: Town) -> None:
    machine(town)
    for name in town.village.stands:
        node(town, name)


@pytest.fixture
def look(healthy: Town) -> Look:
    """What the API says."""
    return lambda: system_health(healthy.app().state.desk).model_dump()


def check(found: dict[str, Any], key: str, subject: str = "") -> dict[str, Any]:
    checks = [one for group in found["checks"].values() for one in group]
    return next(one for one in checks if one["key"] == key and subject in ("", one["subject"]))


def at_node(found: dict[str, Any], name: str, key: str) -> dict[str, Any]:
    there = next(one for one in found["nodes"] if one["node"] == name)
    return next(one for one in there["checks"] if one["key"] == key)


def test_where_all_is_well_nothing_asks_for_attention(look: Look) -> None:
    found = look()
    levels = {one["key"]: one["level"] for group in found["checks"].values() for one in group}
    assert {key for key, level in levels.items() if level != "good"} <= {"archive"}, levels
    assert {one["level"] for one in found["nodes"]} == {"good"}


def test_a_gateway_that_has_never_told_is_unknown_not_well(still_town: Town) -> None:
    found = system_health(still_town.app().state.desk).model_dump()
    assert {check(found, key)["level"] for key in ("told", "broker", "gateway_clock", "disk", "backup")} == {"unknown"}
    assert {one["level"] for one in found["nodes"]} == {"unknown"}


@pytest.mark.parametrize(
    ("age_s", "level", "disk"), [(60, "good", "good"), (200, "attention", "good"), (400, "bad", "unknown")]
)
def test_what_the_gateway_told_long_ago_is_claimed_no_more(
    town: Town, look: Look, age_s: int, level: str, disk: str
) -> None:
    machine(town, replace(vitals(town), at_ms=town.now_ms() - age_s * 1000))
    found = look()
    assert (check(found, "told")["level"], check(found, "disk")["level"]) == (level, disk)
    assert check(found, "disk")["value"] == 60_000 * MB, "the last known figure is still there"


@pytest.mark.parametrize(
    ("key", "level", "broken"),
    [
        ("broker", "bad", {"broker_lost_ms": 1}),
        ("gateway_clock", "bad", {"synchronised": False}),
        ("gateway_clock", "bad", {"off_ms": 1500.0}),
        ("gateway_clock", "unknown", {"synchronised": None}),
        ("disk", "attention", {"disk_free": 9_000 * MB}),
        ("disk", "bad", {"disk_free": 100 * MB}),
        ("backup", "bad", {"backup_ms": 1}),
        ("certificate", "attention", {"certificates": (Certificate("gateway", 1_795_414_111_000 + 59 * DAY),)}),
        ("certificate", "bad", {"certificates": (Certificate("broker", 1_795_414_111_000 - DAY),)}),
        ("certificate", "unknown", {"certificates": None}),
    ],
)
def test_what_is_broken_at_the_gateway_is_said(
    town: Town, look: Look, key: str, level: str, broken: dict[str, Any]
) -> None:
    machine(town, replace(vitals(town), **broken))
    assert check(look(), key)["level"] == level


@pytest.mark.parametrize(
    ("key", "level", "note", "broken"),
    [
        ("backup", "attention", "failed", {"attempt": Attempt(1_795_414_000_000, "no room")}),
        ("backup", "attention", "none", {"archive": None}),
        ("backup", "unknown", "nowhere", {"backups": False}),
        ("gateway_clock", "bad", "doubt", {"doubt": "a year ahead"}),
        ("backlog", "attention", "away", {"telemetry_away_ms": 1_795_414_000_000}),
        ("release", "attention", "differs", {"software": "0.0.9"}),
    ],
)
def test_what_is_behind_the_figures_is_said(
    town: Town, look: Look, key: str, level: str, note: str, broken: dict[str, Any]
) -> None:
    machine(town, **broken)
    found = check(look(), key)
    assert (found["level"], found["note"]) == (level, note)


def test_telemetry_that_nobody_takes_grows_here_as_in_the_store(town: Town, look: Look) -> None:
    began = town.now_ms() - 20 * MINUTE
    town.store.record(Batch(town.now_ms(), lines=[f"camera,device=cam-01 n={n} {began + n}000000" for n in range(40)]))
    found = check(look(), "backlog")
    assert (found["value"], found["level"], found["facts"]["oldest_ms"]) == (
        town.store.waiting_points(),
        "attention",
        began,
    )
    ids, lines = town.store.next_lines(100)
    town.store.lines_written(ids, [(lines[0], "type conflict")], town.now_ms())
    assert (check(look(), "backlog")["value"], check(look(), "backlog")["level"]) == (0, "good")
    assert (check(look(), "parked")["value"], check(look(), "parked")["level"]) == (
        town.store.parked_count(),
        "attention",
    )


def test_as_many_points_as_the_rule_calls_a_backlog_are_bad_and_the_fault_is_named(town: Town, look: Look) -> None:
    town.store.record(Batch(town.now_ms(), lines=["x,d=1 n=1 1\n" * 100_000 + "x,d=1 n=1 1"]))
    assert check(look(), "backlog")["fault"] is None
    fault = FaultOpen("gateway", "gateway", "", "telemetry_backlog", None, 3, town.now_ms())
    town.store.record(Batch(town.now_ms(), faults=[fault]))
    assert check(look(), "backlog")["fault"] == town.faults("open")[0].id


@pytest.mark.parametrize(("ago_ms", "level"), [(HOUR, "bad"), (3 * DAY, "attention"), (40 * DAY, "good")])
def test_a_lost_range_is_shown_with_its_node(town: Town, look: Look, ago_ms: int, level: str) -> None:
    assert (check(look(), "lost")["value"], check(look(), "lost")["level"]) == (0, "good")
    ranges = [
        LostRange("n-01", CARD, 5, 9, town.now_ms() - ago_ms),
        LostRange("n-02", CARD, 1, 1, town.now_ms() - 90 * DAY),
    ]
    town.store.record(Batch(town.now_ms(), lost=ranges))
    found = look()
    assert (check(found, "lost")["value"], check(found, "lost")["level"]) == (6, level)
    assert [(one["node"], one["first"], one["last"]) for one in found["lost"]] == [("n-01", 5, 9), ("n-02", 1, 1)]
    assert (at_node(found, "n-01", "lost")["value"], at_node(found, "n-01", "lost")["level"]) == (5, level)
    assert len(found["lost"]) == len(town.store.lost())


def test_bad_input_is_counted_as_the_store_counts_it(town: Town, look: Look) -> None:
    town.store.record(Batch(town.now_ms(), bad=[Bad("malformed", "n-01", 7, "{"), Bad("unknown_node", "", 2, "x")]))
    found = look()
    assert (check(found, "refused")["value"], check(found, "refused")["level"]) == (9, "attention")
    assert [(one["reason"], one["node"], one["count"]) for one in found["refused"]] == [
        (row.reason, row.node, row.count) for row in town.store.counters()
    ]


@pytest.mark.parametrize(("spool", "level"), [(200, "good"), (201, "attention"), (5000, "bad")])
def test_a_spool_that_fills_is_seen(town: Town, look: Look, spool: int, level: str) -> None:
    node(town, "n-02", spool=spool)
    found = at_node(look(), "n-02", "spool")
    assert (found["value"], found["level"]) == (spool, level)


def test_an_old_word_of_a_spool_is_last_known(town: Town, look: Look) -> None:
    assert town.fixed_ms is not None
    town.fixed_ms += HOUR
    found = at_node(look(), "n-01", "spool")
    assert (found["value"], found["level"], found["note"]) == (3, "unknown", "last_known")
    assert at_node(look(), "n-01", "link")["level"] == "bad"


@pytest.mark.parametrize(
    ("month", "since", "level", "note"),
    [
        (10, 22, "good", ""),
        (85, 22, "attention", "fast"),
        (101, 22, "bad", "over"),
        (20, 2, "attention", "fast"),
        (20, 0, "good", ""),
    ],
)
def test_a_nodes_data_is_held_against_its_month(
    town: Town, look: Look, month: int, since: int, level: str, note: str
) -> None:
    now = town.now_ms()
    node(town, "n-01", traffic=Traffic(now - since * DAY - HOUR).plus(month * MB, now))
    found = at_node(look(), "n-01", "data")
    assert (found["value"], found["limit"], found["level"], found["note"]) == (month * MB, 100 * MB, level, note)


def test_the_budget_is_a_setting_and_yesterday_is_not_today(healthy: Town, look: Look) -> None:
    healthy.settings = healthy.settings.model_copy(update={"node_month_mb": 2.5})
    found = look()
    assert (at_node(found, "n-01", "data")["level"], at_node(found, "n-01", "data")["limit"]) == ("bad", 2_500_000)
    traffic = found["nodes"][0]["traffic"]
    assert (traffic["today"], traffic["yesterday"], traffic["month"]) == (MB, 0, 3 * MB)


@pytest.mark.parametrize(
    ("memory", "level"),
    [
        ({"quality": "none"}, "attention"),
        ({"clock": {"skews": {"b" * 16: 5000}}}, "attention"),
        ({"clock": {"skews": {"b" * 16: -70_000}}}, "bad"),
        ({"quality": "", "clock": {}}, "unknown"),
    ],
)
def test_a_nodes_clock_is_judged_by_what_keeps_it_and_how_far_it_is_off(
    town: Town, look: Look, memory: dict[str, Any], level: str
) -> None:
    node(town, "n-01", **memory)
    assert at_node(look(), "n-01", "clock")["level"] == level


def test_a_node_with_another_program_or_configuration_is_named(town: Town, look: Look) -> None:
    node(town, "n-01", born=Born("0.0.9", "sha256:0123456789abcdef", 0, town.now_ms()))
    found = at_node(look(), "n-01", "program")
    assert (found["level"], found["note"], found["facts"]["software"]) == ("attention", "software_config", "0.0.9")
    assert at_node(look(), "n-02", "program")["note"] == "same"


def test_months_that_are_not_frozen_are_named(town: Town, look: Look) -> None:
    town.store.record(Batch(0, intervals=[IntervalRow("cam-01", town.now_ms() - 60 * DAY, None, "up")]))
    found = check(look(), "months")
    assert (found["level"], found["facts"]["waiting"]) == ("attention", "2026-09")


def test_letters_that_wait_and_letters_that_are_given_up_are_counted(town: Town, look: Look) -> None:
    now = town.now_ms()
    town.store.channels_opened({"paper": "webhook"}, now - DAY)
    to = (
        Address("p", "paper", "maintenance", "maintenance", now - 10 * MINUTE),
        Address("q", "", "maintenance", "maintenance", now),
    )
    town.store.record(Batch(now, faults=[MessageWrite("problem", "cam-01", "frozen", now - 10 * MINUTE, 2, to)]))
    found = look()
    assert (check(found, "outbox")["value"], check(found, "outbox")["level"]) == (1, "attention")
    assert check(found, "outbox")["value"] == sum(one.letters for one in town.store.letters.waiting())
    assert (check(found, "dead")["value"], check(found, "dead")["level"]) == (1, "attention")
    assert (check(found, "channel", "paper")["note"], check(found, "channel", "paper")["level"]) == (
        "never",
        "attention",
    )


def test_maintenance_may_read_it_and_the_police_may_not(healthy: Town, resident: TestClient) -> None:
    for role, status in (("maintenance", 200), ("electrician", 403), ("police", 403), ("admin", 200)):
        answer = resident.get("/api/v1/system", headers=bearer(healthy, resident, role))
        assert answer.status_code == status, role
    found = answer.json()
    assert len(found["nodes"]) == len(healthy.village.stands)
    assert not {"password", "login"} & set(answer.text.split('"'))
