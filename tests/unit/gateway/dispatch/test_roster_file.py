"""A roster with mistakes is refused with all of them, each with its line; what is missing from a good one is said."""

from pathlib import Path

import pytest

from contracts.inventory import Village
from contracts.yamlfile import InputErrors
from gateway.dispatch import Roster, Setup
from gateway.dispatch.roster import mobile
from gateway.rosters.file import body, read_roster, stored
from gateway.rosters.findings import findings
from gateway.rosters.table import masked, table, width
from gateway.store import RosterRow
from tests.rosters import CHANNELS, DAY, duty, ms, person, roster, setup

# Each line that ends in "# !" holds a mistake; the words after it must be in its message.
MISTAKES = """\
desk: {name: 值班室, phone: 110}  # ! was read as a number
people:
  - {id: li, name: 李, phone: +86 100 0000 0001, via: [sms]}
  - {id: li, name: 李, phone: +86 100 0000 0001, via: [sms]}  # ! id 'li' is in the list already
  - {id: wang, name: 王, via: [sms]}  # ! 'sms' reaches nobody without 'phone'
  - {id: zhao, name: 赵, phone: 025-00000001, via: [sms]}  # ! a landline takes no short message
  - {id: zhou, name: 周, phone: 13800, via: [voice]}  # ! was read as a number
  - {id: wu, name: 吴, phone: '13800000000', via: [voice]}  # ! with the country's code
  - {id: sun, name: 孙, phone: +86 100 0000 0001, via: [mail]}  # ! 'mail' reaches nobody without 'email'
  - {id: qian, name: 钱, email: nobody, via: [mail]}  # ! no mail address
  - {id: feng, name: 冯, via: [pigeon]}  # ! channel 'pigeon' is not configured
  - {id: chen, name: 陈, via: [wecom]}  # ! name the room in 'groups'
  - {id: chu, name: 褚, phone: +86 100 0000 0001, via: [voice, voice]}  # ! stands there twice
  - {id: wei, name: 卫, via: []}  # ! at least 1 item
  - {id: jiang, name: 蒋, nickname: x, phone: +86 100 0000 0001, via: [sms]}  # ! unknown key
groups:
  - {id: a, post: maintenance, channel: sms}  # ! speaks to one person
  - {id: b, post: maintenance, channel: mail}  # ! needs the list's address
  - {id: b, post: maintenance, channel: wecom}  # ! id 'b' is in the list already
  - {id: c, post: maintenance, channel: fax}  # ! channel 'fax' is not configured
duties:
  - {post: maintenance, person: nobody}  # ! nobody in 'people' has the id 'nobody'
  - {post: navy, person: li}  # ! no post of this village
  - {post: navy.head, person: li}  # ! no post of this village
  - {post: grid_officer, person: li}  # ! name the grid in 'grid'
  - {post: grid_lead, grid: g-77, person: li}  # ! grid 'g-77' is not in the inventory
  - {post: police, grid: g-1, person: li}  # ! take 'grid' out
  - {post: police, person: li, days: [mon, funday]}  # ! 'mon'
  - {post: police, person: li, from: '25:00'}  # ! no time of day
  - {post: police, person: li, holidays: sometimes}  # ! 'as_usual'
hand_overs:
  - {post: police, person: li, from: 2026-10-02 08:00, to: 2026-10-02T00:00:00Z}  # ! ends before it begins
  - {post: police, person: li, instead_of: li, from: 2026-10-02, to: 2026-10-03}  # ! stands in for themselves
  - {post: police, person: li, instead_of: ma, from: 2026-10-02, to: 2026-10-03}  # ! the id 'ma'
  - {post: police, person: li, from: soon, to: 2026-10-03}  # ! datetime
"""


def test_all_mistakes_are_told_at_once_each_with_its_line(tmp_path: Path, beigu: Village) -> None:
    file = tmp_path / "roster.yaml"
    file.write_text(MISTAKES, encoding="utf-8")
    lines = enumerate(MISTAKES.splitlines(), 1)
    planted = {number: line.partition("# ! ")[2] for number, line in lines if "# ! " in line}
    with pytest.raises(InputErrors) as found:
        read_roster(file, beigu, CHANNELS)
    said: dict[int, str] = {}
    for error in found.value.errors:
        said[error.line] = said.get(error.line, "") + str(error)
    assert not {line: said.get(line) for line, words in planted.items() if words not in said.get(line, "")}
    assert said.keys() == planted.keys()
    assert not any(number in str(found.value) for number in ("13800", "0000"))


