"""The work order's table of moves."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.inventory import Village
from gateway.faults.order import (
    LONGEST_MS,
    ORDER_STATES,
    PERSON_MOVES,
    TABLE,
    Asked,
    Illegal,
    Incomplete,
    Order,
    after,
    allowed,
    departments,
    further,
    missing,
    moved,
)

NOW = 1_790_000_000_000
DAY = 86_400_000
# As faults are handled in the village: from, move, to. Nothing else is legal.
LEGAL = """
open acknowledged acked      | open refused refused          | open false_alarm closed      | open duplicate closed
acked on_site on_site        | acked refused refused         | acked suspended suspended
acked false_alarm closed     | acked duplicate closed        | acked verified closed
on_site fixed fixed          | on_site suspended suspended   | on_site false_alarm closed   | on_site verified closed
fixed verified closed        | refused forwarded open        | suspended resumed acked
open reopened open           | acked reopened open           | on_site reopened open        | fixed reopened open
refused reopened open        | suspended reopened open       | closed reopened open
"""
WALK = {tuple(step.split()) for step in LEGAL.replace("\n", "|").split("|") if step.strip()}
MOVES: tuple[Any, ...] = (*PERSON_MOVES, "verified", "reopened")
WHOLE: dict[str, dict[str, Any]] = {
    "refused": {"comment": "not ours"},
    "forwarded": {"comment": "a pole of theirs", "department": "traffic_police"},
    "suspended": {"until_ms": NOW + DAY},
    "false_alarm": {"comment": "a leaf on the lens"},
    "duplicate": {"into": "F-2026-0002"},
}


def asked(move: Any, **more: Any) -> Asked:
    """``move`` with all that it needs, and ``more``."""
    return Asked(move, **{**WHOLE.get(move, {}), **more})


@pytest.mark.parametrize(("state", "move"), list(itertools.product(ORDER_STATES, MOVES)))
def test_a_move_is_legal_or_raises_and_says_what_is(state: Any, move: Any) -> None:
    following = [to for before, step, to in WALK if (before, step) == (state, move)]
    if following:
        assert [after(state, move)] == following
        return
    with pytest.raises(Illegal) as refused:
        after(state, move)
    assert refused.value.allowed == allowed(Order(state))
    assert all(one in str(refused.value) for one in (state, move, *refused.value.allowed))


@given(st.lists(st.sampled_from(MOVES), max_size=30))
def test_on_every_way_only_a_verdict_closes_and_only_reopening_opens_again(moves: list[Any]) -> None:
    state: Any = "open"
    for move in moves:
        before = state
        try:
            state = after(state, move)
        except Illegal:
            assert (before, move) not in {step[:2] for step in WALK}
            continue
        assert (before, move, state) in WALK
        assert state != "closed" or move in {"verified", "false_alarm", "duplicate"}
        assert before != "closed" or move == "reopened"


@given(st.sampled_from(ORDER_STATES), st.sampled_from(PERSON_MOVES))
def test_people_move_just_what_is_allowed(state: Any, move: Any) -> None:
    order = Order(state, "maintenance")
    try:
        to = moved(order, asked(move), NOW)
    except Illegal:
        assert move not in allowed(order)
    else:
        assert move in allowed(order)
        assert to == TABLE[order.state][asked(move).move]


def test_every_state_can_be_left_but_by_people_not_the_last_two() -> None:
    assert {state for state in ORDER_STATES if not allowed(Order(state))} == {"fixed", "closed"}


LACKS: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("open", "refused", {"comment": "  "}, ["comment"]),
    ("refused", "forwarded", {"comment": None, "department": None}, ["comment", "department"]),
    ("refused", "forwarded", {"department": "maintenance"}, ["department"]),
    ("acked", "suspended", {"until_ms": None}, ["until"]),
    ("acked", "suspended", {"until_ms": NOW}, ["until"]),
    ("acked", "suspended", {"until_ms": NOW + LONGEST_MS + 1}, ["until"]),
    ("open", "false_alarm", {"comment": None}, ["comment"]),
    ("open", "duplicate", {"into": None}, ["into"]),
]


@pytest.mark.parametrize(("state", "move", "without", "fields"), LACKS)
def test_what_a_move_lacks_is_named_all_at_once(state: Any, move: str, without: dict[str, Any], fields: Any) -> None:
    order = Order(state, "maintenance")
    with pytest.raises(Incomplete) as refused:
        moved(order, asked(move, **without), NOW)
    assert [field for field, _ in refused.value.missing] == fields
    assert missing(order, asked(move), NOW) == []


def test_a_thing_without_a_wire_is_fixed_with_a_photo_only() -> None:
    mirror = Order("on_site", passive=True)
    with pytest.raises(Incomplete, match="photo"):
        moved(mirror, asked("fixed"), NOW)
    assert moved(mirror, asked("fixed", photo=True), NOW) == "fixed"
    assert moved(Order("on_site"), asked("fixed"), NOW) == "fixed"


@pytest.mark.parametrize("move", ["false_alarm", "duplicate"])
def test_nobody_closes_what_waits_for_its_release(move: Any) -> None:
    with pytest.raises(Illegal, match="waits for its release"):
        moved(Order("acked", latched=True), asked(move), NOW)
    assert moved(Order("acked"), asked(move), NOW) == "closed"


def test_a_part_has_no_order_of_its_own() -> None:
    with pytest.raises(Illegal, match="part of 'j-02'") as refused:
        moved(Order("open", root="j-02"), asked("acknowledged"), NOW)
    assert refused.value.allowed == ()


@pytest.mark.parametrize(
    ("one", "other", "goes_on"),
    [("open", "on_site", "on_site"), ("closed", "open", "open"), ("acked", "suspended", "acked")],
)
def test_of_two_that_become_one_the_further_goes_on(one: Any, other: Any, goes_on: str) -> None:
    assert further(one, other) == further(other, one) == goes_on


def village(**more: Any) -> Village:
    name = {"zh": "村", "en": "Village"}
    node = {"id": "n-01", "interval_s": 60, "devices": []}
    junction = {"id": "j-01", "name": name, "lat": 30.5, "lon": 120.5, "nodes": [node]}
    grid = {"id": "g-01", "name": name, "junctions": [junction]}
    return Village.model_validate({"id": "v-01", "name": name, "grids": [grid], **more})


def test_it_is_forwarded_to_a_department_of_the_inventory() -> None:
    name = {"zh": "路灯所", "en": "lamps"}
    assert departments(village(departments=[{"id": "lamps", "name": name}])) == {"lamps"}
    assert "traffic_police" in departments(village())
