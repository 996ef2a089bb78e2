"""The process: settings, store, server, signals; the only reader of clock and environment in this package.

Exit status: 0 fine, 1 something could not be reached or used, 2 the configuration is wrong.
"""

import argparse
import contextlib
import os
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import structlog
import uvicorn
from fastapi import FastAPI

from contracts.inventory import Village, load_inventory
from contracts.settings import beside, load_settings
from contracts.yamlfile import InputErrors, load_yaml, read
from dashboard_api import outline
from dashboard_api.app import create_app
from dashboard_api.auth import sign_in
from dashboard_api.auth.areas import known
from dashboard_api.auth.roles import ROLES
from dashboard_api.feed import Listeners
from dashboard_api.front.app import create_front, prepare
from dashboard_api.front.settings import FrontSettings
from dashboard_api.gateway_time import GatewayTime
from dashboard_api.settings import FrontLink, Settings
from dashboard_api.telemetry import WITHIN_S
from gateway.faults import Rules
from gateway.faults.steady import ClockError
from gateway.store import VILLAGE, StoreError, open_store
from gateway.telemetry.opening import reading

FINE, FAILED, WRONG = 0, 1, 2
# While one thread draws a page, the one that answers everybody gets its turn after this, each time it has waited for a
# socket; with Python's own 5 ms all who ask meanwhile wait for a tenth of a second and more.
SWITCH_S = 0.0005
SHUTDOWN_S = 5
SET_UP_HOURS = 24
SQLITE = "sqlite:///"
log = structlog.get_logger()


def clock() -> int:
    """Milliseconds since the Unix epoch (UTC)."""
    return time.time_ns() // 1_000_000


def main(argv: Sequence[str] | None = None) -> int:
    """Run the dashboard, check its configuration, make a sign-in link, or verify the audit log."""
    given = list(sys.argv[1:] if argv is None else argv)
    more = {"invite": _invite_parser, "audit": _audit_parser}
    parser = more.get(given[0]) if given else None
    arguments = _parser().parse_args(given) if parser is None else parser().parse_args(given[1:])
    try:
        if parser is None and _role(arguments.config) == "front":
            return _front(arguments)
        settings = _settings(arguments.config)
        village = load_inventory(settings.inventory)
        rules = load_yaml(settings.rules, Rules) if settings.rules else Rules()
        if settings.outline:
            outline.read(settings.outline, village)
    except InputErrors as errors:
        print(errors, file=sys.stderr)
        return WRONG
    try:
        return int(arguments.act(arguments, settings, village, rules))
    except (StoreError, ClockError) as error:
        print(f"failed: {error}", file=sys.stderr)
        return FAILED


def _role(path: Path) -> object:
    """What the file, or the environment, says that this process is."""
    return os.environ.get("VSM_ROLE") or read(path).get("role")


def _front(arguments: argparse.Namespace) -> int:
    settings = load_settings(FrontSettings, arguments.config, os.environ)
    settings = settings.model_copy(update={"folder": beside(arguments.config, settings.folder)})
    try:
        prepare(settings.folder)
    except OSError as error:
        print(
            f"failed: cannot write into {settings.folder}: {error.strerror}; set folder to one that is yours",
            file=sys.stderr,
        )
        return FAILED
    if arguments.check:
        print(f"folder     ok      {settings.folder}")
        print(f"address    would listen on {settings.host}:{settings.port}, people open {settings.address}")
        return FINE
    with _listening(settings.host, settings.port) as listener:
        if listener is None:
            return FAILED
        app = create_front(settings, clock, time.monotonic)
        log.info("front listening", host=settings.host, port=listener.getsockname()[1], links=settings.address)
        Server(_uvicorn(app), app.state.front.hub).run(sockets=[listener])
    return FINE


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket | None]:
    """The socket; None, and a word about it, if it cannot be had."""
    try:
        listener = socket.create_server((host, port), family=_family(host))
    except OSError as error:
        print(f"failed: cannot listen on {host}:{port}: {error}", file=sys.stderr)
        yield None
        return
    with listener:
        yield listener


def _uvicorn(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # addresses of sign-in links are secrets
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m dashboard_api",
        description=main.__doc__,
        epilog="more: `python -m dashboard_api invite --help` (a sign-in link), `… audit --help` (the audit log)",
    )
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings, YAML")
    parser.add_argument("--check", action="store_true", help="validate, say what would be reached, and stop")
    parser.set_defaults(act=lambda given, *rest: _check(*rest) if given.check else _serve(*rest))
    return parser


def _invite_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m dashboard_api invite", description="Print a one-time sign-in link.")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings, YAML")
    parser.add_argument("--role", choices=ROLES, required=True)
    parser.add_argument(
        "--area",
        action="append",
        default=None,
        metavar="ID",
        help="grid or junction that it sees; again for more (default all)",
    )
    parser.add_argument("--hours", type=_hours, default=24.0, help="how long the link can be used (default 24)")
    parser.set_defaults(act=_invite)
    return parser


