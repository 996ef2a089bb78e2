"""Each incident of tests/scenarios through the shipped engine: exactly these faults, messages and figures."""

from functools import cache
from typing import Any

import pytest

from gateway.replay import replay
from tests.incidents import broken_rules, differences, incident, moment, names

# Messages of the 14-site village, as the design counts them.
COUNTS = {
    "one_site_dark": 2,
    "feeder_of_five": 2,
    "feeder_of_five_with_a_last_gasp": 2,
    "village_dark": 2,
    "gateway_restart": 0,
    "operators_line_of_seven": 2,
    "intermittent_ten_blips": 1,
}


@cache
def said(name: str) -> dict[str, Any]:
    return replay(incident(name).history)


@pytest.mark.parametrize("name", names())
def test_the_faults_are_exactly_these(name: str) -> None:
    found = differences(incident(name).faults, said(name)["faults"])
    assert not found, found


@pytest.mark.parametrize("name", names())
def test_the_messages_are_exactly_these(name: str) -> None:
    found = differences(incident(name).messages, said(name)["messages"])
    assert not found, found


@pytest.mark.parametrize("name", names())
def test_the_uptime_is_exactly_this(name: str) -> None:
    expected, uptime = incident(name).uptime, said(name)["uptime"]
    found = differences(
        [{"device": device, **row} for device, row in expected.items()],
        [{"device": device, **uptime[device]} for device in expected],
    )
    assert not found, found


@pytest.mark.parametrize("name", names())
def test_rows_come_in_the_documented_order(name: str) -> None:
    faults = [(moment(row["opened"]), row["asset"], row["code"]) for row in said(name)["faults"]]
    messages = [(moment(row["t"]), row["asset"], row["code"]) for row in said(name)["messages"]]
    assert faults == sorted(faults)
    assert messages == sorted(messages)


@pytest.mark.parametrize("name", names())
def test_who_was_told_of_something_is_told_of_its_end(name: str) -> None:
    assert not broken_rules(said(name)["faults"], said(name)["messages"])


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_a_village_of_fourteen_sites_gets_so_many_messages(name: str, count: int) -> None:
    assert len(said(name)["messages"]) == count
