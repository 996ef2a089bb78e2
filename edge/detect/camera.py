"""Judging a camera: reach, stall, black, repeat freeze, refused logins."""

from contracts.codes import HIDES_PICTURE
from contracts.inventory import Camera
from edge.detect.footage import judge_footage
from edge.detect.verdict import Verdict, Verdicts, found, state_of
from edge.drivers.base import METERED_PICTURE_S, CameraSample

# The picture codes this judge can say. What cannot be judged now is listed as not checkable, never passed over as good.
PICTURE_CODES = frozenset({"black", "frozen"})
EQUAL_KEYS = 3
# A picture older than so many sampling times says nothing about now (a key may be late by one long GOP).
STALE_PICTURES = 3
LONGEST_GOP_S = 30.0


def judge(sample: CameraSample, memory: None, device: Camera, now: float) -> tuple[Verdicts, None]:  # noqa: ARG001  # one signature for all
    """One verdict for the camera; needs no memory."""
    code = _reach(sample, device)
    if sample.link == "connecting" and code is None:
        return {device.id: Verdict("unknown", nc=PICTURE_CODES)}, memory
    if code is not None:
        findings, unchecked = found(code, raw=sample.error), PICTURE_CODES
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


def _picture(sample: CameraSample, device: Camera) -> tuple[set[str], frozenset[str]]:
    """The picture's faults, and the codes that cannot be checked now."""
    codes: set[str] = set()
    unchecked: set[str] = set()
    dark = _is_black(sample, device)
    repeated = _is_repeated(sample)
    for code, answer in (("black", dark), ("frozen", repeated)):
        if answer is None:
            unchecked.add(code)
        elif answer:
            codes.add(code)
    if codes >= PICTURE_CODES:
        # An encoder may give equal bytes for a picture without content: black is certain, frozen is not.
        codes.remove("frozen")
    if codes & HIDES_PICTURE:
        unchecked |= PICTURE_CODES - codes
    return codes, frozenset(unchecked)


def _is_black(sample: CameraSample, device: Camera) -> bool | None:
    every_s = device.picture_s if device.link == "lan" else METERED_PICTURE_S
    stale_s = max(STALE_PICTURES * every_s, LONGEST_GOP_S)
    if sample.luma_p99 is None or sample.picture_age_s is None or sample.picture_age_s > stale_s:
        return None
    return sample.luma_p99 < device.black_p99


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
    return {name: round(float(value), 2) for name, value in named.items() if value is not None}
