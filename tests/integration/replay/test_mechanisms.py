"""The control of the whole judgement: with one mechanism taken out by one line, incidents come out otherwise, as named.

That they come out right with everything in place is ``test_scenarios``.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import replace as with_
from typing import Any

import pytest

from gateway.faults import Rules
from gateway.faults.catalogue import entry
from gateway.faults.node import device, engine, flapping, late, looks, mains, rows, silence
from gateway.faults.village import causes, gate, intermittent, parents, sabotage, weather
from gateway.faults.village.docket import Docket
from gateway.replay import keeper, replay
from gateway.replay.register import Register
from tests.incidents import Row, incident, moment

NEVER = 2**62
_due_ms = looks.due_ms


@dataclass(frozen=True)
class Without:
    """A mechanism, the name in ``where`` that is replaced ``by`` something that does nothing, and what comes of it:
    incident -> what is missing in it (-), too much (+) and counted otherwise (~)."""

    mechanism: str
    where: object
    name: str
    by: Callable[..., Any]
    incidents: dict[str, str]


TABLE = [
    Without(
        "devices lapse",
        device,
        "lapse_ms",
        lambda *_: NEVER,
        {"silent_camera": "-fault cam-01 silent, -problem cam-01 silent, -recovery cam-01 silent"},
    ),
    Without(
        "nodes lapse",
        silence,
        "node_lapse_ms",
        lambda *_: None,
        {
            "silence_without_a_will": (
                "+fault cam-01 silent, +fault wl-01 silent, +problem cam-01 silent, +problem wl-01 silent, "
                "+recovery cam-01 silent, +recovery wl-01 silent, -fault j-01 site_dark, -problem j-01 "
                "site_dark, -recovery j-01 site_dark"
            )
        },
    ),
    Without(
        "a lost link makes all unknown",
        engine,
        "_away",
        lambda watch, *_: (watch, []),
        {
            "site_dark_cleared_before_its_hold_ends": "-fault j-01 site_dark, ~uptime cam-01, ~uptime wl-01",
            "one_site_dark": "+problem j-08 site_dark, -problem j-08 site_dark",
        },
    ),
    Without(
        "bad for long enough",
        Rules,
        "wait_ms",
        lambda *_: 0,
        {
            "camera_unreachable_89_s": "+fault cam-01 unreachable, ~uptime cam-01",
        },
    ),
    Without(
        "bad in enough looks",
        device,
        "looks_needed",
        lambda *_: 1,
        {
            "a_suspicion_lost_in_silence": "+fault cam-01 unreachable",
            "six_changes_are_flapping": "+fault wl-01 dark, ~uptime wl-01",
        },
    ),
    Without(
        "good for long enough",
        looks,
        "due_ms",
        lambda row, wait_ms, _: _due_ms(row, wait_ms, 0),
        {
            "light_dark_and_mended": "+recovery wl-01 dark, -recovery wl-01 dark",
            "recovering_at_the_holds_end_and_relapsed": (
                "+fault wl-01 dark, +problem wl-01 dark, +recovery wl-01 dark, -fault wl-01 dark, -problem "
                "wl-01 dark, -recovery wl-01 dark, ~uptime wl-01"
            ),
        },
    ),
    Without(
        "good in two looks",
        looks,
        "due_ms",
        lambda row, wait_ms, keep_ms: row.good_ms + keep_ms if row.good_ms else _due_ms(row, wait_ms, keep_ms),
        {"cleared_by_the_second_good_look": "+recovery cam-01 unreachable, -recovery cam-01 unreachable"},
    ),
    Without(
        "what hangs on something waits for it",
        parents,
        "over",
        lambda *_: None,
        {
            "camera_boots_within_grace": "+fault cam-01 unreachable, -fault cam-01 unreachable",
            "light_that_depends_on_its_camera": (
                "+fault wl-01 dark, +problem wl-01 dark, +problem wl-01 dark, +recovery wl-01 dark, -fault "
                "wl-01 dark, -fault wl-01 dark, -problem wl-01 dark"
            ),
        },
    ),
    Without(
        "grace",
        parents,
        "recovered",
        lambda *_: None,
        {"camera_dead_after_grace": "+problem cam-01 unreachable, -problem cam-01 unreachable"},
    ),
    Without(
        "hold",
        Docket,
        "hold",
        lambda docket, case: docket.put(case, due=True),
        {
            "hold_cleared_before_its_end": "+problem wl-01 dark, +recovery wl-01 dark",
            "feeder_of_five": (
                "+fault f-1 feeder_down, +problem f-1 feeder_down, +problem j-01 site_dark, +problem j-02 "
                "site_dark, +recovery f-1 feeder_down, +update f-1 feeder_down, +update f-1 feeder_down, "
                "-fault f-1 feeder_down, -problem f-1 feeder_down, -recovery f-1 feeder_down"
            ),
        },
    ),
    Without(
        "root cause",
        causes,
        "judge",
        lambda _, case: case,
        {
            "a_line_that_is_a_feeder_too": (
                "+fault j-01 site_dark, +fault j-02 site_dark, +problem j-01 site_dark, +problem j-02 "
                "site_dark, +recovery j-01 site_dark, +recovery j-02 site_dark, -fault f-1 feeder_down, "
                "-fault j-01 site_dark, -fault j-02 site_dark, -problem f-1 feeder_down, -recovery f-1 "
                "feeder_down"
            ),
        },
    ),
    Without(
        "the vote on the weather",
        weather,
        "vote",
        lambda *_: None,
        {
            "fog_with_one_already_told_of": (
                "+fault cam-01 blur, +recovery cam-01 blur, -fault cam-01 blur, -recovery weather weather, "
                "-update weather weather"
            )
        },
    ),
    Without(
        "sabotage",
        sabotage,
        "look",
        lambda *_: None,
        {
            "sabotage_after_the_first_was_told": (
                "+fault cam-01 occluded, +fault cam-02 occluded, +problem cam-02 occluded, +recovery cam-01 "
                "occluded, +recovery cam-02 occluded, -fault cam-01 occluded, -fault cam-02 occluded, "
                "-fault school-road sabotage, -recovery school-road sabotage, -update school-road sabotage"
            )
        },
    ),
    Without(
        "flapping",
        flapping,
        "value",
        lambda *_: 0.0,
        {
            "six_changes_are_flapping": "-flapping wl-01 flapping, -flapping_end wl-01 flapping",
            "flapping_link": "-flapping n-03 flapping, -flapping_end n-03 flapping",
        },
    ),
    Without(
        "intermittent",
        intermittent,
        "count",
        lambda *_: None,
        {
            "intermittent_is_over": (
                "-fault cam-01 intermittent, -problem cam-01 intermittent, -recovery cam-01 intermittent"
            ),
            "three_told_outages_and_a_fourth": (
                "+problem cam-01 unreachable, +recovery cam-01 unreachable, -fault cam-01 intermittent, "
                "-problem cam-01 intermittent"
            ),
        },
    ),
    Without(
        "latch",
        rows,
        "entry",
        lambda code: with_(entry(code), latch="none"),
        {
            "ground_failure_latch": (
                "+fault cp-01.1 GroundFailure, +recovery cp-01.1 GroundFailure, -fault cp-01.1 "
                "GroundFailure, -recovery cp-01.1 GroundFailure"
            ),
            "high_temperature_waits_for_a_person": (
                "+fault cp-01.1 HighTemperature, +recovery cp-01.1 HighTemperature, -fault cp-01.1 "
                "HighTemperature, -recovery cp-01.1 HighTemperature"
            ),
        },
    ),
    Without(
        "planned maintenance",
        gate,
        "planned",
        lambda *_: False,
        {
            "planned_maintenance_of_a_site": (
                "+problem cam-02 unreachable, +problem wl-02 dark, +recovery cam-02 unreachable, -problem wl-02 dark"
            )
        },
    ),
    Without(
        "out of service",
        gate,
        "out_of_service",
        lambda *_: False,
        {
            "out_of_service_and_in_service_again": (
                "+fault wl-01 dark, +problem wl-01 dark, +recovery wl-01 dark, -fault wl-01 dark"
            )
        },
    ),
    Without(
        "reopening",
        keeper,
        "Register",
        lambda _: Register(0),
        {"reopened_within_a_day": "+fault wl-01 dark, +fault wl-01 dark, -fault wl-01 dark"},
    ),
    Without(
        "the sense of the mains",
        mains,
        "felt",
        lambda watch, *_: (watch, [], False),
        {
            "mains_loss_felt_by_a_contact": (
                "+fault n-01 uplink_down, +problem n-01 uplink_down, +recovery n-01 uplink_down, -fault "
                "j-01 mains_loss, -problem j-01 mains_loss, -recovery j-01 mains_loss, ~uptime cam-01, "
                "~uptime wl-01"
            )
        },
    ),
    Without(
        "the last gasp",
        mains,
        "heard",
        lambda watch, *_: (watch, []),
        {
            "feeder_of_five_with_a_last_gasp": (
                "+fault j-03 site_dark, +problem f-1 feeder_down, -fault j-03 mains_loss, -problem f-1 "
                "feeder_down, ~uptime cam-03, ~uptime cp-03.1"
            ),
            "mains_dip": "-fault j-02 mains_loss, ~uptime cam-02, ~uptime wl-02",
        },
    ),
    Without(
        "late data",
        late,
        "lay",
        lambda watch, *_: (watch, []),
        {
            "ground_failure_learnt_by_late_data": (
                "-fault cp-03.1 GroundFailure, -problem cp-03.1 GroundFailure, -recovery cp-03.1 "
                "GroundFailure, ~uptime cp-03.1"
            ),
            "uplink_down_by_late_data": (
                "+fault j-01 site_dark, +recovery j-01 site_dark, -fault j-01 site_dark, -fault n-01 "
                "uplink_down, -recovery n-01 uplink_down, -update n-01 uplink_down, ~uptime cam-01"
            ),
        },
    ),
    Without(
        "nothing holds back danger",
        Docket,
        "exempt",
        lambda *_: False,
        {
            "smoke_in_planned_maintenance": "-problem smoke-02 smoke, -recovery smoke-02 smoke",
            "safety_waits_for_no_hold": "+problem cp-01.1 GroundFailure, -problem cp-01.1 GroundFailure",
        },
    ),
]
CASES = [pytest.param(row, name, id=f"{row.mechanism}: {name}") for row in TABLE for name in row.incidents]


def said(faults: list[Row], messages: list[Row]) -> Counter[tuple[str, str]]:
    """Each fault and message as words, beside all that it says."""
    found = [(f"fault {row['asset']} {row['code']}", row) for row in faults]
    found += [(f"{row['kind']} {row['asset']} {row['code']}", row) for row in messages]
    return Counter((words, str(_in_utc(row))) for words, row in found)


def _in_utc(row: Row) -> list[tuple[str, object]]:
    return [
        (key, moment(row[key]) if key in {"t", "opened", "closed"} and row[key] else row[key]) for key in sorted(row)
    ]


def otherwise(name: str) -> Iterator[str]:
    """How an incident comes out otherwise than it should: - missing, + too much, ~ other figures."""
    now = replay(incident(name).history)
    should, did = said(incident(name).faults, incident(name).messages), said(now["faults"], now["messages"])
    yield from (f"-{words}" for words, _ in (should - did).elements())
    yield from (f"+{words}" for words, _ in (did - should).elements())
    yield from (f"~uptime {device}" for device, row in incident(name).uptime.items() if now["uptime"][device] != row)


@pytest.mark.parametrize(("without", "name"), CASES)
def test_without_it_an_incident_comes_out_so(without: Without, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(without.where, without.name, without.by)
    assert ", ".join(sorted(otherwise(name))) == without.incidents[name]


def test_with_all_of_them_it_does_not() -> None:
    assert list(otherwise("light_dark_and_mended")) == []
