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
        world.round()
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
    assert small.oldest() > 100, "what was confirmed is deleted where there is need of room"
    small.power_cut()
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


def test_room_made_for_a_batch_that_a_power_cut_took_is_no_loss_without_a_word(small: World) -> None:
    small.settle()
    small.broker.cut()
    while len(small.node.held()) == small.node.spool.newest:
        small.accept()
        small.power_cut_in_a_write(8)
    missing = set(upto(small.node.spool.newest)) - {record.n for record in small.node.held()}
    small.settle()
    assert small.lost() == sorted(missing) != []
    small.check_end()


def test_what_is_confirmed_goes_before_what_is_not(small: World) -> None:
    small.accept(20, event=True)
    small.settle()
    small.broker.cut()
    small.accept(20)
    assert small.oldest() > 1
    small.settle()
    assert (small.stored(), small.lost()) == (upto(40), [])


def test_a_restored_gateway_hears_what_the_node_has_deleted(small: World) -> None:
    small.accept(10)
    small.settle()
    backup = small.database.copy()
    for _ in range(6):
        small.accept(20)
        small.settle()
    deleted = upto(small.oldest() - 1, 11)
    small.restore(backup)
    small.settle()
    assert small.lost() == deleted != []
    small.check_end()


def test_a_restored_gateway_loses_nothing_of_a_card_with_room(world: World) -> None:
    world.accept(10)
    world.settle()
    backup = world.database.copy()
    world.accept(900)
    world.settle()
    world.restore(backup)
    assert world.stored() == upto(10)
    world.settle()
    assert (world.stored(), world.lost()) == (upto(910), [])
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


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_commit_that_fails_is_not_acknowledged(world: World, when: str) -> None:
    world.settle()
    world.accept(5)
    world.database.failures[:] = [when] * 3
    world.rounds(2)
    assert world.node.spool.acked == 0
    world.settle()
    assert world.stored() == upto(5)
    world.check_end()


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


def test_a_worker_that_hung_through_a_restore_is_refused(world: World) -> None:
    world.accept(3)
    world.settle()
    backup, hung = world.database.copy(), world.gateway
    for _ in range(5):
        world.accept()
        world.settle()
    world.restore(backup)
    world.settle()
    for _ in range(3):  # after these, the database has seen as many commits as the one that hung remembers
        world.accept()
        world.settle()
    hung.hear(*next((one.topic, one.payload) for one in world.broker.published if b'"n":9,' in one.payload))
    hung.step()
    assert world.stored() == upto(11)
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
    world.broker.flying += [message for message in world.broker.published if message.leaf == "ack"]
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
    world.kill_broker()
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


def test_a_power_cut_costs_nothing_that_was_sent(world: World) -> None:
    world.accept(3)
    world.settle()
    world.accept(2)
    world.rounds(2)
    world.power_cut()
    assert world.node.spool.newest == 5
    world.settle()
    assert world.stored() == upto(5)
    world.check_end()


def test_a_record_behind_another_of_its_number_is_not_taken(world: World) -> None:
    world.settle()
    for _ in range(4):
        world.accept()
    world.step_node()
    first = world.take("up")
    world.power_cut(lied=2)
    world.accept(2)
    world.rounds(2)
    second = world.take("up")
    world.deliver(*first[:3], second[3])
    assert world.stored() == upto(3), "the second 4 follows another 3 than the one that is stored"
    world.settle()
    world.check_end()


def test_a_birth_that_is_lost_is_asked_again(world: World) -> None:
    world.accept(3)
    world.step_node()
    world.step_node()
    assert world.take("birth")
    world.broker.retained = {}
    world.settle()
    assert world.stored() == upto(3)
    world.check_end()


def test_records_lost_on_the_way_are_sent_again(world: World) -> None:
    world.settle()
    world.accept(20)
    world.step_node()
    world.deliver(*world.take("up")[:5])
    world.settle()
    assert world.stored() == upto(20)
    world.check_end()


def test_no_more_than_200_are_in_flight(world: World) -> None:
    world.settle()
    world.accept(500)
    world.step_node()
    ahead = [message for message in world.take("up") if b'"live":true' in message.payload]
    assert len(world.broker.published) - len(ahead) < 210
    world.settle()
    assert world.stored() == upto(500)


def test_a_broker_that_remembers_a_birth_of_long_ago_makes_no_old_card_current(world: World) -> None:
    world.settle()
    long_ago = dict(world.broker.retained)
    world.put_card(world.new_card())
    world.settle()
    for _ in range(6):
        world.kill_broker(long_ago)
        world.gateway.step()
        assert world.database.current() == world.stream
        world.settle()
    assert world.database.faults() == ["node_storage_replaced"]


def test_a_card_swapped_while_the_gateway_was_away_is_seen_by_what_the_broker_keeps(world: World) -> None:
    world.settle()
    world.kill_gateways()
    world.put_card(world.new_card())
    world.rounds(3)
    world.start_gateway().step()
    assert world.database.current() == world.stream


@pytest.mark.parametrize("first", ["birth", "probe"])
def test_what_was_set_aside_is_told_whatever_comes_first(world: World, first: str) -> None:
    for _ in range(3):
        world.accept()
        world.settle()
    world.power_cut(lied=1)
    while not world.asides:
        world.round()
    births = world.take("birth")
    if first == "birth":
        world.deliver(*births)
    world.settle()
    world.deliver(*births)
    assert world.database.faults() == ["card_damaged_or_cloned", "node_storage_replaced"]


def test_what_was_set_aside_is_told_to_a_gateway_that_begins_from_nothing(world: World) -> None:
    empty = world.database.copy()
    for _ in range(3):
        world.accept()
        world.settle()
    world.power_cut(lied=1)
    world.settle()
    world.restore(empty)
    world.settle()
    assert world.database.faults() == ["card_damaged_or_cloned"]
