"""The change feed: one poller a process reads the change counter and hands what is new, encoded once, to all
listeners."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from fastapi.sse import format_sse_event

from dashboard_api.sheet import Socket
from dashboard_api.times import iso_or_none
from gateway.store import ChangeRow, FaultRow, LiveRow, Store, StoreError

POLL_S = 0.25
HEARTBEAT_S = 15.0
HEARTBEAT = b": heartbeat\n\n"
RETRY_MS = 2_000
# Polls; at one each 250 ms.
QUEUE = 64
LISTENERS = 2_000
PIECE = 500
# Who missed more than these reads the lists anew.
REPLAY = 10_000
# Which assets a listener of the staff sees; nothing for everybody else.
Sees = Callable[[str], bool]


def everything(_asset: str) -> bool:
    """What who is responsible for the whole village sees."""
    return True


RESET = b'event: reset\ndata: {"type":"reset"}\n\n'
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Event:
    """One change on the wire, for staff who see ``asset`` and for everybody (state, place, age only); None = not
    theirs."""

    seq: int
    staff: bytes | None
    public: bytes | None
    asset: str = ""

    def wire(self, sees: Sees | None) -> bytes | None:
        """What this listener gets."""
        return self.staff if sees is not None and sees(self.asset) else self.public


class News:
    """What one poll found. Its bytes are made once for all who see the same: hundreds listen."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = events
        self._made: dict[Sees | None, bytes] = {}

    def wire(self, sees: Sees | None) -> bytes:
        """What this listener gets; nothing, if there is nothing for them."""
        if sees is not None and sees is not everything:
            return self._make(sees)
        if sees not in self._made:
            self._made[sees] = self._make(sees)
        return self._made[sees]

    def _make(self, sees: Sees | None) -> bytes:
        return b"".join(wire for event in self._events if (wire := event.wire(sees)) is not None)


def fault_state(fault: FaultRow) -> str:
    """How far a fault has come."""
    if fault.closed_ms is not None:
        return "closed"
    if fault.cleared_ms is not None:
        return "cleared"
    return "acknowledged" if fault.acknowledged_ms is not None else "open"


