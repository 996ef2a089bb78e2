"""A judge that knows nothing reaches no evaluation's goals."""

from dataclasses import replace

import pytest

from demo.evaluate.cases import Case, judged
from demo.evaluate.controls import JUDGES
from demo.evaluate.goals import Figure, figures
from demo.evaluate.source import Source, drawn
from demo.scenes.view import coded

CASES = (
    Case("day", "clean", "nothing"),
    Case("night", "clean", "nothing"),
    Case("day", "negative", "fog"),
    Case("day", "fault", "cloth", 1.0),
    Case("day", "fault", "shift", 0.06),
    Case("night", "fault", "defocus", 0.012),
    Case("day", "fault", "smear", 0.6),
)

STILL = "still picture"


@pytest.fixture(scope="module")
def source() -> Source:
    return drawn("hall", 1)


def found(source: Source, name: str) -> dict[str, Figure]:
    judge = source.taught(JUDGES[name](), source.lessons)
    return {figure.name: figure for figure in figures([judged(source, case, judge) for case in CASES])}


def missed(figures: dict[str, Figure]) -> set[str]:
    return {name for name, figure in figures.items() if figure.met is False}


def test_a_judge_that_never_speaks_finds_no_fault(source: Source) -> None:
    assert missed(found(source, "never")) == {"recall, main faults", "recall, blur at night", "recall, smear of 60 %"}


def test_a_judge_that_always_speaks_is_always_false(source: Source) -> None:
    assert missed(found(source, "always")) == {
        "false, clean windows",
        "false, hard negatives",
        "false alarms after K of N, cases",
    }


def test_a_judge_that_checks_nothing_finds_nothing_and_says_so_too_often(source: Source) -> None:
    assert missed(found(source, "nc")) == {
        "recall, main faults",
        "recall, blur at night",
        "recall, smear of 60 %",
        "not checkable, clean and faulty",
    }


def test_the_shipped_checks_tell_a_covered_view_from_a_foggy_one(source: Source) -> None:
    judge = source.taught(JUDGES["shipped"](), source.lessons)
    covered, foggy = (judged(source, CASES[number], judge) for number in (3, 2))
    assert (covered.right, covered.alarm) == (covered.windows, False)  # two windows are no three of five
    assert (foggy.any, foggy.alarm) == (0, False)


def test_a_still_picture_is_suspected_by_the_clock_in_it_and_by_nothing_else(source: Source) -> None:
    without = replace(source, finish=lambda raw, _t: coded(raw))
    for one, share in ((source, 1), (without, 0)):
        judge = one.taught(JUDGES["shipped"](), one.lessons)
        for light in ("day", "night", "ir"):
            still, clean = (judged(one, case, judge) for case in (Case(light, "fault", STILL), CASES[0]))
            assert (still.suspected, still.any) == (share * still.windows, 0)
            assert clean.suspected == 0
