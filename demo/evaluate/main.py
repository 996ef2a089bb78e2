"""``python -m demo.evaluate``: measures, prints the figures beside their goals, writes JSON."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
from rich.console import Console
from rich.table import Table

from demo.evaluate import days, goals
from demo.evaluate.cases import Row, cases, judged
from demo.evaluate.controls import JUDGES
from demo.evaluate.goals import Figure
from demo.evaluate.source import Source, clip, drawn
from demo.scenes.days import DAY_S
from demo.scenes.places import KINDS
from edge.evaluate import Judge
from edge.evaluate.footage import Unreadable

ASIDE = ("vtest.avi", "intel_one-by-one-person-detection.mp4")
FILMS = frozenset({".mp4", ".avi", ".mkv", ".mov", ".webm"})
Json = dict[str, Any]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure. 0 = every goal is reached, 1 = one is not, 2 = mistakes in the call or the clips."""
    options = _parser().parse_args(argv)
    console = Console(stderr=True)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    try:
        out = _measured(options, JUDGES[options.control], console)
    except (Unreadable, OSError) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 2
    if options.json:
        options.json.write_text(json.dumps(out, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    Console().print(_table(out["figures"]))
    missed = [figure["name"] for figure in out["figures"] if figure["met"] is False]
    for name in missed:
        print(f"not reached: {name}")
    return 1 if missed else 0


def _measured(options: argparse.Namespace, judge: Callable[[], Judge], console: Console) -> Json:
    command = f"python -m demo.evaluate {_words(options)}"
    if options.days:
        return {"command": command, **_days(options, console)}
    rows = []
    with console.status("views") as status:
        for row in _rows(_sources(options), options, judge):
            rows.append(row)
            status.update(f"{row.source}, {row.light}, {row.what}")
    kept = [row for row in rows if row.aside]
    return {
        "kind": "clips" if options.clips else "drawn",
        "command": command,
        "sources": list(dict.fromkeys(row.source for row in rows)),
        "aside": list(dict.fromkeys(row.source for row in kept)),
        "figures": [figure.as_json() for figure in goals.figures(rows)],
        "figures_aside": [figure.as_json() for figure in goals.figures(kept)] if kept else [],
        "rows": [row.as_json() for row in rows],
    }


def _days(options: argparse.Namespace, console: Console) -> Json:
    found = []
    with console.status("days") as status:
        for look in days.looks(options.days, days.WATCHERS[options.control]):
            found.append(look)
            status.update(f"{look.camera}, day {look.t / DAY_S:.1f}")
    strange = [look for look in found if (look.codes and not look.what) or (look.what and not look.right)]
    return {
        "kind": "days",
        "looks": len(found),
        "figures": [figure.as_json() for figure in days.figures(found, options.days)],
        "rows": [look.as_json() for look in strange],
    }


def _sources(options: argparse.Namespace) -> Iterator[Source]:
    if options.clips:
        files = sorted(file for file in options.clips.iterdir() if file.suffix.lower() in FILMS)
        if not files:
            raise Unreadable(f"{options.clips}: no clips in this folder ({', '.join(sorted(FILMS))})")
        for file in files:
            yield clip(file, file.name in ASIDE)
    else:
        for seed in range(options.seed, options.seed + options.seeds):
            for kind in options.kinds or KINDS:
                yield drawn(kind, seed)


def _rows(sources: Iterator[Source], options: argparse.Namespace, judge: Callable[[], Judge]) -> Iterator[Row]:
    """Every case of every source. What comes suddenly comes to a camera that knows the day alone."""
    for source in sources:
        by_day = source.taught(judge(), ["day"])
        taught = source.taught(judge(), list(source.lessons))
        for case in cases(list(source.frames), options.seed, weakest=options.weakest):
            sudden = case.group == "negative" and case.what in {"night", "infrared switch", "dusk"}
            yield judged(source, case, by_day if sudden else taught)


def _table(figures: Sequence[Json]) -> Table:
    table = Table("figure", "share", "of", "goal", "reached")
    for one in figures:
        figure = Figure(one["name"], one["part"], one["whole"], one["goal"], one["at_least"])
        goal = "-" if figure.goal is None else f"{'≥' if figure.at_least else '≤'} {figure.goal:g}"
        met = {None: "-", True: "yes", False: "no"}[figure.met]
        table.add_row(figure.name, f"{figure.value:.4f}", f"{figure.part}/{figure.whole}", goal, met)
    return table


def _words(options: argparse.Namespace) -> str:
    """The call again, without where the clips lay and where the JSON went."""
    if options.days:
        return f"--days {options.days}"
    weakest = " --weakest" if options.weakest else ""
    if options.clips:
        return f"--clips FOLDER{weakest}"
    return f"--drawn --seed {options.seed} --seeds {options.seeds}{weakest}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m demo.evaluate",
        description="Measures the shipped picture checks against their goals.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--drawn", action="store_true", help="on drawn views")
    what.add_argument("--clips", type=Path, metavar="FOLDER", help="on real clips, spoilt by code")
    what.add_argument("--days", type=int, metavar="N", help="on N simulated camera-days")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (default: 1)")
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="so many seeds of every view (default: 1)")
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), help="only these kinds of views")
    parser.add_argument("--weakest", action="store_true", help="each degradation only at its least strength")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write figures and cases there")
    parser.add_argument(
        "--control", choices=list(JUDGES), default="shipped", help="a judge that knows nothing, to fail"
    )
    return parser
