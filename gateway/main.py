"""Wiring of the gateway process; the only reader of clock, environment and command line in this package."""

import argparse
import os
import random
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from contracts.inventory import Village
from contracts.yamlfile import InputErrors
from gateway import remembered
from gateway.backup import main as backups
from gateway.check import check
from gateway.chores import Chores
from gateway.commands import Sender, key_of
from gateway.delivery.channels import ChannelError
from gateway.delivery.dispatcher import Dispatcher
from gateway.delivery.start import Gateway, directory, dispatcher
from gateway.export import main as exports
from gateway.faults import Rules
from gateway.faults.steady import ClockError, Steady
from gateway.health import heartbeat
from gateway.ingest import Ingest
from gateway.machine import Itself
from gateway.owner import Owner
from gateway.parked import main as parked
from gateway.reports import main as reports
from gateway.rosters import main as rosters
from gateway.service import Service
from gateway.settings import GatewaySettings
from gateway.store import Store, StoreError, migrate, open_store
from gateway.store.ownership import can_be_owned, free, take
from gateway.telemetry import Drain, Keeper, Telemetry, TelemetryError
from gateway.telemetry.opening import opened
from gateway.trial import main as trials
from gateway.uplink import Uplink
from gateway.villages import Place, place, places
from gateway.vitals import kernel_clock, room_for_points
from gateway.workers import LOOK_S, TAKEN, Worker

log = structlog.get_logger("gateway")
RIGHT = "set it (timedatectl set-time), or let chrony do it; if it is right, start once with VSM_CLOCK_TRUSTED=true"


class SystemClocks:
    """The computer's clocks."""

    def __init__(self) -> None:
        self.mono_s = time.monotonic
        self.now_ms = Steady(lambda: time.time_ns() // 1_000_000, time.monotonic)
        self.sleep = time.sleep
        self._trusted = False

    def begin(self, settings: GatewaySettings, store: Store) -> None:
        """Time goes on from what is stored. Raises ClockError, StoreError."""
        self._trusted = settings.clock_trusted
        self.now_ms.begin(remembered.last_ms(store), self._kept())
        if self.now_ms.doubt:
            log.error("clock not believed, time goes on from what is stored", reason=self.now_ms.doubt, help=RIGHT)

    def settle(self) -> bool:
        """Whether a clock that was doubted is believed from now on."""
        return bool(self.now_ms.doubt) and self.now_ms.settle(self._kept())

    def _kept(self) -> bool | None:
        clock = kernel_clock()
        return self._trusted or (clock and clock[0])


def main(argv: list[str] | None = None) -> int:
    """Run the gateway until SIGTERM.

    0 = stopped cleanly, 1 = something cannot be reached, 2 = mistakes in the files.
    """
    given = sys.argv[1:] if argv is None else argv
    rooms: list[tuple[tuple[str, ...], Callable[[Sequence[str]], int]]]
    rooms = [(backups.COMMANDS, backups.main), (trials.COMMANDS, trials.main), (rosters.COMMANDS, rosters.main)]
    rooms += [(exports.COMMANDS, exports.main), (reports.COMMANDS, reports.main)]
    rooms += [(parked.COMMANDS, lambda words: parked.main(words, telemetry_of))]
    for commands, run in rooms:
        if given[:1] and given[0] in commands:
            return run(given)
    args = _arguments(given)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    names = args.villages or ([args.village] if args.village else None)
    try:
        found = places(args.config, os.environ, names) if names else [place(args.config, os.environ)]
    except InputErrors as error:
        print(error, file=sys.stderr)
        return 2
    if args.check:
        return max(_check(one) for one in found)
    try:
        if args.migrate:
            return max(_migrate(one.settings.database) for one in found)
        if args.villages:
            return _work(args.config, found)
        return _owned(found[0], args.worker) if args.village else _run(found[0])
    except (StoreError, TelemetryError) as error:
        log.error("cannot start", reason=str(error))
        return 1


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m gateway",
        description="Keeps the truth of one village: states, faults, uptime.",
        epilog="`python -m gateway backup --help` and `restore --help` say how backups are made and put back, "
        "`export --help` how the journal is written for scripts/replay, "
        "`months --help` and `statement --help` how frozen months and a device's time are printed, "
        "`roster --help` how it is said who is on duty, `test-channel --help` how a way to people is tried, "
        "`parked --help` what becomes of telemetry that the time-series store refused",
    )
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings, YAML")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="check files and reach everything once, then exit")
    what.add_argument(
        "--migrate", action="store_true", help="make or upgrade the database's tables, then exit; stop all others first"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--villages",
        type=lambda text: [name.strip() for name in text.split(",")],
        metavar="A,B",
        help="run each of these villages that no other worker runs; the settings say {village}; docs/postgresql.md",
    )
    which.add_argument("--village", metavar="A", help=f"run this one if no other worker does, else exit with {TAKEN}")
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)  # the process that began this one
    return parser.parse_args(argv)


