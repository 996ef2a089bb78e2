from pathlib import Path

import pytest

from contracts.inventory import Village
from contracts.yamlfile import InputErrors
from demo import scenario, scenario_file
from demo.model import CAMERA_WORDS, LAMP_WORDS, LOOP_WORDS, UNRECORDED
from demo.plan import Cue, Expected, Told, length_s, plan

STEP = """\
  - name: a light goes dark
    at_s: 100
    break: {what: dark, device: wl-01}
    mend_at_s: 400
    expect: {asset: wl-01, code: dark}
    within_s: 40
    close_within_s: 60
"""
LINE = """\
  - name: a line is cut
    at_s: 100
    break: {what: cut, uplink: u-mobile}
    mend_at_s: 600
    expect: {each: site, code: site_dark}
    within_s: 90
    close_within_s: 60
"""


def written(tmp_path: Path, steps: str) -> Path:
    file = tmp_path / "scenario.yaml"
    file.write_text("steps:\n" + steps, encoding="utf-8")
    return file


def played(tmp_path: Path, village: Village, steps: str, speed: float = 20) -> tuple[Cue, ...]:
    return plan(scenario_file.load(written(tmp_path, steps), village, speed), village, speed)


def mistakes(tmp_path: Path, village: Village, steps: str, speed: float = 20) -> list[str]:
    with pytest.raises(InputErrors) as found:
        scenario_file.load(written(tmp_path, steps), village, speed)
    return [f"{error.line} {error.key}: {error.text}" for error in found.value.errors]


def shipped(name: str, village: Village, speed: float = 20) -> tuple[Cue, ...]:
    return plan(scenario_file.load(scenario_file.find(name), village, speed), village, speed)


@pytest.mark.parametrize("name", scenario_file.names())
@pytest.mark.parametrize("speed", [1, 20])
def test_every_shipped_scenario_fits_beigu(name: str, speed: float, beigu: Village) -> None:
    assert length_s(shipped(name, beigu, speed)) < 4200 / speed


@pytest.mark.parametrize("name", ["default", "quiet", "short"])
def test_the_small_village_has_scenarios_too(name: str, three: Village) -> None:
    assert length_s(shipped(name, three)) <= 110


def test_the_default_breaks_the_four_promised_things_within_two_minutes(beigu: Village) -> None:
    cues = shipped("default", beigu)
    assert {fault.code for cue in cues for fault in cue.expected} == {"dark", "frozen", "GroundFailure", "site_dark"}
    assert [cue.expected[0].code for cue in cues if cue.acknowledge] == ["GroundFailure"]
    assert length_s(cues) <= 110


def test_a_storm_takes_a_feeder_and_every_way_a_line_can_go(beigu: Village) -> None:
    breaks = [cue.break_ for cue in shipped("storm", beigu)]
    assert [one.what for one in breaks if one.uplink] == ["flap", "cut", "hang", "flap"]
    assert [one.feeder for one in breaks if one.feeder] == ["f-street"]


def test_the_night_is_dark() -> None:
    assert "light: night" in (scenario_file.FOLDER / "night.yaml").read_text(encoding="utf-8")


def test_speed_divides_the_villages_times_and_no_allowance(tmp_path: Path, three: Village) -> None:
    step = STEP + "    protocol_s: 7\n    close_protocol_s: 9\n"
    (cue,) = played(tmp_path, three, step, speed=20)
    assert (cue.at_s, cue.mend_at_s, cue.within_s, cue.close_within_s) == (5, 20, 2 + 7, 3 + 9)
    (slow,) = played(tmp_path, three, step, speed=1)
    assert (slow.at_s, slow.mend_at_s, slow.within_s, slow.close_within_s) == (100, 400, 40 + 7, 60 + 9)


def test_a_flapping_line_is_timed_in_the_villages_time(tmp_path: Path, three: Village) -> None:
    (cue,) = played(tmp_path, three, LINE.replace("what: cut", "what: flap, down_s: 120, up_s: 40"))
    assert (cue.break_.down_s, cue.break_.up_s) == (6, 2)


def test_one_break_may_bring_a_fault_at_each_site(tmp_path: Path, beigu: Village) -> None:
    step = STEP.replace("{what: dark, device: wl-01}", "{what: power, feeder: f-dayue}")
    (cue,) = played(tmp_path, beigu, step.replace("asset: wl-01, code: dark", "each: site, code: site_dark"))
    assert cue.expected == tuple(Expected(f"j-{number}", "site_dark") for number in ("07", "08", "09", "10"))


