"""What the village's box and its public front say to each other, and how each knows that it is the other.

The box calls, the front answers. Both sign with the shared key what they say, so that a proxy before the front (which
ends TLS, and sees what everybody may see) can change nothing. A call is numbered within a start of the box: the front
takes each number once, and none of an earlier start. An answer is signed for the call it answers.
"""

import hashlib
import hmac
import zlib
from collections.abc import Mapping

import msgspec
from msgspec import Struct
from pydantic import TypeAdapter

from dashboard_api.sheet import Look

PATH = "/front/exchange"
WIRE = 1
SHORTEST_KEY = 32
# A body as it travels, and unpacked.
LARGEST, UNPACKED = 1 << 20, 4 << 20
START, NUMBER, BASE, MAC = "X-Vsm-Start", "X-Vsm-Number", "X-Vsm-Base", "X-Vsm-Mac"
_CALL, _ANSWER = b"vsm front call\0", b"vsm front answer\0"
_LOOK = TypeAdapter(Look)


class Ask(Struct, frozen=True):
    """Somebody opened a signed link (``who`` None), or pressed its button. ``id``: a press keeps it for good.
    ``address``: where they came from, for the limit on wrong links.
    """

    id: str
    token: str
    who: str | None
    lang: str
    large: bool
    address: str


class Answer(Struct, frozen=True):
    """The page that the village's box gave to the ask ``id``."""

    id: str
    status: int
    page: str


# No look: what the front has is what there is.
SAME = msgspec.Raw(b"null")


class Call(Struct, frozen=True):
    """``now_ms``: the village's time; ``look``: the chargers where they have changed; ``wait_s``: how long the answer
    may wait for somebody to ask something."""

    now_ms: int
    wait_s: float = 0
    look: msgspec.Raw = SAME
    answers: tuple[Answer, ...] = ()
    wire: int = WIRE

    @property
    def told(self) -> bytes | None:
        """The look's bytes, where there is one."""
        return None if bytes(self.look) == bytes(SAME) else bytes(self.look)


class Heard(Struct, frozen=True):
    """``base``: the look that the front has now, by its digest; ``asks``: what waits, in the order it came."""

    base: str
    asks: tuple[Ask, ...] = ()
    wire: int = WIRE


class Bad(ValueError):
    """Not what the other side said. ``reason``: a word for programs; ``newest``: what the number had to be above."""

    def __init__(self, reason: str, newest: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.newest = reason, newest


def check_key(key: str) -> None:
    """Raises ValueError for one that could be guessed."""
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"the key has {len(key)} characters, it needs at least {SHORTEST_KEY}")


def written(look: Look) -> bytes:
    """A look on the wire."""
    return _LOOK.dump_json(look)


def read(raw: bytes) -> Look:
    """What :func:`written` wrote; raises ValueError."""
    return _LOOK.validate_json(raw)


def digest(raw: bytes) -> str:
    """Names a look; "" for none."""
    return hashlib.sha256(raw).hexdigest()[:16] if raw else ""


def packed(call: Call, base: bytes) -> bytes:
    """``call`` for the wire; of what stands in ``base``, the look that the front has, only the place is said."""
    press = zlib.compressobj(9, wbits=-15, zdict=base)
    return press.compress(msgspec.json.encode(call)) + press.flush()


def unpacked(body: bytes, base: bytes) -> Call:
    """The reverse; raises :class:`Bad` for what is none, or too long."""
    try:
        press = zlib.decompressobj(wbits=-15, zdict=base)
        plain = press.decompress(body, UNPACKED)
        if not press.eof:
            raise Bad("size")
        call = msgspec.json.decode(plain, type=Call)
    except (zlib.error, msgspec.DecodeError) as error:
        raise Bad("form") from error
    if call.wire != WIRE:
        raise Bad("wire")
    return call


def signed(key: bytes, start: int, number: int, base: str, body: bytes) -> dict[str, str]:
    """The headers of a call."""
    said = {START: str(start), NUMBER: str(number), BASE: base}
    return said | {MAC: _mac(key, _CALL, f"{start} {number} {base}", body)}


def seal(key: bytes, start: int, number: int, body: bytes) -> str:
    """The front's word for ``body`` as the answer to that call."""
    return _mac(key, _ANSWER, f"{start} {number}", body)


def numbers(key: bytes, headers: Mapping[str, str], body: bytes) -> tuple[int, int, str]:
    """Start, number and base of a call that was signed with ``key``; raises :class:`Bad`."""
    start, number, base = (headers.get(name, "") for name in (START, NUMBER, BASE))
    wanted = _mac(key, _CALL, f"{start} {number} {base}", body)
    if not same(headers.get(MAC, ""), wanted) or not (start.isdecimal() and number.isdecimal()):
        raise Bad("key")
    return int(start[:18]), int(number[:18]), base


def same(given: str, wanted: str) -> bool:
    """Takes as long for one that is almost right."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def _mac(key: bytes, purpose: bytes, what: str, body: bytes) -> str:
    return hmac.digest(key, purpose + what.encode() + b"\n" + body, "sha256").hex()
