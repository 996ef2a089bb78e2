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
from gateway.reports.left import Known, left
from gateway.reports.proof import DRAWN, NoStatement, Paper, Proof, proven, read
from gateway.reports.refusals import Refusal, Refused, asked, camera, misfits, stated
from gateway.reports.statement import told
from gateway.reports.window import Asked, plain
from gateway.settings import SEVERAL, GatewaySettings, resolved
from gateway.store import Deed, MonthRow, Store, StoreError, open_store
from gateway.uptime.months import iso

COMMANDS = ("months", "statement")
# Who drew it, in the audit log.
BY = "command line"
EXAMPLE = "ISO 8601 with an offset, such as 2026-11-01T00:00:00+08:00"


def main(argv: Sequence[str]) -> int:
    """Print what was asked for. 0 = done, 1 = could not, or a month is not as it was frozen, 2 = mistakes."""
    options = _parser().parse_args(argv)
    try:
        settings = resolved(load_settings(GatewaySettings, options.config, os.environ, options.village), options.config)
        village = load_inventory(settings.inventory)
        paper = _paper(options.verify) if options.command == "statement" and options.verify is not None else None
        with closing(open_store(settings.database, create=False)) as store:
            if paper is not None:
                return _check(proven(store, village, paper))
            if options.command == "months":
                return _months(store, options.verify)
            return _statement(store, village, options)
    except InputErrors as errors:
        print(errors, file=sys.stderr)
        return 2
    except _Mistakes as mistakes:
        print("\n".join(f"statement: {mistake}" for mistake in mistakes.args), file=sys.stderr)
        return 2
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
    statement.add_argument("--device", metavar="ID", help="such as cam-07")
    statement.add_argument("--from", dest="begin", metavar="TIME", help=EXAMPLE)
    statement.add_argument("--to", dest="end", metavar="TIME", help="later than --from")
    statement.add_argument(
        "--verify",
        type=Path,
        metavar="FILE",
        help="instead: prove that a saved statement (JSON) is as it was drawn, and say whether it would be the same "
        "today; 1 if it is not as it was drawn",
    )
    statement.add_argument("--json", action="store_true", help="print JSON, which --verify checks later")
    statement.add_argument("--lang", choices=("zh", "en"), default="zh", help="default: zh")
    for command in (months, statement):
        command.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings of the gateway, YAML")
        command.add_argument("--village", metavar="A", help=SEVERAL)
    return parser


def _asked(store: Store, village: Village, options: argparse.Namespace, now_ms: int) -> Asked:
    """What the options ask for. Raises :class:`_Mistakes` with all that is wrong, and StoreError."""
    wrong, known = _left_out(options), None
    if options.device is not None:
        try:
            known = _known(store, village, options.device)
        except Refused as refused:
            wrong += _said(refused.refusals, options.lang)
    texts = {"from": options.begin, "to": options.end}
    bounds = {name: _moment(text) for name, text in texts.items() if text is not None}
    unread = [name for name, at_ms in bounds.items() if at_ms is None]
    wrong += [f"--{name}: {texts[name]!r} is no time; write {EXAMPLE}" for name in unread]
    begin, end = bounds.get("from"), bounds.get("to")
    if begin is not None and end is not None:
        wrong += _said(misfits(begin, end, now_ms), options.lang)
    if wrong or known is None or begin is None or end is None:
        raise _Mistakes(*wrong)
    return asked(known, begin, end, now_ms)


def _known(store: Store, village: Village, device: str) -> Known:
    """Any device of the inventory, or a camera that has left it. Raises :class:`Refused` and StoreError."""
    places = village.places()
    return Known(places[device]) if device in places else camera(store, places, left(store, places), device)


def _said(refusals: Iterable[Refusal], lang: str) -> list[str]:
    named = {"camera": "--device", "from": "--from", "to": "--to"}
    return [f"{named[one.field]}: {one.text.say(lang)}" for one in refusals]


def _left_out(options: argparse.Namespace) -> list[str]:
    given = {"device": options.device, "from": options.begin, "to": options.end}
    return [f"--{name}: is needed" for name, value in given.items() if value is None]


def _paper(path: Path) -> Paper:
    """The saved statement; raises :class:`_Mistakes`."""
    try:
        return read(path.read_bytes())
    except OSError as error:
        raise _Mistakes(f"--verify: cannot read {path}: {error.strerror}") from error
    except NoStatement as error:
        raise _Mistakes(f"--verify: {path} is no statement: {error}") from error


def _check(found: Proof) -> int:
    _print(found.told)
    print("\n".join(found.wrong), file=sys.stderr, end="\n" if found.wrong else "")
    return 1 if found.wrong else 0


def _moment(text: str) -> int | None:
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if at.tzinfo is None else round(at.timestamp() * 1000)


def _statement(store: Store, village: Village, options: argparse.Namespace) -> int:
    """Print it, and note its hash, by which it can be told from a forged one later."""
    at_ms = time.time_ns() // 1_000_000
    try:
        drawn = stated(store, village, _asked(store, village, options, at_ms))
    except Refused as refused:
        raise _Mistakes(*_said(refused.refusals, options.lang)) from refused
    detail = {"as": "json" if options.json else "text", "from": iso(drawn.from_ms), "to": iso(drawn.to_ms)}
    detail["hash"] = drawn.hash
    store.note(Deed(at_ms, BY, "", DRAWN, drawn.device, detail=msgspec.json.encode(detail).decode()))
    if not options.json:
        return _print(told(drawn, options.lang))
    paper = {"statement": plain(drawn), "hash": drawn.hash, "drawn": iso(at_ms), "by": BY}
    return _print([msgspec.json.format(msgspec.json.encode(paper), indent=1).decode()])


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
