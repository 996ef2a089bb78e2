"""Every code that a node may report, and the gateway's own, has a complete row."""

from pathlib import Path

import pytest

from contracts.codes import CODES, ELECTRICAL, GATEWAY_CODES
from contracts.yamlfile import InputErrors, load_yaml
from gateway.faults import Rules
from gateway.faults.catalogue import CATALOGUE, DEPARTMENTS, Entry, entry, severity
from gateway.faults.sentences import SENTENCES
from gateway.faults.texts import ACTIONS, ROLES


def test_every_code_of_the_contracts_is_in_it_and_nothing_else_but_the_gateways_own() -> None:
    assert CATALOGUE.keys() == CODES.keys() | GATEWAY_CODES
    assert SENTENCES.keys() == CATALOGUE.keys()


@pytest.mark.parametrize("row", CATALOGUE.values(), ids=lambda row: row.code)
def test_every_row_is_complete(row: Entry) -> None:
    assert row.kinds
    assert row.severity in {1, 2, 3}
    assert row.for_s >= 0
    assert 0 < row.respond_by_min < row.repair_by_min
    assert row.looks >= 1
    assert row.department in DEPARTMENTS
    for lang in ("zh", "en"):
        assert "X" in row.sentence.say(lang, "X")
        assert all(row.first(role).say(lang) for role in ROLES)


@pytest.mark.parametrize("code", ELECTRICAL)
def test_what_may_kill_is_severity_1_at_once_and_latched(code: str) -> None:
    row = entry(code)
    assert (row.severity, row.cls, row.for_s, row.looks, row.latch) == (1, "safety", 0, 1, "electrical")
    assert "119" in row.first("resident").zh


@pytest.mark.parametrize("row", CATALOGUE.values(), ids=lambda row: row.code)
def test_only_an_electrician_is_told_to_measure(row: Entry) -> None:
    for role in ("maintenance", "resident"):
        assert "measure" not in row.first(role).en
        assert "测量" not in row.first(role).zh
    if row.latch == "electrical":
        assert "Keep people away" in row.first("maintenance").en
        assert "insulation" in row.first("electrician").en


def test_a_safety_fault_is_latched() -> None:
    assert all(row.latch != "none" for row in CATALOGUE.values() if row.cls == "safety")


def test_no_action_is_unused() -> None:
    assert {row.actions for row in CATALOGUE.values()} == ACTIONS.keys()


def test_a_code_that_nobody_knows_is_taken_seriously() -> None:
    assert entry("VendorSmoke").severity == 2
    assert entry("VendorSmoke").latch == "acknowledge"


def test_a_silent_node_weighs_more_than_a_silent_device() -> None:
    assert (severity("silent", "node"), severity("silent", "camera")) == (2, 3)


def test_every_rule_has_a_default_and_a_sentence() -> None:
    for name, rule in Rules.model_fields.items():
        assert not rule.is_required()
        assert rule.description, name


def test_a_rules_file_with_mistakes_is_refused_with_all_of_them(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("keep_s: -1\nkeep: 5\nfor_s: {unreachabel: 5}\nlimit_intervals: many\n", encoding="utf-8")
    with pytest.raises(InputErrors) as found:
        load_yaml(file, Rules)
    assert [(error.line, error.key) for error in found.value.errors] == [
        (4, "limit_intervals"),
        (1, "keep_s"),
        (3, "for_s.unreachabel"),
        (2, "keep"),
    ]


def test_times_come_from_the_rules_before_the_catalogue() -> None:
    assert Rules().wait_ms("unreachable") == 90_000
    assert Rules(for_s={"unreachable": 4.5}).wait_ms("unreachable") == 4500
    assert Rules().wait_ms("VendorSmoke") == 0
