"""The MQTT side.

Callbacks run in paho's thread and only put things into a queue: an exception there would end it in silence.
"""

import queue
import ssl
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import structlog
from msgspec import Struct
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from contracts.messages import Ack, StateMessage, encode
from contracts.settings import BrokerSettings
from contracts.topics import GATEWAY, Topic, from_gateway, from_nodes
from gateway.flood import Flood
from gateway.reader import Packet, Reader

WAITING_MAX, WAITING_BYTES = 20_000, 64 * 2**20
TOPICS_MAX = 100_000
# The broker is on the same box: asking costs nothing, and all nodes wait for whoever hears it late.
RECONNECT_S = (1, 2)
USERNAME = "gateway"

log = structlog.get_logger(__name__)


class Message(Struct, frozen=True, gc=False):
    """What came from the broker and when (Unix ms). ``retained``: the broker kept it; it may be long past."""

    topic: str
    payload: bytes
    received_ms: int
    retained: bool = False


class Link(Struct, frozen=True):
    """The broker went away or came back (Unix ms)."""

    up: bool
    at_ms: int


class Dropped(Struct, frozen=True):
    """So many messages of ``node`` were refused unread; records come again."""

    node: str
    count: int
    at_ms: int


# A list is what came in one piece: to hand on each message by itself costs as much as to parse it.
Heard = Message | list[Message] | Link | Dropped


class Waiting(queue.SimpleQueue[Heard]):
    """What was heard and not yet taken; it knows how much that is. For one thread that puts and one that gets."""

    def __init__(self) -> None:
        self._in = self._out = 0
        self._bytes_in = self._bytes_out = 0

    def put(self, item: Heard, block: bool = True, timeout: float | None = None) -> None:
        """As its base class does; it never blocks."""
        count, size = _weight(item)
        self._in += count
        self._bytes_in += size
        super().put(item, block, timeout)

    def get(self, block: bool = True, timeout: float | None = None) -> Heard:
        """As its base class does."""
        item = super().get(block, timeout)
        count, size = _weight(item)
        self._out += count
        self._bytes_out += size
        return item

    def room(self) -> tuple[int, int]:
        """How many more may wait, and how many bytes."""
        return WAITING_MAX - (self._in - self._out), WAITING_BYTES - (self._bytes_in - self._bytes_out)


def _weight(item: Heard) -> tuple[int, int]:
    if isinstance(item, list):
        return len(item), sum([len(message.payload) for message in item])
    return 1, len(item.payload) if isinstance(item, Message) else 0


