"""The incidents themselves: whole, in order, their figures add up, and the comparison notices what is wrong."""

from fractions import Fraction
from typing import Any

import pytest

from contracts.inventory import load_inventory
from tests.incidents import FOLDER, Row, broken_rules, differences, incident, moment, names

SILENT_FROM_THE_START = {"device_that_never_spoke": {"wl-02"}}


def period(name: str) -> tuple[Any, Any]:
    head = incident(name).lines()[0]
    return moment(head["from"]), moment(head["to"])


def percent(part: int, whole: int) -> float | None:
    return float(round(Fraction(100 * part, whole), 3)) if whole else None


def test_each_history_has_its_expectation_and_each_expectation_its_history() -> None:
    assert names() == sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))


@pytest.mark.parametrize("name", names())
def test_a_history_is_in_order_and_inside_its_period(name: str) -> None:
    start, end = period(name)
    times = [moment(line["t"]) for line in incident(name).lines()[1:]]
    assert times == sorted(times)
    assert start == times[0]
    assert times[-1] < end


@pytest.mark.parametrize("name", names())
def test_a_history_begins_with_every_link_and_every_device(name: str) -> None:
    head, *lines = incident(name).lines()
    village = load_inventory(FOLDER / head["inventory"])
    spoke = {line.get("device") or line.get("node") for line in lines}
    expected = {node.id for _, _, node in village.nodes()} | set(village.places())
    assert spoke - {None} == expected - SILENT_FROM_THE_START.get(name, set())


@pytest.mark.parametrize("name", names())
def test_figures_add_up(name: str) -> None:
    start, end = period(name)
    for row in incident(name).uptime.values():
        s, u, d, k = row["S"], row["U"], row["D"], row["K"]
        assert u + d + k == s
        assert s + row["M"] + row["O"] == (end - start).total_seconds()
        assert (row["known"], row["coverage"]) == (percent(u, u + d), percent(u + d, s))
        assert (row["strict"], row["upper"]) == (percent(u, s), percent(u + k, s))


@pytest.mark.parametrize("name", names())
def test_every_expectation_is_explained_and_lies_in_the_period(name: str) -> None:
    this, (start, end) = incident(name), period(name)
    times = [row["opened"] for row in this.faults] + [row["closed"] for row in this.faults if row["closed"]]
    times += [row["t"] for row in this.messages]
    assert all(start <= moment(text) < end for text in times)
    assert this.why


@pytest.mark.parametrize("name", names())
def test_what_is_expected_keeps_the_message_rule(name: str) -> None:
    assert not broken_rules(incident(name).faults, incident(name).messages)


def without(rows: list[Row], kind: str) -> list[Row]:
    return [row for row in rows if row["kind"] != kind]


@pytest.mark.parametrize("kind", ["problem", "recovery"])
def test_the_rule_notices_a_message_that_is_missing(kind: str) -> None:
    this = incident("light_dark_and_mended")
    assert len(broken_rules(this.faults, without(this.messages, kind))) == 1


def test_the_rule_notices_a_cause_that_nobody_was_told_of() -> None:
    this = incident("feeder_of_five")
    assert broken_rules(this.faults, []) == ["the cause f-1 has no message"]


def test_the_rule_notices_a_flapping_without_an_end_and_an_end_without_a_start() -> None:
    this = incident("six_changes_are_flapping")
    assert len(broken_rules(this.faults, without(this.messages, "flapping_end"))) == 1
    assert len(broken_rules(this.faults, without(this.messages, "flapping"))) == 1


def test_a_difference_of_one_second_is_shown_and_another_offset_is_none() -> None:
    row = {"t": "2026-10-01T08:00:00+08:00", "kind": "problem", "asset": "wl-01", "code": "dark"}
    assert not differences([row], [row | {"t": "2026-10-01T00:00:00Z"}])
    assert "00:00:01" in differences([row], [row | {"t": "2026-10-01T00:00:01Z"}])


def test_a_row_too_many_and_a_row_too_few_are_shown() -> None:
    row = {"asset": "wl-01", "code": "dark", "closed": None}
    assert "\n-{" in differences([row], [])
    assert "\n+{" in differences([row], [row, row])
