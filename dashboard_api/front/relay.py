"""Between browsers that wait at the front and the village's box that calls: who asks what, whose an answer is."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Sequence

from dashboard_api.exchange import Answer, Ask
from dashboard_api.front.presses import Press, Presses

# Nobody stares longer at an empty page; what is not answered by then is said to be waiting.
ANSWER_S = 10.0
# Handed over and not answered for so long: it is handed over again, and the box knows it by its id.
AGAIN_S = 15.0
LOOKS, AT_ONCE = 200, 20


class Relay:
    """``mono_s``: seconds that never jump; ``reachable``: whether the village would answer now."""

    def __init__(self, presses: Presses, mono_s: Callable[[], float], reachable: Callable[[], bool]) -> None:
        self.presses, self._mono_s, self.reachable = presses, mono_s, reachable
        self._looks: dict[str, Ask] = {}
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._handed: dict[str, tuple[int, float]] = {}
        self._new = asyncio.Event()

    async def look(self, ask: Ask) -> Answer | None:
        """What the village says to somebody who only looks; None if it does not answer in time."""
        if not self.reachable() or len(self._looks) >= LOOKS:
            return None
        named = Ask(f"look-{secrets.token_hex(8)}", ask.token, None, ask.lang, ask.large, ask.address)
        self._looks[named.id] = named
        try:
            return await self._answer(named.id)
        finally:
            del self._looks[named.id]
            self._handed.pop(named.id, None)

    async def press(self, press: Press) -> Answer | None:
        """What the village says to a press that is written down; None if that takes longer."""
        return await self._answer(press.id) if self.reachable() else None

    async def _answer(self, name: str) -> Answer | None:
        future = self._waiting.get(name)
        if future is None:
            future = self._waiting[name] = asyncio.get_running_loop().create_future()
        self._new.set()
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(asyncio.shield(future), ANSWER_S)
        self._waiting.pop(name, None)
        return None

    def answered(self, answers: Sequence[Answer], now_ms: int) -> None:
        """The village's answers: written down first, then given to who waits."""
        for answer in answers:
            self.presses.done(answer, now_ms)
            self._handed.pop(answer.id, None)
            future = self._waiting.pop(answer.id, None)
            if future is not None and not future.done():
                future.set_result(answer)

    async def asks(self, start: int, wait_s: float) -> tuple[Ask, ...]:
        """What waits for the box that was started as ``start``; if nothing does, it may come within ``wait_s``."""
        end = self._mono_s() + wait_s
        while not (found := self._due(start)) and (rest := end - self._mono_s()) > 0:
            self._new.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._new.wait(), min(rest, AGAIN_S))
        return found

    def _due(self, start: int) -> tuple[Ask, ...]:
        now_s, due = self._mono_s(), []
        for ask in (*(press.ask for press in self.presses.waiting), *self._looks.values()):
            known = self._handed.get(ask.id)
            if known is None or known[0] != start or now_s - known[1] > AGAIN_S:
                due.append(ask)
        for ask in due[:AT_ONCE]:
            self._handed[ask.id] = (start, now_s)
        return tuple(due[:AT_ONCE])
