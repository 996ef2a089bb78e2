"""To whom a fault of Beigu goes first, by which channel and when."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.inventory import Village
from gateway.dispatch import Setup, Subject, address, climb, due_ms, needed_posts, posts, way
from gateway.dispatch.words import Address
from gateway.faults.catalogue import CATALOGUE, severity
from tests.rosters import DAY, NIGHT, duty, ms, person, roster, setup, told

LI_AND_WANG = (person("li"), person("wang"))
ROOM = {"id": "room", "post": "maintenance", "channel": "wecom"}
BOTH = [duty("maintenance", "li"), duty("maintenance", "wang")]


def main(found: Setup, asset: str, code: str) -> str:
    return posts(found, asset, code)[0].id


@pytest.mark.parametrize(
    ("asset", "code", "department", "also"),
    [
        ("j-01", "site_dark", "electrician", []),
        ("f-street", "feeder_down", "power-supply", []),
        ("u-mobile", "uplink_down", "mobile", []),
        ("u-unicom", "uplink_down", "unicom", []),
        ("n-17", "uplink_down", "unicom", []),  # a node's own line
        ("gateway", "uplink_down", "telecom", []),  # no line of the inventory carries the whole village
        ("cam-01", "black", "maintenance", []),
        ("cam-01", "occluded", "police", ["grid_officer@g-1"]),
        ("r-main", "sabotage", "police", ["grid_officer@g-1"]),
        ("wl-01", "dark", "traffic-police", ["maintenance"]),
        ("cp-01.2", "Faulted", "charging-operator", []),
        ("cp-01.2", "GroundFailure", "fire-squad", ["safety-centre", "electrician"]),
        ("smoke-01", "smoke", "fire-squad", ["safety-centre", "electrician"]),
        ("cp-01", "a word no standard knows", "charging-operator", []),
        ("m-01", "broken", "committee", []),
        ("gateway", "store_full", "maintenance", []),
        ("channel:sms", "channel_dead", "maintenance", []),
        ("beigu", "weather", "maintenance", []),
    ],
)
def test_each_cause_goes_to_the_department_the_inventory_names(
    everybody: Setup, asset: str, code: str, department: str, also: list[str]
) -> None:
    assert [post.id for post in posts(everybody, asset, code)] == [department, *also]


def test_a_road_a_feeder_and_a_line_stand_in_every_grid_that_hangs_on_them(everybody: Setup) -> None:
    grids = {asset: everybody.where(asset).grids for asset in ("r-north", "f-polder", "u-mobile", "gateway", "beigu")}
    assert grids == {
        "r-north": ("g-7", "g-8"),
        "f-polder": ("g-5", "g-6"),
        "u-mobile": ("g-5", "g-6", "g-9"),
        "gateway": (),
        "beigu": (),
    }


def test_without_a_routing_it_goes_to_the_department_whose_role_it_is(beigu: Village) -> None:
    found = setup(beigu.model_copy(update={"routing": None}), None)
    assert (main(found, "m-01", "broken"), main(found, "f-street", "feeder_down")) == ("committee", "power-supply")
    assert main(found, "n-01", "silent") == "maintenance"


def test_where_no_such_department_exists_the_row_names_it_and_nobody(beigu: Village) -> None:
    found = setup(beigu.model_copy(update={"routing": None, "departments": ()}), roster(person("li")))
    (row,) = address(found, "n-01", "silent", 2, DAY)
    assert (row.recipient, row.channel, row.post, row.role) == ("", "", "maintenance", "maintenance")


def test_a_fault_that_was_passed_on_goes_to_whom_it_was_passed_on(everybody: Setup) -> None:
    rows = address(everybody, "cam-01", "black", 2, DAY, department="electrician")
    assert told(rows) == [("zhao", "voice", "electrician")]


def test_severity_2_goes_to_the_group_alone_and_without_one_to_each_by_their_first_channel(beigu: Village) -> None:
    people = (person("li", "voice", "sms"), person("wang", "mail"))
    grouped = setup(beigu, roster(*people, duties=BOTH, groups=[ROOM]))
    alone = setup(beigu, roster(*people, duties=BOTH))
    assert told(address(grouped, "cam-01", "black", 2, DAY)) == [("group:room", "wecom", "maintenance")]
    assert told(address(alone, "cam-01", "black", 2, DAY)) == [
        ("li", "voice", "maintenance"),
        ("wang", "mail", "maintenance"),
    ]


def test_severity_1_by_day_goes_to_the_group_and_by_sms_to_each_at_once(beigu: Village) -> None:
    found = setup(beigu, roster(person("li", "mail", "sms"), person("wang", "mail"), duties=BOTH, groups=[ROOM]))
    rows = address(found, "n-01", "silent", 1, DAY)
    assert [(row.recipient, row.channel) for row in rows] == [
        ("li", "sms"),
        ("wang", "mail"),
        ("group:room", "wecom"),
    ]
    assert {(row.due_ms, row.unless_taken) for row in rows} == {(DAY, False)}


def test_severity_1_by_night_rings_first_and_what_follows_is_of_no_use_once_it_is_taken(beigu: Village) -> None:
    found = setup(beigu, roster(*LI_AND_WANG, duties=BOTH, groups=[ROOM]), night_gap_s=45.0)
    rows = address(found, "n-01", "silent", 1, NIGHT)
    assert [(row.recipient, row.channel, row.due_ms - NIGHT, row.unless_taken) for row in rows] == [
        ("li", "voice", 0, False),
        ("li", "sms", 45_000, True),
        ("wang", "voice", 0, False),
        ("wang", "sms", 45_000, True),
        ("group:room", "wecom", 90_000, True),
    ]


def test_severity_1_by_night_waits_for_no_call_where_nobody_can_be_called(beigu: Village) -> None:
    found = setup(beigu, roster(person("li", "mail"), duties=[duty("maintenance", "li")]))
    (row,) = address(found, "n-01", "silent", 1, NIGHT)
    assert (row.channel, row.due_ms, row.unless_taken) == ("mail", NIGHT, False)


def test_severity_1_at_a_post_with_a_room_alone_goes_to_those_who_come_after_it_too(beigu: Village) -> None:
    duties = [duty("grid_lead", "li", "g-1"), duty("maintenance.head", "wang")]
    found = setup(beigu, roster(*LI_AND_WANG, duties=duties, groups=[ROOM]))
    rows = address(found, "n-01", "silent", 1, NIGHT)
    assert told(rows) == [
        ("group:room", "wecom", "maintenance"),
        ("", "", "maintenance"),
        ("li", "voice", "grid_lead@g-1"),
        ("li", "sms", "grid_lead@g-1"),
    ]
    assert rows[0].due_ms == NIGHT


@pytest.mark.parametrize(
    ("there", "reached"),
    [
        ([("grid_lead", "g-1"), ("maintenance.head", None)], "grid_lead@g-1"),
        ([("grid_lead", "g-2"), ("maintenance.head", None)], "maintenance.head"),
        ([("safety-centre.head", None), ("safety-centre", None)], "safety-centre.head"),
        ([("safety-centre", None)], "safety-centre"),
    ],
)
def test_a_post_with_nobody_is_said_and_the_next_people_are_told_at_once(
    beigu: Village, there: list[tuple[str, str | None]], reached: str
) -> None:
    found = setup(beigu, roster(*LI_AND_WANG, duties=[duty(post, "li", grid) for post, grid in there]))
    empty, told_instead = address(found, "cam-01", "black", 2, DAY)
    assert (empty.recipient, empty.post, empty.due_ms) == ("", "maintenance", DAY)
    assert (told_instead.recipient, told_instead.post, told_instead.due_ms) == ("li", reached, DAY)


def test_who_is_on_duty_when_the_letter_is_due_is_told(beigu: Village) -> None:
    hours = {"from": "07:30", "to": "19:30"}, {"from": "19:30", "to": "07:30"}
    shifts = [duty("maintenance", "li", **hours[0]), duty("maintenance", "wang", **hours[1])]
    found = setup(beigu, roster(*LI_AND_WANG, duties=shifts))
    (tomorrow,) = address(found, "cam-01", "blur", 3, NIGHT)
    (tonight,) = address(found, "cam-01", "black", 2, NIGHT)
    assert (tomorrow.recipient, tomorrow.due_ms) == ("li", ms("2026-11-12 07:30"))
    assert (tonight.recipient, tonight.due_ms) == ("wang", NIGHT)


def test_who_has_two_posts_is_told_once_and_a_room_with_two_names_too(beigu: Village) -> None:
    rooms = [ROOM, {"id": "other", "post": "traffic-police", "channel": "wecom"}]
    same = [duty("traffic-police", "li"), duty("maintenance", "li")]
    assert told(address(setup(beigu, roster(*LI_AND_WANG, duties=same)), "wl-01", "dark", 2, DAY)) == [
        ("li", "sms", "traffic-police")
    ]
    grouped = setup(beigu, roster(*LI_AND_WANG, duties=same, groups=rooms))
    assert told(address(grouped, "wl-01", "dark", 2, DAY)) == [("group:other", "wecom", "traffic-police")]


def test_whom_no_configured_channel_reaches_is_not_there(beigu: Village) -> None:
    found = Setup(beigu, roster(*LI_AND_WANG, duties=BOTH), {"mail": "smtp"}, setup(beigu, None).times)
    assert told(address(found, "cam-01", "black", 2, DAY)) == [("", "", "maintenance")]
    assert way(found, "li", "sms") is None


def test_a_landline_is_called_and_gets_no_short_message(beigu: Village) -> None:
    found = setup(beigu, roster(person("desk", "sms", "voice", phone="025-00000001"), duties=[duty("police", "desk")]))
    assert told(address(found, "r-main", "sabotage", 1, DAY))[0] == ("desk", "voice", "police")


def test_a_letters_address_and_language_are_looked_up_when_it_goes(everybody: Setup) -> None:
    found = way(everybody, "smith", "mail")
    assert found
    assert (found.kind, found.to, found.lang) == ("smtp", "smith@example.org", "en")
    assert way(everybody, "wang", "sms") == ("wang", "sms", "sms", "+8610000000001", "zh", "王示例")


FAULTS = st.tuples(st.sampled_from(sorted(CATALOGUE)), st.integers(0, 10_000))
MOMENTS = st.integers(ms("2026-01-01 00:00"), ms("2027-12-31 23:59"))


def kinds_of(found: Setup, code: str) -> list[str]:
    return sorted(asset for asset, where in found.assets.items() if where.kind in CATALOGUE[code].kinds)


def fault(found: Setup, which: tuple[str, int]) -> tuple[str, str, int]:
    """An asset that can have the code, and how grave that is."""
    code, number = which
    fitting = kinds_of(found, code) or ["channel:sms"]
    asset = fitting[number % len(fitting)]
    return asset, code, severity(code, found.where(asset).kind)


def all_once(rows: tuple[Address, ...]) -> bool:
    """Somebody, nobody twice on one channel, and no row without a recipient."""
    pairs = [(row.recipient, row.channel) for row in rows]
    return 0 < len(pairs) == len(set(pairs)) and all(row.recipient for row in rows)


@given(FAULTS, MOMENTS)
def test_each_step_of_every_fault_reaches_somebody_once_and_none_of_severity_1_waits(
    everybody: Setup, which: tuple[str, int], at_ms: int
) -> None:
    asset, code, grade = fault(everybody, which)
    before: set[tuple[str, str]] = set()
    for step in range(4):
        what = Subject(asset, code, grade)
        rows = climb(everybody, what, step, at_ms, before) if step else address(everybody, asset, code, grade, at_ms)
        assert all_once(rows)
        assert grade > 1 or at_ms in {row.due_ms for row in rows}
        before |= {(row.recipient, row.channel) for row in rows}


@given(FAULTS, MOMENTS)
def test_every_fault_reaches_somebody_once_and_severity_1_at_once(
    everybody: Setup, which: tuple[str, int], at_ms: int
) -> None:
    asset, code, grade = fault(everybody, which)
    rows = address(everybody, asset, code, grade, at_ms)
    assert all_once(rows)
    assert min(row.due_ms for row in rows) == due_ms(everybody.times, grade, at_ms)
    if grade == 1:
        assert {row.due_ms for row in rows if not row.unless_taken} == {at_ms}


def test_one_line_of_the_routing_changed_is_seen(everybody: Setup, beigu: Village) -> None:
    assert beigu.routing
    codes = {**beigu.routing.codes, "occluded": "committee"}
    broken = setup(beigu.model_copy(update={"routing": beigu.routing.model_copy(update={"codes": codes})}), None)
    pairs = [(asset, code) for code in CATALOGUE for asset in kinds_of(everybody, code)]
    changed = {code for asset, code in pairs if main(broken, asset, code) != main(everybody, asset, code)}
    assert changed == {"occluded"}


def test_the_posts_that_are_needed_are_those_that_faults_and_ladders_lead_to(everybody: Setup) -> None:
    needed = {post.id for post in needed_posts(everybody)}
    assert {"maintenance", "maintenance.head", "mobile.head", "safety-centre.head", "grid_lead@g-9"} <= needed
    assert not {"agricultural-bank", "water-works.head", "broadcasting"} & needed
    every = {
        post.id for code in CATALOGUE for asset in kinds_of(everybody, code) for post in posts(everybody, asset, code)
    }
    assert every <= needed


def test_a_message_is_addressed_well_within_a_millisecond(everybody: Setup) -> None:
    address(everybody, "cp-01.1", "GroundFailure", 1, NIGHT)
    began = time.process_time()
    for _ in range(200):
        address(everybody, "cp-01.1", "GroundFailure", 1, NIGHT)
    assert (time.process_time() - began) / 200 < 0.001
