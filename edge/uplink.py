"""One node's line to the gateway: birth, will, records, probes, acks, back-off.

Callbacks of the MQTT thread only put events into a queue; everything else happens in `step`, in the work loop's thread.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Literal

import structlog

from contracts.messages import Ack, BadMessage, Birth, BirthDevice, Picture, Probe, StateMessage, decode, encode
from contracts.settings import BrokerSettings
from contracts.topics import Topic, to_node
from edge import records
from edge.album import Album
from edge.clock import Clock
from edge.link import Connection, Event, Heard, Link, Login, Opened, Opener
from edge.spool import Spool
from edge.window import Window

log = structlog.get_logger()
# A broker that comes back within minutes is heard at once; one that is away for long is asked less often, since asking
# costs bytes on a metered line.
EAGER_S, EAGER_ATTEMPTS = 3.0, 60
BACK_OFF_S = 30.0
# A connection that lasted so long was a good one: the next attempt comes soon.
STEADY_S = 10.0
# A broker that takes the connection and then says nothing is as good as none.
HANDSHAKE_S = 10.0


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this node is: its place in the topics, this process start (16 hex digits), and what its birth tells."""

    village: str
    node: str
    boot: str
    software: str
    config: str
    devices: tuple[BirthDevice, ...]

    def topic(self, leaf: str) -> str:
        """The node's own topic ``leaf``."""
        return str(Topic(self.village, self.node, leaf))


def _nobody(_payload: bytes, _now: float) -> None:
    """Nobody takes commands."""


@dataclass(frozen=True, slots=True)
class Line:
    """How to reach the broker, and whom to tell.

    ``wake`` ends the work loop's sleep, from any thread. ``born`` is called after each birth, and the node then reports
    all its devices. ``command`` gets what came as a command, unchecked, and the monotonic seconds of now. ``album``:
    pictures that are to be sent, None: none ever.
    """

    broker: BrokerSettings
    password: str | None
    wake: Callable[[], None]
    born: Callable[[], None]
    command: Callable[[bytes, float], None] = _nobody
    album: Album | None = None


@dataclass(slots=True)
class Counts:
    """What happened on the line since the start."""

    connections: int = 0
    births: int = 0
    probes: int = 0
    bad_messages: int = 0
    set_aside: int = 0


def back_off(attempt: int) -> float:
    """Seconds to wait after failure ``attempt`` (0 first): 1 to 3 for about two minutes, then up to 30; spread so that
    nodes do not return all together.
    """
    # Days without a broker are thousands of attempts: the power must not overflow.
    grown = EAGER_S * 2.0 ** min(max(0, attempt - EAGER_ATTEMPTS), 9)
    return random.uniform(1.0, min(BACK_OFF_S, grown))


