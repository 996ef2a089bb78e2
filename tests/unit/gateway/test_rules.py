"""The rules file: everything that is wrong with it at once, by file, line, field and limit."""

from pathlib import Path

import pytest

from contracts.yamlfile import InputErrors, load_yaml
from gateway.faults import Rules
from gateway.faults.rules import WEEK_S
from gateway.faults.times import DispatchTimes

Found = list[tuple[int, str, str]]


def mistakes(folder: Path, text: str) -> Found:
    file = folder / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputErrors) as found:
        load_yaml(file, Rules)
    assert all(
        str(error).startswith(f"{file}:{error.line}: {error.key or '(top level)'}: ") for error in found.value.errors
    )
    return sorted((error.line, error.key, error.text) for error in found.value.errors)


def test_every_rule_has_a_default_and_a_sentence() -> None:
    for name, rule in Rules.model_fields.items():
        assert not rule.is_required()
        assert rule.description, name


def test_every_number_has_bounds() -> None:
    rules, times = (model.model_json_schema()["properties"] for model in (Rules, DispatchTimes))
    del rules["for_s"], rules["dispatch"]
    for name, rule in (rules | times).items():
        for one in rule.get("prefixItems", [rule]):
            assert one["type"] == "string" or {"minimum", "exclusiveMinimum"} & one.keys(), name
            assert one["type"] == "string" or "maximum" in one, name


def test_mistakes_in_the_times_of_dispatch_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    text = """\
dispatch:
  escalate_s: [900, 600, 9900]
  quiet_from: "25:00"
  storm_messages: 1
  lease_s: 0
  digest: "07:30"
"""
    assert [(line, key) for line, key, _ in mistakes(tmp_path, text)] == [
        (2, "dispatch.escalate_s"),
        (3, "dispatch.quiet_from"),
        (4, "dispatch.storm_messages"),
        (5, "dispatch.lease_s"),
        (6, "dispatch.digest"),
    ]


def test_all_mistakes_of_a_file_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    text = """\
keep_s: -1
keep: 5
for_s:
  unreachabel: 5
  black: -2
  moved: soon
limit_intervals: many
weather_cameras: 2.5
feeder_share: 1.5
hold_s: 700000
"""
    assert mistakes(tmp_path, text) == [
        (1, "keep_s", "Input should be greater than or equal to 0"),
        (2, "keep", "unknown key; check the spelling or take it out"),
        (4, "for_s.unreachabel", "no fault has the code 'unreachabel'; see docs/faults.md"),
        (5, "for_s.black", "Input should be greater than or equal to 0"),
        (6, "for_s.moved", "Input should be a valid number"),
        (7, "limit_intervals", "Input should be a valid number"),
        (8, "weather_cameras", "Input should be a valid integer"),
        (9, "feeder_share", "Input should be less than or equal to 1"),
        (10, "hold_s", f"Input should be less than or equal to {WEEK_S}"),
    ]


def test_a_code_and_its_time_may_both_be_wrong(tmp_path: Path) -> None:
    found = mistakes(tmp_path, "for_s:\n  unreachabel: -5\n")
    assert [(line, key) for line, key, _ in found] == [(2, "for_s.unreachabel")] * 2


@pytest.mark.parametrize("value", ["yes", "true", "'60'", "[60]", "{s: 60}", ".nan", ".inf", "", "2026-11-26"])
def test_what_is_no_number_is_no_time(tmp_path: Path, value: str) -> None:
    assert [key for _, key, _ in mistakes(tmp_path, f"keep_s: {value}\n")] == ["keep_s"]


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    ((line, _, text),) = mistakes(tmp_path, "keep_s: 60\nhold_s: 5\nkeep_s: 30\n")
    assert line == 3
    assert "duplicate key" in text


def test_flapping_ends_where_it_begins_or_below(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "flapping_start: 20\nflapping_stop: 20.5\n") == [
        (2, "flapping_stop", "must not be above flapping_start, which is 20")
    ]
    assert Rules(flapping_start=20, flapping_stop=20).flapping_stop == 20


def test_the_shortest_rules_file_changes_only_what_it_says(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("keep_s: 30\nfor_s: {unreachable: 4.5}\n", encoding="utf-8")
    assert load_yaml(file, Rules) == Rules(keep_s=30, for_s={"unreachable": 4.5})


def test_times_come_from_the_rules_before_the_catalogue() -> None:
    assert Rules().wait_ms("unreachable") == 90_000
    assert Rules(for_s={"unreachable": 4.5}).wait_ms("unreachable") == 4500
    assert Rules().wait_ms("VendorSmoke") == 0


def test_the_defaults_of_the_villages_judgement() -> None:
    rules = Rules()
    assert (rules.flapping_start, rules.flapping_stop) == (30, 25)
    assert (rules.intermittent_episodes, rules.intermittent_window_s, rules.reopen_s) == (4, 86_400, 86_400)
    assert (rules.weather_one_in, rules.weather_cameras, rules.weather_after_s) == (3, 4, 3600)
    assert (rules.feeder_share, rules.feeder_sites, rules.feeder_starts_s) == (0.6, 2, 90)
    assert (rules.sabotage_s, rules.gateway_away_s) == (600, 90)
