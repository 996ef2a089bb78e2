"""``--chaos SEED``: processes are killed and stopped, lines cut, all through the run; of none of it may anybody hear.

Each time is so short that no rule makes a fault of it, as long as the demo's speed leaves the rules time: at
:data:`FASTEST` or below. What is done when is a pure function of the seed.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

Deed = Literal["kill", "stop", "cut", "hang"]
# The rules give a lost node 90 s; at this speed it is back before, with all that it takes to start again.
FASTEST = 6.0
SHORTEST_S, LONGEST_S = 0.3, 1.5
REST_S = (5.0, 9.0)


class Disturbance(NamedTuple):
    """``deed`` on ``target``, a process or an uplink, ``rest_s`` after the one before, for ``for_s`` seconds."""

    rest_s: float
    target: str
    deed: Deed
    for_s: float


class Doer(Protocol):
    """Who can do it."""

    def disturb(self, target: str, deed: Deed) -> None:
        """Begin."""
        ...

    def calm(self, target: str, deed: Deed) -> None:
        """End."""
        ...


def disturbances(seed: int, processes: Sequence[str], uplinks: Sequence[str]) -> Iterator[Disturbance]:
    """Without end; each round everything has its turn once."""
    chance = random.Random(seed)
    whom: list[tuple[str, tuple[Deed, ...]]] = [(name, ("kill", "stop")) for name in processes]
    whom += [(uplink, ("cut", "hang")) for uplink in uplinks]
    while True:
        for target, deeds in chance.sample(whom, len(whom)):
            rest_s, for_s = chance.uniform(*REST_S), chance.uniform(SHORTEST_S, LONGEST_S)
            yield Disturbance(round(rest_s, 2), target, chance.choice(deeds), round(for_s, 2))


@dataclass
class Unrest:
    """Call :meth:`tick` often. One at a time, so that no two outages add up to a long one."""

    coming: Iterator[Disturbance]
    doer: Doer
    done: int = 0
    _next: Disturbance | None = None
    _at_s: float = 0.0
    _on: bool = False

    def tick(self, now: float) -> None:
        """Do what is due at ``now`` (seconds)."""
        if self._next is None:
            self._next = next(self.coming)
            self._at_s = now + self._next.rest_s
        elif now < self._at_s:
            return
        elif self._on:
            self.end()
        else:
            self.doer.disturb(self._next.target, self._next.deed)
            self._on, self._at_s = True, now + self._next.for_s
            self.done += 1

    def end(self) -> None:
        """Whatever is disturbed is so no more."""
        if self._next is not None and self._on:
            self.doer.calm(self._next.target, self._next.deed)
        self._next, self._on = None, False
