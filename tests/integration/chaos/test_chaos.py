"""Everything is broken at random, under load: nothing is lost, nothing comes twice, and whoever cheats is found out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Postgres

# On an idle machine it is under 5 s, which is what the command itself asks for; the machine of a test is seldom idle.
DRAIN = ("--drain-limit", "60")
# What is lost never comes, so its run waits in vain.
IN_VAIN = ("--drain-limit", "20")
KEYS = ["seed", "seconds", "store", "accepted", "stored", "lost", "lost_named", "duplicated", "out_of_order", "kills"]
BROKEN = {
    "ack-before-commit": "acknowledged only once committed",
    "no-fsync": "accepted survives a power cut",
    "accept-gap": "no silent loss",
}


def clean(result: dict[str, Any]) -> None:
    assert list(result)[:11] == [*KEYS, "drained_s"]
    assert result["accepted"] == result["stored"] > 5 * result["seconds"]
    assert [result[name] for name in ("lost", "lost_named", "duplicated", "out_of_order")] == [0, 0, 0, 0]
    assert [result[name] for name in ("altered", "early_acks", "set_aside")] == [0, 0, 0]
    assert result["influx"] == result["readings"] > result["stored"]


def whole(run: Any) -> None:
    status, said = run.end()
    assert status == 0, said
    clean(run.result)
    assert min(run.result["kills"], run.result["stops"], run.result["cuts"]) > 5


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("seed", "store"), [("1", "sqlite"), pytest.param("2", "sqlite", marks=pytest.mark.long), ("3", "postgres")]
)
def test_a_minute_of_kills_stops_and_cuts_loses_nothing(
    chaos: Callable[..., Any],
    initdb: Path,  # noqa: ARG001  # one of the stores needs it
    seed: str,
    store: str,
) -> None:
    whole(chaos("--seconds", "60", "--seed", seed, "--store", store, *DRAIN))


@pytest.mark.timeout(200)
@pytest.mark.parametrize(
    "name", ["ack-before-commit", *(pytest.param(name, marks=pytest.mark.long) for name in ("no-fsync", "accept-gap"))]
)
def test_without_one_of_its_mechanisms_the_run_fails_by_the_promise_that_it_holds(
    chaos: Callable[..., Any], name: str
) -> None:
    small = ("--seconds", "18", "--nodes", "3", "--rate", "40")
    status, said = chaos(*small, "--seed", "1", "--break", name, *IN_VAIN).end()
    assert status == 1, said
    assert f"FAILED {BROKEN[name]}" in said


@pytest.mark.timeout(200)
def test_spools_that_overflow_report_each_record_that_they_dropped_and_drop_no_event(chaos: Callable[..., Any]) -> None:
    run = chaos("--seconds", "20", "--seed", "1", "--cap", "small", *DRAIN)
    status, said = run.end()
    assert status == 0, said
    result = run.result
    assert result["lost"] == result["lost_named"] == result["accepted"] - result["stored"] > 100
    assert (result["lost_events"], result["duplicated"], result["out_of_order"]) == (0, 0, 0)
    assert result["influx"] == result["readings"]


def test_a_mistyped_call_is_refused_with_what_would_do(chaos: Callable[..., Any]) -> None:
    status, said = chaos("--break", "nothing").end()
    assert (status, "ack-before-commit" in said) == (2, True)


@pytest.mark.long
@pytest.mark.timeout(400)
@pytest.mark.parametrize(("seed", "store"), [("4", "sqlite"), ("5", "postgres")])
def test_ninety_seconds_more(
    chaos: Callable[..., Any],
    initdb: Path,  # noqa: ARG001  # as above
    seed: str,
    store: str,
) -> None:
    whole(chaos("--seconds", "90", "--seed", seed, "--store", store, *DRAIN))


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_database_of_somebody_else_has_its_connections_cut_and_nothing_is_lost(
    chaos: Callable[..., Any], postgres: Postgres
) -> None:
    database = postgres.url("chaos")
    run = chaos("--seconds", "40", "--seed", "6", "--store", database, *DRAIN)
    whole(run)
    status, said = chaos("--store", database).end()
    assert (status, "holds records already" in said) == (2, True)