def test_one_break_may_bring_a_list_of_faults(tmp_path: Path, beigu: Village) -> None:
    step = STEP.replace("{what: dark, device: wl-01}", "{what: power, feeder: f-service}")
    both = "[{each: site, code: site_dark}, {asset: wl-04, code: dark}]"
    (cue,) = played(tmp_path, beigu, step.replace("{asset: wl-01, code: dark}", both))
    assert cue.expected == (Expected("j-05", "site_dark"), Expected("j-06", "site_dark"), Expected("wl-04", "dark"))


def test_a_cause_may_be_expected_by_its_own_name(tmp_path: Path, beigu: Village) -> None:
    step = STEP.replace("asset: wl-01, code: dark", "asset: f-dayue, code: feeder_down")
    assert played(tmp_path, beigu, step)[0].expected == (Expected("f-dayue", "feeder_down"),)


def test_a_fault_may_be_expected_as_a_part_of_a_cause(tmp_path: Path, beigu: Village) -> None:
    step = LINE.replace("each: site, code: site_dark", "each: site, code: site_dark, root: u-mobile")
    roots = {fault.root for fault in played(tmp_path, beigu, step)[0].expected}
    assert roots == {"u-mobile"}


def test_what_people_are_told_may_be_stated(tmp_path: Path, beigu: Village) -> None:
    told = "{kind: problem, asset: u-mobile, code: uplink_down}, {kind: flapping, each: node, code: flapping}"
    (cue,) = played(tmp_path, beigu, LINE + f"    messages: [{told}]\n")
    assert cue.messages is not None
    assert cue.messages[0] == Told("problem", "u-mobile", "uplink_down")
    assert [told.asset for told in cue.messages[1:]] == ["n-11", "n-12", "n-13", "n-14", "n-19", "n-20"]


def test_that_nobody_is_told_is_another_thing_than_to_state_nothing(tmp_path: Path, three: Village) -> None:
    assert played(tmp_path, three, STEP + "    messages: []\n")[0].messages == ()
    assert played(tmp_path, three, STEP)[0].messages is None


def test_messages_are_due_some_time_after_the_last_fault_must_have_closed(tmp_path: Path, three: Village) -> None:
    step = STEP + "    messages: {kind: problem, asset: wl-01, code: dark}\n    tell_protocol_s: 30\n"
    (cue,) = played(tmp_path, three, step)
    assert (cue.tell_within_s, cue.over_s) == (cue.close_within_s + 30, cue.mend_at_s + cue.close_within_s + 30)


def test_who_takes_a_fault_on_is_somebody_with_a_link_in_their_letters(tmp_path: Path, three: Village) -> None:
    (taken,) = played(tmp_path, three, f"{STEP}    take: group:maintenance-room\n")
    assert taken.take == "group:maintenance-room"
    for nobody in ("nobody", "wang-wei"):  # text messages have no links
        with pytest.raises(InputErrors, match=rf"steps\[0\]\.take: '{nobody}' is nobody"):
            played(tmp_path, three, f"{STEP}    take: {nobody}\n")


def test_where_no_fault_is_expected_nobody_takes_one_on(tmp_path: Path, three: Village) -> None:
    step = STEP.replace("{asset: wl-01, code: dark}", "[]")
    with pytest.raises(InputErrors, match="no fault is expected that could be taken on"):
        played(tmp_path, three, f"{step}    take: smith\n")


def test_a_name_that_is_not_shipped_is_a_file_or_a_mistake(tmp_path: Path) -> None:
    file = written(tmp_path, STEP)
    assert scenario_file.find(str(file)) == file
    with pytest.raises(InputErrors, match=r"dawn: .*shipped are cameras, default, night, quiet, short, storm"):
        scenario_file.find("dawn")


def test_a_step_that_mends_before_it_breaks_is_refused(tmp_path: Path, three: Village) -> None:
    found = mistakes(tmp_path, three, STEP.replace("mend_at_s: 400", "mend_at_s: 100"))
    assert found == ["2 steps[0]: mend_at_s must be later than at_s"]


