"""P10, the wire: whatever is said over the broker stops nothing and is counted; who says too much hurts no other."""

import logging
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracts.inventory import Village
from tests.integration.promises import bad, flood
from tests.integration.promises.callers import Callers
from tests.integration.promises.house import House
from tests.integration.promises.speaker import Speaker
from tests.integration.real.parts import ROOT, until

log = logging.getLogger(__name__)

OTHERS = range(1, 6)
QUIET = 100
LIMIT, UNLIMITED = 2_000, 1e9
pytestmark = pytest.mark.timeout(400)
EXAMPLES = [60, pytest.param(600, marks=pytest.mark.long)]


def calm_s(quiet_s: float) -> float:
    """How long it may take meanwhile: a record that is lost, or a gateway that connects anew, costs 3 s and more."""
    return 10 * quiet_s + 1


@pytest.fixture
def speaker(house: House) -> Iterator[Speaker]:
    made = Speaker(house.port)
    yield made
    made.close()


@contextmanager
def reporting(house: House) -> Iterator[Callers]:
    """Five nodes that report to a gateway, for long enough to know how it is in quiet."""
    house.gateway.start()
    made = Callers(house.port, OTHERS)
    try:
        made.greet()
        made.start()
        until(lambda: len(made.took) >= QUIET, "nodes are answered")
        yield made
    finally:
        made.close()


@pytest.fixture
def callers(house: House) -> Iterator[Callers]:
    """They, at the gateway of the house."""
    with reporting(house) as made:
        yield made


def counted(house: House) -> int:
    """Bad input in the gateway's own count, but for clocks."""
    return int(house.rows("select coalesce(sum(count), 0) from counters where reason <> 'clock_skew'")[0][0])


