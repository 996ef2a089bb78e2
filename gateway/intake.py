"""What comes from the broker, up to the one who takes it: what is let in, what is refused unread, and what waits.

It runs in paho's thread and only puts things into a queue: an exception there would end that thread in silence.
"""

import queue
from collections.abc import Callable, Sequence

import structlog
from msgspec import Struct

from contracts.topics import from_gateway
from gateway.flood import Flood
from gateway.reader import Packet

WAITING_MAX, WAITING_BYTES = 20_000, 64 * 2**20
TOPICS_MAX = 100_000

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


class Intake:
    """The :class:`gateway.reader.Ear`: what is let in is in :attr:`heard`. ``rate``: messages a second of one node."""

    def __init__(self, now_ms: Callable[[], int], rate: float) -> None:
        self.heard = Waiting()
        self._now_ms, self._flood = now_ms, Flood(rate)
        # Topic as it came -> as text, and its node.
        self._topics: dict[bytes, tuple[str, str]] = {}
        # Let in and not yet handed over.
        self._count = self._bytes = 0

    def admits(self, topic: bytes, size: int) -> bool:
        """What there is no room for, and what one node says too much, is counted and not read."""
        node = (self._topics.get(topic) or self._learn(topic))[1]
        now_ms = self._now_ms()
        count, space = self.heard.room()
        if count <= self._count or size > space - self._bytes or not self._flood.allows(node, size, now_ms):
            self._refuse(node, 1, now_ms)
            return False
        self._count, self._bytes = self._count + 1, self._bytes + size
        if refused := self._flood.refused(node, now_ms):  # the last ones of a flood are told by what comes after it
            self.heard.put(Dropped(node, refused, now_ms))
        return True

    def passed(self, topic: bytes, count: int) -> None:
        """More of what was just refused."""
        self._refuse((self._topics.get(topic) or self._learn(topic))[1], count, self._now_ms())

    def _refuse(self, node: str, count: int, now_ms: int) -> None:
        if refused := self._flood.refuse(node, now_ms, count):
            self.heard.put(Dropped(node, refused, now_ms))

    def hear(self, packets: Sequence[Packet]) -> None:
        """Those that were let in, together."""
        try:
            self._take(packets, self._now_ms())
        except Exception:
            log.exception("messages could not be taken")
        finally:
            self._count = self._bytes = 0

    def _take(self, packets: Sequence[Packet], now_ms: int) -> None:
        topics = self._topics
        messages = [
            Message(text, payload, now_ms, retained)
            for topic, payload, retained in packets
            if (text := (topics.get(topic) or self._learn(topic))[0])
        ]
        if messages:
            self.heard.put(messages)

    def _learn(self, raw: bytes) -> tuple[str, str]:
        """The text of a topic, '' where only a gateway speaks, and its node."""
        if len(self._topics) >= TOPICS_MAX:
            self._topics.clear()  # names are free to invent
        topic = raw.decode("utf-8", "backslashreplace")
        parts = topic.split("/")
        known = ("" if from_gateway(topic) else topic, parts[3] if len(parts) > 3 else "")
        self._topics[raw] = known
        return known
