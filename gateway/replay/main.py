"""``python -m gateway.replay`` (scripts/replay): the command line."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from contracts.yamlfile import InputErrors, load_yaml
from gateway.faults import Rules
from gateway.replay import SHIPPED, History, Json, judge, read
from gateway.replay.differs import differs
from gateway.replay.events import TimedEvent
from gateway.replay.report import iso, text
from gateway.replay.table import Tables

SHIPPED_WORD = "shipped"
EACH = 2_000
_EPILOG = """\
HISTORY holds one JSON object a line; the first names the inventory and the period. `python -m gateway export` writes
such files from a gateway's database.

With --rules the tables end with what the shipped rules would have made of the same history: + stands before a fault
or message that only the given rules make, - before one that only the shipped rules make. --compare RULES takes the
rules of another file instead (or `shipped`), and puts the same lists into the JSON, under "differs".

Exit status: 0; 1 when the output cannot be written; 2 for mistakes in the call or in the files, all of them named.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Replay one history. 0 = done, 1 = the output cannot be written, 2 = mistakes in the files."""
    options = _parser().parse_args(argv)
    try:
        rules = _rules(options.rules)
        other = _rules(options.compare) if options.compare or (options.rules and not options.json) else None
        history = read(options.history, options.inventory, lambda lines: _say(f"{lines:,} lines checked"))
        given = judge(history, rules, _progress(history))
        compared = None if other is None else judge(history, other, _progress(history))
    except InputErrors as errors:
        _say("")
        print(errors, file=sys.stderr)
        return 2
    _say("")
    try:
        _write(options, history, given, compared)
    except OSError as error:
        print(f"replay: {options.json}: cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/replay",
        description="Runs a recorded history through the shipped fault engine, in its own time, and shows the faults, "
        "the messages and the uptime that come out. The same file gives the same bytes.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("history", type=Path, metavar="HISTORY", help="file of JSON lines, ordered by time")
    parser.add_argument(
        "--inventory", type=Path, metavar="FILE", help="the village, instead of the file that the header names"
    )
    parser.add_argument("--rules", type=Path, metavar="FILE", help="judge by these rules instead of the shipped ones")
    parser.add_argument("--json", metavar="OUT", help="write JSON to this file (`-`: standard output) and no tables")
    parser.add_argument(
        "--compare", type=Path, metavar="RULES", help="say what these rules would change: a file, or `shipped`"
    )
    parser.add_argument("--lang", choices=("zh", "en"), default="en", help="language of the tables (default: en)")
    return parser


def _rules(file: Path | None) -> Rules:
    return SHIPPED if file is None or str(file) == SHIPPED_WORD else load_yaml(file, Rules)


def _progress(history: History) -> Callable[[Iterator[TimedEvent]], Iterator[TimedEvent]]:
    """Show how far the simulated time is."""

    def watched(events: Iterator[TimedEvent]) -> Iterator[TimedEvent]:
        for count, event in enumerate(events, 1):
            yield event
            if count % EACH == 0:
                part = (event.at_ms - history.from_ms) * 100 // (history.to_ms - history.from_ms)
                _say(f"{iso(event.at_ms)[:16]}, {part} %, {count:,} events of {history.count:,} lines")

    return watched


def _say(progress: str) -> None:
    """One line that is written over; nothing where nobody looks."""
    if sys.stderr.isatty():
        print(f"\r\033[K{'replay: ' if progress else ''}{progress}", end="", file=sys.stderr, flush=True)


def _write(options: argparse.Namespace, history: History, given: Json, compared: Json | None) -> None:
    lists = None if compared is None else differs(given, compared)
    if options.json:
        written = text(given if lists is None else {**given, "differs": lists})
        if options.json == "-":
            sys.stdout.buffer.write(written)
        else:
            Path(options.json).write_bytes(written)
        return
    tables = Tables(history.names.village, options.lang)
    print(tables.report(given))
    if lists is not None:
        print(tables.differs(lists))
