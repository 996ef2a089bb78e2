"""What crosses the wire to a public front: packing, and which calls are taken."""

from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from pydantic import BaseModel

from dashboard_api.exchange import Bad, Call, check_key, digest, numbers, packed, signed, unpacked
from dashboard_api.front.village import WINDOW, Mark
from dashboard_api.sheet import Look
from gateway.dispatch.links import said, sign

# Everything that a front is told of a village: state, place, age, whom to ring. Nothing else crosses.
ALLOWED = {
    "Look": {"home", "now_ms", "seq", "sites", "newest_ms", "silent", "turns_ms", "unheard_ms"},
    "Home": {"name", "city", "timezone", "duty"},
    "Office": {"id", "name", "hotline"},
    "Site": {"id", "name", "lat", "lon", "chargers", "alarm"},
    "Charger": {"id", "name", "vehicle", "operator", "sockets"},
    "Socket": {"id", "place", "plate", "word", "since_ms", "seen_ms", "before", "trouble", "until_ms", "said"},
    "Connector": {"number", "name", "power_kw", "plug", "max_volts", "max_amps"},
    "Name": {"zh", "en"},
}


def told(kind: Any, found: dict[str, set[str]]) -> dict[str, set[str]]:
    """Every structure below ``kind`` with its fields."""
    for part in get_args(kind):
        told(part, found)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        found[kind.__name__] = set(kind.model_fields)
        for field in kind.model_fields.values():
            told(field.annotation, found)
    elif isinstance(kind, type) and is_dataclass(kind):
        found[kind.__name__] = {field.name for field in fields(kind)}
        for hint in get_type_hints(kind).values():
            told(hint, found)
    return found


def test_what_a_front_is_told_is_the_allow_list() -> None:
    assert told(Look, {}) == ALLOWED


def test_a_call_is_packed_against_what_the_other_side_has() -> None:
    base = b"[" + b",".join([b'{"word":"free","place":"by the school"}'] * 20) + b"]"
    small = packed(Call(1, 20.0, msgspec.Raw(base)), base)
    assert len(small) < len(base) / 5
    again = unpacked(small, base)
    assert (again.now_ms, again.wait_s, again.told) == (1, 20.0, base)
    assert unpacked(packed(Call(1), base), base).told is None
    with pytest.raises(Bad):
        unpacked(small, b"another")


def test_a_key_that_could_be_guessed_is_refused() -> None:
    check_key("k" * 32)
    with pytest.raises(ValueError, match="31 characters"):
        check_key("k" * 31)


def test_a_signature_is_of_key_numbers_base_and_body() -> None:
    headers = signed(b"k" * 32, 7, 3, digest(b"x"), b"body")
    assert numbers(b"k" * 32, headers, b"body") == (7, 3, digest(b"x"))
    for changed in ({"X-Vsm-Start": "8"}, {"X-Vsm-Number": "4"}, {"X-Vsm-Base": ""}, {"X-Vsm-Mac": ""}):
        with pytest.raises(Bad):
            numbers(b"k" * 32, headers | changed, b"body")
    with pytest.raises(Bad):
        numbers(b"k" * 32, headers, b"bodY")


def test_calls_may_overtake_each_other_and_come_once() -> None:
    mark = Mark()
    for number in (1, 3, 2, 70, 69):
        mark = mark.after(5, number, 0, 0)
        with pytest.raises(Bad):
            mark.after(5, number, 0, 0)
    with pytest.raises(Bad):
        mark.after(5, 70 - WINDOW, 0, 0)
    with pytest.raises(Bad):
        mark.after(4, 100, 0, 0)
    assert mark.after(6, 1, 0, 0).number == 1
    assert mark.overtaken(5, 68)
    assert not mark.overtaken(5, 71)
    assert not mark.overtaken(6, 1)


def test_a_token_says_what_it_speaks_of_without_the_key() -> None:
    token = sign(b"k" * 32, "F-2026-0001", "group:room", 0, 0, 5_000)
    assert said(token) == ("F-2026-0001", "group:room", 5_000)
    assert said("nonsense") is None
