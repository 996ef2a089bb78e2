"""Messages that no gateway can use: each of them is one bad input, whatever else is in it."""

import json
from typing import Any

from hypothesis import strategies as st

from contracts.messages import MAX_PAYLOAD

GOOD: dict[str, Any] = {
    "v": 1, "stream": "6" * 16, "n": 1, "boot": "b" * 16, "ts": 1, "mono": 1, "tq": "ntp", "age_ms": 0,
    "prev": [0, None], "live": False,
    "r": [{"d": "light-06", "s": "up", "looks": 1, "since_s": 0.0, "f": [], "nc": [], "m": {"lit": 1.0}}],
}  # fmt: skip
LEAVES = ("up", "birth", "probe", "state")
# Of no type that any field takes, or out of every bound.
NEVER: tuple[Any, ...] = (-1, 2**63, -(2**63), 1e300, True, "\0", "+/#", "ü" * 300, {"a": 1}, [[]], [None, None, None])
_WRONG = st.sampled_from(NEVER)
_EVERY = tuple(field for field in GOOD if field != "live")


def _with(field: str, value: Any) -> bytes:
    return json.dumps({**GOOD, field: value}).encode()


def _reading(field: str, value: Any) -> bytes:
    # A measurement may be any number, and most words may be any text.
    return _with("r", [{**GOOD["r"][0], field: value}])


def _fields(build: Any, *fields: str) -> st.SearchStrategy[bytes]:
    return st.builds(build, st.sampled_from(fields), _WRONG.filter(lambda value: value is not True and value != 1e300))


_TEXTS = (
    b"", b"\0", b"{", b"[]", b"null", b'"up"', b"NaN", b"\xff\xfe", b'{"v":1}', b'{"v":NaN}', b"[" * 100_000,
    b'{"v":1,"r":' + b'{"a":' * 50_000, b'{"v":1,"stream":"\\ud800"}', b"1" * 100_000, b" " * MAX_PAYLOAD,
    b'{"v":1,"stream":"' + b"6" * 16 + b'","n":1e999}', b'{"r":[' + b"{}," * 60_000 + b"{}]}",
)  # fmt: skip


def raw() -> st.SearchStrategy[bytes]:
    """What is no message at all: bytes, half a message, depths."""
    cut = st.integers(1, 80).map(lambda size: json.dumps(GOOD).encode()[:size])
    return st.one_of(st.sampled_from(_TEXTS), cut, st.binary(max_size=400).map(lambda text: b"\xff" + text))


def almost() -> st.SearchStrategy[bytes]:
    """A record with one field that cannot be, or without it."""
    gone = st.sampled_from([field for field in _EVERY if field not in {"age_ms", "prev"}])
    return st.one_of(
        gone.map(lambda field: json.dumps({key: value for key, value in GOOD.items() if key != field}).encode()),
        _fields(_with, *_EVERY),
        _fields(_reading, "d", "s", "looks", "f", "nc"),
        _WRONG.filter(lambda value: value != {"a": 1}).map(lambda value: _reading("m", value)),
        st.just(_with("r", [GOOD["r"][0]] * 1001)),
    )


def payloads() -> st.SearchStrategy[tuple[str, bytes]]:
    """Topics under the village and what comes there."""
    known = st.tuples(st.sampled_from([f"n-06/{leaf}" for leaf in LEAVES]), raw())
    record = st.tuples(st.just("n-06/up"), almost())
    word = st.text(st.characters(exclude_characters="+#/\0", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
    strange = word.filter(lambda one: one not in {"ack", "command", "desired"})
    name = st.sampled_from(["n-99", "n-06x"]) | word.filter(lambda one: one != "gateway")
    nobody = st.tuples(st.builds("{}/{}".format, name, st.sampled_from(LEAVES) | strange), raw())
    deep = st.tuples(st.just("n-06/up/" + "x/" * 20 + "up"), raw())
    return st.one_of(known, record, nobody, deep)
