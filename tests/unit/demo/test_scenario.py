from pathlib import Path

import pytest

from contracts.inventory import Village, load_inventory
from contracts.yamlfile import InputErrors
from demo import scenario
from demo.model import CAMERA_WORDS, LAMP_WORDS
from demo.workplace import VILLAGE

STEP = """\
  - name: a light goes dark
    at_s: 5
    break: {what: dark, device: light-01}
    mend_at_s: 20
    expect: {asset: light-01, code: dark}
    within_s: 10
    close_within_s: 8
"""


@pytest.fixture(scope="module")
def village() -> Village:
    return load_inventory(VILLAGE)


def mistakes(tmp_path: Path, village: Village, steps: str) -> list[str]:
    file = tmp_path / "scenario.yaml"
    file.write_text("steps:\n" + steps, encoding="utf-8")
    with pytest.raises(InputErrors) as found:
        scenario.load(file, village)
    return [f"{error.line} {error.key}: {error.text}" for error in found.value.errors]


@pytest.mark.parametrize("name", scenario.names())
def test_every_shipped_scenario_fits_the_village(name: str, village: Village) -> None:
    assert scenario.load(scenario.find(name), village).length_s < 90


def test_the_default_breaks_the_four_promised_things(village: Village) -> None:
    steps = scenario.load(scenario.find("default"), village).steps
    assert {step.expect.code for step in steps} == {"dark", "frozen", "GroundFailure", "site_dark"}
    assert [step.expect.code for step in steps if step.acknowledge] == ["GroundFailure"]


def test_the_default_ends_with_time_to_spare_in_ninety_seconds(village: Village) -> None:
    assert scenario.load(scenario.find("default"), village).length_s <= 88


def test_a_name_that_is_not_shipped_is_a_file() -> None:
    assert scenario.find("my/own.yaml") == Path("my/own.yaml")


def test_a_step_that_mends_before_it_breaks_is_refused(tmp_path: Path, village: Village) -> None:
    found = mistakes(tmp_path, village, STEP.replace("mend_at_s: 20", "mend_at_s: 5"))
    assert found == ["2 steps[0]: mend_at_s must be later than at_s"]


def test_a_device_that_is_not_in_the_village_is_named_with_its_line(tmp_path: Path, village: Village) -> None:
    (found,) = mistakes(tmp_path, village, STEP.replace("device: light-01", "device: light-99"))
    assert found.startswith("4 steps[0].break.device: 'light-99' is not in the inventory")


def test_what_cannot_be_done_to_a_device_is_refused_with_what_can(tmp_path: Path, village: Village) -> None:
    (found,) = mistakes(tmp_path, village, STEP.replace("what: dark", "what: frozen"))
    assert "'frozen' cannot be done to light-01; possible: " in found


def test_a_fault_that_could_never_open_is_refused(tmp_path: Path, village: Village) -> None:
    wrong = STEP.replace("expect: {asset: light-01, code: dark}", "expect: {asset: light-99, code: drak}")
    asset, code = mistakes(tmp_path, village, wrong)
    assert asset.startswith("6 steps[0].expect.asset: 'light-99' is not in the inventory")
    assert code.startswith("6 steps[0].expect.code: 'drak' is no fault code")


def test_a_break_names_a_device_or_a_junction(tmp_path: Path, village: Village) -> None:
    (found,) = mistakes(tmp_path, village, STEP.replace("device: light-01", "device: light-01, junction: j-01"))
    assert found.endswith("name either a device or a junction")


def test_all_mistakes_come_at_once(tmp_path: Path, village: Village) -> None:
    wrong = STEP.replace("within_s: 10", "within_s: 0").replace("what: dark", "what: dark, wat: 1")
    found = mistakes(tmp_path, village, wrong + STEP)
    assert [line.split(":")[0] for line in found] == ["4 steps[0].break.wat", "7 steps[0].within_s", "9 steps[1].name"]


def test_what_can_be_broken_is_what_the_fakes_can_break() -> None:
    assert set(scenario.DEVICE_BREAKS["camera"]) == set(CAMERA_WORDS)
    assert set(scenario.DEVICE_BREAKS["warning_light"]) == set(LAMP_WORDS)
