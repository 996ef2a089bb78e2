"""The village in a box: starts everything, plays a scenario, counts, and says whether all was as promised."""

import argparse
import contextlib
import fcntl
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

from contracts.inventory import load_inventory
from contracts.yamlfile import InputErrors
from demo import scenario
from demo.run import Run, Stopped
from demo.scenario import Scenario
from demo.show import Screen
from demo.stage import Stage, StageError
from demo.workplace import VILLAGE, Workplace, free_port

DEFAULT_PORTS = range(8000, 8020)
LONGEST_S = 7 * 86_400
BLIND = ("camera", "warning_light", "charge_point")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument(
        "--seconds", type=_seconds, metavar="N", help="run so long, then count and end (default: until Ctrl-C)"
    )
    parser.add_argument(
        "--port", type=_port, metavar="P", help=f"port of the page (default: {DEFAULT_PORTS[0]}, or the next free one)"
    )
    parser.add_argument(
        "--scenario", default="default", metavar="NAME", help=f"{', '.join(scenario.names())}, or a file"
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="write what was counted as JSON")
    parser.add_argument(
        "--blind", choices=BLIND, metavar="KIND", help=f"a judgement that always says fine: {', '.join(BLIND)}"
    )
    parser.add_argument("--keep", action="store_true", help="keep the working directory")
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= LONGEST_S:
        raise argparse.ArgumentTypeError(f"must be above 0 and at most {LONGEST_S}")
    return seconds


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65_535:
        raise argparse.ArgumentTypeError("must be from 1 to 65535")
    return port


def _writable(path: Path) -> None:
    """Refuse at once a report that could not be written at the end."""
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise OSError(f"{path}: the report cannot be written there")


def main(argv: Sequence[str] | None = None) -> int:
    """0; 1 when the run is no pass; 2 when it could not begin."""
    options = _parser().parse_args(argv)
    try:
        chosen = scenario.load(scenario.find(options.scenario), load_inventory(VILLAGE))
        if options.report:
            _writable(options.report)
        with _page_port(options.port) as port, _workplace(port, options.keep) as place:
            return _play(options, chosen, place)
    except (InputErrors, OSError, StageError) as error:
        print(error, file=sys.stderr)
        return 1 if isinstance(error, StageError) else 2


def _play(options: argparse.Namespace, chosen: Scenario, place: Workplace) -> int:
    with Screen() as screen, _stoppable():
        stage = Stage(place, place.write(), screen.say, options.blind)
        report = Run(stage, screen, chosen, options.seconds).play()
        screen.result(report)
        if options.report:
            text = json.dumps(report.document(), indent=2, ensure_ascii=False)
            options.report.write_text(text + "\n", encoding="utf-8")
        return 1 if report.reasons() else 0


@contextlib.contextmanager
def _page_port(wanted: int | None) -> Iterator[int]:
    """A free port that no other demo takes meanwhile; raises :class:`OSError` when ``wanted`` is taken."""
    with contextlib.ExitStack() as held:
        for port in (wanted,) if wanted else DEFAULT_PORTS:
            lock = held.enter_context((Path(tempfile.gettempdir()) / f"vsm-demo-port-{port}.lock").open("a"))
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                held.callback(Path(lock.name).unlink, missing_ok=True)  # while it is still locked
                if free_port(port) == port:
                    yield port
                    return
        raise OSError(f"port {wanted or DEFAULT_PORTS} is taken; name another with --port")


@contextlib.contextmanager
def _workplace(port: int, keep: bool) -> Iterator[Workplace]:
    folder = Path(tempfile.mkdtemp(prefix="vsm-demo-"))
    try:
        yield Workplace(folder, port)
    finally:
        if keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """SIGINT and SIGTERM end the run in order; a second one at once."""

    def stop(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        raise Stopped

    before = [(number, signal.signal(number, stop)) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
