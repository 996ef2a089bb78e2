"""One run of the demo: comes up, plays the scenario, drains, counts."""

import time
from collections.abc import Callable, Sequence

from demo import tally
from demo.meter import Meter
from demo.report import Report
from demo.scenario import Scenario
from demo.show import Screen
from demo.stage import READY_WITHIN_S, Stage, StageError
from demo.timeline import Fault, Timeline
from demo.watcher import ApiError
from demo.workplace import HOST

POLL_S = 0.25


class Stopped(Exception):
    """Ctrl-C or SIGTERM."""


class Run:
    """One run, from the first process to the report. ``seconds`` None: until it is stopped."""

    def __init__(self, stage: Stage, screen: Screen, chosen: Scenario, seconds: float | None) -> None:
        self._stage, self._screen, self._seconds = stage, screen, seconds
        self._timeline, self._meter = Timeline(chosen), Meter()
        self._begun = time.monotonic()
        self._cut_short = False
        self._warn(chosen)

    def _warn(self, chosen: Scenario) -> None:
        if self._seconds is not None and chosen.length_s > self._seconds:
            self._screen.say(f"the scenario may take {chosen.length_s:g} s; what {self._seconds:g} s cut off is missed")

    def play(self) -> Report:
        """Everything; raises :class:`StageError` when the village does not come up."""
        try:
            self._stage.start()
            try:
                self._come_up()
                self._go()
            except Stopped:
                self._cut_short = True
                self._screen.say("stopping")
            self._screen.quiet()
            if not self._stage.drain(self._keep):
                self._screen.say("not everything that the spools hold was acknowledged in time")
            self._look()
        finally:
            self._stage.stop()
        return self._report()

    def _elapsed(self) -> float:
        return time.monotonic() - self._begun

    def _keep(self) -> None:
        self._stage.children.tick()
        self._meter.sample(self._stage.pids().values())

    def _come_up(self) -> None:
        self._until(self._stage.fakes_up, "waiting for the devices")
        self._stage.start_nodes()
        self._until(self._stage.page_up, "waiting for the page")
        address, link = f"http://{HOST}:{self._stage.place.page_port}", self._stage.invite()
        self._screen.quiet()
        self._screen.say(f"page:    {address}/")
        self._screen.say(f"sign in: {address}{link}  (staff, works once)")
        self._stage.listen()
        self._until(self._stage.ready, "waiting for the first readings")
        self._screen.quiet()
        running = ", ".join(f"{name} ({pid})" for name, pid in self._stage.pids().items())
        self._screen.say(f"every device is seen; running: {running}")
        self._begun = time.monotonic()

    def _until(self, done: Callable[[], bool], text: str) -> None:
        while not done():
            if self._elapsed() > READY_WITHIN_S:
                raise StageError(f"{text}: nothing after {READY_WITHIN_S:.0f} s{self._stage.last_words()}")
            self._keep()
            self._screen.progress(self._elapsed(), text)
            time.sleep(POLL_S)

    def _go(self) -> None:
        while self._seconds is None or self._elapsed() < self._seconds:
            self._keep()
            now = self._elapsed()
            for action in self._timeline.tick(now, self._faults()):
                self._stage.do(action)
            self._screen.progress(now, self._line(now))
            time.sleep(POLL_S)

    def _faults(self) -> Sequence[Fault]:
        try:
            return self._stage.api.faults()
        except ApiError:
            return ()  # the page is being started again; the next look shows what was missed

    def _look(self) -> None:
        self._timeline.look(self._elapsed(), self._faults())

    def _line(self, now: float) -> str:
        faults = self._timeline.seen.values()
        memory = "" if self._meter.now_kib is None else f", {self._meter.now_kib / 1024:.0f} MiB"
        whole = "" if self._seconds is None else f" of {self._seconds:.0f}"
        return f"{now:.0f}{whole} s, faults: {sum(not fault.closed for fault in faults)} open of {len(faults)}{memory}"

    def _report(self) -> Report:
        place, heard = self._stage.place, dict(self._stage.listener.heard)
        stored_ms, sse_ms = tally.latencies(place.ledger, heard)
        return Report(
            readings=tally.readings(place.ledger, place.database),
            steps=self._timeline.steps,
            faults=list(self._timeline.seen.values()),
            unexpected=self._timeline.unexpected(),
            stored_ms=stored_ms,
            sse_ms=sse_ms,
            memory_mib=self._meter.memory_mib(),
            core_share=self._meter.core_share(),
            cut_short=self._cut_short,
        )
