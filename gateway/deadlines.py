"""At which nodes time alone may change something by now: found without a look at all of a village's thousands."""

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush

from gateway.draft import Draft
from gateway.faults import NEVER, next_deadline


class Deadlines:
    """Each node is looked at no later than at its next deadline; nodes come in the order of ``nodes``.

    A deadline that moves on is not put down: whoever looks in vain puts the node down anew.
    """

    def __init__(self, nodes: Iterable[str]) -> None:
        self._ranks = {node: rank for rank, node in enumerate(nodes)}
        self._first: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []

    def put(self, node: str, due_ms: int) -> None:
        """``node`` is to be looked at by ``due_ms``, or before that if so it was said before."""
        if due_ms < self._first.get(node, NEVER):
            self._first[node] = due_ms
            heappush(self._heap, (due_ms, node))

    def due(self, draft: Draft, now_ms: int) -> Iterator[str]:
        """The nodes with a deadline that is due, each of which is over once the next is asked for."""
        for work in draft.works.values():
            self.put(work.node, next_deadline(work.watch))
        for node in self.reached(now_ms):
            if next_deadline(draft.node(node)) <= now_ms:
                yield node
            self.put(node, next_deadline(draft.node(node)))

    def reached(self, now_ms: int) -> list[str]:
        """The nodes that are to be looked at by now."""
        found: list[str] = []
        while self._heap and self._heap[0][0] <= now_ms:
            due_ms, node = heappop(self._heap)
            if self._first.get(node) == due_ms:
                del self._first[node]
                found.append(node)
        return sorted(found, key=self._ranks.__getitem__)
