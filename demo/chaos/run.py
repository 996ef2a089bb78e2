"""One run: comes up, works under faults for its time, drains, counts."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from contracts.inventory import Village
from demo.chaos import stored, verdict
from demo.chaos.books import ACKED, HUSH, Marks, accepted
from demo.chaos.drain import Acks, Points
from demo.chaos.schedule import Fault, schedule
from demo.chaos.stage import TICK_S, Stage
from demo.chaos.verdict import Counts, Outcome
from gateway.telemetry.line import MEASUREMENTS

SAY_EACH_S = 5.0
# Waited so much longer than allowed, to say by how much it was missed.
PATIENCE_S = 30.0


@dataclass
class Run:
    """``say``: to the user; ``limit_s``: how soon everything must have arrived; ``capped``: records may be dropped."""

    stage: Stage
    seed: int
    seconds: float
    limit_s: float
    capped: bool
    say: Callable[[str], None]
    counts: Counts = field(default_factory=Counts)
    _early: list[str] = field(default_factory=list)
    _over: float = 0.0

    def play(self) -> Outcome:
        """Everything. Raises :class:`demo.chaos.stage.NotUp`."""
        try:
            self.stage.start()
            self._load()
            return self._end(_measurements(self.stage.village))
        finally:
            self.stage.stop()

    # --- under faults ---

    def _load(self) -> None:
        faults = schedule(self.seed, self.seconds, self.stage.scene)
        self.say(f"{len(faults)} faults in {self.seconds:g} s, seed {self.seed}:")
        for fault in faults:
            self.say(f"  {fault}")
        begun = time.monotonic()
        for at_s, deed in self._deeds(faults):
            self._wait(begun, at_s)
            deed()
        self._over = time.monotonic()
        (self.stage.place.ledger / HUSH).touch()

    def _deeds(self, faults: Sequence[Fault]) -> list[tuple[float, Callable[[], None]]]:
        begins = [(fault.at_s, lambda fault=fault: self.stage.hand.begin(fault)) for fault in faults]
        ends = [(fault.end_s, lambda fault=fault: self._mend(fault)) for fault in faults]
        says = [(at_s, self._progress(at_s)) for at_s in range(int(SAY_EACH_S), int(self.seconds), int(SAY_EACH_S))]
        return sorted([*begins, *ends, *says], key=lambda one: one[0])

    def _progress(self, at_s: float) -> Callable[[], None]:
        done = self.stage.hand.done
        return lambda: self.say(
            f"{at_s:5.0f} of {self.seconds:g} s: " + ", ".join(f"{n} {what}" for what, n in done.items())
        )

    def _wait(self, begun: float, at_s: float) -> None:
        while (left := begun + at_s - time.monotonic()) > 0:
            self.stage.children.tick()
            time.sleep(min(TICK_S, left))

    def _mend(self, fault: Fault) -> None:
        if (fault.target, fault.deed) == ("gateway", "kill"):
            self._early += self._told_too_early()
        self.stage.hand.end(fault)

    def _told_too_early(self) -> list[str]:
        """What nodes were told is committed, and is not in the database: the gateway is dead, so it stays as it is."""
        place = self.stage.place
        told = dict(Marks(place.ledger, ACKED).now())
        try:
            committed = stored.marks(place.database)
        except stored.Away:  # it is broken now, too
            return []
        return [
            f"{node}/{stream[:6]}…: {n} acknowledged, {committed.get((node, stream), 0)} stored"
            for (node, stream), n in told.items()
            if n > committed.get((node, stream), 0)
        ]

    # --- the end ---

    def _end(self, kinds: dict[str, str]) -> Outcome:
        stage, until = self.stage, self._over + self.limit_s + PATIENCE_S
        with self._points(set(kinds.values())) as points:
            acked = Acks(stage.place.ledger, stage.order.nodes).wait(until, stage.children.tick)
            self.counts = self._count(kinds)
            pointed = acked if points is None else points.wait(self.counts.measured, until)
        stage.children.stop([*stage.order.nodes, "gateway"])
        self.counts = self._count(kinds)
        return Outcome(
            acked_s=None if acked is None else acked - self._over,
            drained_s=None if acked is None or pointed is None else max(acked, pointed) - self._over,
            limit_s=self.limit_s,
            early=self._early,
            influx=None if stage.influx is None else stage.influx.counts(sorted(set(kinds.values()))),
            cap=self.capped,
            small=stage.order.forced,
        )

    @contextmanager
    def _points(self, measurements: set[str]) -> Iterator[Points | None]:
        if self.stage.influx is None:
            yield None
            return
        points = Points(self.stage.influx, measurements)
        try:
            yield points
        finally:
            points.stop()

    def _count(self, kinds: dict[str, str]) -> Counts:
        place = self.stage.place
        return verdict.count(
            accepted(place.ledger), stored.rows(place.database), stored.lost_ranges(place.database), kinds
        )


def _measurements(village: Village) -> dict[str, str]:
    return {device: MEASUREMENTS[place.kind] for device, place in village.places().items()}
