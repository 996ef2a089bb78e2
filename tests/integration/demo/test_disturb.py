"""Chaos in the demo while the fakes do not answer."""

from pathlib import Path

from demo.stage import Stage
from demo.workplace import Workplace, free_port


def test_a_line_that_cannot_be_cut_is_said_and_ends_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    place = Workplace(tmp_path, free_port(), lines={"u-mobile": 1})
    stage = Stage(place, place.village, said.append, "sun", None)
    stage.disturb("u-mobile", "cut")
    stage.calm("u-mobile", "cut")
    assert said[0] == "unrest: cut u-mobile"
    assert [text.partition(": [Errno")[0] for text in said[1:]] == ["u-mobile: the fakes refuse"] * 2
