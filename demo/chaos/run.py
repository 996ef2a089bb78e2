"""One run: comes up, works under faults for its time, drains, counts."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from contracts.inventory import Village
from demo.chaos import stored, verdict
from demo.chaos.books import ACKED, ASIDE, HUSH, Marks, accepted
from demo.chaos.drain import Acks, Points
from demo.chaos.hand import Hand
from demo.chaos.influx import Influx
from demo.chaos.lines import Lines
from demo.chaos.place import Place, program
from demo.chaos.schedule import Fault, Scene, schedule
from demo.chaos.setting import Talk
from demo.chaos.verdict import Counts, Outcome
from demo.supervise import Supervisor, last_words
from gateway.telemetry.line import MEASUREMENTS

UP_WITHIN_S = 60.0
TICK_S = 0.05
SAY_EACH_S = 5.0
# Waited so many times longer than allowed, to say by how much it was missed.
PATIENCE = 8


class NotUp(Exception):
    """The village does not come up; the text says what is missing."""


@dataclass(frozen=True)
class Order:
    """What is asked for. ``cap_bytes``: of each spool; ``forced``: past it; ``broken``: the mechanism to take out."""

    seed: int
    seconds: float
    nodes: tuple[str, ...]
    rate: float
    cap_bytes: int
    database: str
    limit_s: float
    capped: bool = False
    forced: bool = False
    broken: str | None = None
    influx: bool = True


@dataclass
class Run:
    """``say``: to the user. :meth:`play` once; then the results are in ``counts``, ``outcome`` and ``hand``."""

    order: Order
    folder: Path
    say: Callable[[str], None]
    children: Supervisor = field(init=False)
    counts: Counts = field(default_factory=Counts)
    early: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.children = Supervisor(self.say)
        self.influx = self._influx() if self.order.influx else None
        url = None if self.influx is None else self.influx.url
        self.place = Place(self.folder, self.order.nodes, self.order.database, url)

    def _influx(self) -> Influx:
        return Influx(self.folder / "influx")

    def play(self) -> Outcome:
        """Everything. Raises :class:`NotUp`, :class:`demo.chaos.place.Missing`."""
        village = self.place.write()
        kinds = _measurements(village)
        lines = Lines(self.order.nodes, self.place.broker_port)
        self.hand = Hand(self.children, lines)
        try:
            self._come_up()
            self._load()
            return self._end(kinds)
        finally:
            self.children.stop()
            lines.close()

    # --- coming up ---

    def _come_up(self) -> None:
        env = dict(os.environ)
        self._program("broker", ["mosquitto", "-c", str(self.place.mosquitto)])
        if self.influx is not None:
            self._program("influx", ["influxd", "-config", str(self.influx.config)])
            self._until(self.influx.ready, "influx")
        with_break = ["--break", self.order.broken] if self.order.broken in {"ack-before-commit", "accept-gap"} else []
        gateway = ["-m", "demo.chaos.gateway_run", *with_break, "--config", str(self.place.config("gateway"))]
        self.children.start("gateway", gateway, self.place.log("gateway"), env)
        for node in self.order.nodes:
            file = self.place.write_node(node, self.hand.lines.ports[node], self._talk())
            self.children.start(node, ["-m", "demo.chaos.node_run", str(file)], self.place.log(node), env)
        heard = Marks(self.place.ledger, ACKED)
        self._until(lambda: len({node for node, _ in heard.now()}) == len(self.order.nodes), "gateway")

    def _program(self, name: str, argv: Sequence[str]) -> None:
        path = os.environ.get("PATH", "")
        # So that nothing stays behind when the harness itself is killed.
        follow = [program("setpriv", path), "--pdeathsig", "KILL"]
        self.children.run(name, [*follow, program(argv[0], path), *argv[1:]], self.place.log(name), dict(os.environ))

    def _talk(self) -> Talk:
        order = self.order
        return Talk(order.seed, order.rate, order.cap_bytes, syncs=order.broken != "no-fsync")

    def _until(self, done: Callable[[], bool], name: str) -> None:
        end = time.monotonic() + UP_WITHIN_S
        while not done():
            dead = [child.name for child in self.children.children.values() if not child.running]
            if dead or time.monotonic() > end:
                name = dead[0] if dead else name
                raise NotUp(f"{name} does not come up{last_words(self.place.log(name))}")
            time.sleep(TICK_S)

    # --- under faults ---

    def _load(self) -> None:
        order = self.order
        scene = Scene(order.nodes, influx=self.influx is not None, cap=order.forced)
        faults = schedule(order.seed, order.seconds, scene)
        self.say(f"{len(faults)} faults in {order.seconds:g} s, seed {order.seed}:")
        for fault in faults:
            self.say(f"  {fault}")
        begun, said = time.monotonic(), 0.0
        for at_s, deed in _deeds(faults, self._begin, self._mend):
            while (now := time.monotonic() - begun) < at_s:
                self.children.tick()
                if now - said >= SAY_EACH_S:
                    said = now
                    self.say(f"{now:5.0f} of {order.seconds:g} s; done so far: {dict(self.hand.done)}")
                time.sleep(min(TICK_S, max(0.0, at_s - now)))
            deed()
        self._over = time.monotonic()
        (self.place.ledger / HUSH).touch()

    def _begin(self, fault: Fault) -> None:
        self.hand.begin(fault)

    def _mend(self, fault: Fault) -> None:
        if (fault.target, fault.deed) == ("gateway", "kill"):
            self.early += self._early()
        self.hand.end(fault)

    def _early(self) -> Iterator[str]:
        """What nodes were told is committed, and is not in the database: the gateway is dead, so it stays as it is."""
        committed = stored.marks(self.place.database)
        for (node, stream), n in Marks(self.place.ledger, ACKED).now().items():
            if n > committed.get((node, stream), 0):
                yield f"{node}/{stream[:6]}…: {n} acknowledged, {committed.get((node, stream), 0)} stored"

    # --- the end ---

    def _end(self, kinds: dict[str, str]) -> Outcome:
        until = self._over + PATIENCE * self.order.limit_s
        with self._points(set(kinds.values())) as points:
            acked = Acks(self.place.ledger, self.order.nodes).wait(until)
            self.counts = self._count(kinds)
            pointed = acked if points is None else points.wait(self.counts.measured, until)
        acked_s = None if acked is None else acked - self._over
        drained_s = None if acked is None or pointed is None else max(acked, pointed) - self._over
        self.children.stop([*self.order.nodes, "gateway"])
        self.counts = self._count(kinds)
        influx = None if self.influx is None else self.influx.counts(sorted(set(kinds.values())))
        aside = [f"{node}/{stream[:6]}…" for node, stream in Marks(self.place.ledger, ASIDE).now()]
        order = self.order
        return Outcome(acked_s, drained_s, order.limit_s, self.early, aside, influx, order.capped, order.forced)

    @contextmanager
    def _points(self, measurements: set[str]) -> Iterator[Points | None]:
        if self.influx is None:
            yield None
            return
        points = Points(self.influx, measurements)
        try:
            yield points
        finally:
            points.stop()

    def _count(self, kinds: dict[str, str]) -> Counts:
        database = self.place.database
        ranges = stored.lost_ranges(database)
        return verdict.count(accepted(self.place.ledger), stored.rows(database), ranges, kinds)


def _deeds(
    faults: Sequence[Fault], begin: Callable[[Fault], None], end: Callable[[Fault], None]
) -> list[tuple[float, Callable[[], None]]]:
    both = [(fault.at_s, lambda fault=fault: begin(fault)) for fault in faults]
    return sorted([*both, *((fault.end_s, lambda fault=fault: end(fault)) for fault in faults)], key=lambda one: one[0])


def _measurements(village: Village) -> dict[str, str]:
    return {device: MEASUREMENTS[place.kind] for device, place in village.places().items()}
