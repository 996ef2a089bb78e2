"""The control: with one time or share of the rules moved, the incident that is about it comes out otherwise."""

from typing import Any

import pytest

from gateway.faults import Rules
from gateway.replay import replay
from tests.incidents import differences, incident

MOVED: dict[str, tuple[Any, str]] = {
    "limit_intervals": (4, "silence_without_a_will"),
    "limit_extra_s": (40, "silence_at_a_short_interval"),
    "keep_s": (59, "light_dark_and_mended"),
    "hold_s": (60, "light_dark_and_mended"),
    "mains_hold_s": (120, "mains_loss_with_a_camera_on_a_battery"),
    "grace_extra_s": (0, "camera_dead_after_grace"),
    "lost_confirm_s": (88, "site_back_within_90_s"),
    "silent_s": (600, "node_stopped_without_a_plan"),
    "flapping_start": (34, "six_changes_are_flapping"),
    "flapping_stop": (26, "seven_changes_end_in_a_fault"),
    "intermittent_episodes": (5, "intermittent_ten_blips"),
    "intermittent_window_s": (90_000, "intermittent_counts_a_sliding_day"),
    "reopen_s": (86_431, "again_after_a_day"),
    "weather_one_in": (4, "four_of_fourteen_are_no_weather"),
    "weather_cameras": (3, "three_blurred_cameras_are_no_weather"),
    "weather_after_s": (3000, "blur_that_begins_under_the_veil"),
    "sabotage_s": (599, "two_cameras_turned_just_ten_minutes_apart"),
    "feeder_share": (0.61, "three_of_seven_on_a_line_are_the_feeders"),
    "feeder_sites": (6, "feeder_of_five"),
    "feeder_starts_s": (50, "feeder_goes_dark_within_80_s"),
    "gateway_away_s": (89, "gateway_away_89_and_90_s"),
    "for_s": ({"unreachable": 89}, "camera_unreachable_90_s"),
}
# What the gateway finds of its own ailments, how work orders end, and who is told, is no matter of replay.
NOT_REPLAYED = {
    "verified_s",
    "dispatch",
    "backlog_points",
    "disk_free_share",
    "disk_free_mb",
    "clock_off_ms",
    "certificate_days",
    "backup_hours",
}


def test_every_rule_that_replay_judges_by_has_its_incident() -> None:
    assert MOVED.keys() | NOT_REPLAYED == Rules.model_fields.keys()


@pytest.mark.parametrize("key", MOVED)
def test_an_incident_notices_a_rule_that_moved(key: str) -> None:
    value, name = MOVED[key]
    said, expected = replay(incident(name).history, rules=Rules(**{key: value})), incident(name)
    faults = differences(expected.faults, said["faults"])
    assert faults + differences(expected.messages, said["messages"])
