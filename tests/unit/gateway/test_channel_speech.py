"""What may be repeated of a vendor's words, and how text is made to fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.delivery.channels.adapter import short
from gateway.delivery.channels.post import Answer, _seconds, refused
from gateway.delivery.channels.speech import fit, said
from gateway.dispatch.words import Failed


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("invalid number 13800138000", "invalid number …"),
        ("call +86 138-0013 8000 failed", "call … failed"),
        ("no mailbox duty@village.example here", "no mailbox … here"),
        ("see https://vendor.example/e?key=k", "see …"),
        ("code 45009\nkey hush", "code 45009 key …"),
    ],
)
def test_numbers_addresses_and_secrets_are_not_repeated(words: str, left: str) -> None:
    assert said(words, "hush", "") == left


@given(st.text(), st.integers(min_value=3, max_value=60), st.sampled_from(["", "http://a/b"]))
def test_text_is_never_longer_than_the_vendor_takes(text: str, most: int, tail: str) -> None:
    cut = fit(text + tail, most, tail)
    assert len(cut.encode()) <= most
    assert cut == text + tail or "…" in cut


@given(st.text())
def test_a_variable_is_one_short_line_without_a_link(text: str) -> None:
    cut = short(text + " http://x.example/1")
    assert len(cut) <= 20
    assert "://" not in cut
    assert len(cut.splitlines()) <= 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("12", 12),
        ("999999", 3600),
        ("soon", None),
        ("Thu, 01 Jan 1970 00:01:30 GMT", 30),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ],
)
def test_a_time_to_come_again_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert _seconds(header, 60_000) == seconds


@pytest.mark.parametrize(
    ("status", "recoverable", "unknown"),
    [
        (408, True, False),
        (429, True, False),
        (503, True, False),
        (502, True, True),
        (404, False, False),
        (302, False, False),
    ],
)
def test_a_status_says_whether_to_come_again(status: int, recoverable: bool, unknown: bool) -> None:
    found = refused(Answer(status, b""))
    assert isinstance(found, Failed)
    assert (found.recoverable, found.unknown) == (recoverable, unknown)
    assert refused(Answer(204, b"")) is None