@dataclass(slots=True)
class Uplink:
    """The line of one node. ``opener`` makes each connection anew."""

    identity: Identity
    spool: Spool
    line: Line
    clock: Clock
    opener: Opener = Link
    counts: Counts = field(default_factory=Counts)
    _window: Window = field(default_factory=Window)
    _link: Connection | None = None
    _events: SimpleQueue[tuple[int, Event]] = field(default_factory=SimpleQueue)
    _failures: int = 0
    _next_at: float = 0.0
    _opened_at: float = 0.0
    _gateway: str | None = None
    _complained: bool = False

    def step(self, now: float) -> float:
        """Do what is due at ``now`` (monotonic seconds); returns when to be called again at the latest."""
        self._hear(now)
        if not self._window.connected and now >= self._next_at:
            if self._link:
                self._lost("no answer from the broker", now)
            else:
                self._connect(now)
        if self._window.connected and self._link:
            self._send(self._link, now)
        probe_at = self._window.probe_at(self.spool)
        return self._next_at if probe_at is None else probe_at

    # --- the connection ---

    def _connect(self, now: float) -> None:
        self._next_at = now + HANDSHAKE_S
        self.counts.connections += 1
        number, events, wake = self.counts.connections, self._events, self.line.wake

        def tell(event: Event) -> None:
            events.put((number, event))
            wake()

        will = self._state("lost")
        login = Login(self.line.broker, self.identity.node, self.line.password, self.identity.topic("state"), will)
        self._link = self.opener(login, tell)

    def _hear(self, now: float) -> None:
        while True:
            try:
                number, event = self._events.get_nowait()
            except Empty:
                return
            if number != self.counts.connections or self._link is None:
                continue  # of a connection given up before
            if isinstance(event, Opened):
                self._open(self._link, now)
            elif isinstance(event, Heard):
                self._read(event, now)
            else:
                self._lost(event.reason, now)

    def _open(self, link: Connection, now: float) -> None:
        self._opened_at = now
        self._gateway = None
        link.subscribe(to_node(self.identity.village, self.identity.node))
        link.publish(self.identity.topic("state"), self._state("ready"), retain=True)
        self._bear(link, now)
        log.info("connected", node=self.identity.node, stream=self.spool.stream)
        self._complained = False

    def _bear(self, link: Connection, now: float) -> None:
        who = self.identity
        birth = Birth(1, self.spool.stream, who.boot, self.spool.aside, who.software, who.config, who.devices)
        link.publish(who.topic("birth"), encode(birth), retain=True)
        self.counts.births += 1
        if self.line.album:
            self.line.album.again()
        self._window.connect(now)
        self.line.born()

    def _lost(self, reason: str, now: float) -> None:
        if self._link:
            self._link.close()
        if self._window.connected and now - self._opened_at >= STEADY_S:
            self._failures = 0
        self._link = None
        self._window.disconnect()
        self._next_at = now + back_off(self._failures)
        self._failures += 1
        if not self._complained:
            log.warning("broker away", node=self.identity.node, reason=reason)
            self._complained = True

    def _state(self, state: Literal["ready", "lost", "disconnected"]) -> bytes:
        return encode(StateMessage(state, self.identity.boot, self.clock.wall_ms()))

    # --- what comes down ---

    def _read(self, heard: Heard, now: float) -> None:
        leaf = heard.topic.rpartition("/")[2]
        try:
            if leaf == "ack":
                self._acknowledged(decode(Ack, heard.payload), now)
            elif leaf == "state" and heard.payload:
                self._gateway_says(decode(StateMessage, heard.payload), now)
            elif leaf == "command":
                self.line.command(heard.payload, now)
        except BadMessage as error:
            self.counts.bad_messages += 1
            if self.counts.bad_messages == 1:
                log.warning("bad message", node=self.identity.node, topic=heard.topic, error=str(error))

    def _acknowledged(self, ack: Ack, now: float) -> None:
        if ack.stream != self.spool.stream:
            return
        if self._contradicts(ack):
            self._set_aside(now)
            return
        self.spool.ack(ack.n)
        self._window.ack(ack.n, now)
        if self.line.album:
            self.line.album.had(ack.pictures)

    def _contradicts(self, ack: Ack) -> bool:
        """Whether the gateway has a record that this card does not have, or has from another boot."""
        mine = self.spool.boot_of(ack.n)
        return ack.n > self.spool.newest or (None not in {mine, ack.boot} and mine != ack.boot)

    def _set_aside(self, now: float) -> None:
        """Numbers were used twice (a lying or cloned card): a new stream, which the birth makes known."""
        count = self.spool.set_aside()
        self.counts.set_aside += 1
        log.error("card damaged or cloned: spool set aside", node=self.identity.node, records=count)
        self._window = Window()
        if self.line.album:
            self.line.album.aside()
        if self._link:
            self._bear(self._link, now)

    def _gateway_says(self, state: StateMessage, now: float) -> None:
        """A gateway that has started anew does not know what was on its way to it: ask where it is."""
        if state.s != "ready":
            self._gateway = ""  # away: whoever is ready next is news
            return
        if self._gateway not in {None, state.boot}:
            if self.line.album:
                self.line.album.again()
            self._probe(now)
        self._gateway = state.boot

    # --- what goes up ---

    def _send(self, link: Connection, now: float) -> None:
        mono = int(now * 1000)
        topic = self.identity.topic("up")
        for record, live in self._window.due(self.spool, now):
            link.publish(topic, records.payload(record, self.spool.stream, self.identity.boot, mono, live=live))
        if self.line.album and self._window.synced:
            self._show(link, self.line.album, now)
        probe_at = self._window.probe_at(self.spool)
        if probe_at is not None and now >= probe_at:
            self._probe(now)

    def _show(self, link: Connection, album: Album, now: float) -> None:
        found = album.due(self.spool.acked, now)
        if found is not None:
            picture = Picture(1, self.spool.stream, self.identity.boot, *found)
            link.publish(self.identity.topic("picture"), encode(picture))

    def _probe(self, now: float) -> None:
        if self._link:
            self._link.publish(self.identity.topic("probe"), encode(Probe(1, self.spool.stream, self.identity.boot)))
            self.counts.probes += 1
            self._window.asked(now)

    # --- the end ---

    def say_goodbye(self, now: float) -> None:
        """Send what waits, then `disconnected`; returns at once."""
        if self._link and self._window.connected:
            self._send(self._link, now)
            self._link.publish(self.identity.topic("state"), self._state("disconnected"), retain=True)

    def close(self, timeout_s: float) -> None:
        """Let the goodbye out, for ``timeout_s`` at most, and end the connection."""
        if self._link:
            if self._window.connected:
                self._link.flush(timeout_s)
            self._link.close()
            self._link.join(timeout_s)
        self._link = None
        self._window.disconnect()
