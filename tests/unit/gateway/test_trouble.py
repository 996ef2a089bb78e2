"""What is said of an InfluxDB that refuses."""

import pytest

from gateway.telemetry.trouble import LONGEST, Target, refused

TOKEN = Target("http://x:8086", "vsm", "village", login=True)


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (401, b'{"code":"unauthorized","message":"unauthorized access"}', "wrong telemetry.token"),
        (403, b'{"code":"forbidden","message":"insufficient permissions for write"}', "lacks the right"),
        (404, b'{"message":"bucket \\"vsm\\" not found"}', "influx bucket create --org village --name vsm"),
        (404, b'{"message":"organization name \\"village\\" not found"}', "influx org list"),
    ],
)
def test_what_to_do_follows_from_what_was_said(status: int, body: bytes, word: str) -> None:
    assert word in refused(TOKEN, status, body, "v2.9.1")


@pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b"[1]", b"{}", b"\xff", "", None])
def test_whatever_stands_between_is_quoted_as_it_is(body: object) -> None:
    said = refused(TOKEN, 502, body, None)
    assert said.startswith("InfluxDB (version unknown) at http://x:8086: HTTP 502: ")
    assert ";" not in said


def test_a_long_answer_is_cut() -> None:
    assert len(refused(TOKEN, 500, b"x" * 9000, "v2.9.1")) == LONGEST
