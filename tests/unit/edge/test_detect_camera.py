from dataclasses import replace
from typing import Any

import pytest

from contracts.codes import CODES, PICTURE
from contracts.inventory import Camera
from edge.detect import JUDGES
from edge.detect.verdict import Verdict
from edge.drivers.base import CameraSample, PictureView

CAMERA = Camera(id="cam-01", kind="camera", driver="opencv", source="rtsp://10.0.0.9/live", stall_s=8)
SEEN = PictureView(mode="day", lessons=8, numbers={"covered": 0.02, "sharp": 0.98})
GOOD = CameraSample(
    "open",
    silent_s=0.1,
    fps=25.0,
    key_crcs=(1, 2, 3),
    luma_p99=200.0,
    luma_mean=90.0,
    picture_age_s=4.0,
    picture=SEEN,
)


def shown(**changed: Any) -> Verdict:
    return judged(picture=replace(SEEN, **changed))


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
    assert verdict.nc == PICTURE - {code}


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
    assert (verdict.state, dict(verdict.findings), verdict.nc) == ("unknown", {}, PICTURE)


def test_what_cannot_be_checked_is_said_and_never_called_good() -> None:
    assert judged(key_crcs=(7, 7)).nc == {"frozen"}
    assert judged(luma_p99=None).nc == {"black"}
    assert judged(picture_age_s=31.0).nc == PICTURE - {"frozen"}
    assert judged(picture=None).nc == PICTURE - {"black", "frozen"}
    assert judged(picture=PictureView()).nc == PICTURE - {"black", "frozen"}


def test_black_with_equal_bytes_is_black_for_certain_and_frozen_perhaps() -> None:
    verdict = judged(luma_p99=3.0, key_crcs=(7, 7, 7))
    assert (list(verdict.findings), verdict.nc) == (["black"], PICTURE - {"black"})


@pytest.mark.parametrize("code", ["occluded", "moved", "blur", "noise", "snow", "cast", "stripes", "flicker"])
def test_what_the_picture_checks_found_is_a_finding(code: str) -> None:
    verdict = shown(codes=frozenset({code}))
    assert list(verdict.findings) == [code]
    assert verdict.state == CODES[code].state


def test_what_the_picture_checks_could_not_check_is_said() -> None:
    verdict = shown(nc=frozenset({"moved", "blur"}))
    assert (verdict.state, set(verdict.nc)) == ("up", {"moved", "blur"})


def test_a_lost_view_hides_every_other_judgement_of_the_picture() -> None:
    verdict = shown(codes=frozenset({"view_lost", "noise"}))
    assert (list(verdict.findings), verdict.nc) == (["view_lost"], PICTURE - {"view_lost"})


def test_a_still_picture_is_suspected_and_never_a_fault() -> None:
    verdict = shown(suspected=frozenset({"frozen"}))
    assert (dict(verdict.findings), set(verdict.nc)) == ({}, {"frozen"})


def test_at_night_a_picture_is_black_only_against_what_a_night_looks_like() -> None:
    assert list(judged(luma_p99=30.0).findings) == ["black"]
    night = replace(SEEN, mode="night", black_p99=16.0)
    assert judged(luma_p99=30.0, picture=night).state == "up"
    assert judged(luma_p99=30.0, picture=replace(night, nc=frozenset({"black"}))).nc == {"black"}
    assert list(judged(luma_p99=9.0, picture=night).findings) == ["black"]


def test_attention_is_told_and_is_no_fault() -> None:
    assert shown().m["attention"] == 0.0
    verdict = shown(attention=True, numbers={"covered": 0.31})
    assert (verdict.state, verdict.m["attention"], verdict.m["covered"]) == ("up", 1.0, 0.31)


def test_a_metered_camera_is_silent_between_two_questions() -> None:
    metered = CAMERA.model_copy(update={"link": "metered"})
    assert judged(camera=metered, silent_s=50.0, picture_age_s=599.0).state == "up"
    assert judged(camera=metered, link="silent").state == "down"


def test_the_reason_goes_along() -> None:
    assert judged(link="lost", error="no connection: Connection refused").findings["unreachable"] == (
        "down",
        "no connection: Connection refused",
    )
