"""The real gateway's judgement on the dashboard's village: nodes report, fall silent and come back in its own time."""

import threading
from typing import Any, Self

from msgspec.structs import replace

from contracts.messages import Finding, Reading
from gateway.faults import Rules
from gateway.ingest import Ingest
from gateway.people import fault_of
from tests.integration.dashboard_api.conftest import Town
from tests.integration.gateway.conftest import Pi

STEP_S = 5


class Watching:
    """All nodes of ``town`` under a real gateway; the town's clock is moved on by :meth:`run`."""

    def __init__(self, town: Town) -> None:
        assert town.fixed_ms is not None
        self.town, self.now_ms = town, town.fixed_ms
        self.nodes = [node for _, _, node in town.village.nodes()]
        self.pis: dict[str, Any] = {
            node.id: _Pi(town.village.id, node.id, f"{index + 1}" * 16) for index, node in enumerate(self.nodes)
        }
        self.bad: dict[str, tuple[str, Any, int]] = {}
        self.silent: set[str] = set()
        self.lock = threading.Lock()
        self.ingest = Ingest(town.village, Rules(), town.store, self.now_ms)
        self.ingest.back(self.now_ms)
        for pi in self.pis.values():
            self._hear(pi.birth())

    def run(self, seconds: int) -> Self:
        """Time passes; each node that is there reports all it has."""
        with self.lock:
            for _ in range(0, seconds, STEP_S):
                self._step()
        self.town.fixed_ms = self.now_ms
        assert self.town.store.counters() == []
        return self

    def _step(self) -> None:
        self.now_ms += STEP_S * 1000
        for node in self.nodes:
            if node.id not in self.silent:
                self._report(node)
        self.ingest.tick(self.now_ms)
        self.ingest.commit(self.now_ms)

    def _report(self, node: Any) -> None:
        readings = []
        for device, place in self.town.village.places().items():
            if place.node == node.id:
                code, state, since_ms = self.bad.get(device, ("", "up", self.now_ms))
                since_s = (self.now_ms - since_ms) / 1000
                found = (Finding(code, state, since_s, round(since_s) + 1),) if code else ()
                reading = Reading(device, state, since_s, round(since_s) + 1, f=found)
                readings.append(replace(reading, word="free") if place.kind == "connector" else reading)
        self._hear(self.pis[node.id].up(*readings, ts=self.now_ms))

    def _hear(self, message: tuple[str, bytes]) -> None:
        self.ingest.receive(*message, self.now_ms)

    def sees(self, device: str, code: str, state: Any = "down") -> Self:
        """From now on."""
        self.bad[device] = (code, state, self.now_ms)
        return self

    def cut(self, *nodes: str) -> Self:
        """Their line, or their power, is gone."""
        for node in nodes:
            self.silent.add(node)
            self._hear(self.pis[node].state("lost"))
        return self

    def comes_back(self, *nodes: str) -> Self:
        """They are there again."""
        for node in nodes:
            self.silent.discard(node)
            self._hear(self.pis[node].birth())
        return self

    def listening(self) -> "_Clerk":
        """Applies what people ask for meanwhile."""
        return _Clerk(self)


class _Pi(Pi):
    def __init__(self, village: str, node: str, stream: str) -> None:
        super().__init__(node, stream)
        self.village = village

    def topic(self, leaf: str) -> str:
        return f"vsm/v1/{self.village}/{self.node}/{leaf}"


class _Clerk:
    def __init__(self, watching: Watching) -> None:
        self._watching, self._stop = watching, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        seen = self._watching
        while not self._stop.wait(0.05):
            with seen.lock:
                for asked in seen.town.store.waiting_inputs():
                    number = fault_of(asked)
                    seen.ingest.person(asked, seen.town.store.fault(number) if number else None, seen.now_ms)
                    seen.ingest.commit(seen.now_ms)
