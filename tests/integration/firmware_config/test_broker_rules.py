"""The generated broker configuration on a real broker. Rights are proved by what is delivered: it confirms all else."""

import queue
import shutil
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from contracts.settings import BrokerSettings, Tls
from contracts.topics import DOWN_LEAVES, UP_LEAVES
from edge.link import Closed, Link, Login, Opened
from gateway.uplink import client_for
from tests.integration.firmware_config.conftest import run

TOPIC = "vsm/v1/example"
Broker = tuple[Path, int]
Heard = queue.SimpleQueue[tuple[str, bytes]]


class Client:
    """One client of the broker, with the certificate of ``part``, or without any."""

    def __init__(self, broker: Broker, part: str | None, will: str | None = None, *, name: str = "whoever") -> None:
        site, port = broker
        self.heard: Heard = queue.SimpleQueue()
        self.met: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.mqtt = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name)
        folder = site / ("gateway" if part == "gateway" else f"nodes/{part}") / "tls"
        own = (str(folder / f"{part}.crt"), str(folder / f"{part}.key")) if part else (None, None)
        self.mqtt.tls_set(str(site / "ca" / "ca.crt"), *own)
        self.mqtt.username_pw_set("gateway", "guessed")
        if will:
            self.mqtt.will_set(will, b"will", qos=1)
        self.mqtt.on_message = lambda _c, _u, message: self.heard.put((message.topic, bytes(message.payload)))
        self.mqtt.on_subscribe = lambda *_: self.met.put("subscribed")
        self.mqtt.connect("localhost", port)
        self.mqtt.loop_start()

    def subscribe(self, topic: str) -> None:
        self.mqtt.subscribe(topic, qos=1)
        assert self.met.get(timeout=5) == "subscribed"

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self.mqtt.publish(topic, payload, qos=1, retain=retain).wait_for_publish(5)

    def die(self) -> None:
        """Break the line without a word, so that the will is spoken."""
        sock = self.mqtt.socket()
        assert sock is not None
        self.mqtt.loop_stop()
        sock.close()

    def close(self) -> None:
        self.mqtt.disconnect()
        self.mqtt.loop_stop()


@pytest.fixture
def client(broker: Broker) -> Iterator[Callable[..., Client]]:
    opened: list[Client] = []

    def connect(part: str | None, will: str | None = None, *, name: str = "whoever") -> Client:
        opened.append(Client(broker, part, will, name=name))
        return opened[-1]

    yield connect
    for one in opened:
        one.close()


def test_a_node_speaks_and_hears_on_its_own_topics(client: Callable[..., Client]) -> None:
    gateway, node = client("gateway"), client("n-01")
    gateway.subscribe(f"{TOPIC}/+/up")
    node.subscribe(f"{TOPIC}/n-01/ack")
    node.publish(f"{TOPIC}/n-01/up", b"mine")
    gateway.publish(f"{TOPIC}/n-01/ack", b"yours")
    assert gateway.heard.get(timeout=5) == (f"{TOPIC}/n-01/up", b"mine")
    assert node.heard.get(timeout=5) == (f"{TOPIC}/n-01/ack", b"yours")


def test_a_node_cannot_speak_as_another(client: Callable[..., Client]) -> None:
    gateway, owner, node = client("gateway"), client("n-02"), client("n-01")
    gateway.subscribe(f"{TOPIC}/n-02/#")
    for leaf in UP_LEAVES:
        node.publish(f"{TOPIC}/n-02/{leaf}", b"forged")
        owner.publish(f"{TOPIC}/n-02/{leaf}", b"own")
        assert gateway.heard.get(timeout=5) == (f"{TOPIC}/n-02/{leaf}", b"own"), (
            "what was forged would have come before"
        )


