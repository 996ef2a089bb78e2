from pathlib import Path

import pytest

from contracts.inventory import Village, load_inventory
from demo import channels, people, village
from demo.vendors import registered
from gateway.rosters.file import read_roster
from gateway.rosters.findings import findings

NOW_MS = 1_795_600_000_000


@pytest.fixture(params=[*village.SHIPPED])
def shipped(request: pytest.FixtureRequest) -> Village:
    return load_inventory(village.find(request.param))


def test_the_shipped_roster_is_one_that_the_gateway_takes(three: Village) -> None:
    roster = read_roster(people.ROSTER, three, channels.KINDS)
    assert list(findings(three, roster, channels.KINDS, NOW_MS)) == []


def test_every_post_of_a_shipped_village_has_somebody_at_every_hour(shipped: Village) -> None:
    assert list(findings(shipped, people.roster_for(shipped), channels.KINDS, NOW_MS)) == []


def test_without_one_of_its_people_a_post_would_be_missed(three: Village) -> None:
    roster = people.roster_for(three)
    lacking = roster.model_copy(update={"duties": roster.duties[1:]})
    assert list(findings(three, lacking, channels.KINDS, NOW_MS)) == [
        "safety-centre: only its group, which nobody may be looking at; give it a duty"
    ]


def test_a_department_that_the_roster_does_not_know_gets_somebody_by_its_name(beigu: Village) -> None:
    names = [person.name for person in people.roster_for(beigu).people]
    assert {"中国联通", "中国联通负责人"} <= set(names)


def test_a_village_without_departments_gets_its_grids_people_alone(root: Path) -> None:
    bare = load_inventory(root / "firmware_config" / "villages" / "three-junctions.yaml")
    assert {duty.post for duty in people.roster_for(bare).duties} == {"grid_officer", "grid_lead"}


def test_every_number_is_nobodys(shipped: Village) -> None:
    numbers = [person.phone or "" for person in people.roster_for(shipped).people]
    assert all(number.startswith("+861000") for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_no_two_phones_have_an_address_in_common(shipped: Village) -> None:
    phones = people.phones(shipped, people.roster_for(shipped))
    addresses = [at for phone in phones for at in phone.at]
    assert len(set(addresses)) == len(addresses)
    assert all(phone.at and phone.posts for phone in phones)


def test_every_template_that_letters_use_is_registered_in_both_languages() -> None:
    ids = channels.settings(channels.Doors(1, 2))["sms"]["templates"]
    assert {id_ for row in ids.values() for id_ in row.values()} == set(registered.texts())
    assert "${where}" in registered.texts()["VSM_FAULT_ZH"]