def _audit_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m dashboard_api audit",
        description="Walk the audit log's hash chain: exit status 1 and the first row that does not fit, if any.",
    )
    parser.add_argument("what", choices=["verify"])
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings, YAML")
    parser.set_defaults(act=_verify)
    return parser


def _hours(text: str) -> float:
    hours = float(text)
    if not 0 < hours <= 24 * 14:
        raise argparse.ArgumentTypeError("must be above 0 and at most 336")
    return hours


def _settings(path: Path) -> Settings:
    settings = load_settings(Settings, path, os.environ)
    database = settings.database
    if database.startswith(SQLITE) and ":memory:" not in database:
        database = SQLITE + str(beside(path, Path(database.removeprefix(SQLITE))))
        home = Path(database.removeprefix(SQLITE)).parent
    else:
        home = path.parent
    rules = settings.rules and beside(path, settings.rules)
    return settings.model_copy(
        update={
            "inventory": beside(path, settings.inventory),
            "rules": rules,
            "outline": settings.outline and beside(path, settings.outline),
            "database": database,
            "embedded_telemetry": beside(path, settings.embedded_telemetry),
            "archive": beside(path, settings.archive) if settings.archive else home / "reports",
            "front": settings.front and _trusted(path, settings.front),
        }
    )


def _trusted(path: Path, link: FrontLink) -> FrontLink:
    return link.model_copy(update={"ca": link.ca and beside(path, link.ca)})


def _invite(arguments: argparse.Namespace, settings: Settings, village: Village, _rules: Rules) -> int:
    areas, there = arguments.area or [VILLAGE], known(village)
    unknown = [one for one in areas if one != VILLAGE and one not in there]
    if unknown:
        print(f"no grid or junction {', '.join(unknown)}; there are {', '.join(there)}", file=sys.stderr)
        return WRONG
    store = open_store(settings.database)
    try:
        token = sign_in.invite(store, arguments.role, arguments.hours, clock(), areas)
    finally:
        store.close()
    print(f"{settings.address}/sign-in/{token}")
    return FINE


def _verify(_arguments: argparse.Namespace, settings: Settings, _village: Village, _rules: Rules) -> int:
    store = open_store(settings.database, create=False)
    try:
        rows, newest, bad = store.audited()
    finally:
        store.close()
    if bad is not None:
        print(f"audit log  failed  row {bad} is not as it was written, or rows before it are missing", file=sys.stderr)
        print("           compare it with a backup: scripts/restore --help", file=sys.stderr)
        return FAILED
    print(f"audit log  ok      {rows} rows, each fits the one before; the newest hash is {newest or '-'}")
    print("           keep that hash elsewhere: rows cut off at the end are found by it alone")
    return FINE


def _check(settings: Settings, village: Village, _rules: Rules) -> int:
    junctions = len(list(village.junctions()))
    print(f"inventory  ok      {settings.inventory}: {junctions} junctions, {len(village.places())} devices")
    if settings.outline:
        print(f"outline    ok      {settings.outline}: {len(outline.read(settings.outline, village))} shapes")
    print(f"address    would listen on {settings.host}:{settings.port}, links begin with {settings.address}")
    try:
        open_store(settings.database, create=False).close()
    except StoreError as error:
        print(f"database   failed  {error}")
        return FAILED
    print("database   ok      reached, tables fit")
    return FINE


class Server(uvicorn.Server):
    """Ends the event streams when it stops (they would keep it waiting), and takes a signal as a clean end."""

    def __init__(self, config: uvicorn.Config, feed: Listeners) -> None:
        super().__init__(config)
        self._feed = feed

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Uvicorn's own, streams first."""
        self._feed.stop()
        await super().shutdown(sockets)
        self._captured_signals.clear()


def _serve(settings: Settings, village: Village, rules: Rules) -> int:
    sys.setswitchinterval(SWITCH_S)
    with _listening(settings.host, settings.port) as listener:
        return FAILED if listener is None else _serve_on(listener, settings, village, rules)


def _serve_on(listener: socket.socket, settings: Settings, village: Village, rules: Rules) -> int:
    store = open_store(settings.database)
    try:
        now_ms = GatewayTime(store.newest_ms, clock, time.monotonic)
        charts = partial(reading, settings.telemetry, settings.embedded_telemetry, WITHIN_S)
        app = create_app(store, village, rules, settings, now_ms, charts)
        log.info("listening", host=settings.host, port=listener.getsockname()[1], links=settings.address)
        first = sign_in.set_up(store, SET_UP_HOURS, clock())
        if first is not None:
            print(f"nobody can manage this village yet; within {SET_UP_HOURS} h, once, open", flush=True)
            print(f"    {settings.address}/sign-in/{first}", flush=True)
        Server(_uvicorn(app), app.state.desk.feed).run(sockets=[listener])
    finally:
        store.close()
    return FINE


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