class Uplink:
    """A connection to the broker that mends itself. What is heard is in :attr:`heard`."""

    def __init__(self, broker: BrokerSettings, village: str, boot: str, now_ms: Callable[[], int], rate: float) -> None:
        self.heard = Waiting()
        self._broker, self._village, self._boot, self._now_ms = broker, village, boot, now_ms
        self._flood = Flood(rate)
        # Topic as it came -> as text, and its node.
        self._topics: dict[bytes, tuple[str, str]] = {}
        self._client = client_for(broker, f"{USERNAME}-{village}", self._hear)
        # When the broker's certificate ends, as it showed it at the last connect; None: it has none.
        self.certificate_ends_ms: int | None = None
        self._state = str(Topic(village, GATEWAY, "state"))
        self._client.will_set(self._state, self._statement("lost"), qos=1, retain=True)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.max_queued_messages_set(WAITING_MAX)
        self._client.reconnect_delay_set(*RECONNECT_S)

    def start(self) -> None:
        """Connect in the background, again and again until it works."""
        self._client.connect_async(self._broker.host, self._broker.port, self._broker.keepalive_s)
        self._client.loop_start()

    def stop(self) -> None:
        """Say good-bye and disconnect."""
        if self._client.is_connected():
            self._client.publish(self._state, self._statement("disconnected"), qos=1, retain=True).wait_for_publish(2)
        self._client.disconnect()
        self._client.loop_stop()

    def acknowledge(self, acks: Iterable[tuple[str, Ack]]) -> None:
        """Tell nodes what is committed.

        One that misses it asks by a probe, so nothing is kept for a broker that is away.
        """
        if self._client.is_connected():
            for node, ack in acks:
                self._client.publish(str(Topic(self._village, node, "ack")), encode(ack), qos=1)

    def command(self, node: str, payload: bytes) -> None:
        """Send a signed command; it is sent again until it is answered, so nothing is kept for a broker that is
        away."""
        if self._client.is_connected():
            self._client.publish(str(Topic(self._village, node, "command")), payload, qos=1)

    def _statement(self, state: Any) -> bytes:
        return encode(StateMessage(s=state, boot=self._boot, ts=self._now_ms()))

    def _on_connect(
        self, client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            log.error("broker refuses the login", reason=str(reason))
            return
        # The broker may have forgotten the session, so everything is said anew each time.
        client.subscribe([(topic, 1) for topic in from_nodes(self._village)])
        client.publish(self._state, self._statement("ready"), qos=1, retain=True)
        log.info("broker connected", host=self._broker.host, port=self._broker.port)
        self.certificate_ends_ms = _ends_ms(client.socket())
        self.heard.put(Link(True, self._now_ms()))

    def _on_disconnect(
        self, _client: Client, _data: Any, _flags: DisconnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            log.warning("broker away", reason=str(reason))
        self.heard.put(Link(False, self._now_ms()))

    def _hear(self, packets: Sequence[Packet]) -> None:
        try:
            self._take(packets, self._now_ms())
        except Exception:  # a callback that raises ends paho's thread in silence
            log.exception("messages could not be taken")

    def _take(self, packets: Sequence[Packet], now_ms: int) -> None:
        """What there is no room for is counted and not kept."""
        messages: list[Message] = []
        count, space = self.heard.room()
        for raw, payload, retained in packets:
            topic, node = self._topics.get(raw) or self._topic(raw)
            size = len(payload)
            if self._flood.allows(node, size, now_ms) and count > 0 and size <= space:
                refused = self._flood.refused(node, now_ms)  # the last ones of a flood are told by what comes after it
                if topic:
                    messages.append(Message(topic, payload, now_ms, retained))
                    count, space = count - 1, space - size
            else:
                refused = self._flood.refuse(node, now_ms)
            if refused:
                self.heard.put(Dropped(node, refused, now_ms))
        if messages:
            self.heard.put(messages)

    def _topic(self, raw: bytes) -> tuple[str, str]:
        """Its text, '' where only a gateway speaks, and its node."""
        if len(self._topics) >= TOPICS_MAX:
            self._topics.clear()  # names are free to invent
        topic = raw.decode("utf-8", "backslashreplace")
        parts = topic.split("/")
        known = ("" if from_gateway(topic) else topic, parts[3] if len(parts) > 3 else "")
        self._topics[raw] = known
        return known


def _ends_ms(line: object) -> int | None:
    """When the certificate at the other end of ``line`` ends."""
    shown = line.getpeercert() if isinstance(line, ssl.SSLSocket) else None
    ends = shown.get("notAfter") if shown else None
    return round(ssl.cert_time_to_seconds(ends) * 1000) if isinstance(ends, str) else None


def client_for(
    broker: BrokerSettings, client_id: str, hear: Callable[[Sequence[Packet]], None] | None = None
) -> Client:
    """A client with the login and certificates of ``broker``, not yet connected; ``hear`` gets its messages, without it
    they are left to ``on_message``.
    """
    kind = partial(Reader, hear) if hear else Client
    client = kind(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=MQTTProtocolVersion.MQTTv311)
    password = broker.password.get_secret_value() if broker.password else None
    client.username_pw_set(broker.username or USERNAME, password)
    if broker.tls:
        certificate, key = (str(path) if path else None for path in (broker.tls.cert, broker.tls.key))
        client.tls_set(ca_certs=str(broker.tls.ca), certfile=certificate, keyfile=key)
    return client
