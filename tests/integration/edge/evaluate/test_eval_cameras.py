import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from demo.scene_view import Image
from demo.scenes.degradations import DEGRADATIONS
from demo.scenes.spoil import spoilt
from demo.scenes.view import View
from edge.evaluate import FAULTS

NOON = 1_795_406_400.0
SIZE = (640, 360)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean folder of stills, a film covered from its 20th second on, and a folder that is black from the start."""
    folder = tmp_path_factory.mktemp("clips")
    view = View("junction", 3, SIZE)
    raws = [view.raw(NOON + 7 * number) for number in range(30)]
    pictures = [view.finish(raw, NOON + 7 * number) for number, raw in enumerate(raws)]
    _stills(folder / "clean", pictures[:20])
    _stills(folder / "black", [_spoilt(view, raw, "black", number) for number, raw in enumerate(raws[:9])])
    covered = [_spoilt(view, raw, "cardboard", number) for number, raw in enumerate(raws[20:])]
    writer = cv2.VideoWriter(str(folder / "covered.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 1, SIZE)
    for picture in pictures[:20] + covered:
        writer.write(picture)
    writer.release()
    return folder


def _spoilt(view: View, raw: Image, name: str, step: int) -> Image:
    return view.finish(spoilt(raw, DEGRADATIONS[name], 1, 1.0, step), NOON + step)


def _stills(folder: Path, pictures: list[Image]) -> None:
    folder.mkdir()
    for number, picture in enumerate(pictures):
        cv2.imwrite(str(folder / f"{number}.png"), picture)


def evaluated(manifest: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edge.evaluate", str(manifest), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=90)


def _each(**seen: int) -> dict[str, int]:
    return dict.fromkeys(FAULTS, 0) | seen


COUNTED = [
    {
        "path": "clean",
        "windows_judged": 8,  # stills 8 to 19
        "not_checkable": 0,
        "false_before_onset": _each(),
        "windows_after_onset": 0,
        "detected_any": 0,
        "detected_right": 0,
        "codes_after": _each(),
        "first_detection_s": None,
    },
    {
        "path": "covered.avi",
        "windows_judged": 12,  # ends at 14 to 19 and 24 to 29
        "not_checkable": 0,
        "false_before_onset": _each(),
        "windows_after_onset": 6,
        "detected_any": 6,
        "detected_right": 6,
        "codes_after": _each(occluded=6),
        "first_detection_s": 4.0,
    },
    {
        "path": "black",
        "windows_judged": 5,
        "not_checkable": 0,
        "false_before_onset": _each(),
        "windows_after_onset": 5,
        "detected_any": 5,
        "detected_right": 5,
        "codes_after": _each(black=5),
        "first_detection_s": 8.0,
    },
]


def test_drawn_clips_are_counted_to_the_window(clips: Path) -> None:
    (clips / "clips.toml").write_text(
        '[[clip]]\npath = "clean"\nfault = "none"\n\n'
        '[[clip]]\npath = "covered.avi"\nfault = "occluded"\nfrom_s = 20.0\nsample_s = 1.0\n\n'
        '[[clip]]\npath = "black"\nfault = "black"\nreference = "clean"\n'
    )
    said = evaluated(clips / "clips.toml", "--json", str(clips / "out.json"), "--sheet", str(clips / "sheet.png"))
    assert said.returncode == 0, said.stderr
    assert "eval-cameras: 2/3 covered.avi" in said.stderr
    assert "covered.avi" in said.stdout
    out = json.loads((clips / "out.json").read_text())
    assert out["clips"] == COUNTED
    assert out["total"]["windows_after_onset"] == 11
    assert out["total"]["detected_right"] == 11
    sheet = cv2.imread(str(clips / "sheet.png"))
    assert sheet is not None
    assert np.ptp(sheet) > 0


def test_a_clip_without_a_window_is_an_error_and_no_pass(clips: Path) -> None:
    (clips / "short.toml").write_text('[[clip]]\npath = "clean"\nfault = "moved"\nfrom_s = 34.0\n')
    said = evaluated(clips / "short.toml")
    assert said.returncode == 2
    assert "short.toml:1: clip[0].path: no window after the onset" in said.stderr


def test_mistakes_in_the_manifest_end_it_before_any_work(clips: Path) -> None:
    (clips / "wrong.toml").write_text(
        '[[clip]]\npath = "clean"\nfault = "dirty"\n\n[[clip]]\npath = "gone"\nfault = "none"\n'
    )
    said = evaluated(clips / "wrong.toml", "--json", str(clips / "never.json"))
    assert said.returncode == 2
    assert "wrong.toml:3: clip[0].fault" in said.stderr
    assert "wrong.toml:6: clip[1].path" in said.stderr
    assert not (clips / "never.json").exists()
