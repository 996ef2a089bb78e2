"""The mandatory scenarios of the wire, on the product's own spool, line, loop, ingest and store."""

import pytest

from tests.integration.wire.world import World


def upto(last: int, first: int = 1) -> list[int]:
    return list(range(first, last + 1))


def test_doubled_and_reversed_records_are_applied_once_in_order(world: World) -> None:
    world.settle()
    world.accept(5)
    world.step_node()
    records = world.take("up")
    for _ in range(5):
        world.deliver(*records[::-1] * 3)
        world.check()
    assert world.stored() == upto(5)
    world.settle()
    world.check_end()


@pytest.mark.parametrize("waiting", [50, 500])
def test_a_second_outage_during_the_drain(world: World, waiting: int) -> None:
    world.settle()
    for outage in (1, 2, 3):
        world.outage(waiting)
        world.rounds(2)
        assert world.database.shown() == (world.stream, outage * waiting), "the newest is seen at once"
        world.check()
    world.settle()
    assert world.stored() == upto(3 * waiting)
    world.check_end()


def test_numbers_of_an_unsynced_tail_are_used_again_with_the_new_content(world: World) -> None:
    world.accept(3)
    world.settle()
    for _ in range(2):
        world.power_cut_in_a_write(2)
        world.rounds(2)
    assert [n for _, n, _ in world.accept(2)] == [4, 5]
    world.settle()
    assert world.stored() == upto(5)
    world.check_end()


def test_the_newest_record_is_the_counter_when_all_else_is_trimmed(small: World) -> None:
    for _ in range(10):
        small.accept(20)
        small.settle()
    assert small.node.held()[0].n > 100, "what was confirmed is deleted where there is need of room"
    small.power_cut_in_a_write(1)
    assert [n for _, n, _ in small.accept()] == [201]
    small.settle()
    assert (small.stored(), small.lost()) == (upto(201), [])
    small.check_end()


def test_the_cap_in_an_outage_costs_telemetry_and_no_event(small: World) -> None:
    small.settle()
    small.broker.cut()
    for _ in range(10):
        small.accept(1, event=True)
        small.accept(7)
    missing = set(upto(80)) - {record.n for record in small.node.held()}
    small.settle()
    assert small.lost() == sorted(missing) != []
    assert {n for _, n, _ in small.ledger.events} <= set(small.stored())
    small.check_end()


def test_a_restored_gateway_hears_what_the_node_has_deleted(small: World) -> None:
    small.accept(10)
    small.settle()
    backup = small.database.copy()
    for _ in range(6):
        small.accept(20)
        small.settle()
    deleted = upto(small.node.held()[0].n - 1, 11)
    small.restore(backup)
    small.settle()
    assert small.lost() == deleted != []
    small.check_end()


def test_a_restored_gateway_loses_nothing_of_a_card_with_room(world: World) -> None:
    world.accept(10)
    world.settle()
    backup = world.database.copy()
    world.accept(150)
    world.settle()
    world.restore(backup)
    assert world.stored() == upto(10)
    world.settle()
    assert (world.stored(), world.lost()) == (upto(160), [])
    world.check_end()


def test_an_ack_from_before_the_restore_is_healed_by_the_idle_probe(world: World) -> None:
    world.accept(10)
    world.settle()
    backup = world.database.copy()
    world.accept(10)
    world.rounds(2)
    late = [message for message in world.broker.published if message.leaf == "ack"][-1]
    world.restore(backup)
    world.gateway.step()
    world.broker.flying = [late]
    begun_s = world.now_s
    world.settle()
    assert world.now_s - begun_s >= 300, "nothing but the idle probe was left"
    assert world.stored() == upto(20)
    world.check_end()


def test_a_crash_between_commit_and_ack_has_one_effect(world: World) -> None:
    world.settle()
    world.accept(5)
    world.gateway.mute = True
    world.rounds(2)
    assert (world.stored(), world.node.spool.acked) == (upto(5), 0)
    world.kill_gateways()
    world.start_gateway()
    world.settle()
    assert world.stored() == upto(5)
    world.check_end()


def test_a_crash_before_the_commit_loses_nothing(world: World) -> None:
    world.settle()
    world.accept(5)
    world.step_node()
    world.let_all()
    world.gateway.judge_only()
    world.kill_gateways()
    world.start_gateway()
    assert world.stored() == []
    world.settle()
    assert world.stored() == upto(5)


def test_of_two_workers_with_the_same_records_one_is_refused(world: World) -> None:
    world.settle()
    other = world.start_gateway()
    before = other.service._ingest
    world.accept(5)
    world.rounds(2)
    assert other.service._ingest is not before, "refused, it has read all anew"
    assert world.stored() == upto(5)
    world.settle()
    world.check_end()


def test_a_new_card_and_the_old_one_put_back(world: World) -> None:
    world.settle()
    world.accept(3)
    world.rounds(2)
    old_stream, old = world.stream, world.node
    world.accept(2)
    old.step(world.now_s)
    late = world.take("up")
    card = world.put_card(world.new_card())
    world.accept(2)
    world.settle()
    world.deliver(*late)
    assert world.stored(old_stream) == upto(3), "late records of the old card are not taken"
    world.put_card(card)
    world.settle()
    assert world.stored() == upto(5)
    assert world.database.faults() == ["node_storage_replaced"]
    world.check_end()


def test_a_late_birth_of_the_old_card_is_healed_by_the_next_of_the_new(world: World) -> None:
    world.settle()
    birth = next(message for message in world.broker.published if message.leaf == "birth")
    world.put_card(world.new_card())
    world.settle()
    world.deliver(birth)
    assert world.database.current() != world.stream
    world.accept(3)
    world.settle()
    assert world.stored() == upto(3)
    world.check_end()


@pytest.mark.parametrize("again", [0, 1, 3], ids=["none", "fewer", "as many"])
def test_a_card_that_lost_committed_records_is_set_aside(world: World, again: int) -> None:
    for _ in range(5):
        world.accept(1)
        world.settle()
    old = world.stream
    world.power_cut(lied=3)
    world.accept(again)
    world.settle()
    world.accept(4)
    world.settle()
    births = [message for message in world.broker.published if message.leaf == "birth"]
    assert f'"aside":{2 + again}'.encode() in births[-1].payload
    assert (world.stored(old), world.stored()) == (upto(5), upto(4))
    assert world.database.faults() == ["card_damaged_or_cloned", "node_storage_replaced"]
    world.check_end()


def test_a_broker_killed_with_everything_in_flight_loses_nothing(world: World) -> None:
    world.settle()
    world.accept(250)
    world.step_node()
    assert len(world.broker.flying) > 200
    world.broker.kill()
    world.accept(10)
    world.settle()
    assert world.stored() == upto(260)
    world.check_end()


@pytest.mark.parametrize(("minutes", "faults"), [(10, ["duplicate_node_identity"]), (25, [])])
def test_streams_that_flip_too_often_are_two_computers(world: World, minutes: int, faults: list[str]) -> None:
    cards = [world.new_card(), world.put_card(world.new_card())]
    world.settle()
    world.put_card(cards[0])
    world.settle()
    for turn in range(1, 6):
        cards.append(world.put_card(cards[turn]))
        world.round(minutes * 60)
        world.settle()
    found = [code for code in world.database.faults() if code == "duplicate_node_identity"]
    assert found == faults
