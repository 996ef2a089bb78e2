"""``python -m demo.evaluate.page JSON…``: docs/accuracy.md from what the evaluations wrote, so that each figure on it
comes from a command.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from demo.evaluate.cases import Row
from demo.evaluate.goals import figures

Json = dict[str, Any]
MOST_MISSES = 60
TITLES = {"drawn": "Drawn views", "clips": "Real clips, spoilt by code", "days": "Simulated camera-days"}
HEAD = """\
# How accurate the picture checks are

Written by `python -m demo.evaluate.page` from the JSON of the commands below; nothing on this page is typed by hand.
Run the commands again to check it, or measure on clips of your own: `scripts/eval-cameras MANIFEST.toml`.

## Your own clips

    [[clip]]
    path = "covered.mp4"       # relative to the manifest; a video file or a folder of stills
    fault = "occluded"         # none black over_exposed blur occluded moved noise snow cast stripes flicker frozen
    from_s = 63.0              # when it begins; clean before. Left out: the whole clip
    sample_s = 2.0             # seconds between the pictures that are looked at (default 2)
    reference = "clean.mp4"    # only for a clip that is faulty as a whole: the same view without the fault

The first half of the clean part teaches (of a clip without a fault, its first 40 %) and is not judged, nor is a window
that reaches across the onset. `--json` has the counts of every clip, `--sheet` a picture of the windows that went
wrong. Mistakes in the manifest are named with their lines, all at once; a clip without a window is one.

## How it is counted

- A window is five key pictures and ends at each from the fifth on. It is raw: before K of N (3 of 5), which is what
  opens a fault.
- Recall: windows with the true code (or one that is as good a name for it: a view that is covered completely may be
  called black) among all windows of the fault. A window that could not be checked is a miss.
- False: windows without a fault in which any code was said, among all windows without a fault.
- Not checkable: nothing was said, and what was due could not be checked (the true fault; without one: blur, occluded
  and moved).
- Main faults are black, over-exposed, covered for half of the picture and more, moved by 3 % of the width, 2 degrees
  or 5 % of scale and more, blur by day, snow and noise. Blur at night and smear have figures of their own.
- Three judges that know nothing (`--control never`, `always`, `nc`) do not reach these goals; tests see to that.
"""
DAYS = """\
The days are looked at for 80 seconds of every 40 minutes: a false alarm that stands for hours is seen there, one that
comes and goes within minutes only by luck. Each of those days has one fault of two hours; the first day of a camera is
for learning and not counted."""
NO_DAYS = """\
Simulated camera-days (`python -m demo.evaluate --days N`) are not on this page: no run of them has been kept yet."""
TAIL = """\
## What this does not show

{days}