def _wire(seq: int, kind: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(data_str=msgspec.json.encode({"type": kind, **data}).decode(), event=kind, id=str(seq))


def _device(change: ChangeRow, row: LiveRow | None) -> Event:
    state, word = (row.state, row.word) if row else ("unknown", None)
    data = {"id": change.id, "state": state, "word": word, "seen": iso_or_none(row.seen_ms if row else None)}
    record = {"node": change.node, "stream": change.stream, "n": change.n}
    public = None if row is None or row.kind == "node" else _wire(change.seq, "device", data)
    return Event(change.seq, _wire(change.seq, "device", data | record), public, change.id)


def device_event(seq: int, socket: Socket) -> Event:
    """A socket's news for everybody, from what is public of it."""
    state, _, word = socket.said.partition(" ")
    data = {"id": socket.id, "state": state or "unknown", "word": word or None, "seen": iso_or_none(socket.seen_ms)}
    return Event(seq, None, _wire(seq, "device", data), socket.id)


def _fault(change: ChangeRow, fault: FaultRow) -> Event:
    wire = _wire(change.seq, "fault", {"id": change.id, "state": fault_state(fault)})
    return Event(change.seq, wire, wire)


def _window(change: ChangeRow) -> Event:
    wire = _wire(change.seq, "window", {"id": change.id})
    return Event(change.seq, wire, wire)


def _command(change: ChangeRow) -> Event:
    """For staff: what became of a command to this device."""
    return Event(change.seq, _wire(change.seq, "command", {"id": change.id}), None, change.id)


def read(store: Store, changes: Sequence[ChangeRow]) -> list[Event]:
    """The events of ``changes``, with the states of now."""
    live = {row.device: row for row in store.devices()} if any(c.type == "device" for c in changes) else {}
    faults = {number: store.fault(number) for number in {c.id for c in changes if c.type == "fault"}}
    events = []
    for change in changes:
        fault = faults.get(change.id)
        if change.type == "device":
            events.append(_device(change, live.get(change.id)))
        elif change.type == "window":
            events.append(_window(change))
        elif change.type == "command":
            events.append(_command(change))
        elif change.type == "access":
            events.append(Event(change.seq, None, None))
        elif fault is not None:
            events.append(_fault(change, fault))
    return events


HEARTBEAT_NEWS = News([Event(0, HEARTBEAT, HEARTBEAT)])


class Listeners:
    """Open streams, and the number of the newest change they have been told of."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[News | None]] = set()
        self._stopped = False
        self.seq = 0

    async def beat(self) -> None:
        """One timer for all: a time limit on every wait of every listener was a third of what a stream costs."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            self.hand(HEARTBEAT_NEWS)

    def stop(self) -> None:
        """End every stream, so that the server can."""
        self._stopped = True
        for queue in self._queues:
            _end(queue)

    @property
    def listeners(self) -> int:
        """Open streams."""
        return len(self._queues)

    @property
    def full(self) -> bool:
        """No more listeners are taken."""
        return len(self._queues) >= LISTENERS

    async def follow(self, after: int | None, sees: Sees | None, until: Callable[[], bool]) -> AsyncIterator[bytes]:
        """The stream of one listener: what it missed since ``after``, then what comes, until ``until`` says so."""
        queue: asyncio.Queue[News | None] = asyncio.Queue(QUEUE)
        self._queues.add(queue)
        try:
            start = self.seq
            if after is not None and after != start:
                async for wire in self.missed(after, start, sees):
                    yield wire
            yield f"retry: {RETRY_MS}\nid: {start}\n\n".encode()
            while not (self._stopped or until()):
                news = await queue.get()
                if news is None:
                    return
                wire = news.wire(sees)
                if wire:
                    yield wire
        finally:
            self._queues.discard(queue)

    async def missed(self, after: int, start: int, sees: Sees | None) -> AsyncIterator[bytes]:  # noqa: ARG002  # whoever keeps the past tells it
        """What came between these two numbers; here nothing of it is kept, so the lists are read anew."""
        yield RESET

    def hand(self, news: News) -> None:
        """To every listener."""
        for queue in list(self._queues):
            if queue.full():
                self._queues.discard(queue)
                _end(queue)
            else:
                queue.put_nowait(news)


class Feed(Listeners):
    """Tells what the store's change counter says; ``accessed``: the newest change of what somebody may do."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self.accessed = 0
        self.failing = False

    async def run(self, ready: Callable[[], None] | None = None) -> None:
        """Poll until cancelled."""
        self.seq = await asyncio.to_thread(self._newest)
        if ready is not None:
            ready()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.beat(), name="heartbeats")
            while True:
                try:
                    self._tell(await asyncio.to_thread(self._news))
                except Exception:  # a process loop: what breaks one poll must not silence every page for good
                    log.exception("reading changes failed")
                await asyncio.sleep(POLL_S)

    async def missed(self, after: int, start: int, sees: Sees | None) -> AsyncIterator[bytes]:
        """From the store, as far back as it goes."""
        if after > start or start - after > REPLAY:
            yield RESET
            return
        at = after
        while at < start:
            changes = await asyncio.to_thread(self._store.changes_after, at, min(PIECE, start - at))
            if not changes or (at == after and changes[0].seq > after + 1):
                yield RESET
                return
            at = changes[-1].seq
            wire = News(await asyncio.to_thread(read, self._store, changes)).wire(sees)
            if wire:
                yield wire

    def _newest(self) -> int:
        try:
            return self._store.newest_change()
        except StoreError as error:
            log.error("store failed", error=str(error))
            return 0

    def _news(self) -> tuple[int, list[Event]]:
        try:
            changes = self._store.changes_after(self.seq, PIECE)
            self.failing = False
            return (changes[-1].seq if changes else self.seq), read(self._store, changes)
        except StoreError as error:
            if not self.failing:
                log.error("store failed", error=str(error))
            self.failing = True
            return self.seq, []

    def _tell(self, news: tuple[int, Sequence[Event]]) -> None:
        self.seq, events = news
        for event in events:
            if event.staff is None:
                self.accessed = event.seq
        if events:
            self.hand(News(events))


def _end(queue: asyncio.Queue[News | None]) -> None:
    """Too slow, or the server stops: what waits is dropped; the browser asks again from its last event."""
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait(None)