def memory_mb(house: House) -> float:
    assert house.gateway.process is not None
    status = Path(f"/proc/{house.gateway.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def threads(house: House) -> int:
    assert house.gateway.process is not None
    return len(list(Path(f"/proc/{house.gateway.process.pid}/task").iterdir()))


def nobody_is_hurt(house: House, callers: Callers) -> None:
    assert house.gateway.runs
    callers.end()
    stored = house.rows("select count(*), count(distinct node || n) from journal where node <> 'n-06'")
    assert stored == [(callers.said(), callers.said())]
    assert "Traceback" not in house.gateway.log.read_text()


# What is refused unread is no message.
@pytest.mark.parametrize("house", [{"node_rate": UNLIMITED}], indirect=True, ids=["unlimited"])
@pytest.mark.parametrize("examples", EXAMPLES)
def test_whatever_is_said_is_counted_and_stops_nothing(
    house: House, callers: Callers, speaker: Speaker, examples: int
) -> None:
    quiet_s, running, before_mb = callers.p95_s(0), threads(house), memory_mb(house)
    began, said = time.monotonic(), 0
    assert counted(house) == 0, "good input is not"

    @settings(max_examples=examples, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.lists(bad.payloads(), min_size=5, max_size=15), st.booleans())
    def talk(messages: list[tuple[str, bytes]], retain: bool) -> None:
        nonlocal said
        for topic, payload in messages:
            speaker.say(f"vsm/v1/v-01/{topic}", payload, retain=retain and bool(payload))
            said += 1

    talk()
    until(lambda: counted(house) >= said, "all is counted", instead=lambda: f"{counted(house)} of {said}")
    took_s = callers.p95_s(began)
    assert counted(house) == said
    assert {row[0] for row in house.rows("select reason from counters")} >= {
        "malformed",
        "unknown_node",
        "unknown_topic",
    }
    assert threads(house) == running
    assert memory_mb(house) < before_mb + 60
    assert house.gateway.log.read_text().count("reason=malformed") == 1, "a kind is logged once"
    assert took_s <= calm_s(quiet_s)
    nobody_is_hurt(house, callers)
    log.info("%s", f"{said} bad messages: others' p95 {1000 * quiet_s:.0f} ms before, {1000 * took_s:.0f} ms meanwhile")


# --- who says too much

FLOODS: list[Any] = ["records", pytest.param("spoilt", marks=pytest.mark.long)]


def flooded(house: House, callers: Callers, kind: str, seconds: float = 4) -> float:
    """The others' p95 while one node says as much as it can, and until that is heard."""
    began = time.monotonic()
    argv = [sys.executable, "-m", "tests.integration.promises.flood", str(house.port), str(seconds), kind]
    subprocess.run(argv, cwd=ROOT, check=True, timeout=120)
    said = {name: node.n for name, node in callers.nodes.items()}
    until(
        lambda: all(not w or w[0][0] > said[n] for n, w in waiting(callers)),
        "what was said meanwhile is acknowledged",
        120,
    )
    return callers.p95_s(began)


def waiting(callers: Callers) -> list[tuple[str, list[Any]]]:
    return [(name, list(node.waiting)) for name, node in callers.nodes.items()]


@pytest.mark.parametrize("kind", FLOODS)
def test_a_node_that_says_too_much_hurts_no_other(mosquitto: Path, tmp_path: Path, village: Village, kind: str) -> None:
    """The control: the same flood at a gateway without a limit."""
    took_s = []
    for rate in (LIMIT, UNLIMITED):
        house = House(tmp_path / f"{rate:.0f}", mosquitto, village, node_rate=rate)
        try:
            house.start(house.broker)
            with reporting(house) as callers:
                before_mb = memory_mb(house)
                took_s.append(flooded(house, callers, kind))
                if rate == LIMIT:
                    is_contained(house, callers, before_mb)
        finally:
            house.stop()
    log.info("%s", f"flood of {kind}: others' p95 {1000 * took_s[0]:.0f} ms, without limit {1000 * took_s[1]:.0f} ms")
    assert took_s[0] < took_s[1] / 2


@pytest.mark.long
@pytest.mark.parametrize("kind", ["rubbish", "short"])
def test_what_costs_nothing_to_judge_delays_nobody_either(house: House, callers: Callers, kind: str) -> None:
    """It is refused where it lies. Read whole, or asked for one by one, it came slower out of the broker than into it,
    and the others waited behind it in one line, for up to 3 s."""
    before_mb, quiet_s = memory_mb(house), callers.p95_s(0)
    took_s = flooded(house, callers, kind)
    is_contained(house, callers, before_mb)
    log.info("%s", f"flood of {kind}: others' p95 {1000 * took_s:.0f} ms, {1000 * quiet_s:.0f} ms before")
    assert took_s < 3 * quiet_s + 0.2


def is_contained(house: House, callers: Callers, before_mb: float) -> None:
    assert memory_mb(house) < before_mb + 100
    until(lambda: house.rows("select count from counters where reason = 'flood' and node = 'n-06'"), "it is counted")
    nobody_is_hurt(house, callers)


@pytest.mark.long
def test_who_hears_everything_and_reads_nothing_delays_nobody(house: House, callers: Callers) -> None:
    quiet_s, began = callers.p95_s(0), time.monotonic()
    with flood.connect(house.port, "slow") as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        line.sendall(flood.packet(0x82, struct.pack(">H", 1) + flood.text("#") + b"\x01"))
        time.sleep(5)
        assert callers.p95_s(began) <= calm_s(quiet_s)
    nobody_is_hurt(house, callers)


def publishes(topic: bytes, payload: bytes = b"x") -> bytes:
    return flood.packet(0x30, struct.pack(">H", len(topic)) + topic + payload)


PACKETS: dict[str, bytes] = {
    "more than may be": publishes(b"vsm/v1/v-01/n-06/up", b"x" * 300_000),
    "a wildcard": publishes(b"vsm/v1/v-01/+/up"),
    "everything": publishes(b"#"),
    "a zero": publishes(b"vsm/v1/v-01/n-06/\0"),
    "half a letter": publishes(b"vsm/v1/v-01/n-06/\xff"),
    "a lone surrogate": publishes(b"vsm/v1/v-01/\xed\xa0\x80/up"),
    "the broker's own": publishes(b"$SYS/broker/uptime"),
    "no packet": b"\xff" * 64,
    "another village": publishes(b"vsm/v1/elsewhere/n-01/up"),
}


@pytest.mark.long
def test_what_no_client_may_say_goes_no_further_than_the_broker(house: House, callers: Callers) -> None:
    for name, packet in PACKETS.items():
        with flood.connect(house.port, name) as line, suppress(ConnectionError):
            line.sendall(packet)
            line.settimeout(1)
            with suppress(TimeoutError):
                line.recv(10)
    assert counted(house) == 0
    nobody_is_hurt(house, callers)


def test_the_gateway_begins_whatever_the_broker_has_kept(house: House, speaker: Speaker) -> None:
    """Rubbish that is retained is there at the start, also what was said under the gateway's name."""
    for topic, payload in (
        ("n-01/state", b"\xff"),
        ("n-02/birth", b"{}"),
        ("gateway/state", b"["),
        ("n-06/ack", b"\0"),
    ):
        speaker.say(f"vsm/v1/v-01/{topic}", payload, retain=True)
    with reporting(house) as callers:
        assert counted(house) == 2, "of four: what the gateway says itself is none"
        nobody_is_hurt(house, callers)
