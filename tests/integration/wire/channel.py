"""A broker and its lines, in a time of their own: every message waits until it is let through, and may be let through
again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from contracts.topics import GATEWAY
from edge.link import Closed, Event, Heard, Login, Opened

FLYING_MAX = 4000
GATEWAY_STATE = f"/{GATEWAY}/state"


@dataclass(frozen=True)
class Flying:
    """One message on its way, ``down`` to a node or up to the gateway; as the broker keeps it if ``retained``."""

    topic: str
    payload: bytes
    down: bool = False
    retained: bool = False

    @property
    def leaf(self) -> str:
        return self.topic.rpartition("/")[2]


@dataclass
class SimLink:
    """A node's connection, in the place of the one to a real broker."""

    broker: "Broker"
    login: Login
    tell: Callable[[Event], None]
    open: bool = True
    topics: set[str] = field(default_factory=set)

    def subscribe(self, topics: list[str]) -> None:
        self.topics |= set(topics)
        for topic, payload in self.broker.retained.items():
            if topic in self.topics:
                self.broker.send(Flying(topic, payload, down=True))

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        if self.open:
            self.broker.publish(topic, payload, retain=retain)

    def flush(self, timeout_s: float) -> None:
        """Everything is out at once."""

    def close(self) -> None:
        self.open = False

    def join(self, timeout_s: float) -> None:
        """It has no thread."""

    def cut(self) -> None:
        """The line breaks; the broker says the will."""
        if self.open:
            self.open = False
            self.broker.publish(self.login.will_topic, self.login.will, retain=True)
            self.tell(Closed("cut"))


@dataclass
class Broker:
    """Keeps what is retained, and everything that is on its way, oldest first. ``up``: whether it takes connections."""

    up: bool = True
    retained: dict[str, bytes] = field(default_factory=dict)
    flying: list[Flying] = field(default_factory=list)
    links: list[SimLink] = field(default_factory=list)
    published: list[Flying] = field(default_factory=list)

    def connect(self, login: Login, tell: Callable[[Event], None]) -> SimLink:
        """A node comes; one of the same name is put off."""
        for other in self.links:
            if other.login.user == login.user:
                other.cut()
        link = SimLink(self, login, tell, self.up)
        self.links = [one for one in self.links if one.open]
        if self.up:
            self.links.append(link)
            tell(Opened())
        else:
            tell(Closed("refused"))
        return link

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """From a node, or the gateway's state."""
        if retain:
            self.retained[topic] = payload
        self.send(Flying(topic, payload, down=topic.endswith(GATEWAY_STATE)))

    def send(self, message: Flying) -> None:
        """Put it on its way. Where too much is, the oldest is lost, as with a broker's own limits."""
        self.published.append(message)
        self.flying.append(message)
        del self.flying[:-FLYING_MAX]

    def cut(self) -> None:
        """Every line to a node breaks."""
        for link in self.links:
            link.cut()
        self.links = []

    def kill(self, remembers: dict[str, bytes]) -> None:
        """Killed and started anew: what was on its way is gone, and what it kept is what it had on its disk."""
        self.cut()
        self.flying, self.retained = [], remembers

    def to_nodes(self, message: Flying) -> None:
        """Let one message through to whoever has subscribed to it."""
        for link in self.links:
            if link.open and message.topic in link.topics:
                link.tell(Heard(message.topic, message.payload))


def numbers() -> Callable[[int], str]:
    """Names for streams and boots that come out the same each time; ``draw(n)`` gives 2n hex digits."""
    drawn = count(1)
    return lambda size: f"{next(drawn):0{2 * size}x}"
