"""The outbox on a real SQLite file: in its fault's transaction, under a lease, in order, and to those who were told."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import event

from gateway.delivery.courier import Courier
from gateway.dispatch.storm import Choice
from gateway.dispatch.words import Failed
from gateway.store import Batch, Conflict, FaultAcknowledge, FaultRoot, InputDone, Store, StoreError, claims
from tests.integration.outbox.conftest import MINUTE, NOW, TIMES, Town, Vendor

Carry = Callable[[], list[str]]
LEASE = round(TIMES.lease_s * 1000)


def states(store: Store, fault: str = "F-2026-0001") -> list[tuple[str, str, str]]:
    return [(row.kind, row.recipient, row.state) for row in store.letters.of_fault(fault)]


def test_a_letter_stands_in_the_transaction_that_opened_its_fault(town: Town, carry: Carry) -> None:
    town.opened("light-01", town.to("p-li"))
    assert carry() == ["problem light-01"]
    assert states(town.store) == [("problem", "p-li", "sent")]


def test_a_commit_that_fails_leaves_neither_fault_nor_letter_and_the_next_try_both(town: Town, carry: Carry) -> None:
    batch = Batch(NOW, inputs=[InputDone(1, "applied")])  # there is no such input, which is seen after the letters
    batch.faults.append(town.message("problem", "light-01", "dark", to=(town.to("p-li"),)))
    with pytest.raises(StoreError):
        town.store.record(batch)
    assert (carry(), town.store.messages()) == ([], [])
    batch.inputs.clear()
    town.store.record(batch)
    assert carry() == ["problem light-01"]


def test_nothing_goes_before_it_is_due(town: Town, carry: Carry) -> None:
    town.opened("light-01", town.to("p-li", after_ms=MINUTE))
    assert carry() == []
    town.now += MINUTE
    assert carry() == ["problem light-01"]


def test_a_recovery_goes_to_those_who_were_told_and_nobody_else(town: Town, vendor: Vendor, carry: Carry) -> None:
    town.opened("light-01", town.to("p-li"), town.to("p-wu"))
    town.opened("light-02", town.to("p-he"))
    carry()
    town.now += MINUTE
    town.ended("light-01")
    assert carry() == ["recovery light-01"] * 2
    assert [letter.to for letter in vendor.got[-2:]] == ["p-li", "p-wu"]


def test_a_later_episode_s_recovery_does_not_go_to_those_of_an_earlier_one(
    town: Town, vendor: Vendor, carry: Carry
) -> None:
    town.opened("light-01", town.to("p-li"))
    town.ended("light-01")
    town.now += MINUTE
    town.opened("light-01", town.to("p-wu"))
    town.ended("light-01")
    carry()
    assert [letter.to for letter in vendor.got] == ["p-li", "p-li", "p-wu", "p-wu"]


def test_a_recovery_waits_for_its_problem_that_is_tried_again(town: Town, vendor: Vendor, carry: Carry) -> None:
    vendor.answers = [Failed(True, "busy")]
    town.opened("light-01", town.to("p-li"))
    assert carry() == ["problem light-01"]
    town.ended("light-01")
    town.opened("light-02", town.to("p-li"))
    assert carry() == ["problem light-02"]
    town.now += 5000
    assert carry() == ["problem light-01", "recovery light-01"]


def test_a_cause_s_recovery_waits_for_a_part_that_was_not_told_of_yet(town: Town, vendor: Vendor, carry: Carry) -> None:
    vendor.answers = [Failed(True, "busy")]
    town.opened("j-01", town.to("p-li"), code="site_dark")
    carry()
    root = FaultRoot("j-01", "site_dark", None, "f-east", town.now)
    town.write(town.message("update", "f-east", "feeder_down", to=(town.to("p-power"),)), root)
    town.write(town.message("recovery", "f-east", "feeder_down"))
    assert carry() == ["problem f-east", "recovery f-east"]
    town.now += 5000
    assert carry() == ["problem j-01", "update f-east", "recovery f-east"]


def test_severity_1_waits_for_nothing(town: Town, vendor: Vendor, carry: Carry) -> None:
    vendor.answers = [Failed(True, "busy")]
    town.opened("cp-01", town.to("p-li"), severity=1, code="GroundFailure")
    carry()
    town.opened("cp-01", town.to("p-li"), severity=1, code="GroundFailure")
    assert carry() == ["problem cp-01"]


def test_a_letter_is_one_sender_s_until_its_lease_ends(town: Town, vendor: Vendor) -> None:
    town.opened("light-01", town.to("p-li"))
    dead = town.courier(vendor, "dead")
    claimed = town.store.letters.claim(dead._sender, town.now, TIMES)  # the sender dies here
    assert claimed is not None
    assert not town.courier(vendor, "other").once()
    town.now += LEASE
    assert town.courier(vendor, "other").once()
    assert not town.store.letters.sent(claimed.row.id, "dead", town.now, True)


def test_a_letter_that_may_have_got_out_twice_is_not_sent_a_third_time(
    town: Town, vendor: Vendor, carry: Carry
) -> None:
    town.opened("light-01", town.to("p-li"))
    for _ in range(2):
        assert town.store.letters.claim(town.courier(vendor)._sender, town.now, TIMES)  # as above
        town.now += LEASE
    assert carry() == []
    assert states(town.store) == [("problem", "p-li", "dead")]


def test_an_answer_that_never_came_may_mean_that_it_got_out_too(town: Town, vendor: Vendor, carry: Carry) -> None:
    vendor.answers = [Failed(True, "the line broke", unknown=True)] * 9
    town.opened("light-01", town.to("p-li"))
    for _ in range(9):
        carry()
        town.now += 20 * MINUTE
    assert (len(vendor.got), states(town.store)) == (2, [("problem", "p-li", "dead")])


def test_where_a_key_shows_it_once_an_answer_that_never_came_is_no_reason_to_give_up(town: Town) -> None:
    vendor = Vendor(idempotent=True)
    vendor.answers = [Failed(True, "the line broke", unknown=True)] * 9
    town.opened("light-01", town.to("p-li"))
    for _ in range(10):
        town.courier(vendor).once()
        town.now += 20 * MINUTE
    assert (len(vendor.got), states(town.store)) == (10, [("problem", "p-li", "sent")])


def test_where_a_key_shows_it_once_it_is_tried_until_its_fate_is_known(town: Town) -> None:
    vendor = Vendor(idempotent=True)
    town.opened("light-01", town.to("p-li"))
    for _ in range(5):
        assert town.store.letters.claim(town.courier(vendor)._sender, town.now, TIMES)  # as above
        town.now += LEASE
    assert town.courier(vendor).once()
    assert states(town.store) == [("problem", "p-li", "sent")]


def test_attempts_are_further_and_further_apart_and_end_after_a_day(town: Town, vendor: Vendor, carry: Carry) -> None:
    vendor.answers = [Failed(True, "busy")] * 500
    town.opened("light-01", town.to("p-li"))
    tried = []
    while carry():
        tried.append(town.now - NOW)
        (row,) = town.store.letters.of_fault("F-2026-0001")
        town.now = row.next_ms
    assert [at // 1000 for at in tried[:6]] == [0, 5, 15, 35, 75, 155]
    assert tried[-1] - tried[-2] == 900_000
    assert 86_400_000 <= tried[-1] < 87_400_000
    assert states(town.store) == [("problem", "p-li", "dead")]


def test_what_a_vendor_asks_for_is_kept(town: Town, vendor: Vendor, carry: Carry) -> None:
    vendor.answers = [Failed(True, "rate limit", retry_after_s=42)]
    town.opened("light-01", town.to("p-li"))
    carry()
    town.now += 41_000
    assert carry() == []
    town.now += 1000
    assert carry() == ["problem light-01"]


def test_a_refusal_for_good_is_given_up_at_once(town: Town, vendor: Vendor, carry: Carry) -> None:
    vendor.answers = [Failed(False, "no such number")]
    town.opened("light-01", town.to("p-li"))
    carry()
    (row,) = town.store.letters.of_fault("F-2026-0001")
    assert (row.state, row.reason) == ("dead", "no such number")


def test_several_faults_of_one_asset_at_one_moment_are_one_text(town: Town, carry: Carry) -> None:
    messages = [town.message("problem", "cam-01", code, to=(town.to("p-li"),)) for code in ("black", "stalled")]
    town.write(*messages)
    assert carry() == ["problem cam-01 problem cam-01"]


def test_the_second_ring_is_of_no_use_once_somebody_has_it(town: Town, carry: Carry) -> None:
    town.opened("light-01", town.to("p-li"), replace(town.to("p-wu", after_ms=MINUTE), unless_taken=True))
    carry()
    town.write(FaultAcknowledge("F-2026-0001", "li", town.now, None, False))
    town.now += MINUTE
    assert carry() == []
    assert states(town.store)[1] == ("problem", "p-wu", "dropped")


def test_what_a_dead_channel_held_up_goes_in_one_letter_once_it_lives(town: Town, vendor: Vendor, carry: Carry) -> None:
    vendor.answers = [Failed(True, "busy")] * 60
    for number in range(60):
        town.opened(f"light-{number:02}", town.to("p-li"))
    assert len(carry()) == 60
    town.now += MINUTE
    town.opened("light-99", town.to("p-li"))
    alone, last = carry()[:-1], vendor.got[-1]
    assert (len(alone), last.kind) == (TIMES.storm_messages - 1, "summary")
    assert len(last.text.split()) == 2 * (61 - len(alone))


def test_of_two_senders_who_choose_the_same_letter_one_gets_it(town: Town, store: Store) -> None:
    town.opened("light-01", town.to("p-li"))
    sender = town.courier(Vendor())._sender
    assert store.letters.claim(sender, town.now, TIMES)
    with pytest.raises(Conflict, match="another"), store.letters._write.begin() as db:
        claims._take(db, sender, Choice(1), town.now, TIMES)  # what the other saw before the first committed


def test_no_look_at_the_outbox_reads_all_that_was_ever_sent(town: Town, store: Store) -> None:
    town.opened("light-01", town.to("p-li"))
    plans: list[str] = []

    def explain(_db: object, cursor: Any, statement: str, values: Any, *_: object) -> None:
        if statement.split(maxsplit=1)[0] in {"SELECT", "UPDATE"}:
            plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            plans.extend(row[3] for row in plan)

    for engine in (store.letters._read, store.letters._write):
        event.listen(engine, "before_cursor_execute", explain)
    assert town.courier(Vendor()).once()
    town.ended("light-01")
    assert [plan for plan in plans if plan.startswith("SCAN outbox") and "unsent_letters" not in plan] == []
    assert any("unsent_letters" in plan for plan in plans)


def dead(courier: Courier) -> bool:
    return courier.trouble is not None


def test_a_dead_channel_is_well_again_by_the_next_letter(town: Town, vendor: Vendor) -> None:
    vendor.answers = [Failed(True, "busy")]
    town.opened("light-01", town.to("p-li"))
    courier = town.courier(vendor)
    courier.once()
    assert dead(courier)
    town.now += 5000
    courier.once()
    assert not dead(courier)


def test_a_dead_channel_without_letters_is_well_again_by_a_trial_by_hand(town: Town, vendor: Vendor) -> None:
    vendor.answers = [Failed(True, "busy")]
    town.opened("light-01", town.to("p-li"))
    courier = town.courier(vendor)
    courier.once()
    town.store.letters.worked("sms", town.now)
    assert not courier.once()
    assert dead(courier), "a trial before the last failure says nothing"
    town.store.letters.worked("sms", town.now + 1)
    courier.once()
    assert not dead(courier)