def test_a_speed_at_which_the_mend_comes_before_the_fault_is_refused(tmp_path: Path, three: Village) -> None:
    (found,) = mistakes(tmp_path, three, STEP, speed=100)
    assert found.startswith("5 steps[0].mend_at_s: mended 3.0 s after the break at speed 100, ")


def test_a_fault_that_is_expected_needs_its_times(tmp_path: Path, three: Village) -> None:
    (found,) = mistakes(tmp_path, three, STEP.replace("    close_within_s: 60\n", ""))
    assert found == "2 steps[0]: within_s and close_within_s are needed where a fault is expected"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            "device: wl-01",
            "device: wl-99",
            "4 steps[0].break.device: 'wl-99' is no device of the inventory; it has cam",
        ),
        (
            "device: wl-01",
            "junction: j-99",
            "4 steps[0].break.junction: 'j-99' is no junction of the inventory; it has j",
        ),
        ("device: wl-01", "feeder: f-99", "4 steps[0].break.feeder: 'f-99' is no feeder of the inventory; it has f"),
        ("device: wl-01", "uplink: u-99", "4 steps[0].break.uplink: 'u-99' is no uplink of the inventory; it has u"),
        (
            "what: dark",
            "what: frozen",
            "4 steps[0].break.what: 'frozen' cannot be done to wl-01; possible: dark, stuck_on",
        ),
        (
            "device: wl-01",
            "uplink: u-mobile",
            "4 steps[0].break.what: 'dark' cannot be done to u-mobile; possible: cut",
        ),
        ("device: wl-01", "device: wl-01, feeder: f", "4 steps[0].break: name one of device, junction, feeder, uplink"),
        ("what: dark", "what: dark, up_s: 4", "4 steps[0].break: down_s and up_s belong to 'flap', which needs both"),
        ("asset: wl-01", "asset: wl-99", "6 steps[0].expect.asset: 'wl-99' is not in the inventory; it has cam-01"),
        ("code: dark", "code: drak", "6 steps[0].expect.code: 'drak' is no fault code"),
        ("asset: wl-01", "asset: wl-01, each: site", "6 steps[0].expect: name either an asset or 'each: site'"),
        (
            "code: dark",
            "code: dark, root: f-99",
            "6 steps[0].expect.root: 'f-99' is not in the inventory; it has cam-01",
        ),
        (
            "expect: ",
            "messages: {kind: problem, asset: wl-99, code: dark}\n    expect: ",
            "6 steps[0].messages.asset: 'wl-99' is not in the inventory; it has cam-01",
        ),
        (
            "expect: ",
            "messages: {kind: problm, asset: wl-01, code: dark}\n    expect: ",
            "6 steps[0].messages.kind: Input should be 'problem', 'recovery', ",
        ),
        ("code: dark", "code: dark, cod: 1", "6 steps[0].expect.cod: unknown key"),
    ],
)
def test_each_mistake_is_named_with_its_line_and_key(
    tmp_path: Path, three: Village, before: str, after: str, message: str
) -> None:
    found = mistakes(tmp_path, three, STEP.replace(before, after, 1))
    assert [line for line in found if line.startswith(message)], found


def test_what_nobody_hangs_on_cannot_be_broken(tmp_path: Path, beigu: Village) -> None:
    idle = beigu.model_copy(update={"feeders": (*beigu.feeders, beigu.feeders[0].model_copy(update={"id": "f-idle"}))})
    step = STEP.replace("{what: dark, device: wl-01}", "{what: power, feeder: f-idle}")
    assert mistakes(tmp_path, idle, step) == ["4 steps[0].break: nothing of this village hangs on f-idle"]


def test_all_mistakes_come_at_once(tmp_path: Path, three: Village) -> None:
    wrong = STEP.replace("within_s: 40", "within_s: -1").replace("what: dark", "what: dark, wat: 1")
    found = mistakes(tmp_path, three, wrong + STEP)
    assert [line.split(":")[0] for line in found] == ["4 steps[0].break.wat", "7 steps[0].within_s", "9 steps[1].name"]


def test_what_can_be_broken_is_what_the_fakes_can_break() -> None:
    assert set(scenario.DEVICE_BREAKS["camera"]) == {*CAMERA_WORDS, UNRECORDED}
    assert set(scenario.DEVICE_BREAKS["warning_light"]) == set(LAMP_WORDS)
    assert set(scenario.DEVICE_BREAKS["contact"]) == set(LOOP_WORDS)
