"""Each rule of the wire, taken out of the product by one line: then something must fail."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from msgspec import UNSET
from msgspec.structs import replace as but
from pytest import MonkeyPatch  # noqa: PT013  # the type alone
from sqlalchemy import bindparam, update

from contracts.messages import Prev
from edge import segments, spool, window
from edge.segments import Segment
from edge.spool import Spool
from edge.uplink import Uplink
from edge.window import Window
from gateway import ingest
from gateway.ingest import Ingest
from gateway.ordering import Card, Decision, Greeting, NodeOrder
from gateway.service import Service
from gateway.store import StoreError, order
from gateway.store.schema import nodes
from tests.integration.wire import test_scenarios as scenarios

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


# 1 to 5: the card


def _same_name(real: Any, spool: Spool, aside: int) -> Any:
    spool._draw = lambda size: "f" * 2 * size
    return real(spool, aside)


def _from_one(_real: Any, spool: Spool, _last: Segment) -> None:
    for old in spool._segments:
        old.delete()
    spool._segments = []


def _one_boot(real: Any, spool: Spool, body: bytes, *, boot: str, event: bool) -> int:  # noqa: ARG001  # as there
    number: int = real(spool, body, boot="b" * 16, event=event)
    return number


def _no_sync(real: Any, segment: Segment, data: bytes, added: Any) -> None:
    synced, segments.sync_data = segments.sync_data, lambda _fd: None
    try:
        real(segment, data, added)
    finally:
        segments.sync_data = synced


def _newest_too(real: Any, spool: Spool, n: int) -> None:
    real(spool, n)
    if n == spool.newest:
        for segment in spool._segments:
            segment.delete()
        spool._segments, spool._active = [], None


def _delete_at_once(real: Any, spool: Spool, n: int) -> None:
    real(spool, n)
    while spool._drop_acked():
        pass


# 6 to 9: the order


def _any_predecessor(real: Any, order: NodeOrder, up: Any) -> Any:
    return real(
        order, but(up, prev=Prev(order.card().done, order.card().done_boot)) if up.n > order.card().done else up
    )


def _any_boot(real: Any, order: NodeOrder, up: Any) -> Any:
    before = up.n - 1 if up.prev is UNSET else up.prev.n
    return real(order, but(up, prev=Prev(before, order.card().done_boot)))


def _never_twice(real: Any, order: NodeOrder, up: Any) -> Any:
    card = order.card()
    if up.stream == order.current and up.n <= card.done:
        return order, Decision("apply")
    return real(order, up)


def _any_card(real: Any, order: NodeOrder, up: Any) -> Any:
    return real(NodeOrder(up.stream, order.cards), up)


def _no_word_of_loss(real: Any, order: NodeOrder, up: Any) -> Any:
    order, decision = real(order, up)
    return order, but(decision, lost=None)


def _all_is_live(real: Any, order: NodeOrder, up: Any) -> Any:
    after, decision = real(order, up)
    card = after.card()
    if decision.fate == "apply":
        after = NodeOrder(after.current, {**after.cards, after.current: but(card, top=up.n)})
    return after, but(decision, moves_live=decision.fate == "apply" or decision.moves_live)


def _never_ahead(real: Any, order: NodeOrder, up: Any) -> Any:
    after, decision = real(order, up)
    return (after, decision) if decision.fate == "apply" else (order, but(decision, moves_live=False))


def _new_is_nothing(real: Any, order: NodeOrder, stream: str, kept: bool) -> Any:
    order, said = real(order, stream, kept)
    return order, but(said, replaced=False)


def _old_cards_forgotten(real: Any, order: NodeOrder, stream: str, kept: bool) -> Any:
    after, said = real(order, stream, kept)
    return (after if after is order else NodeOrder(stream, {stream: Card()})), said


def _first_card_stays(real: Any, order: NodeOrder, stream: str, kept: bool) -> Any:
    return real(order, stream, kept) if order.current is None else (order, Greeting(False, False))


# 11 and 12: the commit and the ack

UNCONDITIONAL = (
    update(nodes)
    .where(nodes.c.node == bindparam("at_node"), bindparam("at_version") > 0)
    .values(current=bindparam("to_current"), version=nodes.c.version + 1)
)


def _ack_anyway(real: Any, desk: Ingest, now_ms: int) -> Any:
    try:
        return real(desk, now_ms)
    except StoreError:
        return list(ingest._acks(work for work in desk._draft.works.values() if work.ack))


def _unanswered(real: Any, desk: Ingest, work: Any, stream: str, received_ms: int, *more: Any) -> Any:
    said = real(desk, work, stream, received_ms, *more)
    work.ack = False
    return said


def _acks_of_any_card(real: Any, line: Uplink, ack: Any, now: float) -> None:
    real(line, but(ack, stream=line.spool.stream), now)


def _only_rising(real: Any, sending: Window, n: int, now: float) -> None:
    real(sending, max(n, sending.acked), now)


# 13 and 14: the node's answers


def _beyond_alone(_real: Any, line: Uplink, ack: Any) -> bool:
    return bool(ack.n > line.spool.newest)


def _boot_alone(_real: Any, line: Uplink, ack: Any) -> bool:
    return line.spool.boot_of(ack.n) not in {None, ack.boot}


def _no_count(real: Any, line: Uplink, link: Any, now: float) -> None:
    aside, line.spool.aside = line.spool.aside, 0
    real(line, link, now)
    line.spool.aside = aside


def _no_probe(real: Any, sending: Window, log: Any) -> float | None:
    at: float | None = real(sending, log)
    return None if at is None else (at if sending.synced and log.newest <= sending.acked else at + 1e9)


def _no_idle_probe(real: Any, sending: Window, log: Any) -> float | None:
    at: float | None = real(sending, log)
    return at if at is None or not (sending.synced and log.newest <= sending.acked) else at + 1e9


def _never_anew(real: Any, sending: Window, n: int, now: float) -> None:
    sending._asked = None if sending.synced else sending._asked
    real(sending, n, now)


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
        _around(Spool, "_new_meta", _same_name),
        scenarios.test_a_new_card_and_the_old_one_put_back,
        machine=True,
    ),
    Control(
        1,
        "numbers begin anew at each start",
        _around(Spool, "_resume", _from_one),
        scenarios.test_numbers_of_an_unsynced_tail_are_used_again_with_the_new_content,
        machine=True,
    ),
    Control(2, "all starts have one boot", _around(Spool, "append", _one_boot), damaged_as_many, machine=True),
    Control(
        3,
        "published before its sync",
        _around(Segment, "append", _no_sync),
        scenarios.test_a_power_cut_costs_nothing_that_was_sent,
        machine=True,
    ),
    Control(
        4,
        "the newest is deleted once it is confirmed",
        _around(Spool, "ack", _newest_too),
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
        _around(Spool, "ack", _delete_at_once),
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
        PLACE(_any_card),
        scenarios.test_a_new_card_and_the_old_one_put_back,
        machine=True,
    ),
    Control(
        7,
        "a new card is no news",
        GREET(_new_is_nothing),
        scenarios.test_a_new_card_and_the_old_one_put_back,
    ),
    Control(
        7,
        "old cards are forgotten",
        GREET(_old_cards_forgotten),
        scenarios.test_a_new_card_and_the_old_one_put_back,
        machine=True,
    ),
    Control(
        7,
        "a birth does not make a card current",
        GREET(_first_card_stays),
        scenarios.test_a_new_card_and_the_old_one_put_back,
        machine=True,
    ),
    Control(
        8,
        "any predecessor will do",
        PLACE(_any_predecessor),
        scenarios.test_doubled_and_reversed_records_are_applied_once_in_order,
        machine=True,
    ),
    Control(
        8,
        "a predecessor of any boot will do",
        PLACE(_any_boot),
        scenarios.test_a_record_behind_another_of_its_number_is_not_taken,
    ),
    Control(
        8,
        "what was applied is no duplicate",
        PLACE(_never_twice),
        scenarios.test_doubled_and_reversed_records_are_applied_once_in_order,
        machine=True,
    ),
    Control(
        8,
        "a gap is not said to be lost",
        PLACE(_no_word_of_loss),
        scenarios.test_the_cap_in_an_outage_costs_telemetry_and_no_event,
        small=True,
        machine=True,
    ),
    Control(9, "history moves the live view", PLACE(_all_is_live), outage_500),
    Control(9, "no record moves it ahead of its turn", PLACE(_never_ahead), outage_500),
    Control(10, "nothing is sent beside the drain", _set(Window, "_ahead", lambda *_: ()), outage_500),
    Control(
        11,
        "the commit asks for no version",
        _set(order, "_MOVE", UNCONDITIONAL),
        scenarios.test_of_two_workers_with_the_same_records_one_is_refused,
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
    Control(12, "acknowledged before its commit", _around(Ingest, "commit", _ack_anyway), commit_fails),
    Control(12, "births and probes have no answer", _around(Ingest, "_greet", _unanswered), commit_fails),
    Control(12, "acks of any card are believed", _around(Uplink, "_acknowledged", _acks_of_any_card), damaged),
    Control(
        12,
        "rising acks alone are believed",
        _around(Window, "ack", _only_rising),
        scenarios.test_a_restored_gateway_loses_nothing_of_a_card_with_room,
    ),
    Control(13, "nothing is ever set aside", _set(Uplink, "_contradicts", lambda *_: False), damaged),
    Control(13, "of another boot, and not set aside", _around(Uplink, "_contradicts", _beyond_alone), damaged_as_many),
    Control(13, "beyond the newest, and not set aside", _around(Uplink, "_contradicts", _boot_alone), damaged),
    Control(13, "the count set aside is not said", _around(Uplink, "_bear", _no_count), damaged),
    Control(
        13,
        "flips are not counted",
        _set(ingest, "flipped", lambda flips, _: (flips, False)),
        taking_turns,
    ),
    Control(
        14,
        "no probe while records wait",
        _around(Window, "probe_at", _no_probe),
        scenarios.test_a_birth_that_is_lost_is_asked_again,
    ),
    Control(
        14,
        "no probe of an idle line",
        _around(Window, "probe_at", _no_idle_probe),
        scenarios.test_an_ack_from_before_the_restore_is_healed_by_the_idle_probe,
    ),
    Control(
        14,
        "the same answer sends nothing anew",
        _around(Window, "ack", _never_anew),
        scenarios.test_records_lost_on_the_way_are_sent_again,
    ),
    Control(
        14,
        "no limit of what is in flight",
        _set(window, "MAX_IN_FLIGHT", 10**6),
        scenarios.test_no_more_than_200_are_in_flight,
    ),
]