def test_a_node_cannot_speak_as_the_gateway(client: Callable[..., Client]) -> None:
    gateway, other, node = client("gateway"), client("n-02"), client("n-01")
    topics = [*(f"{TOPIC}/n-02/{leaf}" for leaf in sorted(DOWN_LEAVES)), f"{TOPIC}/gateway/state"]
    for topic in topics:
        other.subscribe(topic)
        node.publish(topic, b"forged")
        gateway.publish(topic, b"own")
        assert other.heard.get(timeout=5) == (topic, b"own"), "what was forged would have come before"


def test_a_node_that_listens_to_everything_hears_only_what_is_for_it(client: Callable[..., Client]) -> None:
    gateway, other, node = client("gateway"), client("n-02"), client("n-01")
    node.subscribe("#")
    other.publish(f"{TOPIC}/n-02/up", b"private")
    gateway.publish(f"{TOPIC}/n-02/ack", b"private")
    gateway.publish(f"{TOPIC}/gateway/state", b"for all")
    gateway.publish(f"{TOPIC}/n-01/ack", b"own")
    assert node.heard.get(timeout=5) == (f"{TOPIC}/gateway/state", b"for all")
    assert node.heard.get(timeout=5) == (f"{TOPIC}/n-01/ack", b"own")


def test_a_node_does_not_get_what_the_broker_keeps_of_another(client: Callable[..., Client]) -> None:
    for part in ("n-01", "n-02"):
        client(part).publish(f"{TOPIC}/{part}/birth", b"kept", retain=True)
        client("gateway").publish(f"{TOPIC}/{part}/desired", part.encode(), retain=True)
    gateway, node = client("gateway"), client("n-01")
    gateway.subscribe(f"{TOPIC}/+/birth")
    assert {gateway.heard.get(timeout=5)[0] for _ in range(2)} == {f"{TOPIC}/n-01/birth", f"{TOPIC}/n-02/birth"}
    node.subscribe("#")
    client("gateway").publish(f"{TOPIC}/n-01/ack", b"last")
    heard = [node.heard.get(timeout=5) for _ in range(2)]
    assert heard == [(f"{TOPIC}/n-01/desired", b"n-01"), (f"{TOPIC}/n-01/ack", b"last")]


def test_a_node_cannot_leave_a_will_on_anothers_topic(client: Callable[..., Client]) -> None:
    gateway = client("gateway")
    gateway.subscribe(f"{TOPIC}/+/state")
    forger, honest = client("n-01", f"{TOPIC}/n-02/state"), client("n-03", f"{TOPIC}/n-03/state")
    forger.publish(f"{TOPIC}/n-01/state", b"here")
    honest.publish(f"{TOPIC}/n-03/state", b"here")
    assert [gateway.heard.get(timeout=5)[1] for _ in range(2)] == [b"here", b"here"]
    forger.die()
    honest.die()
    assert gateway.heard.get(timeout=10) == (f"{TOPIC}/n-03/state", b"will")
    assert gateway.heard.empty()


def test_a_node_cannot_push_another_off_with_its_name(client: Callable[..., Client]) -> None:
    gateway, victim = client("gateway"), client("n-02", name="n-02")
    victim.subscribe(f"{TOPIC}/n-02/ack")
    client("n-01", name="n-02").publish(f"{TOPIC}/n-01/up", b"x")
    gateway.publish(f"{TOPIC}/n-02/ack", b"still here")
    assert victim.heard.get(timeout=5)[1] == b"still here"


def test_the_health_checks_certificate_comes_in_and_hears_nothing(
    broker: Broker, client: Callable[..., Client]
) -> None:
    site, port = broker
    gateway, node, tls = client("gateway"), client("n-01"), site / "broker" / "tls"
    health = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="whoever")
    health.tls_set(str(tls / "ca.crt"), str(tls / "health.crt"), str(tls / "health.key"))
    met: queue.SimpleQueue[str] = queue.SimpleQueue()
    health.on_subscribe = lambda *_: met.put("subscribed")
    health.on_message = lambda _c, _u, message: met.put(message.topic)
    health.connect("localhost", port)
    health.subscribe("#", qos=1)
    health.loop_start()
    assert met.get(timeout=5) == "subscribed"
    gateway.subscribe(f"{TOPIC}/+/up")
    health.publish(f"{TOPIC}/n-01/up", b"forged", qos=1).wait_for_publish(5)
    node.publish(f"{TOPIC}/n-01/up", b"mine")
    assert gateway.heard.get(timeout=5)[1] == b"mine"
    health.disconnect()
    health.loop_stop()
    assert met.empty()


