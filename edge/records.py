"""The two forms of a record: its fixed part, as the spool keeps it, and the payload, finished at each sending."""

from collections.abc import Sequence

import msgspec

from contracts.messages import Answer, CheckedReading, Reading, TimeQuality
from edge.spool import Record

_ENCODER = msgspec.json.Encoder()
_READING = msgspec.json.Decoder(CheckedReading)


class _Fixed(msgspec.Struct, omit_defaults=True):
    ts: int
    mono: int
    tq: TimeQuality
    r: Sequence[Reading]
    c: Sequence[Answer] = ()


class _Age(msgspec.Struct):
    mono: int


_AGE = msgspec.json.Decoder(_Age)


class Unsendable(ValueError):
    """A reading that the gateway would refuse; the text says why."""


def check(reading: Reading) -> None:
    """Raise :class:`Unsendable` for a reading outside the limits of the wire: refused there, it would stop the line."""
    try:
        _READING.decode(_ENCODER.encode(reading))
    except (msgspec.MsgspecError, ValueError) as error:
        raise Unsendable(f"{reading.d}: {error}") from error


def fixed(readings: Sequence[Reading], ts: int, mono: int, tq: TimeQuality, answers: Sequence[Answer] = ()) -> bytes:
    """The part of a record that never changes: readings and the moment they hold for (milliseconds), and what became of
    commands."""
    return _ENCODER.encode(_Fixed(ts, mono, tq, readings, answers))


def payload(record: Record, stream: str, boot: str, mono: int, *, live: bool = False) -> bytes:
    """The message of ``record`` as it is to be sent at ``mono`` (monotonic ms) by the process ``boot``.

    Its age is known only while the boot that wrote it runs; its predecessor is named unless it is the number before.
    """
    text = b'{"v":1,"stream":"%b","n":%d,"boot":"%b",' % (stream.encode(), record.n, record.boot.encode())
    text += record.body[1:-1]
    if record.boot == boot:
        text += b',"age_ms":%d' % max(0, mono - _AGE.decode(record.body).mono)
    if (record.prev_n, record.prev_boot) != (record.n - 1, record.boot):
        text += b',"prev":' + _ENCODER.encode([record.prev_n, record.prev_boot])
    return text + (b',"live":true}' if live else b"}")