def _check(one: Place) -> int:
    owned = can_be_owned(one.settings.database)
    well = check(one.settings, one.village, lambda: telemetry_of(one.settings), SystemClocks())
    if owned and well:
        print(f"owner: {'nobody' if free(one.settings.database) else 'a worker'} runs village {one.village.id}")
    return 0 if well else 1


def _work(config: Path, found: list[Place]) -> int:
    """Run what is nobody's until SIGTERM."""
    gateway = (sys.executable, "-m", "gateway")

    def start(village: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  # this program itself, on the same settings
            [*gateway, "--config", str(config), "--village", village, "--worker", str(os.getpid())]
        )

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worker = Worker({one.village.id: one.settings.database for one in found}, free, start, time.monotonic)
    log.info("worker ready", villages=",".join(one.village.id for one in found))
    while not stop.wait(LOOK_S / 2):
        worker.once()
    worker.end(15)
    return 0


def _owned(one: Place, worker: int | None) -> int:
    """Run a village that is nobody's; the process ends, however it stands, when that ends, or when its worker does."""
    owned = take(one.settings.database, time.monotonic)
    if owned is None:
        log.info("another worker has the village", village=one.village.id)
        return TAKEN
    log.info("village taken", village=one.village.id)
    owner = Owner(owned, lambda: os._exit(TAKEN), lambda: worker not in {None, os.getppid()})
    owner.start()
    try:
        return _run(one, owned.fence)
    finally:
        owner.stop()


def _migrate(database: str) -> int:
    before, after = migrate(database)
    how = f"was of revision {before}" if before != after else "nothing to do"
    print(f"database: tables are of revision {after} ({how if before else 'made'})")
    return 0


def telemetry_of(settings: GatewaySettings) -> Telemetry:
    """InfluxDB if one is configured, else the embedded store. Raises TelemetryError."""
    return opened(settings.telemetry, settings.embedded_telemetry)


def _run(one: Place, fence: Callable[[], None] | None = None) -> int:
    settings, village, clocks = one.settings, one.village, SystemClocks()
    try:
        alive = heartbeat(settings.heartbeat, clocks.mono_s)
    except OSError as error:
        log.error("cannot start", reason=f"heartbeat: {error}; make its folder, for this user")
        return 1
    store = open_store(settings.database)
    if fence is not None:
        store.guard(fence)
    try:
        clocks.begin(settings, store)
        senders, service, uplink = _loop(settings, village, one.rules, store, clocks)
    except (ChannelError, ClockError) as error:
        store.close()
        log.error("cannot start", reason=str(error))
        return 1
    telemetry = telemetry_of(settings)
    drain = Drain(store, telemetry, (clocks.now_ms, random.random), StoreError, room_for_points(settings))
    keeper = Keeper(store, telemetry, clocks.now_ms, settings.telemetry_keep, lambda: clocks.now_ms.doubt)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.stop.set())
    itself = Itself(settings, store, clocks.now_ms(), telemetry.describe())
    log.info("starting", village=village.id, telemetry=itself.telemetry)
    chores = Chores(settings, village, store, clocks.now_ms, senders.silent)
    service.vitals, service.settle = chores.found, clocks.settle
    itself.link, itself.away = service.link, lambda: drain.away_ms
    _tell(chores, itself, clocks, uplink)
    for part in (drain, keeper, chores, senders, uplink):
        part.start()
    try:
        service.run(alive)
    finally:
        uplink.stop()
        for thread in (senders, drain, keeper, chores):
            thread.stop(5)
        telemetry.close()
        store.close()
    log.info("stopped")
    return 0


def _tell(chores: Chores, itself: Itself, clocks: SystemClocks, uplink: Uplink) -> None:
    """What is looked at each minute is also told to those who look after the gateway."""
    chores.doubt = lambda: clocks.now_ms.doubt
    chores.look, chores.broker_ends = itself.look, lambda: uplink.certificate_ends_ms


def _loop(
    settings: GatewaySettings, village: Village, rules: Rules, store: Store, clocks: SystemClocks
) -> tuple[Dispatcher, Service, Uplink]:
    """What judges, what hears, and what tells. Raises ChannelError."""
    known = directory(settings.channels, village, rules, store)

    def begin() -> Ingest:
        return Ingest(village, rules, store, clocks.now_ms(), known.setup)

    uplink = Uplink(settings.broker, village.id, secrets.token_hex(8), clocks.now_ms, settings.node_rate)
    service = Service(begin, store, uplink, clocks, (settings.batch_ms, settings.batch_max))
    service.send = Sender(village.id, store, uplink.command, key_of(settings.command_key)).step
    ways, lease = (settings.dispatch, settings.channels), secrets.token_hex(8)
    gateway = Gateway(*ways, rules, store, known, clocks, lease, lambda: service.well(clocks.mono_s()))
    return dispatcher(gateway), service, uplink
