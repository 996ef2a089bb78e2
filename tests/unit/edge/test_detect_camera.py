from dataclasses import replace
from typing import Any

import pytest

from contracts.codes import CODES
from contracts.inventory import Camera
from edge.detect import JUDGES
from edge.detect.camera import PICTURE_CODES
from edge.detect.verdict import Verdict
from edge.drivers.base import CameraSample

CAMERA = Camera(id="cam-01", kind="camera", driver="opencv", source="rtsp://10.0.0.9/live", stall_s=8, black_p99=40)
GOOD = CameraSample(
    "open", silent_s=0.1, fps=25.0, key_crcs=(1, 2, 3), luma_p99=200.0, luma_mean=90.0, picture_age_s=4.0
)


def judged(sample: CameraSample = GOOD, camera: Camera = CAMERA, **changed: Any) -> Verdict:
    verdicts, memory = JUDGES["camera"](replace(sample, **changed), None, camera, 1000.0)
    assert list(verdicts) == [camera.id]
    assert memory is None
    return verdicts[camera.id]


def test_a_good_picture_is_up_and_everything_was_checked() -> None:
    verdict = judged()
    assert (verdict.state, dict(verdict.findings), verdict.nc) == ("up", {}, frozenset())
    assert verdict.m["fps"] == 25.0
    assert all(isinstance(value, float) for value in verdict.m.values())


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"link": "lost", "why": "unreachable"}, "unreachable"),
        ({"link": "lost"}, "unreachable"),
        ({"link": "lost", "why": "wrong_password"}, "wrong_password"),
        ({"link": "lost", "why": "busy"}, "busy"),
        ({"link": "silent"}, "stalled"),
        ({"silent_s": 8.1}, "stalled"),
        ({"luma_p99": 39.0}, "black"),
        ({"key_crcs": (1, 2, 7, 7, 7)}, "frozen"),
    ],
)
def test_one_fault_one_code(changed: dict[str, Any], code: str) -> None:
    verdict = judged(**changed)
    assert list(verdict.findings) == [code]
    assert verdict.state == CODES[code].state
    assert verdict.nc == PICTURE_CODES - {code}


@pytest.mark.parametrize("changed", [{"link": "lost"}, {"silent_s": 60.0}])
def test_without_a_stream_only_its_silence_is_measured(changed: dict[str, Any]) -> None:
    assert judged(**changed).m.keys() == {"silent_s"}


@pytest.mark.parametrize(
    "changed", [{"silent_s": 7.9}, {"luma_p99": 41.0}, {"key_crcs": (7, 7, 8)}, {"key_crcs": (7, 7, 7, 8)}]
)
def test_just_not_a_fault(changed: dict[str, Any]) -> None:
    assert judged(**changed).state == "up"


def test_before_the_first_attempt_has_ended_nothing_is_known() -> None:
    verdict = judged(CameraSample("connecting", silent_s=60.0))
    assert (verdict.state, dict(verdict.findings), verdict.nc) == ("unknown", {}, PICTURE_CODES)


def test_what_cannot_be_checked_is_said_and_never_called_good() -> None:
    assert judged(key_crcs=(7, 7)).nc == {"frozen"}
    assert judged(luma_p99=None).nc == {"black"}
    assert judged(picture_age_s=31.0).nc == {"black"}


def test_black_with_equal_bytes_is_black_for_certain_and_frozen_perhaps() -> None:
    verdict = judged(luma_p99=3.0, key_crcs=(7, 7, 7))
    assert (list(verdict.findings), set(verdict.nc)) == (["black"], {"frozen"})


def test_a_metered_camera_is_silent_between_two_questions() -> None:
    metered = CAMERA.model_copy(update={"link": "metered"})
    assert judged(camera=metered, silent_s=50.0, picture_age_s=599.0).state == "up"
    assert judged(camera=metered, link="silent").state == "down"


def test_the_reason_goes_along() -> None:
    assert judged(link="lost", error="no connection: Connection refused").findings["unreachable"] == (
        "down",
        "no connection: Connection refused",
    )
