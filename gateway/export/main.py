"""``python -m gateway export``; reads clock, environment and command line."""

import argparse
import datetime as dt
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from contracts.inventory import load_inventory
from contracts.settings import load_settings
from contracts.yamlfile import InputErrors, load_yaml
from gateway.faults import Rules
from gateway.replay.export import Export, Nothing, Wanted
from gateway.replay.report import iso
from gateway.settings import SEVERAL, GatewaySettings, resolved
from gateway.store import StoreError, open_store

COMMANDS = ("export",)
_CHINA = dt.timezone(dt.timedelta(hours=8))
_EPILOG = """\
Times are ISO 8601 with their offset, such as 2026-10-01T00:00:00+08:00; a date alone is its midnight in Asia/Shanghai.
The gateway may run meanwhile. Records that came late, after an outage, become stretches with one code each.
Next: scripts/replay FILE.

Exit status: 0; 1 when it could not be done (no file is left half written); 2 for mistakes in the call or the settings.
"""


def main(argv: Sequence[str]) -> int:
    """Write the journal as a history. 0 = done, 1 = could not, 2 = mistakes in the files."""
    options = _parser().parse_args(argv[1:])
    if options.start is not None and options.start >= options.end:
        print("export: --to must lie after --from", file=sys.stderr)
        return 2
    try:
        settings = resolved(load_settings(GatewaySettings, options.config, os.environ, options.village), options.config)
        return _export(options, settings)
    except InputErrors as errors:
        print(errors, file=sys.stderr)
        return 2
    except (StoreError, Nothing, OSError) as error:
        _say("")
        print(f"export: failed: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m gateway export",
        description="Writes the journal in the form that replay reads: one JSON object a line, ordered by time.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="settings of the gateway, YAML")
    parser.add_argument("--village", metavar="A", help=SEVERAL)
    parser.add_argument(
        "--from", dest="start", type=_moment, metavar="T", help="begin of the period; default: the first line's"
    )
    now_ms = int(dt.datetime.now(dt.UTC).timestamp() + 1) * 1000
    parser.add_argument(
        "--to", dest="end", type=_moment, default=now_ms, metavar="T", help="its end, not included; default: now"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="file to write; default: standard output")
    return parser


def _moment(text: str) -> int:
    """Unix ms of a whole second."""
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO 8601 time") from error
    if time.tzinfo is None:
        if len(text) > len("2026-10-01"):
            raise argparse.ArgumentTypeError(f"{text!r} has no offset; write {text}+08:00 for a time in China")
        time = time.replace(tzinfo=_CHINA)
    return int(time.timestamp()) * 1000


def _export(options: argparse.Namespace, settings: GatewaySettings) -> int:
    village = load_inventory(settings.inventory)
    beside = options.out.absolute().parent if options.out else Path.cwd()
    inventory = os.path.relpath(settings.inventory.absolute(), beside)
    rules = load_yaml(settings.rules, Rules) if settings.rules else Rules()
    wanted = Wanted(village, inventory, options.start, options.end, rules)
    work = Export(wanted, lambda n: _say(f"{n:,} records read"))
    store = open_store(settings.database, create=False)
    count = -1  # the header is no line
    try:
        with _output(options.out) as file:
            for line in work.lines(store.journal(), store.happenings()):
                file.write(line + b"\n")
                count += 1
    finally:
        store.close()
    _say("")
    print(f"export: {count:,} lines up to {iso(options.end)}{_left_out(work)}", file=sys.stderr)
    return 0


@contextmanager
def _output(out: Path | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that appears once it is whole."""
    if out is None:
        yield sys.stdout.buffer
        return
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _left_out(work: Export) -> str:
    left = work.left_out
    said = (
        (left.strangers, "readings and lines of what is not in the inventory were left out"),
        (left.unsure, "late readings without a sure time were left out"),
        (left.unreadable, "records or late readings that no line can hold were left out"),
        (left.moved, "lines were moved, as the gateway's clock had been put back"),
    )
    return "".join(f"; {count:,} {what}" for count, what in said if count)


def _say(progress: str) -> None:
    """One line that is written over; nothing where nobody looks."""
    if sys.stderr.isatty():
        print(f"\r\033[K{'export: ' if progress else ''}{progress}", end="", file=sys.stderr, flush=True)
