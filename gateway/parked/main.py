"""``python -m gateway parked``; reads clock, environment and command line."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from contracts.settings import load_settings
from contracts.yamlfile import InputErrors
from gateway.clocks import stamp
from gateway.parked.replay import Replayed, chosen, replay
from gateway.settings import SEVERAL, GatewaySettings, resolved
from gateway.store import ParkedLine, Store, StoreError, open_store
from gateway.telemetry import Telemetry, TelemetryError

COMMANDS = ("parked",)
_EPILOG = """\
A line is parked when the time-series store refuses it for good: of another type than its field, beyond a limit of the
server, or no line at all. Its reason says what to change there; then `replay` writes it. A running gateway is no
hindrance. Parked lines are forgotten after telemetry_keep.parked_days, and the oldest of more than
telemetry_keep.parked_lines.

Exit status: 0; 1 when it could not be done, or lines were refused again; 2 for mistakes in the call or the settings.
"""
Opened = Callable[[GatewaySettings], Telemetry]


def main(argv: Sequence[str], telemetry_of: Opened) -> int:
    """List, try again, or forget. ``telemetry_of``: opens the time-series store that the settings name."""
    parser = _parser()
    options = parser.parse_args(argv[1:])
    if options.command != "list" and bool(options.ids) == (options.all is not None):
        parser.error(f"{options.command}: give either the numbers of lines, as `list` shows them, or --all")
    try:
        settings = resolved(load_settings(GatewaySettings, options.config, os.environ, options.village), options.config)
        with closing(open_store(settings.database, create=False)) as store:
            if options.command == "list":
                return _list(store, options.limit, options.json)
            if options.command == "forget":
                return _forget(store, options)
            with closing(telemetry_of(settings)) as telemetry:
                return _replay(store, telemetry, options)
    except InputErrors as errors:
        print(errors, file=sys.stderr)
        return 2
    except (StoreError, TelemetryError) as error:
        print(f"parked {options.command}: failed: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m gateway parked",
        description="Telemetry lines that the time-series store refused.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings of the gateway, YAML")
    parser.add_argument("--village", metavar="A", help=SEVERAL)
    commands = parser.add_subparsers(dest="command", required=True)
    listed = commands.add_parser("list", help="the newest lines, each with its number, time and reason")
    listed.add_argument("--limit", type=int, default=100, metavar="N", help="lines at most (default: 100)")
    again = commands.add_parser("replay", help="write lines again; those that are taken leave the list")
    again.add_argument("--all", action="store_const", const=0, help="all that are parked")
    gone = commands.add_parser("forget", help="delete lines for good")
    gone.add_argument("--all", type=int, metavar="COUNT", help="all of them; COUNT: how many that are, as `list` says")
    for command in (again, gone):
        command.add_argument("ids", type=int, nargs="*", metavar="NUMBER", help="a line's number")
    for command in (listed, again, gone):
        command.add_argument("--json", action="store_true", help="print one JSON object, for programs")
    return parser


def _list(store: Store, limit: int, as_json: bool) -> int:
    rows, count = store.parked(max(1, limit)), store.parked_count()
    if as_json:
        return _json({"parked": count, "lines": [_object(row) for row in rows]})
    for row in rows:
        print(_text(row))
    shown = f", the newest {len(rows)} shown (--limit)" if len(rows) < count else ""
    print(f"{count} lines parked{shown}" if count else "no lines are parked")
    return 0


def _replay(store: Store, telemetry: Telemetry, options: argparse.Namespace) -> int:
    ids = None if options.all is not None else options.ids
    stored, missing = 0, set(ids or ())
    refused: list[ParkedLine] = []
    for rows in chosen(store, ids):
        missing -= {row.id for row in rows}
        if rows:
            done: Replayed = replay(store, telemetry, rows, time.time_ns() // 1_000_000)
            stored += done.stored
            refused += done.refused
            _progress(f"{stored + len(refused)} lines tried")
    _progress("")
    left = store.parked_count()
    if options.json:
        said = {"stored": stored, "refused": [_object(row) for row in refused], "missing": sorted(missing)}
        return _json(said | {"parked": left}, bool(refused or missing))
    for row in refused:
        print(f"refused again: {_text(row)}")
    print(f"{stored} lines stored, {len(refused)} refused again, {left} parked{_unknown(missing)}")
    return 1 if refused or missing else 0


def _forget(store: Store, options: argparse.Namespace) -> int:
    ids: list[int] = options.ids
    if options.all is not None:
        ids = [row.id for rows in chosen(store, None) for row in rows]
        if len(ids) != options.all:
            print(
                f"parked forget: {len(ids)} lines are parked, not {options.all}: nothing is forgotten", file=sys.stderr
            )
            return 1
    missing = set(ids) - {row.id for rows in chosen(store, ids) for row in rows}
    forgotten, left = store.forget_parked(sorted(set(ids))), store.parked_count()
    if options.json:
        return _json({"forgotten": forgotten, "missing": sorted(missing), "parked": left}, bool(missing))
    print(f"{forgotten} lines forgotten, {left} parked{_unknown(missing)}")
    return 1 if missing else 0


def _unknown(missing: set[int]) -> str:
    numbers = ", ".join(map(str, sorted(missing)[:20]))
    return f"; not parked (any more): {numbers}" if missing else ""


def _text(row: ParkedLine) -> str:
    return f"{row.id}  {stamp(row.parked_ms)[:19]}  {row.line}\n    {row.reason}"


def _object(row: ParkedLine) -> dict[str, str | int]:
    return {"id": row.id, "at": stamp(row.parked_ms), "line": row.line, "reason": row.reason}


def _json(said: dict[str, object], bad: bool = False) -> int:
    print(msgspec.json.encode(said).decode())
    return 1 if bad else 0


def _progress(text: str) -> None:
    """One line that is written over; nothing where nobody looks."""
    if sys.stderr.isatty():
        print(f"\r\033[K{'parked: ' if text else ''}{text}", end="", file=sys.stderr, flush=True)
