"""Another way to somebody whom a letter missed, or to somebody else in their place."""

import pytest

from contracts.inventory import Village
from gateway.dispatch import Setup, other_ways
from gateway.dispatch.words import Address
from tests.rosters import DAY, DUTIES, NIGHT, PEOPLE, before, duty, person, roster, setup, told


@pytest.fixture
def staffed(beigu: Village) -> Setup:
    """Everybody a camera of grid 1 needs."""
    return setup(beigu, roster(*PEOPLE, duties=DUTIES))


def failed(recipient: str, channel: str, post: str = "maintenance", step: int = 0) -> Address:
    return Address(recipient, channel, post, "maintenance", DAY, step)


def ways_on(found: Setup, first: Address, at_ms: int = DAY) -> list[list[tuple[str, str, str]]]:
    """What is tried, one letter after the other failing, until there is nothing left."""
    tried, rounds, last = {(first.recipient, first.channel)}, [], first
    while rows := other_ways(found, (last,), tried, at_ms):
        rounds.append(told(rows))
        tried |= before(rows)
        last = rows[0]
    return rounds


def test_another_way_is_the_surest_channel_left_then_colleagues_then_who_comes_after(beigu: Village) -> None:
    people = (person("li", "mail", "voice", "sms"), person("wang", "mail"), person("head", "mail"))
    duties = [duty("maintenance", "li"), duty("maintenance", "wang"), duty("maintenance.head", "head")]
    found = setup(beigu, roster(*people, duties=duties))
    assert ways_on(found, failed("li", "mail")) == [
        [("li", "sms", "maintenance")],
        [("li", "voice", "maintenance")],
        [("wang", "mail", "maintenance")],
        [("head", "mail", "maintenance")],  # in the place of the post,
    ]


def test_a_channel_whose_word_is_worth_nothing_is_never_the_only_other_way(beigu: Village) -> None:
    duties = [duty("maintenance", "li"), duty("maintenance", "wang")]
    found = setup(beigu, roster(person("li", "sms", "any"), person("wang"), duties=duties))
    rows = other_ways(found, (failed("li", "sms"),), {("li", "sms")}, DAY)
    assert told(rows) == [("li", "any", "maintenance"), ("wang", "sms", "maintenance")]


def test_for_a_room_that_failed_its_people_are_told(beigu: Village) -> None:
    room = {"id": "room", "post": "maintenance", "channel": "wecom"}
    found = setup(beigu, roster(*PEOPLE, duties=DUTIES, groups=[room]))
    (row,) = other_ways(found, (failed("group:room", "wecom"),), {("group:room", "wecom")}, NIGHT)
    assert (row.recipient, row.channel, row.due_ms) == ("wang", "sms", NIGHT)


def test_one_of_somebody_who_left_goes_to_whoever_is_there(staffed: Setup) -> None:
    gone = failed("long-gone", "sms", "grid_officer@g-1", 1)
    (row,) = other_ways(staffed, (gone,), {("long-gone", "sms")}, DAY)
    assert (row.recipient, row.post, row.role, row.step) == ("lead", "grid_officer@g-1", "grid_officer", 1)


def test_a_row_with_nobody_has_no_other_way_once_those_who_come_after_it_were_told(staffed: Setup) -> None:
    nobody = failed("", "", "grid_officer@g-1")
    assert other_ways(staffed, (nobody,), {("", ""), ("lead", "sms")}, DAY) == ()
    (row,) = other_ways(staffed, (nobody,), {("", "")}, DAY)
    assert (row.recipient, row.channel) == ("lead", "sms")


def test_several_letters_of_one_person_have_one_other_way_and_of_several_people_one_each(beigu: Village) -> None:
    people = (person("li", "mail", "voice", "sms"), person("wang", "mail", "sms"), person("head"))
    duties = [duty("maintenance", "li"), duty("maintenance", "wang"), duty("maintenance.head", "head")]
    found = setup(beigu, roster(*people, duties=duties))
    gone = [failed("li", "mail"), failed("li", "sms")]
    assert told(other_ways(found, gone, before(tuple(gone)), DAY)) == [("li", "voice", "maintenance")]
    gone = [failed("li", "mail"), failed("wang", "mail")]
    assert [row.recipient for row in other_ways(found, gone, before(tuple(gone)), DAY)] == ["li", "wang"]
    gone = [
        failed(*pair) for pair in (("li", "mail"), ("li", "voice"), ("li", "sms"), ("wang", "mail"), ("wang", "sms"))
    ]
    assert told(other_ways(found, gone, before(tuple(gone)), DAY)) == [("head", "sms", "maintenance")]


def test_when_everything_was_tried_there_is_no_other_way(beigu: Village) -> None:
    assert other_ways(setup(beigu, None), (failed("", ""),), (), DAY) == ()
    found = setup(beigu, roster(person("li", "sms"), duties=[duty("maintenance", "li")]))
    assert other_ways(found, (failed("li", "sms"),), {("li", "sms")}, DAY) == ()
