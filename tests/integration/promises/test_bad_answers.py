"""P10, downwards: whatever is said to a node under the gateway's topics, it goes on and loses nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.promises.speaker import Speaker
from tests.integration.promises.street import Street

STREAM, BOOT = "6" * 16, "b" * 16
ACK = {"v": 1, "stream": STREAM, "n": 1, "boot": BOOT}
WRONG = ({"n": -1}, {"n": 2**63}, {"n": "1"}, {"stream": "6"}, {"stream": None}, {"boot": 1})
NO_JSON = (b"", b"\xff", b"{", b"[]", b"null", b'{"v":1}', b"[" * 100_000, b"1" * 200_000)
NO_ACKS = (*NO_JSON, *(json.dumps({**ACK, **wrong}).encode() for wrong in WRONG))
STRANGERS = json.dumps({**ACK, "n": 2**53}).encode()
NO_STATES = (b"\xff", b"{", b"{}", b'{"s":"gone"}', b'{"s":"ready"}', b"[" * 100_000)


@pytest.fixture
def street(mosquitto: Path, tmp_path: Path) -> Iterator[Street]:
    with Street(tmp_path / "street", mosquitto) as made:
        made.begins()
        yield made


def streams(street: Street) -> list[tuple[str]]:
    return street.house.rows("select distinct stream from journal")


def is_as_before(street: Street) -> None:
    """Records go on, in their one stream, each once and none left out, and what happens is still told."""
    before = street.journal()
    street.awaits("reports go on", lambda: street.journal() > before + 5)
    street.breaks("light-01")
    street.mends("light-01")
    assert len(streams(street)) == 1
    assert street.house.rows("select count(*) - count(distinct n), max(n) - count(*) from journal") == [(0, 0)]
    assert street.house.rows("select count(*) from lost_ranges") == [(0,)]


@pytest.mark.timeout(300)
def test_rubbish_that_is_said_to_a_node_changes_nothing(street: Street) -> None:
    speaker = Speaker(street.house.port)
    for payload in (*NO_ACKS, STRANGERS):
        speaker.say("vsm/v1/v-01/n-01/ack", payload)
    for payload in NO_STATES:
        speaker.say("vsm/v1/v-01/gateway/state", payload)
    for leaf in ("command", "desired"):
        speaker.say(f"vsm/v1/v-01/n-01/{leaf}", b"\xff" * 1000)
    is_as_before(street)
    speaker.close()
    said = street.node.log.read_text()
    assert said.count("bad message") == 1, "it is told once"
    assert "Traceback" not in said
