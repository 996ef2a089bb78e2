"""Nodes that report at a pace, each record once until it is missed, and how long it takes to be acknowledged."""

import statistics
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from contracts.messages import Ack, Birth, Finding, Prev, Reading, Up, decode, encode

EACH_S = 0.1
MISSED_S = 3.0


class Node:
    """One that numbers what it says, and keeps what is not acknowledged; ``lit``: of its light."""

    def __init__(self, number: int) -> None:
        self.name, self.light = f"n-{number:02d}", f"light-{number:02d}"
        self.stream, self.boot, self.n = f"{number:016x}", f"{number + 4096:016x}", 0
        self.waiting: deque[tuple[int, float, bytes]] = deque()
        self.sent_s = 0.0
        self.dark, self.more = False, dict[str, float]()
        self.turns(dark=False)

    def birth(self) -> bytes:
        return encode(Birth(1, self.stream, self.boot, 0, "1.0", "c1", ()))

    def record(self) -> bytes:
        before = Prev(self.n, self.boot if self.n else None)
        self.n += 1
        now = time.time()
        mono = time.monotonic()
        values: dict[str, Any] = {"v": 1, "stream": self.stream, "n": self.n, "boot": self.boot, "tq": "ntp"}
        payload = encode(
            Up(**values, ts=round(now * 1000), mono=round(mono * 1000), r=(self.reading(mono),), age_ms=0, prev=before)
        )
        self.waiting.append((self.n, mono, payload))
        return payload

    def turns(self, *, dark: bool) -> float:
        """Its light goes out, or on again, now: monotonic seconds."""
        self.dark, self.since_s = dark, time.monotonic()
        return self.since_s

    def reading(self, now: float) -> Reading:
        age, m = now - self.since_s, {"lit": 1.0 - self.dark, **self.more}
        looks = 1 + int(age / EACH_S)
        if not self.dark:
            return Reading(self.light, "up", age, looks, m=m)
        return Reading(self.light, "down", age, looks, f=(Finding("dark", "down", age, looks),), m=m)


class Callers(threading.Thread):
    """All of them on one connection, until :meth:`end`. ``took``: seconds from a record to its ack, with the moment."""

    def __init__(self, port: int, numbers: Sequence[int], village: str = "v-01") -> None:
        super().__init__(name="callers", daemon=True)
        self.nodes = {node.name: node for node in map(Node, numbers)}
        self.took: list[tuple[float, float]] = []
        self.bare = 0
        self._root, self._ended, self._guard = f"vsm/v1/{village}", threading.Event(), threading.Lock()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="callers")
        self._client.on_connect = lambda client, *_: client.subscribe(
            [(f"{self._root}/{n}/ack", 1) for n in self.nodes]
        )
        self._client.on_message = self._heard
        self._client.max_inflight_messages_set(1000)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._acked: set[str] = set()

    def greet(self, within_s: float = 240.0) -> None:
        """Say hello until everybody is answered."""
        end = time.monotonic() + within_s
        while self._acked != self.nodes.keys():
            assert time.monotonic() < end, f"only {self._acked} of {len(self.nodes)} nodes are answered"
            for node in self.nodes.values():
                if node.name not in self._acked:
                    self._say(node, "birth", node.birth())
            time.sleep(0.3)

    def run(self) -> None:
        due = time.monotonic()
        while not self._ended.is_set():
            for node in self.nodes.values():
                self._turn(node)
            due += EACH_S
            self._ended.wait(max(0.0, due - time.monotonic()))

    def _turn(self, node: Node) -> None:
        with self._guard:
            now = time.monotonic()
            again = []
            if node.waiting and now - max(node.waiting[0][1], node.sent_s) > MISSED_S:
                node.sent_s, again = now, [payload for _, _, payload in node.waiting]
            again.append(node.record())
        for payload in again:
            self._say(node, "up", payload)

    def _say(self, node: Node, leaf: str, payload: bytes) -> None:
        self._client.publish(f"{self._root}/{node.name}/{leaf}", payload, qos=1)

    def _heard(self, _client: Any, _data: Any, message: MQTTMessage) -> None:
        name, now = message.topic.split("/")[3], time.monotonic()
        ack = decode(Ack, bytes(message.payload))
        node = self.nodes[name]
        self._acked.add(name)
        with self._guard:
            while ack.stream == node.stream and node.waiting and node.waiting[0][0] <= ack.n:
                _, sent, _ = node.waiting.popleft()
                self.took.append((now, now - sent))

    def end(self, within_s: float = 60.0) -> None:
        """Say nothing new, and wait until all is acknowledged."""
        self._ended.set()
        self.join()
        end = time.monotonic() + within_s
        while not self._quiet(MISSED_S):
            assert time.monotonic() < end, {node.name: len(node.waiting) for node in self.nodes.values()}
            for node in self.nodes.values():
                for _, _, payload in list(node.waiting):
                    self._say(node, "up", payload)
        self.close()

    def _quiet(self, within_s: float) -> bool:
        """Whether all is acknowledged, or is so soon."""
        end = time.monotonic() + within_s
        while any(node.waiting for node in self.nodes.values()):
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def close(self) -> None:
        self._ended.set()
        self._client.disconnect()
        self._client.loop_stop()

    def said(self) -> int:
        """Records so far."""
        return sum(node.n for node in self.nodes.values())

    def between(self, begun: float, ended: float | None = None) -> list[float]:
        """How long it took for the records acknowledged between two moments, seconds."""
        until = time.monotonic() if ended is None else ended
        return [took for at, took in list(self.took) if begun <= at <= until]

    def p95_s(self, begun: float, ended: float | None = None) -> float:
        return p95(self.between(begun, ended))


def p95(values: Sequence[float]) -> float:
    assert len(values) >= 20, f"only {len(values)} values"
    return statistics.quantiles(values, n=20)[-1]


def light(number: int) -> Mapping[str, Any]:
    """A node of one light, each 2 s."""
    lamp = {"id": f"light-{number:02d}", "kind": "warning_light", "driver": "warning_light", "pin": "GPIO17"}
    devices = [lamp | {"isolation": "opto", "supply": "mains"}]
    return {"id": f"n-{number:02d}", "interval_s": 2, "devices": devices}
