"""One edge process: several nodes, each with its spool and its line, in one work loop."""

import contextlib
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import structlog

from contracts import fingerprint, inventory
from contracts.inventory import Junction, Village
from contracts.messages import BirthDevice
from edge.album import Album
from edge.clock import Clock
from edge.commands import Commands
from edge.daylight import night_by
from edge.detect.verdict import device_ids
from edge.drivers.base import (
    Driver,
    DriverContext,
    NodeItself,
    OcppAddress,
    SpoolFacts,
    Watched,
    open_driver,
)
from edge.node import Node
from edge.pins import open_factory
from edge.settings import EdgeSettings, broker_password
from edge.spool import Spool
from edge.uplink import Identity, Line, Uplink
from edge.wake import Wake
from edge.watch import Watch

log = structlog.get_logger()
# Also without anything to do the loop goes round so often: it feeds the watchdog.
LONGEST_SLEEP_S = 2.0
GOODBYE_S = 2.0
AGAIN_S = 1.0
VITALS_LOOK_S = 60.0
ON_PINS = frozenset({"warning_light", "contact"})


@dataclass(frozen=True, slots=True)
class Outside:
    """What `main.py` alone reads from the world. ``draw(n)``: 2n random hex digits; ``secret``: one by its name."""

    clock: Clock
    wake: Wake
    draw: Callable[[int], str]
    secret: Callable[[str], str | None]
    notify: Callable[[str], None]


@dataclass(slots=True)
class Site:
    """One node with its spool and its line. ``errors`` counts steps that failed; each first one in a row is logged."""

    node: Node
    spool: Spool
    uplink: Uplink
    errors: int = 0
    _failing: set[str] = field(default_factory=set)

    def step(self, now: float) -> float:
        """Look, write down, send; returns when to be stepped again at the latest. Never raises.

        What fails in the looking keeps nothing from being sent, and the other way round.
        """
        looked = self._survive("look", lambda: self.node.step(now))
        line_at: list[float] = []
        self._survive("send", lambda: line_at.append(self.uplink.step(now)))
        # Asked after the line's step: a birth makes a report of all devices due at once.
        return min(self.node.due_at if looked else now + AGAIN_S, *(line_at or [now + AGAIN_S]))

    def _survive(self, what: str, step: Callable[[], None]) -> bool:
        try:
            step()
        except Exception:  # the process loop: whatever happens in one node must not stop the others
            self.errors += 1
            if what not in self._failing:
                log.exception("step failed", node=self.node.id, step=what)
            self._failing.add(what)
            return False
        self._failing.discard(what)
        return True


def chosen(settings: EdgeSettings, village: Village) -> list[inventory.Node]:
    """The nodes this process carries; raises :class:`LookupError` for one that the inventory does not know."""
    known = {node.id: node for _, _, node in village.nodes()}
    wanted = settings.nodes or tuple(known)
    if unknown := sorted(set(wanted) - known.keys()):
        raise LookupError(f"not in the inventory: {', '.join(unknown)}; it knows {', '.join(known)}")
    if not wanted:
        raise LookupError("the inventory holds no node")
    return [known[name] for name in dict.fromkeys(wanted)]


