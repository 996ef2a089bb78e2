"""What is to be done now and then beside the loop: looking after the machine, freezing months, forgetting old journal.

A thread of its own, since counting a month takes longer than a message may wait.
"""

import queue
import threading
from collections.abc import Callable

import structlog
from msgspec.structs import replace

from contracts.inventory import Village
from gateway import months, vitals
from gateway.faults.village.own import Certificate, Silent, Vitals
from gateway.settings import GatewaySettings
from gateway.store import Machine, Store, StoreError
from gateway.store.order_door import DAY_MS

log = structlog.get_logger(__name__)
LOOK_S = 60.0
EACH_HOUR = 60


class Chores:
    """``found``: the machine's figures, each minute, for whoever judges them. ``silent``: dead channels. ``doubt``: why
    the clock is not believed, empty if it is. ``broker_ends``: when the broker's certificate does,
    Unix ms. ``look``: what is kept of all this for those who look after the gateway.
    """

    def __init__(
        self,
        settings: GatewaySettings,
        village: Village,
        store: Store,
        now_ms: Callable[[], int],
        silent: Callable[[], tuple[Silent, ...]] = tuple,
    ) -> None:
        self._silent = silent
        self.doubt: Callable[[], str] = str
        self.broker_ends: Callable[[], int | None] = lambda: None
        self.look: Callable[[Vitals, str], Machine] | None = None
        self.found: queue.SimpleQueue[Vitals] = queue.SimpleQueue()
        self._settings, self._village, self._store, self._now_ms = settings, village, store, now_ms
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="chores", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, within_s: float) -> None:
        """End, at the next moment at which nothing is half done."""
        self._stop.set()
        self._thread.join(within_s)

    def _run(self) -> None:
        turn = 0
        while not self._stop.is_set():
            self.once(hourly=turn % EACH_HOUR == 0)
            turn += 1
            self._stop.wait(LOOK_S)

    def once(self, hourly: bool) -> None:
        """One turn."""
        try:
            machine = vitals.read(self._settings, self._store, self._now_ms())
            doubt = self.doubt()
            kept = False if doubt else machine.synchronised
            held = _with_broker(machine.certificates, self.broker_ends())
            machine = replace(machine, channels=self._silent(), synchronised=kept, certificates=held)
            self.found.put(machine)
            if self.look is not None:
                self._store.keep_machine(self.look(machine, doubt))
            if hourly and not doubt:  # what is counted or forgotten by a wrong clock cannot be had back
                self._each_hour()
        except StoreError as error:
            log.warning("put off", reason=str(error))
        except Exception:  # the thread must outlive whatever one turn dies of
            log.exception("a chore failed")

    def _each_hour(self) -> None:
        for row in months.freeze(self._store, self._village, self._now_ms()):
            log.info("month frozen", month=row.month, revision=row.revision, hash=row.hash)
        while self._store.sweep(self._now_ms(), self._settings.journal_days) and not self._stop.is_set():
            pass
        letters_ms = self._now_ms() - self._settings.messages_days * DAY_MS
        while self._store.letters.sweep(letters_ms) and not self._stop.is_set():
            pass
        while self._store.sweep_photos(self._now_ms(), self._settings.photo_days) and not self._stop.is_set():
            pass
        while self._store.sweep_evidence(self._now_ms(), self._settings.evidence_days) and not self._stop.is_set():
            pass


def _with_broker(held: tuple[Certificate, ...] | None, ends_ms: int | None) -> tuple[Certificate, ...] | None:
    return held if held is None or ends_ms is None else (*held, Certificate("broker", ends_ms))
