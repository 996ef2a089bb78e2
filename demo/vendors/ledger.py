"""What vendors received, and how they are told to misbehave."""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

import msgspec
from msgspec import Struct

# 500, 429: such an answer, nothing taken. errcode: a code inside HTTP 200. timeout: no answer, nothing taken. slow: the
# answer comes late. close: cut before taking. drop_after: taken, then cut before the answer.
How = Literal["500", "429", "errcode", "timeout", "drop_after", "close", "slow"]
HOWS: tuple[str, ...] = get_args(How)
WINDOW_S = 60.0


class Order(Struct, frozen=True):
    """How to misbehave. ``count``: letters, none: until cleared; ``code``: the code inside; ``seconds``: how late."""

    how: How
    count: int | None = None
    code: int = 45009
    seconds: float = 2.0


class Received(Struct):
    """One letter as somebody would see it. ``times``: how often it came with the same key; it is shown once."""

    channel: str
    to: str
    text: str
    key: str
    at_ms: int
    times: int = 1
    template: str = ""
    variables: dict[str, str] = {}
    mentioned: list[str] = []
    picture: bool = False


class Ledger:
    """Thread-safe. ``state``: a file of JSON lines that outlives the process. ``mono_s``: seconds, by which letters a
    minute are counted.
    """

    def __init__(self, state: Path | None = None, mono_s: Callable[[], float] = time.monotonic) -> None:
        self._lock, self._state, self.mono_s = threading.Lock(), state, mono_s
        self._received: list[Received] = []
        self._orders: dict[str, Order] = {}
        self._sent: dict[str, list[float]] = {}
        self._changes = 0
        if state is not None and state.exists():
            lines = state.read_bytes().splitlines()
            self._received = [msgspec.json.decode(line, type=Received) for line in lines]

    def take(self, letter: Received, *, once: bool = False) -> Received:
        """Keep it. ``once``: one with the same channel and key is the same letter, and only counted."""
        with self._lock:
            known = self._known(letter.channel, letter.key) if once else None
            if known is not None:
                known.times += 1
            else:
                self._received.append(letter)
            self._written()
            return known or letter

    def _known(self, channel: str, key: str) -> Received | None:
        return next((one for one in self._received if (one.channel, one.key) == (channel, key)), None)

    @property
    def changes(self) -> int:
        """Another one whenever something came."""
        return self._changes

    def _written(self) -> None:
        self._changes += 1
        if self._state is not None:
            lines = b"".join(msgspec.json.encode(one) + b"\n" for one in self._received)
            fresh = self._state.with_suffix(".new")
            fresh.write_bytes(lines)
            fresh.replace(self._state)

    def received(self, channel: str | None = None) -> list[Received]:
        """All letters, or those of one channel, oldest first."""
        with self._lock:
            return [one for one in self._received if channel in (None, one.channel)]

    def forget(self) -> None:
        """As at the start; orders and limits too."""
        with self._lock:
            self._received, self._orders, self._sent = [], {}, {}
            self._written()

    def misbehave(self, channel: str, order: Order | None) -> None:
        """Order it, or (None) behave again."""
        with self._lock:
            self._orders.pop(channel, None)
            if order is not None:
                self._orders[channel] = order

    def order(self, channel: str) -> Order | None:
        """The order for the letter that just came, counted down."""
        with self._lock:
            order = self._orders.get(channel)
            if order is not None and order.count is not None:
                if order.count <= 1:
                    del self._orders[channel]
                else:
                    self._orders[channel] = msgspec.structs.replace(order, count=order.count - 1)
            return order

    def too_many(self, who: str, most: int) -> bool:
        """Whether ``who`` sends more than ``most`` within WINDOW_S; if not, this one is counted."""
        with self._lock:
            now = self.mono_s()
            recent = [at for at in self._sent.get(who, []) if now - at < WINDOW_S]
            if len(recent) < most:
                recent.append(now)
                self._sent[who] = recent
                return False
            return True

    def as_json(self) -> str:
        """Everything, for GET /received."""
        return json.dumps(msgspec.to_builtins(self.received()), ensure_ascii=False)
