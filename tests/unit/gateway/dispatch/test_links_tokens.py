"""Signed links: who holds one may do what it says, until when it says, and nothing can be made of it."""

import base64
import hmac
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.topics import ID_PATTERN
from gateway.dispatch.links import LONGEST_TOKEN, Claim, Expired, Forged, read, sign
from tests.unit.gateway.dispatch.conftest import HOUR, NOW

KEY, OTHER = b"k" * 32, b"o" * 32
NUMBER = "F-2026-0001"
URL_SAFE = set(string.ascii_letters + string.digits + "-_")


def token(recipient: str = "wang", episode: int = 2, ends_ms: int = NOW + HOUR) -> str:
    return sign(KEY, NUMBER, recipient, episode, NOW, ends_ms)


def test_a_link_says_what_was_signed() -> None:
    found = read(KEY, token(), NOW)
    assert isinstance(found, Claim)
    assert (found.fault, found.recipient, found.episode) == (NUMBER, "wang", 2)
    assert (found.issued_ms, found.expires_ms) == (NOW, NOW + HOUR)


def test_it_ends() -> None:
    assert isinstance(read(KEY, token(), NOW + HOUR - 1), Claim)
    assert read(KEY, token(), NOW + HOUR) == Expired(NUMBER, NOW + HOUR)


def test_another_key_reads_nothing() -> None:
    assert read(OTHER, token(), NOW) == Forged()
    assert read(OTHER, token(), NOW + HOUR) == Forged(), "not even that it has ended"


@given(st.integers(0, 10_000), st.sampled_from(sorted(URL_SAFE)))
def test_no_character_of_it_can_be_another(place: int, other: str) -> None:
    good = token()
    place %= len(good)
    changed = good[:place] + other + good[place + 1 :]
    assert (read(KEY, changed, NOW) == Forged()) == (changed != good)


@given(st.text(max_size=200))
def test_anything_else_is_forged(text: str) -> None:
    assert read(KEY, text, NOW) == Forged()


def test_one_link_has_one_spelling() -> None:
    """Or a used one could be spelt otherwise and be used again."""
    good = token("wan")
    raw = base64.urlsafe_b64decode(good + "=" * (-len(good) % 4))
    padded = base64.urlsafe_b64encode(raw).decode()
    plain = base64.b64encode(raw).decode().rstrip("=")
    lax = [good + "=", padded + "=", good + "\n", " " + good, good[:-1] + chr(ord(good[-1]) + 1)]
    assert [read(KEY, one, NOW) for one in lax] == [Forged()] * len(lax)
    assert plain == good or read(KEY, plain, NOW) == Forged()


def test_what_the_key_signed_for_another_purpose_is_no_link() -> None:
    good = token()
    body = base64.urlsafe_b64decode(good + "=" * (-len(good) % 4))[:-16]
    other = base64.urlsafe_b64encode(body + hmac.digest(KEY, body, "sha256")[:16]).rstrip(b"=").decode()
    assert read(KEY, other, NOW) == Forged()


def test_links_of_two_recipients_or_moments_are_two() -> None:
    others = [
        token("li"),
        token(episode=3),
        token(ends_ms=NOW + 2 * HOUR),
        sign(KEY, NUMBER, "wang", 2, NOW + 1000, NOW),
    ]
    assert len({token(), *others}) == 5
    first, second = read(KEY, token(), NOW), read(KEY, token("li"), NOW)
    assert isinstance(first, Claim)
    assert isinstance(second, Claim)
    assert first.id != second.id


def test_it_goes_into_an_address_and_is_short() -> None:
    usual = sign(KEY, "F-2026-00000001", "group:" + "a" * 40, 3, NOW, NOW + HOUR)
    assert len(usual) < 120
    assert set(usual) <= URL_SAFE


def test_whatever_the_longest_id_the_link_can_be_signed_and_read() -> None:
    """The pattern of ids ends at 63 characters; a letter that fails for its link would tell nobody."""
    recipient = "group:" + "a" * 63
    assert re.fullmatch(ID_PATTERN, "a" * 63)
    assert not re.fullmatch(ID_PATTERN, "a" * 64)
    longest = sign(KEY, "F-2026-00000001", recipient, 3, NOW, NOW + HOUR)
    found = read(KEY, longest, NOW)
    assert len(longest) == LONGEST_TOKEN
    assert isinstance(found, Claim)
    assert found.recipient == recipient


@pytest.mark.parametrize(
    ("key", "fault", "recipient", "said"),
    [
        (b"k" * 31, NUMBER, "wang", "31 bytes"),
        (KEY, "F-2026-000000001", "wang", "at most 15"),
        (KEY, "", "wang", "at most 15"),
        (KEY, NUMBER, "a" * 70, "at most 69"),
        (KEY, NUMBER, "", "at most 69"),
    ],
)
def test_what_cannot_be_signed(key: bytes, fault: str, recipient: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        sign(key, fault, recipient, 0, NOW, NOW)
