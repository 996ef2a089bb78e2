"""Every fault there can be has a complete row, and each row says what is true to whom it may concern."""

import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from contracts.codes import ALARMS, CODES, ELECTRICAL, GATEWAY_CODES
from contracts.inventory import AssetKind as InventoryKind
from contracts.inventory import load_inventory
from contracts.states import STATES
from edge.detect import JUDGES
from gateway.faults.catalogue import (
    CATALOGUE,
    DEPARTMENTS,
    INTACT,
    SABOTAGE_CODES,
    WEATHER_CODES,
    Class,
    Entry,
    entry,
    exempt,
    severity,
)
from gateway.faults.catalogue.sentences import SENTENCES
from gateway.faults.catalogue.steps import STEPS
from gateway.faults.catalogue.texts import ROLES, Role, Text
from gateway.faults.kinds import AssetKind

ROOT = Path(__file__).resolve().parents[3]
ROWS = pytest.mark.parametrize("row", CATALOGUE.values(), ids=lambda row: row.code)
LATCHED = [row for row in CATALOGUE.values() if row.latch == "electrical"]
# Who may stand before it, and who only hears of it or keeps order.
NEAR: tuple[Role, ...] = ("maintenance", "fire_squad", "village_committee", "grid_officer", "resident")
FARTHER: tuple[Role, ...] = ("police", "traffic_police", "duty_phone")
KINDS = {kind for part in get_args(AssetKind) for kind in (get_args(part) or (part,))}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def texts_of(row: Entry) -> list[Text]:
    return [row.sentence, *(row.first(role) for role in ROLES)]


def test_every_code_of_a_node_and_of_the_gateway_is_in_it_and_nothing_else() -> None:
    assert CATALOGUE.keys() == CODES.keys() | GATEWAY_CODES
    assert SENTENCES.keys() == CATALOGUE.keys()
    assert not CODES.keys() & GATEWAY_CODES


def test_every_code_that_a_judge_names_is_in_it() -> None:
    """A judge calls its codes by their text, in a table or in `found(...)`."""
    named = set()
    for source in (ROOT / "edge" / "detect").glob("*.py"):
        text = source.read_text(encoding="utf-8")
        calls = re.findall(r'(?:found|error)\("(\w+)"', text)
        tables = re.findall(r'"(\w+)"', text) if source.stem in {"camera", "contact", "warning_light", "vitals"} else []
        named |= {*calls, *(word for word in tables if word in CODES)}
    assert {"black", "stalled", "smoke", "dark", "disk_full", "offline", "driver_error"} <= named
    assert named <= CATALOGUE.keys()


def test_every_kind_that_is_judged_has_rows() -> None:
    assert JUDGES.keys() <= {kind for row in CATALOGUE.values() for kind in row.kinds}


@ROWS
def test_every_row_is_complete(row: Entry) -> None:
    assert row.kinds
    assert row.kinds <= KINDS
    assert row.severity in {1, 2, 3}
    assert row.cls in get_args(Class)
    assert row.state in STATES
    assert row.for_s >= 0
    assert row.looks >= 1
    assert 0 < row.respond_by_min < row.repair_by_min
    assert {row.department, *row.also} <= DEPARTMENTS.keys()
    assert row.department not in row.also


@ROWS
def test_every_row_speaks_both_languages_to_every_role(row: Entry) -> None:
    assert row.sentence.say("zh", "X").startswith(("X", "有"))
    assert "X" in row.sentence.say("en", "X")
    for text in texts_of(row):
        assert CHINESE.search(text.zh)
        assert text.en
        assert not CHINESE.search(text.en)


@ROWS
def test_the_only_thing_left_open_in_a_sentence_is_the_name(row: Entry) -> None:
    for text in row.sentence:
        assert [field for _, field, _, _ in Formatter().parse(text) if field is not None] == ["name"]
    for role in ROLES:
        assert "{" not in "".join(row.first(role))


@ROWS
def test_sentences_are_short(row: Entry) -> None:
    assert len(row.sentence.say("zh")) <= 30
    assert len(row.sentence.say("en")) <= 90


def test_every_asset_of_an_inventory_and_every_kind_has_a_fault() -> None:
    concerned = {kind for row in CATALOGUE.values() for kind in row.kinds}
    assert set(get_args(InventoryKind)) <= concerned
    assert concerned == KINDS


def test_departments_and_residents_are_all_who_are_told_something() -> None:
    assert {*DEPARTMENTS, "resident"} == set(ROLES)
    assert {row.department for row in CATALOGUE.values()} | {
        one for row in CATALOGUE.values() for one in row.also
    } == set(DEPARTMENTS)


def test_no_step_is_unused() -> None:
    assert {row.trouble for row in CATALOGUE.values()} == STEPS.keys()


# ---- Truth and safety


@pytest.mark.parametrize("code", sorted(ELECTRICAL.keys() | ALARMS.keys()))
def test_what_may_kill_is_severity_1_at_once_and_latched(code: str) -> None:
    row = entry(code)
    assert (row.severity, row.cls, row.for_s, row.looks, row.latch) == (1, "safety", 0, 1, "electrical")
    assert (row.respond_by_min, row.state) == (15, "down")


