"""Wire messages (JSON, msgspec-typed).

Every message is a statement that stays true for ever, so late, doubled or reordered ones do no harm.
Times: ``ts`` Unix milliseconds by the node's wall clock, ``mono`` its monotonic milliseconds, ``age_ms`` how old the
record was when sent (null when another boot wrote it), ``since_s`` seconds before the record's own time.
"""

from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from contracts.states import State

MAX_PAYLOAD = 256 * 1024
# Bytes of a picture of evidence, as JPEG.
LARGEST_PICTURE = 64 * 1024
Id = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
Hex = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}$")]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Millis = Annotated[int, Meta(ge=0, le=2**53)]
Looks = Annotated[int, Meta(ge=1, le=2**53)]
Seconds = Annotated[float, Meta(ge=0, le=1e10)]
PictureId = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
CodeName = Annotated[str, Meta(min_length=1, max_length=64)]
M = TypeVar("M", bound=Struct)
TimeQuality = Literal["ntp", "rtc", "none"]


class BadMessage(ValueError):
    """A payload that is not the message its topic promises; the text says which field and why."""


class Finding(Struct, frozen=True, omit_defaults=True, gc=False):
    """One fault code seen now. ``raw``: the vendor's own words, kept when they are not in the standard. ``e``: the
    pictures that show it, the last of now, one before it of before; each by the SHA-256 of its JPEG.
    """

    code: CodeName
    s: State
    since_s: Seconds = 0.0
    looks: Looks = 1
    raw: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    e: Annotated[tuple[PictureId, ...], Meta(max_length=2)] = ()


# `gc=False` here and there: a record holds no circle, so the collector need not walk it; each walk is paid per message.


class Reading(Struct, frozen=True, omit_defaults=True, gc=False):
    """What is seen of one device now: its state, since when, in how many looks in a row, and why. Of a connector
    ``since_s`` is how long it has had its state and its word; ``looks`` count its state alone.

    ``f`` findings, ``nc`` codes that could not be checked, ``m`` measurements. ``d`` is an :data:`Id`: see
    :class:`CheckedReading`.
    """

    d: str
    s: State
    since_s: Seconds = 0.0
    looks: Looks = 1
    word: Annotated[str, Meta(max_length=32)] | UnsetType = UNSET
    f: tuple[Finding, ...] = ()
    nc: tuple[CodeName, ...] = ()
    m: dict[str, float] = {}


class CheckedReading(Reading, frozen=True, kw_only=True, gc=False):
    """A reading that is decoded with all that the wire asks of it."""

    d: Id


class Answer(Struct, frozen=True, omit_defaults=True, gc=False):
    """What became of a command to the node. It stands in a record, so it is lost only with the record. ``why``: a word
    of :data:`contracts.commands.Reason` and, behind a colon, what else the node says of it.
    """

    id: Hex
    s: Literal["done", "refused"]
    why: Annotated[str, Meta(max_length=200)] = ""


class Prev(Struct, frozen=True, array_like=True, gc=False):
    """The record before this one in the spool; the first one held says ``[0, null]``."""

    n: Count
    boot: Hex | None


class Up(Struct, frozen=True, omit_defaults=True, gc=False):
    """One record. ``prev`` absent means ``[n-1, same boot]``. ``live``: sent ahead of its turn. ``c``: what became of
    commands. ``stream`` and ``boot`` are :data:`Hex`: see :func:`decode`.
    """

    v: Literal[1]
    stream: str
    n: Annotated[int, Meta(ge=1, le=2**53)]
    boot: str
    ts: Millis
    mono: Millis
    tq: TimeQuality
    r: Annotated[tuple[Reading, ...], Meta(max_length=1000)]
    age_ms: Millis | None = None
    prev: Prev | UnsetType = UNSET
    live: bool = False
    c: Annotated[tuple[Answer, ...], Meta(max_length=100)] = ()


class _CheckedUp(Up, frozen=True, kw_only=True, gc=False):
    stream: Hex
    boot: Hex
    r: Annotated[tuple[CheckedReading, ...], Meta(max_length=1000)]


class BirthDevice(Struct, frozen=True):
    """One device a node watches and its report interval in seconds."""

    id: Id
    kind: str
    interval: Annotated[float, Meta(gt=0)]


class Birth(Struct, frozen=True):
    """Sent at each connect. ``aside``: records of a damaged spool that were set aside."""

    v: Literal[1]
    stream: Hex
    boot: Hex
    aside: Count
    software: Annotated[str, Meta(max_length=64)]
    config: Annotated[str, Meta(max_length=64)]
    devices: Annotated[tuple[BirthDevice, ...], Meta(max_length=1000)]


class Probe(Struct, frozen=True):
    """Says "who is current; please ack", without a birth's bulk."""

    v: Literal[1]
    stream: Hex
    boot: Hex


class Picture(Struct, frozen=True):
    """One picture of evidence of ``device``; a record that was acknowledged before names it by its SHA-256."""

    v: Literal[1]
    stream: Hex
    boot: Hex
    device: Id
    jpeg: Annotated[bytes, Meta(min_length=4, max_length=LARGEST_PICTURE)]


class Ack(Struct, frozen=True, omit_defaults=True):
    """Committed up to and with record ``n``, which ``boot`` wrote; ``n`` 0 and ``boot`` null: nothing yet.
    ``pictures``: these need not be kept any more.
    """

    v: Literal[1]
    stream: Hex
    n: Count
    boot: Hex | None
    pictures: Annotated[tuple[PictureId, ...], Meta(max_length=1000)] = ()


class StateMessage(Struct, frozen=True):
    """``ready`` at connect, ``lost`` as the will, ``disconnected`` at a planned stop."""

    s: Literal["ready", "lost", "disconnected"]
    boot: Hex
    ts: Millis


_ENCODER = msgspec.json.Encoder()
_DECODERS: dict[type[Struct], msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(kind) for kind in (Up, Birth, Probe, Picture, Ack, StateMessage)
}


def encode(message: Struct) -> bytes:
    """JSON text of a message."""
    return _ENCODER.encode(message)


def decode(kind: type[M], payload: bytes) -> M:
    """Parse ``payload``; raises :class:`BadMessage` (oversize, not JSON, a field missing or out of bounds)."""
    if len(payload) > MAX_PAYLOAD:
        raise BadMessage(f"payload of {len(payload)} bytes is over the limit of {MAX_PAYLOAD}")
    try:
        message = _DECODERS[kind].decode(payload)
        if kind is Up and not _matched(message):
            _match(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadMessage(str(error)[:300]) from error
    assert isinstance(message, kind)  # noqa: S101  # narrows the decoder's Any for mypy
    return message


# Words of records that were matched against their patterns. The same few come again and again, and matching them anew
# is more than half of what decoding a record costs.
_MATCHED_MAX = 500_000
_hex: set[str] = set()
_ids: set[str] = set()
_CHECKED = msgspec.json.Decoder(_CheckedUp)


def _matched(up: Up) -> bool:
    if up.stream not in _hex or up.boot not in _hex:
        return False
    return _ids.issuperset([reading.d for reading in up.r])


def _match(payload: bytes) -> None:
    up = _CHECKED.decode(payload)
    for known in (_hex, _ids):
        if len(known) > _MATCHED_MAX:
            known.clear()  # words are free to invent
    _hex.update((up.stream, up.boot))
    _ids.update(reading.d for reading in up.r)