def test_a_message_over_the_limit_is_refused(client: Callable[..., Client]) -> None:
    gateway, flooder, honest = client("gateway"), client("n-01"), client("n-02")
    gateway.subscribe(f"{TOPIC}/+/up")
    flooder.mqtt.publish(f"{TOPIC}/n-01/up", b"x" * 300_000)
    honest.publish(f"{TOPIC}/n-02/up", b"fits")
    assert gateway.heard.get(timeout=5) == (f"{TOPIC}/n-02/up", b"fits")


def test_without_a_certificate_or_with_a_strangers_nobody_comes_in(
    broker: Broker, generated: Callable[..., Path]
) -> None:
    """A stranger's: the same name, signed by another authority. Beside them the village's own is let in."""
    site, stranger = broker[0], generated(name="elsewhere")
    for own in (None, stranger):
        with pytest.raises((ssl.SSLError, ConnectionError)):
            _connect(broker, own)
    assert _connect(broker, site)


def test_a_revoked_certificate_is_refused_and_the_node_gets_a_new_one(
    mosquitto: Path, generated: Callable[..., Path], tmp_path: Path
) -> None:
    site, stolen = generated(), tmp_path / "stolen"
    shutil.copytree(site, stolen)
    with run(mosquitto, site) as port:
        assert _connect((site, port), stolen), "while nobody has missed it"
    generated("--revoke", "n-01")
    with run(mosquitto, site) as port:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            _connect((site, port), stolen)
        assert _connect((site, port), site), "the node's new one"


def _connect(broker: Broker, own: Path | None) -> bool:
    """With the certificate of n-01 of a site, or without any; whether the broker says welcome.

    Under TLS 1.3 its refusal comes after the client's half of the handshake.
    """
    site, port = broker
    tls = own / "nodes" / "n-01" / "tls" if own else None
    one = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="n-01")
    one.tls_set(str(site / "ca" / "ca.crt"), *((str(tls / "n-01.crt"), str(tls / "n-01.key")) if tls else ()))
    accepted: list[bool] = []
    one.on_connect = lambda _c, _u, _f, code, _p: accepted.append(not code.is_failure)
    one.connect("localhost", port)
    for _ in range(50):
        if accepted:
            return accepted[0]
        code = one.loop(0.1)
        if code:
            raise ConnectionError(mqtt.error_string(code))
    return False


def test_the_edge_and_the_gateway_connect_with_their_generated_settings(broker: Broker) -> None:
    site, port = broker
    folder = site / "nodes" / "n-01" / "tls"
    tls = Tls(ca=folder / "ca.crt", cert=folder / "n-01.crt", key=folder / "n-01.key")
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    link = Link(Login(BrokerSettings(host="localhost", port=port, tls=tls), "n-01", None), events.put)
    assert isinstance(events.get(timeout=5), Opened)
    link.close()
    link.join(5)
    assert isinstance(events.get(timeout=5), Closed)
    own = site / "gateway" / "tls"
    tls = Tls(ca=own / "ca.crt", cert=own / "gateway.crt", key=own / "gateway.key")
    gateway = client_for(BrokerSettings(host="localhost", port=port, tls=tls), "gateway-example")
    codes: queue.SimpleQueue[object] = queue.SimpleQueue()
    gateway.on_connect = lambda _c, _u, _f, code, _p: codes.put(code.is_failure)
    gateway.connect("localhost", port)
    gateway.loop_start()
    assert codes.get(timeout=5) is False
    gateway.disconnect()
    gateway.loop_stop()
