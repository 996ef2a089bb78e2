"""Sends what waits. A row is bound to its node's running program and committed before the first message goes out, so
that a gateway that dies in between says the same again, and a node that was restarted in between refuses it.
"""

from collections.abc import Callable

import structlog
from msgspec.structs import replace

from gateway.commands.signing import Key, signed
from gateway.store import CommandBind, CommandEnd, CommandRow, Conflict, Store

LOOK_MS = 1000
AGAIN_MS = 5000
# The node's process start that is there now and its monotonic milliseconds at that moment (Unix ms); None: not to be
# reached.
Reach = Callable[[str, int], tuple[str, int] | None]

log = structlog.get_logger(__name__)


class Sender:
    """All commands of one village. ``publish`` takes a node and a message, and may lose it. Not for several threads."""

    def __init__(self, village: str, store: Store, publish: Callable[[str, bytes], None], key: Key | None) -> None:
        self._village, self._store, self._publish, self._key = village, store, publish, key
        self._said_ms: dict[int, int] = {}
        self._looked_ms = 0

    def step(self, reach: Reach, now_ms: int) -> None:
        """Once a second: give up what is too late, bind what can be sent, and say what was not answered. Raises
        StoreError."""
        if abs(now_ms - self._looked_ms) < LOOK_MS:
            return
        self._looked_ms = now_ms
        rows = self._store.waiting_commands()
        self._said_ms = {row.number: self._said_ms[row.number] for row in rows if row.number in self._said_ms}
        ended = [end for row in rows if (end := self._end(row, now_ms)) is not None]
        if ended:
            self._store.end_commands(ended)
        over = {end.id for end in ended}
        for row in rows:
            if row.id not in over:
                self._go_on(row, reach, now_ms)

    def _end(self, row: CommandRow, now_ms: int) -> CommandEnd | None:
        if self._key is None:
            return CommandEnd(row.node, row.id, "refused", "no_gateway_key", now_ms)
        return CommandEnd(row.node, row.id, "expired", None, now_ms) if now_ms >= row.expires_ms else None

    def _go_on(self, row: CommandRow, reach: Reach, now_ms: int) -> None:
        if row.state == "sent":
            if now_ms - self._said_ms.get(row.number, 0) >= AGAIN_MS:
                self._say(row, now_ms)
            return
        there = reach(row.node, now_ms)
        if there is None:
            return
        ttl_s = max(1, (row.expires_ms - now_ms) // 1000)
        try:
            self._store.bind_command(CommandBind(row.number, *there, ttl_s, now_ms), row.device)
        except Conflict:
            return  # the other one says it
        self._say(replace(row, boot=there[0], mono_ms=there[1], ttl_s=ttl_s), now_ms)

    def _say(self, row: CommandRow, now_ms: int) -> None:
        if self._key is not None:
            self._said_ms[row.number] = now_ms
            self._publish(row.node, signed(self._key, self._village, row))
            log.info("command sent", node=row.node, device=row.device, command=row.name, number=row.number)
