"""The nodes' lines to the broker: a relay each, in a thread with an event loop of its own."""

import asyncio
import threading
from collections.abc import Coroutine, Iterable
from typing import Any

from demo.relay import Line

HOST = "127.0.0.1"
WITHIN_S = 10.0


class Lines:
    """One line a node; ``ports``: where each node dials."""

    def __init__(self, nodes: Iterable[str], broker_port: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._lines = {node: Line(HOST, 0, (HOST, broker_port)) for node in nodes}
        self._thread = threading.Thread(target=self._run, name="lines", daemon=True)
        self._thread.start()
        for line in self._lines.values():
            self._do(line.start())
        self.ports = {node: line.port for node, line in self._lines.items()}

    def cut(self, node: str) -> None:
        """Drop and refuse."""
        self._do(_called(self._lines[node].cut))

    def hang(self, node: str) -> None:
        """Pass nothing on."""
        self._do(_called(self._lines[node].hang))

    def mend(self, node: str) -> None:
        """Be whole again."""
        self._do(self._lines[node].mend())

    def close(self) -> None:
        """Drop everything for good."""
        for line in self._lines.values():
            self._do(line.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WITHIN_S)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        pending = asyncio.all_tasks(self._loop)
        for task in pending:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(WITHIN_S)


async def _called(function: Any) -> None:
    function()
