from dataclasses import replace

import pytest

from demo.evaluate import days
from demo.evaluate.cases import Row, alarmed
from demo.evaluate.controls import JUDGES
from demo.evaluate.days import LOOK_S, Look, spells_of
from demo.evaluate.goals import MAIN, Figure, figures
from demo.evaluate.page import page, together
from demo.scenes.days import DAY_S
from demo.scenes.degradations import DEGRADATIONS
from demo.scenes.paint import picture
from edge.evaluate import FAULTS, Sample
from edge.vision.window import Window

CLOTH = Row("lane 1", False, "day", "fault", "cloth", 0.5, 1, "occluded", 3, 0, 3, 3, {"occluded": 3}, True, {})
FOG = Row("lane 1", True, "day", "negative", "fog", 0.0, 1, "none", 6, 0, 0, 0, {}, False, {})


def named(rows: list[Row]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures(rows)}


def test_recall_counts_right_windows_of_main_faults_by_day_and_blur_at_night_apart() -> None:
    blurred = replace(CLOTH, what="defocus", code="blur", light="night", right=1)
    found = named([CLOTH, replace(CLOTH, right=2), blurred])
    assert (found["recall, main faults"].part, found["recall, main faults"].whole) == (5, 6)
    assert (found["recall, blur at night"].part, found["recall, blur at night"].whole) == (1, 3)
    assert found["recall, main faults"].met is False


def test_false_windows_count_against_hard_negatives() -> None:
    found = named([FOG, replace(FOG, any=1, alarm=True)])
    assert found["false, hard negatives"].value == pytest.approx(1 / 12)
    assert found["false alarms after K of N, cases"].part == 1
    assert found["false, hard negatives"].met is False


def test_a_suspicion_is_shown_and_has_no_goal() -> None:
    still = replace(CLOTH, what="still picture", code="frozen", windows=2, any=0, right=0, suspected=1)
    found = named([still, replace(FOG, suspected=3), CLOTH])
    assert [found[f"suspected, {name}"].value for name in ("still picture", "nothing wrong")] == [0.5, 0.5]
    assert found["suspected, still picture"].met is None


def test_what_was_not_measured_is_not_reached() -> None:
    assert all(figure.met is not True for figure in figures([]))


def test_main_faults_are_degradations() -> None:
    assert DEGRADATIONS.keys() >= MAIN


def test_an_alarm_takes_three_of_five_windows() -> None:
    def windows(*said: str) -> list[Window]:
        return [Window(0.0, "day", frozenset(codes.split())) for codes in said]

    assert alarmed(windows("blur", "", "blur", "", "blur noise")) == {"blur"}
    assert not alarmed(windows("blur", "", "noise", "cast", "blur"))


@pytest.mark.parametrize(("name", "codes", "nc"), [("never", 0, 0), ("always", len(FAULTS), 0), ("nc", 0, len(FAULTS))])
def test_a_control_says_the_same_of_everything(name: str, codes: int, nc: int) -> None:
    judge = JUDGES[name]()
    windows = [judge.see(Sample(float(at), picture([[0]]))) for at in range(6)]
    assert [window is None for window in windows] == [True] * 4 + [False] * 2
    assert windows[5] is not None
    assert (len(windows[5].codes), len(windows[5].nc)) == (codes, nc)


def look(step: int, *codes: str, what: str = "") -> Look:
    truth = DEGRADATIONS[what].code if what else "none"
    return Look("lane 101", DAY_S + step * LOOK_S, truth, what, codes, unchecked=False)


def test_a_false_alarm_that_stands_is_one_and_one_that_comes_again_is_two() -> None:
    found = [look(0), look(1, "blur"), look(2, "blur"), look(3), look(4, "blur")]
    figure = days.figures(found, 30)[0]
    assert (figure.part, figure.whole, figure.value) == (60, 30, 2.0)
    assert figure.met is False


def test_a_fault_is_found_when_one_look_names_it() -> None:
    found = [look(0, what="cloth"), look(1, "occluded", what="cloth"), look(90, "moved", what="cloth")]
    figure = {one.name: one for one in days.figures(found, 2)}["faults found"]
    assert (figure.part, figure.whole) == (1, 2)


def test_every_counted_day_has_its_fault() -> None:
    spells = spells_of(3, 4)
    assert [spell.from_s // DAY_S for spell in spells] == [1, 2, 3, 4]
    assert all(spell.to_s <= (spell.from_s // DAY_S + 1) * DAY_S for spell in spells)


def test_the_page_holds_figures_and_names_misses() -> None:
    missed = replace(CLOTH, right=1, codes={"moved": 2, "occluded": 1})
    drawn = {
        "kind": "clips",
        "command": "python -m demo.evaluate --clips FOLDER",
        "sources": ["lane 1"],
        "aside": ["lane 1"],
        "figures": [figure.as_json() for figure in figures([missed, FOG])],
        "figures_aside": [figure.as_json() for figure in figures([FOG])],
        "rows": [missed.as_json(), FOG.as_json()],
    }
    month = {
        "kind": "days",
        "command": "python -m demo.evaluate --days 2",
        "figures": [figure.as_json() for figure in days.figures([look(0, "blur")], 2)],
        "rows": [look(0, "blur").as_json()],
    }
    text = page([drawn, month])
    assert "| recall, main faults | 0.3333 | 1 / 3 | at least 0.98 | **no** |" in text
    assert "- lane 1, day: cloth 0.5, seed 1: 1 of 3 found, 0 not checkable; said: moved 2, occluded 1" in text
    assert "| cloth | 0.5 | 0.33 |  |  |" in text
    assert "- lane 101, day 1 at 0.0 h: nothing wrong; stood: blur" in text


def test_runs_of_one_command_are_counted_as_one() -> None:
    def run(row: Row) -> dict[str, object]:
        aside = [row.source] if row.aside else []
        return {"kind": "clips", "command": "c", "sources": [row.source], "aside": aside, "rows": [row.as_json()]}

    (one,) = together([run(CLOTH), run(replace(CLOTH, source="lane 2", aside=True, right=1))])
    assert one["sources"] == ["lane 1", "lane 2"]
    assert one["aside"] == ["lane 2"]
    assert (one["figures"][0]["part"], one["figures"][0]["whole"]) == (4, 6)
    assert (one["figures_aside"][0]["part"], one["figures_aside"][0]["whole"]) == (1, 3)
