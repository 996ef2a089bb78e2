"""Two threads of the box: one always has a call open, by which the front can ask; the other says at once what changed.

Threads of their own, which end with the process: a call that is held open must not hold a stop up.
"""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

import structlog
from starlette.types import ASGIApp

from dashboard_api import exchange
from dashboard_api.exchange import Answer, Ask
from dashboard_api.outpost import inside
from dashboard_api.outpost.line import Line, Unreached
from dashboard_api.sheet import Look

# At most so often something is said, and so often it is looked whether time alone changed something.
REST_S, LOOK_S = 1.0, 5.0
AGAIN_S, LONGEST_AGAIN_S = 1.0, 10.0
ANSWER_S = 30.0
REMEMBERED = 512
FAILED = 500
log = structlog.get_logger()


class Outpost:
    """``look``: the chargers now; ``version``: changes with them; ``clock``: Unix ms."""

    def __init__(self, line: Line, wait_s: float, look: Callable[[], Look], version: Callable[[], int]) -> None:
        self._line, self._wait_s, self._look, self._version = line, wait_s, look, version
        self._app: ASGIApp | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended, self._wake = threading.Event(), threading.Event()
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._unsaid: list[Answer] = []
        self._lock = threading.Lock()
        self._seen = -1

    def start(self, app: ASGIApp, loop: asyncio.AbstractEventLoop) -> None:
        """Begin; asks are answered by ``app`` in ``loop``."""
        self._app, self._loop = app, loop
        for run in (self._ask, self._tell):
            threading.Thread(target=self._forever, args=(run,), name=f"front {run.__name__}", daemon=True).start()

    def stop(self) -> None:
        """No more calls."""
        self._ended.set()
        self._wake.set()

    def _forever(self, run: Callable[[], None]) -> None:
        wait_s = AGAIN_S
        while not self._ended.is_set():
            try:
                run()
                if wait_s > AGAIN_S:
                    log.info("front reached")
                wait_s = AGAIN_S
                continue
            except Unreached as error:
                if wait_s == AGAIN_S:
                    log.warning("front not reached", why=str(error))
            except Exception:  # a process loop: what breaks one call must not cut the village off for good
                log.exception("calling the front failed")
            self._ended.wait(wait_s)
            wait_s = min(wait_s * 2, LONGEST_AGAIN_S)

    def _ask(self) -> None:
        """A call that is open until somebody asks, or until it is time for a sign of life."""
        look = self._look()
        # At once where the front has nothing yet: what changes from then on is told by the other thread.
        wait_s = self._wait_s if self._line.front_has else 0
        heard = self._line.call(look.now_ms, told(look), wait_s, ())
        for ask in heard.asks:
            self._answer(ask)

    def _answer(self, ask: Ask) -> None:
        """In the order they came; the same ask again has the same answer."""
        known = self._answers.get(ask.id)
        if known is None:
            assert self._app is not None  # noqa: S101  # started
            assert self._loop is not None  # noqa: S101  # started
            known = asyncio.run_coroutine_threadsafe(inside.answer(self._app, ask), self._loop).result(ANSWER_S)
            if ask.who is not None and known.status >= FAILED:
                log.warning("a press could not be dealt with; the front hands it over again", status=known.status)
                return
            self._answers[ask.id] = known
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        with self._lock:
            self._unsaid.append(known)
        self._wake.set()

    def _tell(self) -> None:
        """Answers at once; what changed, too, unless only its age did: that comes with the next sign of life."""
        for _ in range(round(LOOK_S / REST_S)):
            self._wake.wait(REST_S)
            if self._ended.is_set():
                return
            self._wake.clear()
            if self._unsaid:
                break
            if self._version() != self._seen:
                self._seen = self._version()
                if self._differs():
                    break
        else:
            if not self._differs():
                return
        self._say()

    def _differs(self) -> bool:
        """Whether the front shows something that is no longer so."""
        has = self._line.front_has
        return bool(has) and ageless(exchange.read(has)) != ageless(self._look())

    def _say(self) -> None:
        with self._lock:
            answers = tuple(self._unsaid)
        look = self._look()
        _ = self._line.call(look.now_ms, told(look), 0, answers)
        with self._lock:
            self._unsaid = [one for one in self._unsaid if one not in answers]


def told(look: Look) -> bytes:
    """A look on the wire: when it was taken is said beside it, so that the same is the same."""
    return exchange.written(replace(look, now_ms=0, seq=0))


def ageless(look: Look) -> Look:
    """Without how old its news are."""
    sites = tuple(
        replace(
            site,
            chargers=tuple(
                replace(one, sockets=tuple(replace(socket, seen_ms=None) for socket in one.sockets))
                for one in site.chargers
            ),
        )
        for site in look.sites
    )
    return replace(look, sites=sites, now_ms=0, seq=0, newest_ms=None)
