"""One run of the demo: comes up, plays the scenario, drains, counts."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from demo import letters, speed, tally
from demo.meter import Meter
from demo.plan import Cue, length_s
from demo.report import Report
from demo.show import Screen
from demo.stage import DRAIN_S, NAMED, READY_WITHIN_S, Stage, StageError
from demo.timeline import Fault, Timeline
from demo.told import Message
from demo.watcher import ApiError

POLL_S = 0.25
# Without news of a fault the list of faults is read so often all the same.
FAULTS_EACH_S = 2.0
# A letter that is due so soon is waited for.
SOON_S = 5.0
COUNT_EACH_S = 1.0


class Stopped(Exception):
    """Ctrl-C or SIGTERM."""


class Run:
    """One run, from the first process to the report. ``seconds`` None: until it is stopped. ``setting``: what it is
    called with, for the report.
    """

    def __init__(
        self, stage: Stage, screen: Screen, cues: tuple[Cue, ...], seconds: float | None, setting: Mapping[str, Any]
    ) -> None:
        self._stage, self._screen, self._seconds, self._setting = stage, screen, seconds, setting
        self._timeline, self._meter = Timeline(cues), Meter()
        self._stored = tally.Stored(stage.place.ledger)
        self._begun = time.monotonic()
        self._cut_short = False
        self._faults_at = self._counted_at = self._count = 0.0
        self._warn(length_s(cues))

    def _warn(self, length: float) -> None:
        if self._seconds is not None and length > self._seconds:
            self._screen.say(f"the scenario may take {length:.0f} s; what {self._seconds:g} s cut off is missed")

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
            self._settle()
            # From here on nodes are silent, and what the gateway makes of that is no part of the run.
            if not self._stage.drain(self._keep):
                self._screen.say("not everything that the spools hold was acknowledged in time")
        finally:
            self._stage.stop()
        return self._report()

    def _elapsed(self) -> float:
        return time.monotonic() - self._begun

    def _keep(self) -> None:
        self._stage.children.tick()
        self._meter.sample(self._stage.pids().values())

    def _come_up(self) -> None:
        self._until(self._stage.fakes_up, lambda: "waiting for the fakes")
        self._stage.start_nodes()
        self._until(self._stage.page_up, lambda: "waiting for the page")
        self._until(self._stage.phones_up, lambda: "waiting for the phones")
        address, link = self._stage.place.page, self._stage.invite()
        self._screen.quiet()
        self._screen.say(f"page:    {address}/  (residents: which charger is free)")
        self._screen.say(f"village: {address}/village")
        self._screen.say(f"sign in: {address}{link}  (staff, works once)")
        self._screen.say(f"phones:  {self._stage.place.doors.url}/")
        self._stage.listen()
        self._see_all()
        self._screen.quiet()
        running = ", ".join(f"{name} ({pid})" for name, pid in self._stage.pids().items())
        self._screen.say(f"every device is seen; running: {running}")
        self._begun = time.monotonic()

    def _see_all(self) -> None:
        """Wait until every device of the village has been seen; raises :class:`StageError` with those that were not."""
        whole = len(self._stage.village.places())
        missing: list[str] = []

        def seen() -> bool:
            missing[:] = self._stage.missing()
            return not missing

        def text() -> str:
            return f"waiting for the first readings: {whole - len(missing)} of {whole} devices seen"

        try:
            self._until(seen, text)
        except StageError as error:
            more = f" … and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
            raise StageError(f"not seen: {'; '.join(missing[:NAMED])}{more}\n{error}") from error

    def _until(self, done: Callable[[], bool], text: Callable[[], str]) -> None:
        end = time.monotonic() + READY_WITHIN_S
        while not done():
            if time.monotonic() > end:
                raise StageError(f"{text()}: no more after {READY_WITHIN_S:.0f} s{self._stage.last_words()}")
            self._keep()
            self._screen.progress(self._elapsed(), text())
            time.sleep(POLL_S)

    def _go(self) -> None:
        while self._seconds is None or self._elapsed() < self._seconds:
            self._keep()
            now = self._elapsed()
            if self._stage.unrest is not None:
                self._stage.unrest.tick(now)
            for action in self._timeline.tick(now, self._faults(now), self._messages()):
                refused = self._stage.do(action)
                if refused is not None:
                    self._timeline.refuse(action.cue, refused)
            self._screen.progress(now, self._line(now))
            time.sleep(POLL_S)

    def _faults(self, now: float) -> Sequence[Fault]:
        """What the API shows, read when there is news; nothing while there is none, since the timeline remembers."""
        news = self._stage.listener.news
        if not news.is_set() and now < self._faults_at:
            return ()
        news.clear()
        self._faults_at = now + FAULTS_EACH_S
        try:
            return self._stage.api.faults()
        except ApiError:
            news.set()  # the page is being started again; the next look shows what was missed
            return ()

    def _messages(self) -> list[Message]:
        """What people were told since the last look."""
        told = self._timeline.told
        return tally.messages(self._stage.place.database, told[-1].number if told else 0)

    def _settle(self) -> None:
        """Mend what is still broken, let what waits on the nodes arrive, and look at the faults for the last time."""
        now = time.monotonic()
        if self._stage.unrest is not None:
            self._stage.unrest.end()
        self._stage.mend(self._timeline.end(self._elapsed()))
        while not self._all_arrived(now) and time.monotonic() < now + DRAIN_S:
            self._keep()
            self._timeline.look(self._elapsed(), self._faults(self._elapsed()), self._messages())
            self._screen.progress(self._elapsed(), "waiting for what is still on its way")
            time.sleep(POLL_S)
        self._screen.quiet()
        self._look()

    def _all_arrived(self, until: float) -> bool:
        """What was accepted ``until`` that moment is stored, and what people are told of so far is with them."""
        told, place = self._timeline.told, self._stage.place
        waiting = tally.on_its_way(place.database, told[-1].number, SOON_S) if told else 0
        return not waiting and tally.drained(place.ledger, until)

    def _look(self) -> None:
        self._stage.listener.news.set()
        self._timeline.look(self._elapsed(), self._faults(self._elapsed()), self._messages())

    def _line(self, now: float) -> str:
        if now >= self._counted_at:
            self._counted_at, self._count = now + COUNT_EACH_S, self._stored.count()
        faults, coming = self._timeline.seen.values(), self._timeline.upcoming(now)
        whole = "" if self._seconds is None else f" of {self._seconds:.0f}"
        parts = [
            f"{now:.0f}{whole} s",
            f"{sum(not fault.closed for fault in faults)} of {len(faults)} faults open",
            f"{len(self._timeline.told)} messages",
            f"{self._count:.0f} readings stored",
            *([] if self._meter.now_kib is None else [f"{self._meter.now_kib / 1024:.0f} MiB"]),
            *([] if coming is None else [f"in {max(0.0, coming[0]):.0f} s {coming[1]}"]),
        ]
        return ", ".join(parts)

    def _report(self) -> Report:
        place, listener = self._stage.place, self._stage.listener
        at_ms, faults = dict(listener.faults), {fault.number: fault for fault in self._timeline.seen.values()}
        heard = [tally.HeardOf(at_ms[name], one.asset, one.code) for name, one in faults.items() if name in at_ms]
        return Report(
            readings=tally.readings(place.ledger, place.database),
            steps=self._timeline.steps,
            faults=list(self._timeline.seen.values()),
            unexpected=self._timeline.unexpected(),
            messages=self._timeline.told,
            stray=self._timeline.stray,
            letters=letters.count(self._post()),
            latency_ms=tally.latencies(place.ledger, dict(listener.heard), heard),
            memory_mib=self._meter.memory_mib(),
            core_share=self._meter.core_share(),
            cut_short=self._cut_short,
            setting=self._setting,
        )

    def _post(self) -> letters.Post:
        place = self._stage.place
        times = speed.dispatch_times(place.speed)
        return letters.Post(
            village=place.village.id,
            phones=place.phones,
            messages=self._timeline.told,
            rows=tally.outbox(place.database),
            received=self._stage.received,
            storm=letters.Storm(times.storm_messages, times.storm_window_s),
        )
