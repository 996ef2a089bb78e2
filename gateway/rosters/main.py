"""``python -m gateway roster``; reads clock, environment and command line."""

import argparse
import datetime as dt
import os
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from ruamel.yaml import YAML

from contracts.inventory import load_inventory
from contracts.settings import load_settings
from contracts.yamlfile import InputErrors, load_yaml
from gateway.dispatch import Roster, Setup
from gateway.dispatch.days import ms_of
from gateway.faults import Rules
from gateway.rosters.file import body, read_roster, stored
from gateway.rosters.findings import AHEAD_DAYS, channel_kinds, findings, moment
from gateway.rosters.table import table
from gateway.settings import SEVERAL, GatewaySettings, resolved
from gateway.store import RosterRow, Store, StoreError, open_store

COMMANDS = ("roster",)
NONE = "no roster is loaded; `roster load FILE` does it, firmware_config/villages/roster.example.yaml shows one"


class _Refused(Exception):
    """It cannot be done; the text says why."""


def main(argv: Sequence[str]) -> int:
    """Do what was asked for. 0 = done, 1 = could not, or (check) somebody is missing, 2 = mistakes."""
    options = _parser().parse_args(argv[1:])
    try:
        settings = resolved(load_settings(GatewaySettings, options.config, os.environ, options.village), options.config)
        rules = load_yaml(settings.rules, Rules) if settings.rules else Rules()
        base = Setup(load_inventory(settings.inventory), None, channel_kinds(settings), rules.dispatch)
        return _do(options, base, settings)
    except InputErrors as errors:
        print(errors, file=sys.stderr)
        return 2
    except (_Refused, StoreError) as error:
        print(f"roster {options.command}: failed: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gateway roster", description="Who is on duty, and is told.")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="whether every post has somebody, for the next 14 days; stores nothing")
    check.add_argument("file", type=Path, nargs="?", metavar="FILE", help="a roster, YAML; omitted: the loaded one")
    load = commands.add_parser("load", help="take a roster; it counts from the next message on")
    load.add_argument("file", type=Path, metavar="FILE", help="a roster, YAML; keep it outside git")
    show = commands.add_parser("show", help="who is on duty")
    show.add_argument("--at", type=_moment, metavar="TIME", help="such as '2026-10-01 08:00'; omitted: now")
    show.add_argument("--numbers", action="store_true", help="with telephone numbers in full")
    export = commands.add_parser("export", help="the loaded roster as YAML, with names and numbers")
    for command in (check, load, show, export):
        command.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings of the gateway, YAML")
        command.add_argument("--village", metavar="A", help=SEVERAL)
    return parser


def _moment(text: str) -> int:
    try:
        return ms_of(dt.datetime.fromisoformat(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time; write '2026-10-01 08:00', the village's time"
        ) from error


def _do(options: argparse.Namespace, base: Setup, settings: GatewaySettings) -> int:
    now_ms = time.time_ns() // 1_000_000
    given = read_roster(options.file, base.village, base.channels) if getattr(options, "file", None) else None
    if given is not None and options.command == "check":
        return _check(base, given, now_ms)
    with closing(open_store(settings.database, create=False)) as store:
        if given is not None:
            return _load(store, base, given, now_ms)
        row, roster = _newest(store)
    if options.command == "check":
        return _check(base, roster, now_ms)
    if options.command == "export":
        return _export(row, roster)
    return _print(_shown(base, roster, now_ms if options.at is None else options.at, options.numbers))


def _newest(store: Store) -> tuple[RosterRow, Roster]:
    row = store.roster()
    roster = stored(row)
    if row is None or roster is None:
        raise _Refused(NONE)
    return row, roster


def _check(base: Setup, roster: Roster, now_ms: int) -> int:
    found = list(findings(base.village, roster, base.channels, now_ms))
    _print(found or [f"ok: every post has somebody, and nobody is missing in the next {AHEAD_DAYS} days"])
    return 1 if found else 0


def _load(store: Store, base: Setup, roster: Roster, now_ms: int) -> int:
    version = store.load_roster(os.environ.get("SUDO_USER") or os.environ.get("USER", "console"), body(roster), now_ms)
    print(f"roster: version {version} loaded: {len(roster.people)} people, {len(roster.duties)} duties")
    for line in findings(base.village, roster, base.channels, now_ms):
        print(f"warning: {line}", file=sys.stderr)
    return _print(_shown(base, roster, now_ms, numbers=False))


def _shown(base: Setup, roster: Roster, at_ms: int, numbers: bool) -> Iterable[str]:
    yield f"on duty at {moment(at_ms)}; desk: {roster.desk.name}"
    yield from table(Setup(base.village, roster, base.channels, base.times), at_ms, numbers)


def _export(row: RosterRow, roster: Roster) -> int:
    print(f"# version {row.version}, loaded {moment(row.loaded_ms)} by {row.by}")
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.dump(roster.model_dump(mode="json", by_alias=True, exclude_defaults=True), sys.stdout)
    return 0


def _print(lines: Iterable[str]) -> int:
    print("\n".join(lines))
    return 0
