"""What each channel makes of what its vendor does, over real sockets."""

from typing import Any

import pytest

from demo.vendors import SECRET, Vendors
from gateway.delivery.channels import wecom
from gateway.delivery.channels.post import Answer
from gateway.dispatch.words import Failed, Outcome, Sent
from tests.integration.delivery.conftest import NUMBER, Open, letter, order

TO = {"wecom": "", "webhook": "", "sms": NUMBER, "voice": NUMBER, "smtp": "duty@village.example"}
HTTP = ["wecom", "webhook", "sms", "voice"]
KNOWS_KEYS = {"wecom": False, "smtp": False, "webhook": True, "sms": True, "voice": True}


def _sent(opened: Open, kind: str, **other: Any) -> Outcome:
    outcome = opened(kind, **other).send(letter(to=TO[kind]))
    assert SECRET not in repr(outcome)
    assert NUMBER not in repr(outcome)
    return outcome


def _failed(outcome: Outcome) -> tuple[bool, bool]:
    assert isinstance(outcome, Failed)
    return outcome.recoverable, outcome.unknown


@pytest.mark.parametrize("kind", TO)
def test_a_letter_arrives_once_and_is_confirmed(opened: Open, vendors: Vendors, kind: str) -> None:
    outcome = _sent(opened, kind)
    assert isinstance(outcome, Sent)
    assert outcome.confirmed
    (got,) = vendors.received(kind)
    assert "北沽路口" in got.text
    assert got.to == (TO[kind] or ("duty" if kind == "wecom" else ""))


@pytest.mark.parametrize("kind", TO)
def test_the_same_letter_again_is_shown_once_where_keys_are_known(opened: Open, vendors: Vendors, kind: str) -> None:
    channel = opened(kind)
    for _ in range(2):
        channel.send(letter(to=TO[kind]))
    assert channel.idempotent is KNOWS_KEYS[kind]
    assert [got.times for got in vendors.received(kind)] == ([2] if channel.idempotent else [1, 1])


@pytest.mark.parametrize("kind", HTTP)
def test_too_many_requests_come_again_when_the_vendor_says(opened: Open, vendors: Vendors, kind: str) -> None:
    vendors.misbehave(kind, order("429"))
    outcome = _sent(opened, kind)
    assert _failed(outcome) == (True, False)
    assert isinstance(outcome, Failed)
    assert outcome.retry_after_s == 7


@pytest.mark.parametrize("kind", HTTP)
def test_after_an_error_of_the_server_nobody_knows(opened: Open, vendors: Vendors, kind: str) -> None:
    vendors.misbehave(kind, order("500"))
    assert _failed(_sent(opened, kind)) == (True, True)


@pytest.mark.parametrize("kind", TO)
def test_a_line_cut_after_taking_leaves_the_fate_unknown(opened: Open, vendors: Vendors, kind: str) -> None:
    vendors.misbehave(kind, order("drop_after", count=1))
    assert _failed(_sent(opened, kind)) == (True, True)
    assert len(vendors.received(kind)) == 1
    assert isinstance(_sent(opened, kind), Sent)
    assert [got.times for got in vendors.received(kind)] == ([2] if KNOWS_KEYS[kind] else [1, 1])


@pytest.mark.parametrize("kind", TO)
def test_no_answer_in_time_leaves_the_fate_unknown(opened: Open, vendors: Vendors, kind: str) -> None:
    vendors.misbehave(kind, order("timeout", seconds=30))
    assert _failed(_sent(opened, kind, read_s=0.3)) == (True, True)
    assert not vendors.received(kind)


@pytest.mark.parametrize("kind", TO)
def test_a_slow_answer_is_waited_for(opened: Open, vendors: Vendors, kind: str) -> None:
    vendors.misbehave(kind, order("slow", seconds=0.5))
    assert isinstance(_sent(opened, kind), Sent)


@pytest.mark.parametrize("kind", TO)
def test_a_vendor_that_is_away_took_nothing(opened: Open, vendors: Vendors, kind: str) -> None:
    channel = opened(kind)
    vendors.stop()
    outcome = channel.send(letter(to=TO[kind]))
    assert isinstance(outcome, Failed)
    assert outcome.reason.startswith("connection refused")
    assert _failed(outcome) == (True, False)


@pytest.mark.parametrize(
    ("kind", "code", "recoverable"),
    [
        ("wecom", -1, True),
        ("wecom", 45009, True),
        ("wecom", 45033, True),
        ("wecom", 93000, False),
        ("wecom", 93004, False),
        ("wecom", 40008, False),
        ("wecom", 45002, False),
        ("wecom", 301019, True),
        ("sms", 1, True),
        ("sms", 5, True),
        ("sms", 10, False),
        ("sms", 11, False),
        ("sms", 12, False),
        ("sms", 13, False),
        ("sms", 77, True),
        ("voice", 3, True),
        ("webhook", 1, False),
        ("smtp", 451, True),
        ("smtp", 550, False),
    ],
)
def test_a_refusal_inside_a_success_is_a_refusal(
    opened: Open, vendors: Vendors, kind: str, code: int, recoverable: bool
) -> None:
    vendors.misbehave(kind, order("errcode", code=code))
    assert _failed(_sent(opened, kind)) == (recoverable, False)
    assert not vendors.received(kind)


def test_a_channel_that_believed_the_status_would_be_found_out(
    opened: Open, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def believe(_answer: Answer, *_hidden: str) -> Outcome:
        return Sent(confirmed=True)

    monkeypatch.setattr(wecom, "judge", believe)
    vendors.misbehave("wecom", order("errcode", code=93000))
    assert isinstance(_sent(opened, "wecom"), Sent)
    with pytest.raises(AssertionError):
        test_a_refusal_inside_a_success_is_a_refusal(opened, vendors, "wecom", 93000, recoverable=False)


def test_a_call_that_nobody_takes_is_not_confirmed(opened: Open, vendors: Vendors) -> None:
    vendors.app.answered = False
    outcome = _sent(opened, "voice")
    assert isinstance(outcome, Sent)
    assert not outcome.confirmed


@pytest.mark.parametrize("kind", ["sms", "voice", "webhook"])
def test_a_wrong_secret_is_refused_for_good(opened: Open, vendors: Vendors, kind: str) -> None:
    outcome = _sent(opened, kind, secret="another-secret-of-somebody")
    assert _failed(outcome) == (False, False)
    assert not vendors.received()


def test_a_wrong_key_of_a_robot_is_refused_for_good(opened: Open) -> None:
    outcome = _sent(opened, "wecom", secret="nobodys-key")
    assert _failed(outcome) == (False, False)
    assert "nobodys-key" not in repr(outcome)


def test_a_wrong_login_is_refused_for_good(opened: Open) -> None:
    outcome = _sent(opened, "smtp", secret="wrong")
    assert _failed(outcome) == (False, False)
    assert "535" in repr(outcome)


def test_a_server_without_a_login_gets_no_password(opened: Open, vendors: Vendors) -> None:
    vendors._login = None
    assert _failed(_sent(opened, "smtp")) == (False, False)
