"""The gateway's loop: hear, judge, commit, acknowledge. One thread; the broker's and telemetry's have their own."""

import queue
import threading
from collections.abc import Callable
from typing import Protocol

import structlog

from contracts.messages import Ack
from gateway.clocks import Clocks
from gateway.commands import Reach
from gateway.faults.village.own import Vitals
from gateway.ingest import Ingest
from gateway.intake import Dropped, Heard, Link, Message
from gateway.people import fault_of
from gateway.store import Conflict, Store, StoreError

LOOK_S = 0.25
BACK_OFF_S = (0.2, 10.0)
# A loop that has not come round for so long hangs.
WELL_S = 30.0

log = structlog.get_logger(__name__)


class Broker(Protocol):
    """The MQTT side as the loop sees it."""

    @property
    def heard(self) -> queue.SimpleQueue[Heard]:
        """What came, oldest first."""
        ...

    def acknowledge(self, acks: list[tuple[str, Ack]]) -> None:
        """Send acks."""
        ...


class Service:
    """Runs until :attr:`stop` is set. What is put into :attr:`vitals` is judged as the gateway's own state.

    ``batch_ms``: the least time between two commits; ``batch_max``: records of one. ``begin``: an ingest that
    goes on from what is stored. :attr:`settle` is asked at each look whether time has jumped, as it does once where the
    clock was not believed at the start. :attr:`send` is called at each look, to send commands to those that it can
    reach.
    """

    def __init__(
        self,
        begin: Callable[[], Ingest],
        store: Store,
        broker: Broker,
        clocks: Clocks,
        batch: tuple[int, int],
    ) -> None:
        self.stop = threading.Event()
        self.vitals: queue.SimpleQueue[Vitals] = queue.SimpleQueue()
        self.settle: Callable[[], bool] = lambda: False
        self.send: Callable[[Reach, int], None] = lambda _reach, _now_ms: None
        self._store, self._broker, self._clocks = store, broker, clocks
        self._batch_s, self._batch_max = batch[0] / 1000, batch[1]
        self._begin, self._ingest = begin, begin()
        self._away = True
        self._link_ms: int | None = None
        self._failures = 0
        self._rest: list[Message] = []
        self._looked_s = self._committed_s = 0.0

    def run(self, alive: Callable[[], None] = lambda: None) -> None:
        """The loop; ``alive`` is called at each turn."""
        log.info("gateway ready")
        while not self.stop.is_set():
            self.once()
            alive()
        self._commit()

    def once(self) -> None:
        """Take what there is, at most one batch of it, and commit it."""
        if self._failures == 0 or self._ingest.size() < self._batch_max:
            self._collect()
        if self._clocks.mono_s() - self._looked_s >= LOOK_S:
            self._looked_s = self._clocks.mono_s()
            self._look()
        self._commit()

    def well(self, mono_s: float) -> bool:
        """Whether it hears its broker and commits."""
        return not self._away and self._failures == 0 and mono_s - self._looked_s < WELL_S

    def link(self) -> tuple[bool, int | None]:
        """Whether it hears its broker, and since when that is so; None: since its start."""
        return not self._away, self._link_ms

    def _collect(self) -> None:
        """Wait for a message, then take all that come until the next commit is due: at rest that is at once."""
        wait_s, room = LOOK_S, self._batch_max
        while room > 0:
            try:
                heard = self._rest or self._broker.heard.get(wait_s > 0, max(wait_s, 0.001))
            except queue.Empty:
                return
            room -= self._take(heard, room)
            wait_s = self._committed_s + self._batch_s - self._clocks.mono_s()

    def _take(self, heard: Heard, room: int) -> int:
        """Take at most ``room`` messages of what was heard; how many that was."""
        if isinstance(heard, list):
            receive = self._ingest.receive
            for message in heard[:room]:
                receive(message.topic, message.payload, message.received_ms, message.retained)
            self._rest = heard[room:]
            return min(room, len(heard))
        match heard:
            case Message(topic, payload, received_ms, retained):
                self._ingest.receive(topic, payload, received_ms, retained)
            case Dropped(node, count):
                self._ingest.dropped(node, count)
            case Link(up, at_ms):
                self._away, self._link_ms = not up, at_ms
                if up:
                    self._ingest.back(at_ms)
                else:
                    self._ingest.away(at_ms)
        return 1

    def _look(self) -> None:
        """Deadlines and people. While the broker is away everybody is silent, so no deadline means anything."""
        if self.settle():
            log.warning("clock believed, begun anew from the database")
            self._restart()
        now_ms = self._clocks.now_ms()
        while not self.vitals.empty():
            self._ingest.own(self.vitals.get_nowait(), now_ms)
        if not self._away:
            self._ingest.tick(now_ms)
        if self._failures:
            return  # what waits was built on faults as they were read; read them once it is stored
        try:
            self._people(now_ms)
        except StoreError as error:
            log.warning("inputs cannot be read", reason=str(error))
        try:
            self.send(self._ingest.reach, now_ms)
        except StoreError as error:
            log.warning("commands cannot be sent", reason=str(error))

    def _people(self, now_ms: int) -> None:
        seen: set[str] = set()
        rows = self._store.waiting_inputs()
        if rows and self._away:
            self._ingest.begin(now_ms)  # an input brings its node up to now, and nobody's silence counts
        for row in rows:
            number = fault_of(row)
            if number not in seen:  # one a batch: the second must see what the first did
                seen.add(number)
                self._ingest.person(row, self._store.fault(number) if number else None, now_ms)

    def _commit(self) -> None:
        try:
            acks = self._ingest.commit(self._clocks.now_ms())
        except Conflict as error:
            log.warning("begun anew from the database", reason=str(error))
            self._restart()
        except StoreError as error:
            self._failed(error)
        else:
            if self._failures:
                log.info("database is back", failures=self._failures)
            self._failures = 0
            self._committed_s = self._clocks.mono_s()
            self._broker.acknowledge(acks)

    def _restart(self) -> None:
        try:
            self._ingest = self._begin()
        except StoreError as error:
            self._failed(error)
            return
        if not self._away:
            self._ingest.back(self._clocks.now_ms())  # nobody will tell it: the broker was there all along

    def _failed(self, error: StoreError) -> None:
        if self._failures in (0, 10) or self._failures % 100 == 0:
            log.error("cannot commit, nothing is acknowledged", reason=str(error), failures=self._failures + 1)
        first, longest = BACK_OFF_S
        self.stop.wait(min(longest, first * 2.0 ** min(self._failures, 10)))
        self._failures += 1
