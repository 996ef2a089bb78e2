from pathlib import Path

import cv2
import numpy as np
import pytest

from contracts.yamlfile import InputErrors
from edge.evaluate import read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two folders of stills, `good` and `clean`, and a file that is no video."""
    for name in ("good", "clean"):
        (tmp_path / name).mkdir()
        cv2.imwrite(str(tmp_path / name / "1.png"), np.zeros((36, 64, 3), np.uint8))
    (tmp_path / "text.mp4").write_text("not a video")
    return tmp_path


def mistakes(folder: Path, text: str) -> list[tuple[int, str]]:
    file = folder / "clips.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputErrors) as caught:
        read(file)
    return [(error.line, error.key) for error in caught.value.errors]


def test_a_manifest_names_its_clips(folder: Path) -> None:
    file = folder / "clips.toml"
    file.write_text(
        '[[clip]]\npath = "good"\nfault = "none"\n\n'
        '[[clip]]\npath = "good"\nfault = "blur"\nfrom_s = 63.0\nsample_s = 1\n\n'
        '[[clip]]\npath = "good"\nfault = "moved"\nreference = "clean"\n'
    )
    first, second, third = read(file)
    assert (first.name, first.path, first.fault, first.from_s, first.sample_s) == (
        "good",
        folder / "good",
        "none",
        0,
        2,
    )
    assert (second.fault, second.from_s, second.sample_s, second.line) == ("blur", 63.0, 1.0, 5)
    assert third.reference == folder / "clean"


def test_all_mistakes_are_told_at_once_with_their_lines(folder: Path) -> None:
    assert mistakes(
        folder,
        '[[clip]]\npath = "good"\nfault = "covered"\n'  # lines 1 to 3
        '\n[[clip]]\npath = "nowhere.mp4"\nfault = "blur"\nsample = 2\n'  # 5 to 8
        '\n[[clip]]\nfault = "blur"\nsample_s = 0\n'  # 10 to 12
        '\n[[clip]]\npath = "text.mp4"\nfault = "none"\nfrom_s = 3\n'  # 14 to 17
        "\n[extra]\nkey = 1\n",  # 19
    ) == [
        (3, "clip[0].fault"),
        (6, "clip[1].path"),
        (8, "clip[1].sample"),
        (10, "clip[2].path"),
        (12, "clip[2].sample_s"),
        (14, "clip[3]"),
        (15, "clip[3].path"),
        (19, "extra"),
    ]


def test_a_mistake_names_the_file_and_what_may_stand_there(folder: Path) -> None:
    (folder / "clips.toml").write_text('[[clip]]\npath = "good"\nfault = "covered"\n')
    with pytest.raises(InputErrors, match=r"clips\.toml:3: clip\[0\]\.fault: .*'occluded'"):
        read(folder / "clips.toml")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[[clip]]\npath = "good"\nfault = none\n', 3),
        ('[[clip]\npath = "good"\n', 1),
        ("", 1),
        ("clip = []\n", 1),
        ('\nclip = [{path = "good", fault = "what"}]\n', 2),
    ],
)
def test_what_is_no_manifest_is_told_with_its_line(folder: Path, text: str, line: int) -> None:
    assert [found for found, _ in mistakes(folder, text)] == [line]


def test_a_reference_is_for_a_clip_that_is_faulty_as_a_whole(folder: Path) -> None:
    for more in ('fault = "none"', 'fault = "blur"\nfrom_s = 4'):
        assert mistakes(folder, f'[[clip]]\npath = "good"\nreference = "clean"\n{more}\n') == [(1, "clip[0]")]
    assert mistakes(folder, '[[clip]]\npath = "good"\nfault = "blur"\nreference = "gone"\n') == [
        (4, "clip[0].reference")
    ]


def test_a_manifest_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(InputErrors, match="cannot be read"):
        read(folder / "none.toml")


def test_an_empty_folder_holds_no_clip(folder: Path) -> None:
    (folder / "empty").mkdir()
    assert mistakes(folder, '[[clip]]\npath = "empty"\nfault = "none"\n') == [(2, "clip[0].path")]
