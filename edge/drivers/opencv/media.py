"""What a camera's session description (SDP) offers: the one video track that is watched."""

import base64
import binascii
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin, urlsplit

from edge.drivers.opencv.outcome import Failed

Codec = Literal["h264", "h265", "jpeg", "other"]
START = b"\0\0\0\1"
_SETS = {"h264": ("sprop-parameter-sets",), "h265": ("sprop-vps", "sprop-sps", "sprop-pps")}
_CODECS: dict[str, Codec] = {"h264": "h264", "h265": "h265", "hevc": "h265", "jpeg": "jpeg"}


@dataclass(frozen=True, slots=True)
class Media:
    """``control``: the track's address; ``all``: that of all tracks. ``extradata``: parameter sets as Annex B."""

    codec: Codec
    name: str
    payload_type: int
    control: str
    all: str
    extradata: bytes = b""


def media(text: str, base: str) -> Media:
    """The first video track of ``text``; ``base``: Content-Base, or the address. Raises :class:`Failed`."""
    session, *tracks = _sections(text)
    video = next((track for track in tracks if track[0].startswith("m=video")), None)
    if video is None:
        sound = any(track[0].startswith("m=audio") for track in tracks)
        raise Failed("silent", "sends sound and no picture" if sound else "answers, but gives no video stream")
    words = video[0].split()
    number = words[3] if len(words) > 3 and words[3].isdigit() else "96"
    # 26 is JPEG by RFC 3551 and need not be named.
    name = (_attribute(video, f"rtpmap:{number} ") or ("JPEG" if number == "26" else "?")).partition("/")[0]
    codec = _CODECS.get(name.lower(), "other")
    whole = _joined(base, _attribute(session, "control:"))
    track = _joined(whole if "://" in (_attribute(session, "control:") or "") else base, _attribute(video, "control:"))
    return Media(codec, name, int(number), track, whole, _extradata(codec, _attribute(video, f"fmtp:{number} ") or ""))


def _sections(text: str) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.startswith("m="):
            found.append([])
        found[-1].append(line.strip())
    return found


def _attribute(lines: list[str], name: str) -> str | None:
    return next((line[2 + len(name) :] for line in lines if line.startswith(f"a={name}")), None)


def _joined(base: str, control: str | None) -> str:
    """As players do it: appended, since a query belongs to the whole address."""
    if not control or control == "*":
        return base
    if "://" in control:
        return control
    if control.startswith("/"):
        return urljoin(base, control)
    return f"{base.rstrip('/')}/{control}"


def _extradata(codec: Codec, form: str) -> bytes:
    said = {name.strip().lower(): value for name, _, value in (part.partition("=") for part in form.split(";"))}
    sets = [one for name in _SETS.get(codec, ()) for one in said.get(name, "").split(",") if one.strip()]
    try:
        return b"".join(START + base64.b64decode(one.strip() + "=" * (-len(one.strip()) % 4)) for one in sets)
    except binascii.Error:
        return b""


def same_host(one: str, other: str) -> bool:
    """Whether a login for ``one`` may be shown to ``other``."""
    return urlsplit(one).hostname == urlsplit(other).hostname