@dataclass(slots=True)
class Builder:
    """Puts nodes together from settings and inventory. ``shared``: what the drivers of a process own in common."""

    settings: EdgeSettings
    village: Village
    outside: Outside
    boot: str
    shared: dict[str, Any] = field(default_factory=dict)

    def site(self, node: inventory.Node) -> Site:
        """One node, its spool open; raises :class:`SpoolError`. Drivers are opened by their first look."""
        outside = self.outside
        junction = next(place for _, place, one in self.village.nodes() if one.id == node.id)
        password = broker_password(node.id, self.settings.broker, outside.secret)
        spool = Spool.open(
            self.settings.data_dir / "spool" / node.id,
            cap_bytes=int(self.settings.spool.cap_mib * 2**20),
            draw=outside.draw,
        )
        album = self._album(node, spool)
        watches = self._watches(node, junction, spool, album)
        running = Node(node.id, node.interval_s, watches, spool, outside.clock, self.boot)
        commands = Commands(self.village.id, running, self.settings.command_key, lambda: spool.stream)
        line = Line(self.settings.broker, password, outside.wake.set, running.report_all, commands.take, album)
        return Site(running, spool, Uplink(self._identity(node), spool, line, outside.clock))

    def _album(self, node: inventory.Node, spool: Spool) -> Album | None:
        """Only where the inventory asks for evidence of a camera; what waits from before is for nobody then."""
        folder = self.settings.data_dir / "pictures" / node.id
        if not any(_shows(device) for device in node.devices):
            shutil.rmtree(folder, ignore_errors=True)
            return None
        try:
            return Album.open(folder, lambda: spool.newest)
        except OSError as error:  # a node that cannot keep pictures still watches
            log.error("no pictures are kept", node=node.id, error=str(error))
            return None

    def _watches(self, node: inventory.Node, junction: Junction, spool: Spool, album: Album | None) -> list[Watch]:
        pins: list[Any] = []
        facts = SpoolFacts(spool.folder, spool.cap_bytes, lambda: spool.size_bytes, lambda: spool.newest - spool.acked)

        def night() -> bool | None:
            return night_by(self.outside.clock, junction.lat, junction.lon)

        def wall() -> float | None:
            clock = self.outside.clock
            return None if clock.quality() == "none" else clock.wall_ms() / 1000

        def factory() -> Any:
            if not pins:
                pins.append(open_factory(self.settings.pin_factory, node.id))
            return pins[0]

        def context(device: Watched, wake: Callable[[], None]) -> DriverContext:
            pins = factory() if device.kind in ON_PINS else None
            address = OcppAddress(self.settings.ocpp.host, self.settings.ocpp.port)
            mono = self.outside.clock.mono
            return DriverContext(wake, self.outside.secret, pins, address, self.shared, mono, night, facts, wall)

        vitals = NodeItself(node.id, node.vitals_s, min(VITALS_LOOK_S, node.vitals_s))
        devices = [self._watch(device, context) for device in node.devices]
        for watch in devices:
            watch.album = album if _shows(watch.device) else None
        return [*devices, self._watch(vitals, context, vitals.interval_s)]

    def _watch(
        self, device: Watched, context: Callable[[Watched, Callable[[], None]], DriverContext], report_s: float = 0.0
    ) -> Watch:
        def wake() -> None:
            watch.wake()
            self.outside.wake.set()

        def start(device: Watched) -> Driver:
            return open_driver(device, context(device, wake))

        watch = Watch(device, start, self.outside.clock.mono, report_s)
        return watch

    def _identity(self, node: inventory.Node) -> Identity:
        config = fingerprint.of_node(node)
        return Identity(self.village.id, node.id, self.boot, _software(), config, tuple(_birth_devices(node)))


def _shows(device: Watched) -> bool:
    return isinstance(device, inventory.Camera) and device.evidence


def _birth_devices(node: inventory.Node) -> Iterable[BirthDevice]:
    for device in node.devices:
        for name in device_ids(device):
            kind = device.kind if name == device.id else "connector"
            yield BirthDevice(name, kind, node.interval_s)
    yield BirthDevice(node.id, "node", node.vitals_s)


def _software() -> str:
    try:
        return version("village-safety-monitor")
    except PackageNotFoundError:  # run from a source tree
        return "source"


def run(sites: Sequence[Site], outside: Outside, stopping: Callable[[], bool]) -> None:
    """The work loop, until ``stopping``."""
    outside.notify("READY=1")
    while not stopping():
        now = outside.clock.mono()
        due = min(site.step(outside.clock.mono()) for site in sites)
        outside.notify("WATCHDOG=1")
        outside.wake.wait(min(due - outside.clock.mono(), now + LONGEST_SLEEP_S - outside.clock.mono()))


def stop(sites: Sequence[Site], outside: Outside) -> None:
    """A planned stop: what waits goes out, `disconnected` after it, then everything is let go of."""
    outside.notify("STOPPING=1")
    for site in sites:
        with contextlib.suppress(RuntimeError, OSError):  # as below
            site.uplink.say_goodbye(outside.clock.mono())
    end = outside.clock.mono() + GOODBYE_S
    for site in sites:
        with contextlib.suppress(RuntimeError, OSError):  # one line that breaks now keeps nobody from ending well
            site.uplink.close(max(0.0, end - outside.clock.mono()))
    for site in sites:
        site.node.close()
        site.spool.close()
