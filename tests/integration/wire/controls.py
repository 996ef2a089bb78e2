"""Each rule of the wire, taken out of the product by one line: then something must fail."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from pytest import MonkeyPatch  # noqa: PT013  # the type alone

from edge import spool, window
from edge.segments import Segment
from edge.spool import Spool
from edge.uplink import Uplink
from edge.window import Window
from gateway import ingest
from gateway.draft import Draft
from gateway.ingest import Ingest
from gateway.service import Service
from gateway.store import order
from tests.integration.wire import test_scenarios as scenarios
from tests.integration.wire import without

Patch = Callable[[MonkeyPatch], None]
Scenario = Callable[[Any], None]


class Control(NamedTuple):
    """``take_out`` the ``rule`` of the wire, and ``scenario`` fails. ``small``: on a small card. ``machine``: some
    dozens of random histories find it too.
    """

    rule: int
    name: str
    take_out: Patch
    scenario: Scenario
    small: bool = False
    machine: bool = False


def _set(target: Any, name: str, value: Any) -> Patch:
    return lambda patch: patch.setattr(target, name, value)


def _around(target: Any, name: str, wrapper: Callable[..., Any]) -> Patch:
    """``wrapper`` gets what was there before as its first argument."""
    real = getattr(target, name)
    return lambda patch: patch.setattr(target, name, lambda *given, **named: wrapper(real, *given, **named))


PLACE, GREET = partial(_around, ingest, "place"), partial(_around, ingest, "greet")
outage_50, outage_500 = (
    partial(scenarios.test_a_second_outage_during_the_drain, waiting=waiting) for waiting in (50, 500)
)
damaged, damaged_as_many = (
    partial(scenarios.test_a_card_that_lost_committed_records_is_set_aside, again=again) for again in (0, 3)
)
commit_fails = partial(scenarios.test_a_commit_that_fails_is_not_acknowledged, when="before")
taking_turns = partial(
    scenarios.test_streams_that_flip_too_often_are_two_computers, minutes=10, faults=["duplicate_node_identity"]
)

CONTROLS = [
    Control(
        1,
        "every spool has one name",
        _around(Spool, "_new_meta", without.same_name),
        scenarios.test_a_new_card_and_the_old_one_put_back,
        machine=True,
    ),
    Control(
        1,
        "numbers begin anew at each start",
        _around(Spool, "_resume", without.from_one),
        scenarios.test_numbers_of_an_unsynced_tail_are_used_again_with_the_new_content,
        machine=True,
    ),
    Control(2, "all starts have one boot", _around(Spool, "append", without.one_boot), damaged_as_many, machine=True),
    Control(
        3,
        "published before its sync",
        _around(Segment, "append", without.no_sync),
        scenarios.test_a_power_cut_costs_nothing_that_was_sent,
        machine=True,
    ),
    Control(
        4,
        "the newest is deleted once it is confirmed",
        _around(Spool, "ack", without.newest_too),
        scenarios.test_the_newest_record_is_the_counter_when_all_else_is_trimmed,
        small=True,
    ),
    Control(
        5,
        "what is confirmed does not go first",
        _set(Spool, "_drop_acked", lambda _: False),
        scenarios.test_what_is_confirmed_goes_before_what_is_not,
        small=True,
    ),
    Control(
        5,
        "telemetry does not go before events",
        _set(Spool, "_drop_telemetry", lambda _: False),
        scenarios.test_the_cap_in_an_outage_costs_telemetry_and_no_event,
        small=True,
    ),
    Control(
        5,
        "what is confirmed is deleted at once",
        _around(Spool, "ack", without.delete_at_once),
        scenarios.test_a_restored_gateway_loses_nothing_of_a_card_with_room,
        machine=True,
    ),
    Control(
        6,
        "no predecessor is named",
        _around(
            spool, "_record", lambda real, *given: real(*given)._replace(prev_n=given[0].n - 1, prev_boot=given[0].boot)
        ),
        scenarios.test_the_cap_in_an_outage_costs_telemetry_and_no_event,
        small=True,
        machine=True,
    ),
    Control(
        7,
        "records of any card are taken",
        PLACE(without.any_card),
        scenarios.test_a_new_card_and_the_old_one_put_back,
    ),
    Control(
        7,
        "a new card is no news",
        GREET(without.new_is_nothing),
        scenarios.test_a_new_card_and_the_old_one_put_back,
    ),
    Control(
        7,
        "old cards are forgotten",
        GREET(without.old_cards_forgotten),
        scenarios.test_a_new_card_and_the_old_one_put_back,
    ),
    Control(
        7,
        "a birth does not make a card current",
        GREET(without.first_card_stays),
        scenarios.test_a_new_card_and_the_old_one_put_back,
        machine=True,
    ),
    Control(
        8,
        "any predecessor will do",
        PLACE(without.any_predecessor),
        scenarios.test_doubled_and_reversed_records_are_applied_once_in_order,
        machine=True,
    ),
    Control(
        8,
        "a predecessor of any boot will do",
        PLACE(without.any_boot),
        scenarios.test_a_record_behind_another_of_its_number_is_not_taken,
    ),
    Control(
        8,
        "what was applied is no duplicate",
        PLACE(without.never_twice),
        scenarios.test_doubled_and_reversed_records_are_applied_once_in_order,
        machine=True,
    ),
    Control(
        8,
        "a gap is not said to be lost",
        PLACE(without.no_word_of_loss),
        scenarios.test_the_cap_in_an_outage_costs_telemetry_and_no_event,
        small=True,
        machine=True,
    ),
    Control(9, "history moves the live view", PLACE(without.all_is_live), outage_500),
    Control(9, "no record moves it ahead of its turn", PLACE(without.never_ahead), outage_500),
    Control(10, "nothing is sent beside the drain", _set(Window, "_ahead", lambda *_: ()), outage_500),
    Control(
        11,
        "the commit asks for no version",
        _set(order, "_MOVE", without.UNCONDITIONAL),
        scenarios.test_of_two_workers_with_the_same_records_one_is_refused,
    ),
    Control(
        11,
        "commits are counted",
        _around(Draft, "finish", without.counted),
        scenarios.test_a_worker_that_hung_through_a_restore_is_refused,
    ),
    Control(
        11,
        "the marks are not in the transaction",
        _set(order, "write", lambda *_: None),
        scenarios.test_a_crash_between_commit_and_ack_has_one_effect,
    ),
    Control(
        11,
        "a refused worker does not read anew",
        _set(Service, "_restart", lambda _: None),
        scenarios.test_of_two_workers_with_the_same_records_one_is_refused,
    ),
    Control(12, "acknowledged before its commit", _around(Ingest, "commit", without.ack_anyway), commit_fails),
    Control(12, "births and probes have no answer", _around(Ingest, "_greet", without.unanswered), commit_fails),
    Control(12, "acks of any card are believed", _around(Uplink, "_acknowledged", without.acks_of_any_card), damaged),
    Control(
        12,
        "rising acks alone are believed",
        _around(Window, "ack", without.only_rising),
        scenarios.test_a_restored_gateway_loses_nothing_of_a_card_with_room,
    ),
    Control(13, "nothing is ever set aside", _set(Uplink, "_contradicts", lambda *_: False), damaged),
    Control(
        13, "of another boot, and not set aside", _around(Uplink, "_contradicts", without.beyond_alone), damaged_as_many
    ),
    Control(13, "beyond the newest, and not set aside", _around(Uplink, "_contradicts", without.boot_alone), damaged),
    Control(13, "the count set aside is not said", _around(Uplink, "_bear", without.no_count), damaged),
    Control(
        13,
        "flips are not counted",
        _set(ingest, "flipped", lambda flips, _: (flips, False)),
        taking_turns,
    ),
    Control(
        14,
        "no probe while records wait",
        _around(Window, "probe_at", without.no_probe),
        scenarios.test_a_birth_that_is_lost_is_asked_again,
    ),
    Control(
        14,
        "no probe of an idle line",
        _around(Window, "probe_at", without.no_idle_probe),
        scenarios.test_an_ack_from_before_the_restore_is_healed_by_the_idle_probe,
    ),
    Control(
        14,
        "the same answer sends nothing anew",
        _around(Window, "ack", without.never_anew),
        scenarios.test_records_lost_on_the_way_are_sent_again,
    ),
    Control(
        14,
        "no limit of what is in flight",
        _set(window, "MAX_IN_FLIGHT", 10**6),
        scenarios.test_no_more_than_200_are_in_flight,
    ),
]