@ROWS
def test_only_an_electrician_is_told_to_measure_or_to_work_on_what_is_live(row: Entry) -> None:
    for role in ROLES:
        if role != "electrician":
            assert not re.search(
                "measure (the|its)|prove|isolate it|Isolate it|close the breaker|Close the breaker", row.first(role).en
            ), role
            assert not re.search("测量|验电|请?断开上级", row.first(role).zh), role


@pytest.mark.parametrize("row", LATCHED, ids=lambda row: row.code)
def test_who_is_no_electrician_keeps_away_and_knows_119(row: Entry) -> None:
    for role in (*NEAR, *FARTHER):
        assert "119" in row.first(role).zh, role
        assert "119" in row.first(role).en, role
    for role in NEAR:
        assert re.search("[Kk]eep (people )?away", row.first(role).en), role
    assert "insulation" in row.first("electrician").en
    assert "绝缘" in row.first("electrician").zh
    assert re.search("[Dd]o not reset", row.first("charging_operator").en) or row.trouble == "heat"


def test_a_two_wire_loop_says_alarm_or_broken_wire() -> None:
    for row in (row for row in CATALOGUE.values() if row.kinds == {"contact"}):
        assert row.sentence.zh.endswith("，或线路断开")
        assert row.sentence.en.endswith(", or its wire is broken")


def test_silence_is_never_called_a_failure_of_the_device() -> None:
    assert {entry(code).state for code in ("silent", "site_dark", "uplink_down", "gateway_down")} == {"unknown"}


def test_a_safety_fault_is_latched() -> None:
    assert all(row.latch != "none" for row in CATALOGUE.values() if row.cls == "safety")


def test_a_code_that_nobody_knows_is_taken_seriously() -> None:
    assert entry("VendorSmoke").severity == 2
    assert entry("VendorSmoke").latch == "acknowledge"


def test_a_silent_node_weighs_more_than_a_silent_device() -> None:
    assert (severity("silent", "node"), severity("silent", "camera")) == (2, 3)


# ---- Whose it is


@pytest.mark.parametrize(
    ("code", "department", "also"),
    [
        ("site_dark", "electrician", ()),
        ("mains_loss", "electrician", ()),
        ("feeder_down", "power_supply", ()),
        ("uplink_down", "network_operator", ()),
        ("unreachable", "maintenance", ()),
        ("occluded", "police", ("grid_officer",)),
        ("moved", "police", ("grid_officer",)),
        ("sabotage", "police", ("grid_officer",)),
        ("dark", "traffic_police", ("maintenance",)),
        ("stuck_on", "maintenance", ()),
        ("offline", "charging_operator", ()),
        ("pile_smoke", "fire_squad", ("duty_phone", "electrician")),
        ("FaultedHighTemperature", "fire_squad", ("duty_phone", "electrician")),
        ("GroundFailure", "fire_squad", ("duty_phone", "electrician")),
        ("broken", "village_committee", ()),
    ],
)
def test_each_cause_goes_to_its_department(code: str, department: str, also: tuple[str, ...]) -> None:
    assert (entry(code).department, entry(code).also) == (department, also)


def test_the_shipped_village_sends_each_fault_where_the_catalogue_does() -> None:
    routing = load_inventory(ROOT / "firmware_config" / "villages" / "beigu.yaml").routing
    assert routing
    for code, row in CATALOGUE.items():
        sent = routing.codes.get(code, routing.classes[row.cls])
        wanted = "telecom" if row.department == "network_operator" else row.department.replace("_", "-")
        assert sent in {wanted, wanted.removeprefix("village-")}, code


# ---- What the village's judgement asks


def test_severity_1_and_safety_are_exempt_and_nothing_else_is() -> None:
    assert exempt("GroundFailure", "connector")
    assert exempt("HighTemperature", "connector")
    assert exempt("a word no standard knows", "connector")
    assert not any(exempt(code, "camera") for code in ("unreachable", "occluded", "PowerLoss", "silent"))
    assert not exempt("silent", "node")


def test_weather_and_sabotage_take_codes_of_the_picture_that_do_not_hide_each_other() -> None:
    assert {"blur", "over_exposed", "noise"} == WEATHER_CODES
    assert {"occluded", "moved"} == SABOTAGE_CODES
    assert {entry(code).cls for code in WEATHER_CODES | SABOTAGE_CODES} == {"picture"}


def test_causes_have_the_severity_that_is_due_to_them() -> None:
    found = {severity(code, "node") for code in ("feeder_down", "uplink_down", "site_dark", "mains_loss")}
    assert found | {severity("sabotage", "road"), severity("gateway_down", "gateway")} == {2}
    assert severity("intermittent", "camera") == 3


def test_what_stands_still_for_want_of_power_is_intact() -> None:
    assert {"safety", "function", "picture", "link"} == INTACT
    assert entry("PowerLoss").cls not in INTACT
    assert entry("unreachable").cls in INTACT
