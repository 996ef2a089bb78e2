"""One connection to the broker. It lives from its connect to its end; the next one is a new object.

paho sends what was not confirmed again after a reconnect, with the age it had then. So a client is never used twice:
what the gateway has not confirmed comes again from the spool, with its age of then.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from contracts.settings import BrokerSettings

CONNECT_S = 5.0
# More than ever wait for the broker's receipt: what is published goes out at once, with its age still true.
BROKER_WINDOW = 2000


@dataclass(frozen=True, slots=True)
class Opened:
    """The broker has accepted the client."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The connection has ended, or never came to be."""

    reason: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A message came."""

    topic: str
    payload: bytes


Event = Opened | Closed | Heard


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are to the broker, and what it is to say when we are gone (retained)."""

    broker: BrokerSettings
    user: str
    password: str | None
    will_topic: str = ""
    will: bytes = b""


class Connection(Protocol):
    """A connection as the node's line uses it; :class:`Link` is the one to a broker."""

    def subscribe(self, topics: list[str]) -> None:
        """Ask for ``topics``."""
        ...

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send, if the line is up."""
        ...

    def flush(self, timeout_s: float) -> None:
        """Wait until what was published is out."""
        ...

    def close(self) -> None:
        """Take leave; returns at once."""
        ...

    def join(self, timeout_s: float) -> None:
        """Wait for its end."""
        ...


class Link:
    """Connects in a thread of its own. ``tell`` gets every event in that thread: it must only hand it on."""

    def __init__(self, login: Login, tell: Callable[[Event], None], client_id: str | None = None) -> None:
        self._tell = tell
        self._broker = login.broker
        self._client = _client(login, client_id or login.user)
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        self._client.on_disconnect = self._on_disconnect
        # Being set, it keeps publish() in other threads from writing to the socket itself.
        self._client.on_socket_register_write = _nothing
        self._newest: mqtt.MQTTMessageInfo | None = None
        self._reason = "closed"
        self._abandoned = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"mqtt-{login.user}", daemon=True)
        self._thread.start()

    def subscribe(self, topics: list[str]) -> None:
        """Ask for ``topics``, QoS 1."""
        self._client.subscribe([(topic, 1) for topic in topics])

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send, QoS 1. On a line that is down it is lost, which is what the spool is for."""
        self._newest = self._client.publish(topic, payload, qos=1, retain=retain)

    def flush(self, timeout_s: float) -> None:
        """Wait until the broker has the newest message, or the line is down, or for ``timeout_s``."""
        if self._newest and self._newest.rc == mqtt.MQTT_ERR_SUCCESS:
            self._newest.wait_for_publish(timeout_s)

    def close(self) -> None:
        """Take leave of the broker, so that the will is not spoken. Returns at once; see `join`."""
        if self._client.disconnect():
            self._abandoned.set()  # it was not connected yet

    def join(self, timeout_s: float) -> None:
        """Wait for the thread's end."""
        self._thread.join(max(0.0, timeout_s))

    def _run(self) -> None:
        try:
            self._client.connect(self._broker.host, self._broker.port, self._broker.keepalive_s)
            while not self._abandoned.is_set() and not self._client.loop(timeout=1.0):
                pass
        except Exception as error:  # noqa: BLE001  # the thread's outermost loop: whatever paho raises ends this connection, never in silence
            self._reason = f"{type(error).__name__}: {error}"
        finally:
            if socket := self._client.socket():
                socket.close()
            self._tell(Closed(self._reason))

    def _on_connect(self, _c: Any, _u: Any, _f: Any, code: ReasonCode, _p: Any) -> None:
        if code.is_failure:
            self._reason = f"refused: {code}"
        else:
            self._tell(Opened())

    def _on_message(self, _c: Any, _u: Any, message: mqtt.MQTTMessage) -> None:
        self._tell(Heard(message.topic, bytes(message.payload)))

    def _on_disconnect(self, _c: Any, _u: Any, _f: Any, code: ReasonCode, _p: Any) -> None:
        if self._reason == "closed":
            self._reason = str(code)


# Makes a connection; what happens on it is told by the callable, maybe in another thread.
Opener = Callable[[Login, Callable[[Event], None]], Connection]


def _nothing(*_: Any) -> None:
    """The thread's own loop looks after writing."""


def _client(login: Login, client_id: str) -> mqtt.Client:
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        clean_session=True,
        protocol=mqtt.MQTTv311,
        reconnect_on_failure=False,
    )
    client.connect_timeout = CONNECT_S
    client.max_inflight_messages_set(BROKER_WINDOW)
    client.username_pw_set(login.user, login.password)
    if login.will_topic:
        client.will_set(login.will_topic, login.will, qos=1, retain=True)
    if tls := login.broker.tls:
        client.tls_set(str(tls.ca), str(tls.cert) if tls.cert else None, str(tls.key) if tls.key else None)
    return client
