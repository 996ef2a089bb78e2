"""``python -m gateway months`` and ``statement``; reads clock, environment and command line."""

import argparse
import datetime as dt
import os
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from contracts.inventory import Village, load_inventory
from contracts.settings import load_settings
from contracts.yamlfile import InputErrors
from gateway.months import verify
from gateway.reports.statement import told
from gateway.reports.window import Asked, draw
from gateway.settings import SEVERAL, GatewaySettings, resolved
from gateway.store import MonthRow, Store, StoreError, open_store
from gateway.uptime.months import iso

COMMANDS = ("months", "statement")
EXAMPLE = "ISO 8601 with an offset, such as 2026-11-01T00:00:00+08:00"


def main(argv: Sequence[str]) -> int:
    """Print what was asked for. 0 = done, 1 = could not, or a month is not as it was frozen, 2 = mistakes."""
    options = _parser().parse_args(argv)
    try:
        settings = resolved(load_settings(GatewaySettings, options.config, os.environ, options.village), options.config)
        village = load_inventory(settings.inventory)
        asked = _asked(options, village) if options.command == "statement" else None
    except InputErrors as errors:
        print(errors, file=sys.stderr)
        return 2
    except _Mistakes as mistakes:
        print("\n".join(f"statement: {mistake}" for mistake in mistakes.args), file=sys.stderr)
        return 2
    try:
        with closing(open_store(settings.database, create=False)) as store:
            if asked is None:
                return _months(store, options.verify)
            return _print(told(draw(store, village, asked), options.lang))
    except StoreError as error:
        print(f"{options.command}: failed: {error}", file=sys.stderr)
        return 1


class _Mistakes(Exception):
    """All that is wrong with the options, a text each."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gateway", description="What a gateway's store says to people.")
    commands = parser.add_subparsers(dest="command", required=True)
    months = commands.add_parser("months", help="the frozen months with their revisions and hashes")
    months.add_argument("--verify", action="store_true", help="prove that each is as it was frozen; 1 if one is not")
    statement = commands.add_parser("statement", help="a device over a window, every second accounted for")
    statement.add_argument("--device", required=True, metavar="ID", help="such as cam-07")
    statement.add_argument("--from", required=True, dest="begin", metavar="TIME", help=EXAMPLE)
    statement.add_argument("--to", required=True, dest="end", metavar="TIME", help="later than --from")
    statement.add_argument("--lang", choices=("zh", "en"), default="zh", help="default: zh")
    for command in (months, statement):
        command.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings of the gateway, YAML")
        command.add_argument("--village", metavar="A", help=SEVERAL)
    return parser


def _asked(options: argparse.Namespace, village: Village) -> Asked:
    """What the options ask for; raises :class:`_Mistakes` with all that is wrong."""
    now_ms, wrong = time.time_ns() // 1_000_000, []
    place = village.places().get(options.device)
    if place is None:
        wrong.append(f"--device: {options.device!r} is no device of this village; the inventory lists them")
    bounds = [_moment(text) for text in (options.begin, options.end)]
    wrong += [
        f"--{name}: {text!r} is no time; write {EXAMPLE}"
        for name, text, at_ms in zip(("from", "to"), (options.begin, options.end), bounds, strict=True)
        if at_ms is None
    ]
    begin, end = bounds
    if begin is not None and end is not None and end <= begin:
        wrong.append("--to: must be later than --from")
    if begin is not None and begin >= now_ms:
        wrong.append("--from: must not lie in the future")
    if wrong or place is None or begin is None or end is None:
        raise _Mistakes(*wrong)
    return Asked(place, begin, min(end, now_ms), end > now_ms)


def _moment(text: str) -> int | None:
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if at.tzinfo is None else round(at.timestamp() * 1000)


def _print(lines: Iterable[str]) -> int:
    for line in lines:
        print(line)
    return 0


def _months(store: Store, prove: bool) -> int:
    rows = store.months()
    print("\n".join(_row(row) for row in rows) if rows else "no month is frozen yet; each freezes on day 5 of the next")
    if not prove:
        return 0
    wrong = list(verify(rows))
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    if wrong:
        print("months: not all is as it was frozen; restore a backup and compare", file=sys.stderr)
        return 1
    print(f"verified: {len(rows)} revision(s) are as they were frozen")
    return 0


def _row(row: MonthRow) -> str:
    changed = "-" if row.diff is None else f"{_count(row.diff)} figures changed"
    return f"{row.month}  revision {row.revision}  frozen {iso(row.frozen_ms)}  sha256 {row.hash}  {changed}"


def _count(diff: bytes) -> str:
    try:
        return str(len(msgspec.json.decode(diff, type=list[object])))
    except msgspec.DecodeError:
        return "unreadable:"