def test_a_village_without_departments_is_said_to_have_none(tmp_path: Path, beigu: Village) -> None:
    file = tmp_path / "roster.yaml"
    file.write_text(
        "desk: {name: 值班室, phone: 025-00000001}\nduties: [{post: police, person: li}]\n", encoding="utf-8"
    )
    with pytest.raises(InputErrors, match=r"a department \(it has none\)"):
        read_roster(file, beigu.model_copy(update={"departments": (), "routing": None}), CHANNELS)


@pytest.mark.parametrize(
    ("phone", "takes_sms"),
    [("+8613800000000", True), ("+4917000000000", True), ("+862500000000", False), ("02500000000", False)],
)
def test_a_chinese_landline_takes_no_short_message(phone: str, takes_sms: bool) -> None:
    assert mobile(phone) is takes_sms


def test_numbers_are_kept_without_the_gaps_people_write() -> None:
    (li,) = roster(person("li", phone="+86 100-0000 0001")).people
    assert li.phone == "+8610000000001"


def test_what_is_stored_is_what_was_read(everybody: Setup) -> None:
    assert everybody.roster
    assert stored(RosterRow(1, 0, "li", body(everybody.roster))) == everybody.roster
    assert stored(None) is None


def test_a_stored_roster_that_cannot_be_read_is_said_to_be_loaded_again() -> None:
    with pytest.raises(InputErrors, match=r"version 7.*load the roster's file again"):
        stored(RosterRow(7, 0, "li", b"{}"))


# ---- What is missing


def test_in_the_shipped_example_nobody_is_missing(everybody: Setup, beigu: Village) -> None:
    assert everybody.roster
    assert list(findings(beigu, everybody.roster, CHANNELS, ms("2026-11-26 13:00"), days=400)) == []


def test_a_post_with_nobody_a_group_alone_no_way_and_a_gap_are_each_a_line(everybody: Setup, beigu: Village) -> None:
    whole = everybody.roster
    assert whole
    kept = [row for row in whole.duties if row.post not in ("maintenance", "committee") and row.grid != "g-9"]
    kept = [row.model_copy(update={"end": "18:00"}) if row.post == "electrician" else row for row in kept]
    channels = {name: kind for name, kind in CHANNELS.items() if name != "mail"}
    broken = whole.model_copy(update={"duties": tuple(kept)})
    found = list(findings(beigu, Roster.model_validate_json(body(broken)), channels, DAY))
    assert found == [
        "committee: nobody; give it a duty",
        "electrician: nobody is on duty from 2026-11-11 18:00 to 2026-11-12 00:00, and 13 more times within 14 days",
        "grid_lead@g-9: nobody; give it a duty",
        "grid_officer@g-9: nobody; give it a duty",
        "maintenance: only its group, which nobody may be looking at; give it a duty",
    ]


def test_a_post_whose_people_no_channel_reaches_any_more_is_said(everybody: Setup, beigu: Village) -> None:
    assert everybody.roster
    found = list(findings(beigu, everybody.roster, {"sms": "sms", "mail": "smtp"}, DAY))
    assert [line.partition(":")[0] for line in found[:2]] == ["charging-operator", "charging-operator.head"]
    assert all("no configured channel reaches anybody" in line for line in found)


def test_departments_and_holidays_that_the_inventory_lacks_are_said(everybody: Setup, beigu: Village) -> None:
    assert everybody.roster
    bare = beigu.model_copy(update={"departments": (), "routing": None, "holidays": beigu.holidays[:7]})
    found = list(findings(bare, everybody.roster, CHANNELS, ms("2026-12-20 12:00")))
    assert found[0] == "holidays: duties go by them, and the inventory lists none of 2027; put them in"
    said = "the inventory has no such department: add it, or name another in 'routing'"
    assert f"village_committee.head: nobody; {said}" in found


# ---- The table


def test_the_table_hides_numbers_unless_they_are_asked_for(beigu: Village) -> None:
    found = setup(beigu, roster(person("li", phone="+86 100 0000 0001"), duties=[duty("police", "li")]))
    hidden, shown = ("\n".join(table(found, DAY, numbers)) for numbers in (False, True))
    assert "+86100****0001" in hidden
    assert "0000" not in hidden
    assert "+8610000000001" in shown


def test_the_table_has_every_post_in_columns_that_line_up(everybody: Setup) -> None:
    header, *lines = table(everybody, DAY, numbers=False)
    at = header.index("reached by")
    assert len(lines) == 43  # 42 posts, and the group of one
    starts = {width(line[: min(line.index(f"  {way}") for way in CHANNELS if f"  {way}" in line)]) for line in lines}
    assert starts == {at - 2}


def test_a_number_is_masked_in_its_middle() -> None:
    assert (masked("+8613800001234"), masked("02500000001")) == ("+86138****1234", "025****0001")
