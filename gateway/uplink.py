"""The MQTT side.

Callbacks run in paho's thread and only put things into a queue: an exception there would end it in silence.
"""

import queue
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from msgspec import Struct
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from contracts.messages import Ack, StateMessage, encode
from contracts.settings import BrokerSettings
from contracts.topics import GATEWAY, Topic, from_gateway, from_nodes
from gateway.flood import Flood

WAITING_MAX, WAITING_BYTES = 20_000, 64 * 2**20
# The broker is on the same box: asking costs nothing, and all nodes wait for whoever hears it late.
RECONNECT_S = (1, 2)
USERNAME = "gateway"

log = structlog.get_logger(__name__)


class Message(Struct, frozen=True):
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


Heard = Message | Link | Dropped


class Waiting(queue.SimpleQueue[Heard]):
    """What was heard and not yet taken; it knows how much that is. For one thread that puts and one that gets."""

    def __init__(self) -> None:
        self._in = self._out = 0

    def put(self, item: Heard, block: bool = True, timeout: float | None = None) -> None:
        """As its base class does; it never blocks."""
        if isinstance(item, Message):
            self._in += len(item.payload)
        super().put(item, block, timeout)

    def get(self, block: bool = True, timeout: float | None = None) -> Heard:
        """As its base class does."""
        item = super().get(block, timeout)
        if isinstance(item, Message):
            self._out += len(item.payload)
        return item

    def has_room(self, size: int) -> bool:
        """Whether one more message of ``size`` bytes may wait."""
        return self.qsize() < WAITING_MAX and self._in - self._out + size <= WAITING_BYTES


class Uplink:
    """A connection to the broker that mends itself. What is heard is in :attr:`heard`."""

    def __init__(self, broker: BrokerSettings, village: str, boot: str, now_ms: Callable[[], int], rate: float) -> None:
        self.heard = Waiting()
        self._broker, self._village, self._boot, self._now_ms = broker, village, boot, now_ms
        self._flood = Flood(rate)
        self._client = client_for(broker, f"{USERNAME}-{village}")
        self._state = str(Topic(village, GATEWAY, "state"))
        self._client.will_set(self._state, self._statement("lost"), qos=1, retain=True)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message
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
        self.heard.put(Link(True, self._now_ms()))

    def _on_disconnect(
        self, _client: Client, _data: Any, _flags: DisconnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            log.warning("broker away", reason=str(reason))
        self.heard.put(Link(False, self._now_ms()))

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        try:
            self._take(message, self._now_ms())
        except Exception:  # a callback that raises ends paho's thread in silence
            log.exception("a message could not be taken")

    def _take(self, message: MQTTMessage, now_ms: int) -> None:
        topic, payload = message.topic, message.payload  # the library decodes a topic at each look
        parts = topic.split("/")
        node = parts[3] if len(parts) > 3 else ""
        if self._flood.allows(node, len(payload), now_ms) and self.heard.has_room(len(payload)):
            refused = self._flood.refused(node, now_ms)  # the last ones of a flood are told by what comes after it
            if not from_gateway(topic):
                self.heard.put(Message(topic, bytes(payload), now_ms, message.retain))
        else:
            refused = self._flood.refuse(node, now_ms)
        if refused:
            self.heard.put(Dropped(node, refused, now_ms))


def client_for(broker: BrokerSettings, client_id: str) -> Client:
    """A client with the login and certificates of ``broker``, not yet connected."""
    client = Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=MQTTProtocolVersion.MQTTv311)
    password = broker.password.get_secret_value() if broker.password else None
    client.username_pw_set(broker.username or USERNAME, password)
    if broker.tls:
        certificate, key = (str(path) if path else None for path in (broker.tls.cert, broker.tls.key))
        client.tls_set(ca_certs=str(broker.tls.ca), certfile=certificate, keyfile=key)
    return client
