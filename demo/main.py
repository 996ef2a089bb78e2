"""The village in a box: starts everything, plays a scenario, counts, and says whether all was as promised."""

import argparse
import contextlib
import json
import math
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from contracts.inventory import Village, load_inventory
from contracts.yamlfile import InputErrors
from demo import scenario_file, speed, village
from demo.edges import edges, lines
from demo.folder import DEFAULT_PORTS, page_port, workfolder
from demo.plan import plan
from demo.run import Run, Stopped
from demo.scenario import Break, Scenario
from demo.show import Screen
from demo.stage import Stage, StageError
from demo.unrest import FASTEST, Unrest, disturbances
from demo.workplace import Workplace, free_port

LONGEST_S = 7 * 86_400
BLIND = ("camera", "warning_light", "charge_point")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--village",
        default="beigu",
        metavar="NAME",
        help=f"{', '.join(village.SHIPPED)}, or an inventory file (default: beigu, the whole village)",
    )
    parser.add_argument(
        "--scenario",
        metavar="NAME",
        help=f"{', '.join(scenario_file.names())}, or a file (default: default; of a village of your own: quiet)",
    )
    parser.add_argument(
        "--speed",
        type=_speed,
        default=speed.DEFAULT,
        metavar="X",
        help=f"divides the rules' and the scenario's times, never a protocol's (default: {speed.DEFAULT:g})",
    )
    parser.add_argument(
        "--seconds", type=_seconds, metavar="N", help="run so long, then count and end (default: until Ctrl-C)"
    )
    parser.add_argument(
        "--port", type=_port, metavar="P", help=f"port of the page (default: {DEFAULT_PORTS[0]}, or the next free one)"
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="write what was counted as JSON")
    parser.add_argument(
        "--blind", choices=BLIND, metavar="KIND", help=f"a judgement that always says fine: {', '.join(BLIND)}"
    )
    parser.add_argument(
        "--chaos", type=int, metavar="SEED", help="kill and stop processes, cut lines; it must make no difference"
    )
    parser.add_argument("--keep", action="store_true", help="keep the working directory")
    return parser


def _number(text: str, least: float, most: float, what: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is no {what} from {least:g} to {most:g}")
    return number


def _seconds(text: str) -> float:
    return _number(text, 1, LONGEST_S, "number of seconds")


def _speed(text: str) -> float:
    return _number(text, speed.LOWEST, speed.HIGHEST, "speed")


def _port(text: str) -> int:
    port = _number(text, 1, 65_535, "port")
    if port != int(port):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(port)


@dataclass(frozen=True)
class Play:
    """What is to be played, read and checked."""

    options: argparse.Namespace
    village: Village
    scenario: Scenario

    def setting(self) -> dict[str, Any]:
        """The call, for the report."""
        return {name: getattr(self.options, name) for name in ("village", "scenario", "speed", "chaos")}


def _read(options: argparse.Namespace) -> Play:
    """Raises :class:`InputErrors` with all mistakes, :class:`OSError` for a report that could not be written."""
    if options.scenario is None:
        options.scenario = "default" if options.village in village.SHIPPED else "quiet"
    found = load_inventory(village.find(options.village))
    chosen = scenario_file.load(scenario_file.find(options.scenario), found, options.speed)
    if options.report:
        _writable(options.report)
    if options.chaos is not None and options.speed > FASTEST:
        raise OSError(
            f"--chaos: at --speed {options.speed:g} a restart is a fault by the rules; take {FASTEST:g} or less"
        )
    return Play(options, found, chosen)


def _writable(path: Path) -> None:
    """Refuse at once a report that could not be written at the end."""
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise OSError(f"{path}: the report cannot be written there")


def main(argv: Sequence[str] | None = None) -> int:
    """0; 1 when the run is no pass; 2 when it could not begin."""
    options = _parser().parse_args(argv)
    try:
        play = _read(options)
        with page_port(options.port) as port, workfolder(options.keep) as folder:
            return _play(play, folder, port)
    except (InputErrors, OSError, StageError) as error:
        print(error, file=sys.stderr)
        return 1 if isinstance(error, StageError) else 2


def _place(play: Play, folder: Path, port: int) -> Workplace:
    breaks = [step.break_ for step in play.scenario.steps]
    if play.options.chaos is not None:
        breaks += [Break(what="cut", uplink=uplink) for uplink in _calm_lines(play)]
    return Workplace(
        folder,
        port,
        village=play.village,
        edges=edges(play.village, breaks),
        lines={uplink: free_port() for uplink in lines(breaks)},
        speed=play.options.speed,
        light=play.scenario.light,
    )


def _calm_lines(play: Play) -> list[str]:
    """The uplinks that no step breaks."""
    broken = lines([step.break_ for step in play.scenario.steps])
    used = {node.uplink for _, _, node in play.village.nodes()}
    return [uplink.id for uplink in play.village.uplinks if uplink.id in used and uplink.id not in broken]


def _unrest(play: Play, stage: Stage) -> Unrest | None:
    if play.options.chaos is None:
        return None
    processes = [*stage.place.edges, "gateway", "broker"]
    return Unrest(disturbances(play.options.chaos, processes, _calm_lines(play)), stage)


def _play(play: Play, folder: Path, port: int) -> int:
    options, place = play.options, _place(play, folder, port)
    with Screen() as screen, _stoppable():
        stage = Stage(place, place.write(), screen.say, play.scenario.light, options.blind)
        stage.unrest = _unrest(play, stage)
        cues = plan(play.scenario, play.village, options.speed)
        report = Run(stage, screen, cues, options.seconds, play.setting()).play()
        screen.result(report)
        if options.report:
            text = json.dumps(report.document(), indent=2, ensure_ascii=False)
            options.report.write_text(text + "\n", encoding="utf-8")
        return 1 if report.reasons() else 0


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
