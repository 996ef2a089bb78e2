from collections.abc import Sequence

import numpy as np
import pytest

from edge.evaluate import FAULTS, Judge, Plan, Sample, Tally, judge_clip, total
from edge.evaluate.footage import Image
from edge.vision.window import Window

PICTURE = np.zeros((36, 64, 3), np.uint8)


class Scripted:
    """A judge that says at each second what it was told to: codes, or "?" and codes for not checkable, or nothing."""

    def __init__(self, says: Sequence[str]) -> None:
        self._says, self._seen = says, 0
        self.lessons: list[float] = []

    def teach(self, image: Image, at: float) -> None:
        assert image.shape == PICTURE.shape
        self.lessons.append(at)

    def see(self, sample: Sample) -> Window | None:
        self._seen += 1
        if self._seen < 5:
            return None
        words = self._says[int(sample.at)].split()
        codes = frozenset(word for word in words if word in (*FAULTS, "view_lost"))
        return Window(sample.at, "day", codes, frozenset(word[1:] for word in words if word.startswith("?")))


def samples(count: int) -> list[Sample]:
    """A picture each second."""
    return [Sample(float(second), PICTURE) for second in range(count)]


def counted(fault: str, from_s: float, says: Sequence[str], judge: Judge | None = None) -> Tally:
    return judge_clip(samples(len(says)), Plan(fault, from_s, float(len(says))), judge or Scripted(says))


def codes(counter: dict[str, int]) -> dict[str, int]:
    return {code: count for code, count in counter.items() if count}


def test_a_clean_clip_teaches_for_two_fifths_and_is_judged_from_the_fifth_sample_after_that() -> None:
    judge = Scripted([""] * 20)
    tally = counted("none", 0.0, [""] * 20, judge)
    assert judge.lessons == [0, 1, 2, 3, 4, 5, 6, 7]
    assert tally.windows_judged == 8  # samples 8 to 19; windows end at 12 to 19
    assert (tally.windows_after_onset, tally.not_checkable, tally.false_windows) == (0, 0, 0)


def test_the_clean_part_teaches_with_its_first_half_and_straddling_windows_are_left_out() -> None:
    judge = Scripted([""] * 30)
    tally = counted("blur", 20.0, [""] * 30, judge)
    assert judge.lessons == list(range(10))
    # Clean: windows end at 14 to 19. Straddling: 20 to 23. After: 24 to 29.
    assert tally.windows_judged == 6 + 6
    assert tally.windows_after_onset == 6
    assert tally.detected_any == tally.detected_right == 0
    assert tally.first_detection_s is None
    assert [miss.kind for miss in tally.misses] == ["missed"] * 6


def test_what_is_said_counts_by_side_and_by_code() -> None:
    says = [""] * 30
    says[15] = "noise cast"
    says[21] = "blur"  # straddles: nobody counts it
    says[24:28] = ["occluded", "blur", "blur noise", ""]
    tally = counted("blur", 20.0, says)
    assert codes(tally.false_before_onset) == {"noise": 1, "cast": 1}
    assert tally.false_windows == 1
    assert codes(tally.codes_after) == {"occluded": 1, "blur": 2, "noise": 1}
    assert (tally.detected_any, tally.detected_right) == (3, 2)
    assert tally.first_detection_s == 5.0
    assert [miss.kind for miss in tally.misses] == ["false", "wrong", "missed", "missed", "missed"]


def test_a_window_of_a_faulty_clip_that_cannot_be_checked_is_a_miss_and_no_judgement() -> None:
    says = [""] * 30
    says[24:30] = ["?blur", "?blur", "?moved", "blur", "occluded ?blur", "blur"]
    tally = counted("blur", 20.0, says)
    assert tally.not_checkable == 2
    assert tally.windows_judged == 12 - 2
    assert tally.windows_after_onset == 6
    assert (tally.detected_any, tally.detected_right) == (3, 2)


@pytest.mark.parametrize(("nc", "count"), [("?moved", 8), ("?blur ?occluded", 8), ("?cast ?flicker ?frozen", 0)])
def test_a_clean_window_is_unchecked_where_the_view_could_not_be_compared(nc: str, count: int) -> None:
    assert counted("none", 0.0, [nc] * 20).not_checkable == count


def test_a_view_that_is_lost_has_moved() -> None:
    tally = counted("moved", 0.0, ["view_lost"] * 10)
    assert (tally.detected_right, codes(tally.codes_after)) == (6, {"moved": 6})
    assert tally.first_detection_s == 4.0


def test_a_clip_that_is_faulty_as_a_whole_learns_from_its_reference_alone() -> None:
    judge = Scripted([""] * 10)
    tally = judge_clip(samples(10), Plan("blur", 0.0, 10.0), judge, samples(3))
    assert judge.lessons == [0, 1, 2]
    assert (tally.windows_judged, tally.windows_after_onset) == (6, 6)


def test_no_window_where_five_are_held_is_one_that_cannot_be_checked() -> None:
    class Silent(Scripted):
        def see(self, sample: Sample) -> Window | None:  # noqa: ARG002  # it never looks
            return None

    tally = counted("blur", 0.0, [""] * 10, Silent([]))
    assert (tally.windows_judged, tally.not_checkable, tally.windows_after_onset) == (0, 6, 6)


def test_counts_are_whole_in_json_and_add_up() -> None:
    says = [""] * 9 + ["blur"]
    both = total([counted("blur", 0.0, says), counted("none", 0.0, says)])
    assert both.counts() == {
        "windows_judged": 6 + 2,
        "not_checkable": 0,
        "false_before_onset": dict.fromkeys(FAULTS, 0) | {"blur": 1},
        "windows_after_onset": 6,
        "detected_any": 1,
        "detected_right": 1,
        "codes_after": dict.fromkeys(FAULTS, 0) | {"blur": 1},
    }
