"""Who may call the front: the box that has its key, with each call once."""

import msgspec
import pytest

from dashboard_api import exchange
from dashboard_api.exchange import Call, signed
from tests.integration.front.conftest import KEY, Process

# Processes that start on a busy machine.
pytestmark = pytest.mark.timeout(400)

NOW = 1_795_414_111_000


def send(
    front: Process, call: Call, start: int = 1, number: int = 1, key: str = KEY, body: bytes | None = None
) -> tuple[int, str]:
    sent = exchange.packed(call, b"") if body is None else body
    return front.ask("POST", exchange.PATH, sent, signed(key.encode(), start, number, "", sent))


def test_a_signed_call_is_taken_once(front: Process) -> None:
    assert send(front, Call(NOW), number=5)[0] == 200
    assert send(front, Call(NOW), number=5)[0] == 409
    assert send(front, Call(NOW), number=4)[0] == 200
    assert send(front, Call(NOW), start=2)[0] == 200
    status, said = send(front, Call(NOW), start=1, number=9)
    assert (status, msgspec.json.decode(said)) == (409, {"reason": "start", "newest": 2})


def test_a_call_recorded_before_the_front_was_killed_is_refused(front: Process) -> None:
    assert send(front, Call(NOW))[0] == 200
    front.kill()
    front.start()
    assert send(front, Call(NOW))[0] == 409


@pytest.mark.parametrize("key", ["g" * 40, ""])
def test_another_key_is_refused(front: Process, key: str) -> None:
    assert send(front, Call(NOW), key=key)[0] == 403


def test_a_body_that_was_changed_on_the_way_is_refused(front: Process) -> None:
    body = exchange.packed(Call(NOW), b"")
    headers = signed(KEY.encode(), 1, 1, "", body)
    assert front.ask("POST", exchange.PATH, body[:-1] + b"x", headers)[0] == 403
    assert front.ask("POST", exchange.PATH, body, headers)[0] == 200


def test_what_is_too_long_is_refused_also_where_it_is_packed(front: Process) -> None:
    assert send(front, Call(NOW), body=bytes(exchange.LARGEST + 1))[0] == 413
    bomb = exchange.packed(Call(NOW, look=msgspec.Raw(b'"' + b" " * exchange.UNPACKED + b'"')), b"")
    assert len(bomb) < exchange.LARGEST
    assert send(front, Call(NOW), body=bomb)[0] == 413


def test_what_is_no_call_is_refused_and_changes_nothing(front: Process) -> None:
    assert send(front, Call(NOW), body=b"nothing")[0] == 400
    assert send(front, Call(NOW, look=msgspec.Raw(b'{"home":1}')))[0] == 400
    assert send(front, Call(NOW, wire=2))[0] == 400
    assert front.ask("GET", "/")[0] == 503
