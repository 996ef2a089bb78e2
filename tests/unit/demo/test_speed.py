from pathlib import Path

import numpy as np
import pytest

from contracts.yamlfile import load_yaml
from demo import speed
from firmware_config import yamltext
from gateway.dispatch.quiet import is_night
from gateway.faults.catalogue import CATALOGUE
from gateway.faults.rules import Rules
from gateway.faults.times import DispatchTimes

TIMES = sorted(name for name in Rules.model_fields if name.endswith("_s") and name != "for_s")
OTHERS = sorted(name for name in Rules.model_fields if not name.endswith("_s") and name != "dispatch")
PEOPLES = sorted(set(DispatchTimes.model_fields) - set(speed.OF_THE_VILLAGE))


def at(tmp_path: Path, times: float, light: str = "sun") -> Rules:
    file = tmp_path / "rules.yaml"
    file.write_text(yamltext.dump(speed.rules(times, light)), encoding="utf-8")
    return load_yaml(file, Rules)


@pytest.mark.parametrize("name", TIMES)
def test_every_time_of_the_rules_is_divided(tmp_path: Path, name: str) -> None:
    assert getattr(at(tmp_path, 20), name) == pytest.approx(getattr(Rules(), name) / 20)


def test_every_confirmation_time_of_the_catalogue_is_divided(tmp_path: Path) -> None:
    expected = {code: row.for_s / 30 for code, row in CATALOGUE.items() if row.for_s}
    assert at(tmp_path, 30).for_s == expected


def test_what_is_no_time_is_not_divided(tmp_path: Path) -> None:
    assert OTHERS
    fast = at(tmp_path, 20)
    assert {name: getattr(fast, name) for name in OTHERS} == {name: getattr(Rules(), name) for name in OTHERS}


@pytest.mark.parametrize("name", speed.OF_THE_VILLAGE)
def test_the_villages_own_times_of_dispatch_are_divided(tmp_path: Path, name: str) -> None:
    shipped = np.array(getattr(DispatchTimes(), name))
    assert np.array(getattr(at(tmp_path, 20).dispatch, name)) == pytest.approx(shipped / 20)


def test_what_vendors_and_people_need_is_not_divided(tmp_path: Path) -> None:
    fast = at(tmp_path, 20).dispatch
    assert {name: getattr(fast, name) for name in PEOPLES} == {name: getattr(DispatchTimes(), name) for name in PEOPLES}


@pytest.mark.parametrize(("light", "hours"), [("day", 0), ("dusk", 0), ("night", 24), ("sun", 8)])
def test_people_sleep_by_the_light_of_the_scenes(tmp_path: Path, light: str, hours: int) -> None:
    times = at(tmp_path, 20, light).dispatch
    assert sum(is_night(times, hour * 3_600_000) for hour in range(24)) == hours


@pytest.mark.parametrize("times", [speed.LOWEST, speed.HIGHEST])
def test_the_rules_are_rules_at_every_speed_that_may_be_asked_for(tmp_path: Path, times: float) -> None:
    assert at(tmp_path, times, "night").dispatch.quiet_from == "00:00"


def test_at_speed_one_the_rules_are_those_that_are_shipped(tmp_path: Path) -> None:
    rules, codes = at(tmp_path, 1), set(CATALOGUE)
    assert rules.model_copy(update={"for_s": {}}) == Rules()
    assert {code: rules.wait_ms(code) for code in codes} == {code: Rules().wait_ms(code) for code in codes}
