"""Judging a camera: reach, stall, refused logins, repeat freeze, and what its picture shows."""

from contracts.codes import HIDES_PICTURE, PICTURE
from contracts.inventory import Camera
from edge.detect.footage import UNDECODABLE, is_undecodable, judge_footage
from edge.detect.picture import judge_picture, measured_picture
from edge.detect.verdict import Verdict, Verdicts, found, state_of
from edge.drivers.base import METERED_PICTURE_S, CameraSample

EQUAL_KEYS = 3
# A picture older than so many sampling times says nothing about now (a key may be late by one long GOP).
STALE_PICTURES = 3
LONGEST_GOP_S = 30.0


def judge(sample: CameraSample, memory: None, device: Camera, now: float) -> tuple[Verdicts, None]:  # noqa: ARG001  # one signature for all
    """One verdict for the camera; needs no memory."""
    code = _reach(sample, device)
    if sample.link == "connecting" and code is None:
        return {device.id: Verdict("unknown", nc=PICTURE)}, memory
    if code is not None:
        findings, unchecked = found(code, raw=sample.error), PICTURE
    elif is_undecodable(sample):
        findings, unchecked = found("view_lost", raw=UNDECODABLE), PICTURE - {"view_lost"}
    else:
        codes, unchecked = _picture(sample, device)
        findings = found(*codes)
    kept, figures = judge_footage(sample)
    findings = {**findings, **kept}
    m = _measured(sample, watched=code is None) | figures
    return {device.id: Verdict(state_of(findings), findings=findings, nc=unchecked, m=m)}, memory


def _reach(sample: CameraSample, device: Camera) -> str | None:
    """The code that says why no picture comes, if none does."""
    if sample.link == "lost":
        return sample.why or "unreachable"
    if sample.link == "silent":
        return "stalled"
    if sample.link == "open" and device.link == "lan" and sample.silent_s > device.stall_s:
        return "stalled"
    return None


def _picture(sample: CameraSample, device: Camera) -> tuple[frozenset[str], frozenset[str]]:
    """The picture's faults, and the codes that cannot be checked now."""
    codes, unchecked = judge_picture(None if _is_stale(sample, device) else sample.picture)
    for code, answer in (("black", _is_black(sample, device)), ("frozen", _is_repeated(sample))):
        codes, unchecked = codes - {code}, unchecked - {code}
        if answer is None:
            unchecked |= {code}
        elif answer:
            codes |= {code}
    if codes >= {"black", "frozen"}:
        # An encoder may give equal bytes for a picture without content: black is certain, frozen is not.
        codes -= {"frozen"}
    if codes & HIDES_PICTURE:
        codes &= HIDES_PICTURE
        unchecked |= PICTURE - codes
    if sample.picture is not None and sample.picture.suspected and "frozen" not in codes:
        unchecked |= {"frozen"}
    return codes, unchecked - codes


def _is_stale(sample: CameraSample, device: Camera) -> bool:
    every_s = device.picture_s if device.link == "lan" else METERED_PICTURE_S
    return sample.picture_age_s is None or sample.picture_age_s > max(STALE_PICTURES * every_s, LONGEST_GOP_S)


def _is_black(sample: CameraSample, device: Camera) -> bool | None:
    if sample.luma_p99 is None or _is_stale(sample, device):
        return None
    if sample.picture is None:
        return sample.luma_p99 < device.picture.black_p99
    if sample.luma_p99 < sample.picture.black_p99:
        return True
    return None if "black" in sample.picture.nc and not sample.picture.codes else False


def _is_repeated(sample: CameraSample) -> bool | None:
    """True when the newest keys are byte for byte the same; None while too few have come."""
    newest = sample.key_crcs[-EQUAL_KEYS:]
    if len(newest) < EQUAL_KEYS:
        return False if len(set(newest)) > 1 else None
    return len(set(newest)) == 1


def _measured(sample: CameraSample, *, watched: bool) -> dict[str, float]:
    """Without a stream only the silence: figures of before it say nothing about now."""
    if not watched:
        return {"silent_s": round(sample.silent_s, 2)}
    named = {
        "fps": sample.fps,
        "gop": sample.gop,
        "kbps": sample.kbps,
        "luma_p99": sample.luma_p99,
        "luma_mean": sample.luma_mean,
        "silent_s": sample.silent_s,
    }
    known = {name: round(float(value), 2) for name, value in named.items() if value is not None}
    return known | measured_picture(sample.picture)
