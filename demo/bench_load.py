"""The load of ``ingest.*``: the nodes of a village behind one connection, each with the product's own window of
unacknowledged records. ``python -m demo.bench_load PORT RECORDS EACH``: so many records a node of so many readings.

It says ``born`` when every node's birth is answered, starts at a line on standard input, says ``part`` when a fifth is
acknowledged and ``done`` when all is. Its own cost counts nowhere.
"""

import queue
import secrets
import sys
import time
from collections.abc import Callable, Sequence

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from contracts.messages import Ack, Birth, Probe, decode, encode
from demo.bench_village import body, camera_ids, node_ids, topic
from demo.workplace import HOST
from edge import records
from edge.spool import Record
from edge.window import MAX_IN_FLIGHT, Window

BORN_WITHIN_S = 60.0
WITHIN_S = 900.0
PART = 0.2


def _mono_ms() -> int:
    return round(time.monotonic() * 1000)


# A node's clock that is right: a wrong one is an ailment, and costs.
_ZERO_MS = round(time.time() * 1000) - _mono_ms()


class Card:
    """Stands for a spool: records are written when there is room to send them, so none waits behind others."""

    def __init__(self, node: str, count: int, each: int) -> None:
        self.stream, self.boot = secrets.token_hex(8), secrets.token_hex(8)
        self._cameras, self._count, self._each = camera_ids(node), count, each
        self._kept: dict[int, Record] = {}
        self.acked = 0

    @property
    def newest(self) -> int:
        """Number of the newest record."""
        return min(self._count, self.acked + MAX_IN_FLIGHT)

    def after(self, n: int, limit: int) -> Sequence[Record]:
        """The oldest ``limit`` records above ``n``."""
        return [self._record(number) for number in range(n + 1, min(n + limit, self.newest) + 1)]

    def forget(self, n: int) -> None:
        """Everything up to and with ``n`` is acknowledged."""
        for number in range(self.acked + 1, n + 1):
            self._kept.pop(number, None)
        self.acked = max(self.acked, n)

    def done(self) -> bool:
        """Whether all is acknowledged."""
        return self.acked == self._count

    def _record(self, n: int) -> Record:
        if n not in self._kept:
            before = self.boot if n > 1 else None
            self._kept[n] = Record(
                n, self.boot, body(self._cameras, self._each, n, _mono_ms(), _ZERO_MS), n - 1, before
            )
        return self._kept[n]


class Node:
    """One node: what is to be sent now, and what an answer means."""

    def __init__(self, name: str, client: mqtt.Client, card: Card) -> None:
        self.card, self._client, self._window = card, client, Window()
        self._topics = {leaf: topic(name, leaf) for leaf in ("birth", "probe", "up")}

    def bear(self, now: float) -> None:
        """Say the birth."""
        birth = Birth(1, self.card.stream, self.card.boot, 0, "bench", "", ())
        self._client.publish(self._topics["birth"], encode(birth), qos=1)
        self._window.connect(now)

    def hear(self, ack: Ack, now: float) -> None:
        """What the gateway has committed."""
        if ack.stream == self.card.stream:
            self.card.forget(ack.n)
            self._window.ack(ack.n, now)

    def answered(self) -> bool:
        """Whether the birth was."""
        return self._window.synced

    def step(self, now: float, start: bool) -> None:
        """Send what is due, and ask where no answer comes."""
        card = self.card
        for send in self._window.due(card, now) if start else ():
            payload = records.payload(send.record, card.stream, card.boot, _mono_ms(), live=send.live)
            self._client.publish(self._topics["up"], payload, qos=1)
        probe_at = self._window.probe_at(card)
        if probe_at is not None and now >= probe_at and not card.done():
            self._client.publish(self._topics["probe"], encode(Probe(1, card.stream, card.boot)), qos=1)
            self._window.asked(now)


class Load:
    """All nodes on one connection."""

    def __init__(self, port: int, count: int, each: int) -> None:
        self._heard: queue.SimpleQueue[mqtt.MQTTMessage] = queue.SimpleQueue()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="load")
        self._client.max_inflight_messages_set(0)
        self._client.on_message = lambda _client, _data, message: self._heard.put(message)
        self._client.connect(HOST, port)
        self._client.subscribe(topic("+", "ack"), qos=1)
        self.nodes = {name: Node(name, self._client, Card(name, count, each)) for name in node_ids()}
        self._total = count * len(self.nodes)

    def born(self) -> None:
        """Say all births and wait for the answers."""
        for node in self.nodes.values():
            node.bear(time.monotonic())
        self._until(lambda: all(node.answered() for node in self.nodes.values()), BORN_WITHIN_S, start=False)

    def run(self, share: float) -> None:
        """Go on until ``share`` of all records is acknowledged."""
        wanted = share * self._total
        self._until(lambda: sum(node.card.acked for node in self.nodes.values()) >= wanted, WITHIN_S, start=True)

    def _until(self, reached: Callable[[], bool], within_s: float, *, start: bool) -> None:
        end = time.monotonic() + within_s
        while not reached():
            now = time.monotonic()
            if now > end:
                acked = sum(node.card.acked for node in self.nodes.values())
                raise TimeoutError(f"{acked} of {self._total} records acknowledged within {within_s:.0f} s")
            for node in self.nodes.values():
                node.step(now, start)
            if self._client.loop(0.01):
                raise ConnectionError("the broker is gone")
            while not self._heard.empty():
                message = self._heard.get_nowait()
                self.nodes[message.topic.split("/")[3]].hear(decode(Ack, bytes(message.payload)), now)


def main() -> None:
    """Run the load."""
    port, count, each = (int(word) for word in sys.argv[1:])
    load = Load(port, count, each)
    load.born()
    print("born", flush=True)
    sys.stdin.readline()
    load.run(PART)
    print("part", flush=True)
    load.run(1.0)
    print("done", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main()