Drawn views and laid-over faults are kinder than the world: no figure here is one of a village's own cameras. A picture
that stands still while its encoder goes on is no more than suspected, and a suspicion counts as nothing here ("still
picture"). Records of real faults on real cameras are what is missing most; `scripts/eval-cameras` takes them as they
come.
"""


def page(found: Sequence[Json]) -> str:
    """The page, in Markdown."""
    parts = [HEAD]
    for one in found:
        parts.append(f"## {TITLES[one['kind']]}\n\n    {one['command']}\n")
        if one["kind"] == "days":
            parts += [_figures(one["figures"]), _looks(one["rows"])]
            continue
        parts.append(_sources(one))
        parts.append(_figures(one["figures"]))
        if one["figures_aside"]:
            parts += ["The same for the clips kept aside:\n", _figures(one["figures_aside"])]
        parts += [_faults(one["rows"]), _negatives(one["rows"]), _misses(one["rows"])]
    days = DAYS if any(one["kind"] == "days" for one in found) else NO_DAYS
    return "\n".join([*parts, TAIL.format(days=days)])


def together(found: Sequence[Json]) -> list[Json]:
    """Runs of one command on several folders or views as one run, its figures counted again."""
    kinds: dict[tuple[str, str], Json] = {}
    for one in found:
        key = (one["kind"], one["command"])
        if key not in kinds or one["kind"] == "days":
            kinds[key] = one
            continue
        rows = kinds[key]["rows"] + one["rows"]
        every = [Row(**row) for row in rows]
        aside = [row for row in every if row.aside]
        kinds[key] = kinds[key] | {
            "sources": kinds[key]["sources"] + one["sources"],
            "aside": kinds[key]["aside"] + one["aside"],
            "rows": rows,
            "figures": [figure.as_json() for figure in figures(every)],
            "figures_aside": [figure.as_json() for figure in figures(aside)] if aside else [],
        }
    return list(kinds.values())


def _sources(one: Json) -> str:
    text = f"{len(one['sources'])} views: {', '.join(one['sources'])}."
    if one["aside"]:
        text += f" Kept aside from tuning: {', '.join(one['aside'])}."
    return text + "\n"


def _figures(figures: Sequence[Json]) -> str:
    def cells() -> Iterator[Sequence[str]]:
        for one in figures:
            goal = "-" if one["goal"] is None else f"{'at least' if one['at_least'] else 'at most'} {one['goal']:g}"
            met = {None: "-", True: "yes", False: "**no**"}[one["met"]]
            yield one["name"], f"{one['value']:.4f}", f"{one['part']} / {one['whole']}", goal, met

    return _table(("figure", "share", "of", "goal", "reached"), cells())


def _faults(rows: Sequence[Json]) -> str:
    """Recall of each degradation, by strength and light."""
    counted: dict[tuple[str, float], dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for row in rows:
        if row["group"] == "fault":
            cell = counted[row["what"], row["strength"]][row["light"]]
            cell[0] += row["right"]
            cell[1] += row["windows"]

    def cells() -> Iterator[Sequence[str]]:
        for (what, strength), lights in counted.items():
            yield what, f"{strength:g}", *(_share(lights.get(light)) for light in ("day", "night", "ir"))

    return "Recall of each degradation:\n\n" + _table(("degradation", "strength", "day", "night", "infrared"), cells())


def _negatives(rows: Sequence[Json]) -> str:
    counted: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        if row["group"] != "fault":
            cell = counted[row["what"], row["light"]]
            for place, key in enumerate(("any", "unchecked", "windows")):
                cell[place] += row[key]
    cells = ((what, light, *map(str, cell)) for (what, light), cell in counted.items())
    return "Where nothing is wrong:\n\n" + _table(("what", "light", "false", "not checkable", "windows"), cells)


def _misses(rows: Sequence[Json]) -> str:
    """The cases that went wrong, worst first, each with what was said instead."""
    wrong = [row for row in rows if _lost(row)]
    wrong.sort(key=_lost, reverse=True)
    lines = [
        f"- {row['source']}, {row['light']}: {row['what']} {row['strength']:g}, seed {row['seed']}: "
        + (f"{row['right']} of {row['windows']} found" if row["group"] == "fault" else f"{row['any']} false")
        + f", {row['unchecked']} not checkable; said: {_said(row['codes'])}"
        for row in wrong[:MOST_MISSES]
    ]
    more = f"\n{len(wrong) - MOST_MISSES} cases more are in the JSON.\n" if len(wrong) > MOST_MISSES else ""
    return f"Cases that went wrong: {len(wrong)} of {len(rows)}.\n\n" + "\n".join(lines) + "\n" + more


def _lost(row: Json) -> int:
    return int(row["windows"] - row["right"] if row["group"] == "fault" else row["any"])


def _looks(rows: Sequence[Json]) -> str:
    lines = [
        f"- {row['camera']}, day {int(row['t'] // 86400)} at {row['t'] % 86400 / 3600:.1f} h: "
        + (row["what"] or "nothing wrong")
        + f"; stood: {', '.join(row['codes']) or 'nothing'}"
        for row in rows[:MOST_MISSES]
    ]
    more = f"\n{len(rows) - MOST_MISSES} looks more are in the JSON.\n" if len(rows) > MOST_MISSES else ""
    return f"Looks that went wrong: {len(rows)}.\n\n" + "\n".join(lines) + "\n" + more


def _said(codes: dict[str, int]) -> str:
    return ", ".join(f"{code} {count}" for code, count in codes.items()) or "nothing"


def _share(cell: Sequence[int] | None) -> str:
    return "" if not cell else f"{cell[0] / cell[1]:.2f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Print the page of the JSON files that are named."""
    parser = argparse.ArgumentParser(prog="python -m demo.evaluate.page", description="docs/accuracy.md, from JSON.")
    parser.add_argument("json", type=Path, nargs="+", help="what `python -m demo.evaluate --json` wrote")
    files: list[Path] = parser.parse_args(argv).json
    print(page(together([json.loads(file.read_text(encoding="utf-8")) for file in files])), end="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
