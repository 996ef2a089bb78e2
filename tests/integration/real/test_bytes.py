"""What a quiet node of three devices costs on a metered line: bytes on its TLS socket, acks and keepalives included.

Camera and charge point stand on the node's own network: what they send is not on that line.
"""

import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from tests.integration.real.inventory import NODE, QUICK, SHIPPED, Pace
from tests.integration.real.parts import until
from tests.integration.real.relay import BUDGET, Count, Relay, month
from tests.integration.real.site import Programs, Site
from tests.integration.real.town import Town

# Whole minutes, since each device reports once in each; what comes each five minutes is in it.
PERIOD_S = 420
pytestmark = pytest.mark.long
Towns = Callable[[Pace], Town]


@pytest.fixture
def at_pace(programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Towns]:
    """Starts a village."""
    started: list[Town] = []

    def start(pace: Pace) -> Town:
        started.append(Town(Site(tmp_path_factory.mktemp("bytes"), programs, pace)))
        started[-1].start()
        return started[-1]

    yield start
    for town in started:
        town.end()


def passed_in(town: Town, seconds: float, tell: Callable[[str], None]) -> tuple[Count, float]:
    """What passes on the node's line in ``seconds``, and how long that was in truth."""
    before, began = town.site.wire.count(), time.monotonic()
    while (lasted := time.monotonic() - began) < seconds:
        passed = town.site.wire.count().since(before)
        tell(f"{lasted:.0f}/{seconds:.0f} s: {passed.up} bytes up, {passed.down} down")
        time.sleep(min(60, seconds - lasted))
    return town.site.wire.count().since(before), time.monotonic() - began


def handshake(town: Town) -> int:
    """Bytes of one TLS handshake with the node's certificate, session tickets included."""
    wire, tls = Relay(town.site.ports["broker"]), town.site.made / "nodes" / NODE / "tls"
    context = ssl.create_default_context(cafile=tls / "ca.crt")
    context.load_cert_chain(tls / f"{NODE}.crt", tls / f"{NODE}.key")
    with socket.create_connection(("localhost", wire.port)) as plain:
        plain.settimeout(2)
        with context.wrap_socket(plain, server_hostname="localhost") as secured, pytest.raises(TimeoutError):
            secured.recv(1)  # the tickets come, and then nothing
        count = wire.count().total
    wire.close()
    return count


@pytest.mark.timeout(PERIOD_S + 300)
def test_a_quiet_node_stays_below_its_100_megabytes_a_month(at_pace: Towns, capsys: pytest.CaptureFixture[str]) -> None:
    def tell(text: str) -> None:
        with capsys.disabled():
            sys.stderr.write(f"bytes: {text}\n")

    town = at_pace(SHIPPED)
    connecting = town.site.wire.count().total
    until(lambda: town.readings().acked == town.readings().produced, "the line is quiet")
    told = town.readings().acked
    passed, seconds = passed_in(town, PERIOD_S, tell)
    total = month(passed.total, seconds, connecting)
    tell(f"handshake {handshake(town)}, new connection with birth and first reports {connecting} bytes")
    tell(f"{passed.total} bytes in {seconds:.0f} s: {total / 1e6:.1f} MB in 30 days with one new connection a day;")
    tell(f"with TCP/IP headers about {month(passed.with_headers, seconds, connecting) / 1e6:.1f} MB")
    assert passed.connections == 0
    assert town.is_well()
    assert town.readings().acked - told >= (PERIOD_S // 60 - 1) * len(town.states()), "it has reported all the time"
    assert total <= BUDGET


def test_a_talkative_node_does_not(at_pace: Towns) -> None:
    """By the same count: a node that reports each two seconds."""
    town = at_pace(QUICK)
    passed, seconds = passed_in(town, 30, lambda _text: None)
    assert month(passed.total, seconds, town.site.wire.count().total) > BUDGET
