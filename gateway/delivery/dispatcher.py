"""Everything that carries letters, as threads: one for each channel, and one that goes its rounds each second."""

import threading
from collections.abc import Callable, Sequence

import structlog

from gateway.delivery.auditor import Auditor
from gateway.delivery.climber import Climber
from gateway.delivery.courier import Courier
from gateway.delivery.digest import Digest
from gateway.delivery.directory import Directory
from gateway.delivery.heartbeat import Heartbeat
from gateway.delivery.inherited import Inherited
from gateway.delivery.orders import Orders
from gateway.delivery.trials import Trials
from gateway.faults import Rules
from gateway.faults.village.own import Silent
from gateway.store import Store, StoreError

log = structlog.get_logger(__name__)
ROUND_S = 1.0
AUDIT_MS = 60_000


class Rounds:
    """What is looked after beside the sending. Each of it alone: what fails is said, and the others go on. ``trials``:
    those that people ask for, where there is who sends them."""

    def __init__(self, store: Store, directory: Directory, rules: Rules, now_ms: Callable[[], int]) -> None:
        times, setup = rules.dispatch, directory.setup
        self._directory, self._now_ms = directory, now_ms
        self._climber = Climber(store, setup, times)
        self._inherited = Inherited(store.letters, setup)
        self._orders = Orders(store, rules, now_ms)
        self._digest = Digest(store.letters, setup, times)
        self._auditor = Auditor(store.letters, setup, times)
        self._audited_ms: int | None = None
        self.trials: Trials | None = None
        self._failing: set[str] = set()

    def run(self, stop: threading.Event) -> None:
        """Until ``stop``."""
        while not stop.is_set():
            self.once()
            stop.wait(ROUND_S)

    def once(self) -> None:
        """One round."""
        now_ms = self._now_ms()
        self._try("roster", self._directory.refresh)
        self._try("inherited faults", lambda: self._inherited.once(now_ms))
        self._try("work orders", self._orders.once)
        self._try("ladder", lambda: self._climber.once(now_ms))
        if self.trials is not None:
            self._try("trials", self.trials.once)
        self._try("digest", lambda: self._digest.once(now_ms))
        if self._audited_ms is None or now_ms - self._audited_ms >= AUDIT_MS:
            self._audited_ms = now_ms
            self._try("audit", lambda: self._auditor.once(now_ms))

    def _try(self, what: str, do: Callable[[], object]) -> None:
        try:
            do()
        except StoreError as error:
            if what not in self._failing:
                log.warning("put off", what=what, reason=str(error))
            self._failing.add(what)
        except Exception:  # the round must outlive whatever one part of it dies of
            log.exception("a round failed", what=what)
        else:
            self._failing.discard(what)


class Dispatcher:
    """The threads."""

    def __init__(self, rounds: Rounds, couriers: Sequence[Courier], stop: threading.Event) -> None:
        self._couriers, self._stop = couriers, stop
        work = [(rounds.run, "rounds"), *((one.run, f"courier {one.channel.name}") for one in couriers)]
        self._threads = [threading.Thread(target=run, args=(stop,), name=name, daemon=True) for run, name in work]

    def report(self, heartbeat: Heartbeat, now_ms: Callable[[], int]) -> None:
        """Before the start: say outside that all is well, while it is."""
        run = threading.Thread(target=heartbeat.run, args=(self._stop, now_ms), name="heartbeat", daemon=True)
        self._threads.append(run)

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def alive(self) -> bool:
        """Whether all of it still runs."""
        return all(thread.is_alive() for thread in self._threads)

    def silent(self) -> tuple[Silent, ...]:
        """Channels that take nothing."""
        found = (one.trouble for one in self._couriers)
        return tuple(Silent(trouble.channel, trouble.since_ms) for trouble in found if trouble is not None)

    def stop(self, within_s: float) -> None:
        """End; what is on its way is finished if that takes no longer."""
        self._stop.set()
        for thread in self._threads:
            thread.join(within_s)
        for one in self._couriers:
            one.channel.close()
