"""The gateway process on a real broker: kill it, cut it off, feed it rubbish; nothing is lost and nothing doubled."""

import json
import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from contracts.inventory import Village
from contracts.messages import Ack, Reading, decode
from gateway.main import main
from gateway.store import Store, open_store
from gateway.telemetry import Embedded
from tests.outside import listening
from tests.servers import free_port

STATE = "vsm/v1/v-01/gateway/state"
LIT = Reading("light-01", "up", looks=5, m={"lit": 1.0})


class Line:
    """A node's own connection: it sends what it is given and keeps the acks."""

    def __init__(self, port: int, node: str, village: str = "v-01") -> None:
        self.acks: queue.SimpleQueue[Ack] = queue.SimpleQueue()
        self.client = Client(CallbackAPIVersion.VERSION2, client_id=f"{node}-{village}")
        self.client.on_message = self._heard
        self.client.on_connect = lambda client, *_: client.subscribe(f"vsm/v1/{village}/{node}/ack", 1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def _heard(self, _client: Any, _data: Any, message: MQTTMessage) -> None:
        self.acks.put(decode(Ack, bytes(message.payload)))

    def say(self, *messages: tuple[str, bytes], retain: bool = False) -> None:
        for topic, payload in messages:
            self.client.publish(topic, payload, qos=1, retain=retain)

    def acked(self, n: int, within_s: float = 10) -> None:
        """Wait for the ack of ``n``."""
        if not self.heard(n, within_s):
            pytest.fail(f"no ack of {n} in {within_s} s")

    def heard(self, n: int, within_s: float) -> bool:
        """Whether the ack of ``n`` comes in time."""
        until = time.monotonic() + within_s
        while (left := until - time.monotonic()) > 0:
            try:
                if self.acks.get(timeout=left).n >= n:
                    return True
            except queue.Empty:
                break
        return False

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


class Gateway:
    """The process, started and ended as a supervisor would."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.config.parent / "gateway.log").open("ab")
        command = [sys.executable, "-m", "gateway", "--config", str(self.config)]
        self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=Path(__file__).parents[3])
        log.close()

    def end(self, number: int = signal.SIGKILL) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(number)
        code = self.process.wait(10)
        self.process = None
        return code

    def log(self) -> str:
        return (self.config.parent / "gateway.log").read_text()


@pytest.fixture
def config(tmp_path: Path, village: Village, broker: Any) -> Path:
    """Settings of a gateway on the test's own broker."""
    (tmp_path / "village.yaml").write_text(village.model_dump_json(exclude_none=True))
    broker_at = {"host": "127.0.0.1", "port": broker.port}
    settings = {"inventory": "village.yaml", "broker": broker_at, "database": "sqlite:///gateway.db", "batch_ms": 20}
    path = tmp_path / "gateway.yaml"
    path.write_text(json.dumps(settings))
    return path


@pytest.fixture
def gateway(config: Path) -> Iterator[Gateway]:
    process = Gateway(config)
    process.start()
    yield process
    process.end()


@pytest.fixture
def line(broker: Any, pi: Any, gateway: Gateway) -> Iterator[Line]:
    """Node n-01, connected and greeted."""
    assert gateway.process is not None
    opened = Line(broker.port, "n-01")
    greet(opened, pi)
    yield opened
    opened.close()


def greet(line: Line, pi: Any) -> None:
    """Say hello until it is answered: the gateway may still be starting."""
    for _ in range(300):
        line.say(pi.birth())
        try:
            line.acks.get(timeout=0.2)
        except queue.Empty:
            continue
        return
    pytest.fail("no answer to a birth")


def insist(line: Line, pi: Any, messages: list[tuple[str, bytes]]) -> None:
    """Say everything again and again until it is acknowledged, as a node does."""
    for _ in range(12):
        greet(line, pi)
        line.say(*messages)
        if line.heard(len(messages), 10):
            return
    pytest.fail(f"no ack of {len(messages)}")


@pytest.fixture
def numbers(tmp_path: Path) -> Iterator[Callable[[], list[int]]]:
    """Numbers of the stored records, in order."""
    opened: list[Store] = []

    def read() -> list[int]:
        if not opened:
            opened.append(open_store(f"sqlite:///{tmp_path}/gateway.db", create=False))
        return [row.n for row in opened[0].journal()]

    yield read
    for store in opened:
        store.close()


def test_records_are_stored_and_acknowledged(
    line: Line, pi: Any, gateway: Gateway, eventually: Any, numbers: Callable[[], list[int]]
) -> None:
    line.say(*[pi.up(LIT) for _ in range(200)])
    line.acked(200)
    assert numbers() == list(range(1, 201))
    telemetry = Embedded(gateway.config.parent / "telemetry.db")
    eventually(lambda: telemetry.count("warning_light") == 200)
    telemetry.close()


def test_rubbish_stops_nothing(line: Line, pi: Any, gateway: Gateway, numbers: Callable[[], list[int]]) -> None:
    line.say(
        pi.up(LIT),
        (pi.topic("up"), b"\x00\xff"),
        (pi.topic("what"), b"?"),
        (pi.topic("what"), b"?"),
        ("vsm/v1/v-01/n-77/up", b"{}"),
        pi.up(LIT),
    )
    line.acked(2)
    assert numbers() == [1, 2]
    log = gateway.log()
    assert (log.count("reason=malformed"), log.count("reason=unknown_node")) == (1, 1)
    assert log.count("reason=unknown_topic") == 1


def test_killed_between_records_it_goes_on_where_it_was(
    line: Line, pi: Any, gateway: Gateway, numbers: Callable[[], list[int]]
) -> None:
    messages = [pi.up(LIT) for _ in range(300)]
    for piece in range(3):
        line.say(*messages[piece * 100 : piece * 100 + 50])
        gateway.end(signal.SIGKILL)
        gateway.start()
        greet(line, pi)
        line.say(*messages[: piece * 100 + 100])  # everything again, as a node without acks does
        line.acked(piece * 100 + 100)
    assert numbers() == list(range(1, 301))


def test_a_broker_that_forgets_everything_is_connected_again(
    broker: Any, line: Line, pi: Any, gateway: Gateway, numbers: Callable[[], list[int]]
) -> None:
    line.say(pi.up(LIT))
    line.acked(1)
    broker.kill()
    broker.start()
    greet(line, pi)
    line.say(pi.up(LIT))
    line.acked(2)
    assert numbers() == [1, 2]
    assert "broker away" in gateway.log()


def said_states(line: Line) -> "queue.SimpleQueue[bytes]":
    """What the gateway says of itself from now on; what it answers the node goes its own way."""
    states: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    line.client.message_callback_add(STATE, lambda _client, _data, message: states.put(bytes(message.payload)))
    line.client.subscribe(STATE, 1)
    return states


def test_a_clean_stop_says_good_bye(line: Line, gateway: Gateway) -> None:
    states = said_states(line)
    assert json.loads(states.get(timeout=5))["s"] == "ready"
    assert gateway.end(signal.SIGTERM) == 0
    assert json.loads(states.get(timeout=5))["s"] == "disconnected"


def test_a_killed_gateway_is_reported_by_its_will(line: Line, gateway: Gateway) -> None:
    states = said_states(line)
    states.get(timeout=5)
    gateway.end(signal.SIGKILL)
    assert json.loads(states.get(timeout=5))["s"] == "lost"


def test_mistakes_in_the_files_are_all_named(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text("inventory: village.yaml\nbatch_ms: 0\nbatchmax: 5\ntelemetry: {url: nowhere, bucket: ''}\n")
    assert main(["--config", str(config), "--check"]) == 2
    printed = capsys.readouterr().err
    for key in ("batch_ms", "batchmax", "telemetry.url", "telemetry.bucket"):
        assert f" {key}: " in printed
    assert os.fspath(config) in printed


@pytest.mark.parametrize("there", [True, False])
def test_the_outward_heartbeat_says_that_it_hears_its_broker(config: Path, eventually: Any, there: bool) -> None:
    with listening() as outside:
        settings = json.loads(config.read_text())
        settings["dispatch"] = {"heartbeat_url": f"http://127.0.0.1:{outside.server_port}/key"}
        if not there:
            settings["broker"]["port"] = free_port()
        config.write_text(json.dumps(settings))
        gateway = Gateway(config)
        gateway.start()
        try:
            if there:
                eventually(lambda: outside.heard == ["/key"])
            else:
                eventually(lambda: "gateway ready" in gateway.log())
                time.sleep(3)  # two looks of the heartbeat
            assert outside.heard == (["/key"] if there else [])
            assert "/key" not in gateway.log()
        finally:
            gateway.end()
