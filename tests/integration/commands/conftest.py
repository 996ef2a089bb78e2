"""A gateway, a page and a node as processes with a real Mosquitto between them, and somebody who listens in."""

import json
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from contracts.commands import Command, Signed, signed_bytes
from contracts.inventory import Village
from contracts.messages import encode
from tests.integration.promises.house import House
from tests.integration.real.parts import Part, until

KEY = "5a" * 32
TOPIC = "vsm/v1/v-01/n-01/command"
PICTURES = "vsm/v1/v-01/+/picture"
NODE_S = 1


class Listener:
    """Hears every command on the broker, and may say things there itself."""

    def __init__(self, port: int) -> None:
        self.heard: list[bytes] = []
        self.pictures: list[tuple[str, bytes]] = []
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="listener")
        self._client.on_connect = lambda client, *_: client.subscribe([(TOPIC, 1), (PICTURES, 1)])
        self._client.on_message = self._hear
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def _hear(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        if message.topic == TOPIC:
            self.heard.append(bytes(message.payload))
        else:
            self.pictures.append((message.topic, bytes(message.payload)))

    def say(self, payload: bytes) -> None:
        self._client.publish(TOPIC, payload, qos=1).wait_for_publish(10)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Street:
    """All of it, started but for the node."""

    def __init__(self, house: House) -> None:
        self.house, self.told = house, house.folder / "told.txt"
        public = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(KEY)).public_key().public_bytes_raw().hex()
        edge = house.folder / "edge.yaml"
        edge.write_text(json.dumps({**json.loads(edge.read_text()), "command_key": public}))
        self.node = self._part("node", "--told", str(self.told), "--config", str(edge))
        self.gateway, self.without = house.gateway, ""
        house.start(self.gateway, house.page)
        house.sign_in()
        self.listener = Listener(house.port)

    def _part(self, module: str, *words: str) -> Part:
        argv = [sys.executable, "-m", f"tests.integration.commands.{module}", *words]
        return Part(module, argv, self.house.folder)

    def start_node(self, without: str = "") -> None:
        """And wait until the gateway has a record of it; ``without``: a part of its checks."""
        self.without = without
        argv = [word for word in self.node.argv if word not in {"--without", "signature", "boot", "time", "memory"}]
        self.node.argv = [*argv, *(["--without", without] if without else [])]
        before = self.records()
        self.node.start()
        until(lambda: self.records() > before, "the node reports", 60, self.node.last_words)

    def other_gateway(self, *words: str) -> Part:
        """The gateway with a fault, in the place of the real one."""
        self.gateway.stop()
        self.gateway = self._part("gateway", *words, "--config", str(self.house.folder / "gateway.yaml"))
        self.gateway.start()
        return self.gateway

    def real_gateway(self) -> None:
        self.gateway.kill()
        self.gateway = self.house.gateway
        self.gateway.start()

    def records(self) -> int:
        return int(self.house.rows("select count(*) from journal")[0][0])

    def ask(self, ttl_s: int = 60) -> int:
        """Ask for a new view, as maintenance; the command's number."""
        wanted = {"device": "cam-01", "name": "accept_new_view", "ttl_s": ttl_s}
        return int(self.house.api.ask("/api/v1/commands", wanted)["number"])

    def outcome(self, number: int) -> tuple[str, str | None]:
        [(state, reason)] = self.house.rows("select state, reason from commands where number = ?", number)
        return state, reason

    def ends(self, number: int, within_s: float = 30.0) -> tuple[str, str | None]:
        """What it ends as."""
        until(lambda: self.outcome(number)[0] not in {"waiting", "sent"}, "it ends", within_s, self.house.words)
        return self.outcome(number)

    def runs(self) -> int:
        """How often the camera was told to."""
        return len(self.told.read_text().splitlines()) if self.told.exists() else 0

    def settle(self) -> None:
        """What was said has had its time: the node has reported twice since."""
        before = self.records()
        until(lambda: self.records() >= before + 2, "the node goes on reporting", 30, self.house.words)

    def overheard(self) -> Command:
        """The newest command on the broker."""
        until(lambda: bool(self.listener.heard), "a command is on the broker")
        return msgspec.json.decode(msgspec.json.decode(self.listener.heard[-1], type=Signed).command, type=Command)

    def stop(self) -> None:
        self.listener.close()
        for part in (self.node, self.gateway):
            part.stop()


def signed(command: Command, key: Ed25519PrivateKey | None = None) -> bytes:
    """By the gateway's key, or another."""
    text = encode(command).decode()
    key = key or Ed25519PrivateKey.from_private_bytes(bytes.fromhex(KEY))
    return encode(Signed(text, key.sign(signed_bytes(text)).hex()))


@pytest.fixture(scope="session")
def village() -> Village:
    """One junction with one camera."""
    name = {"zh": "村", "en": "Village"}
    camera = {"id": "cam-01", "kind": "camera", "driver": "opencv", "source": "usb:0"}
    node = {"id": "n-01", "interval_s": NODE_S, "devices": [camera]}
    junction = {"id": "j-01", "name": name, "lat": 30.5, "lon": 120.5, "nodes": [node]}
    grid = {"id": "g-01", "name": name, "junctions": [junction]}
    return Village.model_validate({"id": "v-01", "name": name, "grids": [grid]})


@pytest.fixture(scope="module")
def whole(mosquitto: Path, tmp_path_factory: pytest.TempPathFactory, village: Village) -> Iterator[Street]:
    house = House(tmp_path_factory.mktemp("house"), mosquitto, village, command_key=KEY)
    made: list[Street] = []
    try:
        house.start(house.broker)
        made.append(Street(house))
        yield made[0]
    finally:
        for one in made:
            one.stop()
        house.stop()


@pytest.fixture
def street(whole: Street) -> Iterator[Street]:
    """The same for all tests, which takes most of the time, but the node and what was heard of it."""
    whole.told.unlink(missing_ok=True)
    whole.listener.heard.clear()
    whole.listener.pictures.clear()
    yield whole
    whole.node.kill()
    if not whole.gateway.runs:
        whole.real_gateway()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Shows the logs of all programs when a test fails."""
    report = yield
    found: Any = getattr(item, "funcargs", {}).get("street")
    if report.failed and isinstance(found, Street):
        report.sections.append(("programs", found.house.words()))
    return report
