"""The MQTT side.

Callbacks run in paho's thread and only put things into the queue of :mod:`gateway.intake`.
"""

import ssl
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import structlog
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from contracts.messages import Ack, StateMessage, encode
from contracts.settings import BrokerSettings
from contracts.topics import GATEWAY, Topic, from_nodes
from gateway.intake import WAITING_MAX, Intake, Link
from gateway.reader import Ear, Reader

# The broker is on the same box: asking costs nothing, and all nodes wait for whoever hears it late.
RECONNECT_S = (1, 2)
USERNAME = "gateway"

log = structlog.get_logger(__name__)


class Uplink:
    """A connection to the broker that mends itself. What is heard is in :attr:`heard`."""

    def __init__(self, broker: BrokerSettings, village: str, boot: str, now_ms: Callable[[], int], rate: float) -> None:
        self._intake = Intake(now_ms, rate)
        self.heard = self._intake.heard
        self._broker, self._village, self._boot, self._now_ms = broker, village, boot, now_ms
        self._client = client_for(broker, f"{USERNAME}-{village}", self._intake)
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


def _ends_ms(line: object) -> int | None:
    """When the certificate at the other end of ``line`` ends."""
    shown = line.getpeercert() if isinstance(line, ssl.SSLSocket) else None
    ends = shown.get("notAfter") if shown else None
    return round(ssl.cert_time_to_seconds(ends) * 1000) if isinstance(ends, str) else None


def client_for(broker: BrokerSettings, client_id: str, ear: Ear | None = None) -> Client:
    """A client with the login and certificates of ``broker``, not yet connected; ``ear`` gets its messages, without it
    they are left to ``on_message``.
    """
    kind = partial(Reader, ear) if ear else Client
    client = kind(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=MQTTProtocolVersion.MQTTv311)
    password = broker.password.get_secret_value() if broker.password else None
    client.username_pw_set(broker.username or USERNAME, password)
    if broker.tls:
        certificate, key = (str(path) if path else None for path in (broker.tls.cert, broker.tls.key))
        client.tls_set(ca_certs=str(broker.tls.ca), certfile=certificate, keyfile=key)
    return client
