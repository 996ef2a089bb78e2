"""``python -m edge.evaluate`` (scripts/eval-cameras): the command line."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2

from contracts.yamlfile import InputError, InputErrors
from edge.evaluate.count import Plan, Tally, judge_clip, total
from edge.evaluate.footage import Footage, Sample, Unreadable
from edge.evaluate.judge import Judge, Shipped
from edge.evaluate.manifest import Clip, read
from edge.evaluate.sheet import sheet
from edge.evaluate.table import table

Row = tuple[str, str, Tally]
_EPILOG = """\
MANIFEST names clips and what is true of them:

    [[clip]]
    path = "covered.mp4"      # relative to the manifest; a video file or a folder of stills
    fault = "occluded"        # or none, black, over_exposed, blur, moved, noise, snow, cast, stripes, flicker, frozen
    from_s = 63.0             # when it begins; clean before. Left out: the whole clip
    sample_s = 2.0            # seconds between the pictures that are looked at (default 2)
    reference = "clean.mp4"   # only for a clip that is faulty as a whole: the same view without the fault

A window is five samples and ends at each from the fifth on. The first half of the clean part teaches (of a clip
without a fault: its first 40 %) and is not judged, nor is a window that reaches across the onset. A window is not
checkable when it reports nothing and what is due could not be checked: the true fault, or blur, occluded and moved
in a clip without one; in a faulty clip that is a miss.

Exit status: 0 whatever the counts are; 1 when an output cannot be written; 2 for mistakes in the call, the manifest
or the clips, all of them named.
"""


def main(argv: Sequence[str] | None = None, judge: Callable[[], Judge] = Shipped) -> int:
    """Measure. 0 = done, 1 = an output cannot be written, 2 = mistakes in the manifest or its clips."""
    options = _parser().parse_args(argv)
    # What OpenCV would say of a clip that cannot be read is said here, with its line.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    try:
        clips = read(options.manifest)
    except InputErrors as mistakes:
        print(mistakes, file=sys.stderr)
        return 2
    rows, errors = evaluate(options.manifest, clips, judge)
    try:
        _write(options, rows)
    except OSError as error:
        print(f"eval-cameras: cannot be written: {error}", file=sys.stderr)
        return 1
    for mistake in errors:
        print(mistake, file=sys.stderr)
    return 2 if errors else 0


def evaluate(file: Path, clips: Sequence[Clip], judge: Callable[[], Judge]) -> tuple[list[Row], list[InputError]]:
    """Every clip's counts, and the clips that gave none; each clip has a judge of its own."""
    rows: list[Row] = []
    errors: list[InputError] = []
    for number, clip in enumerate(clips, 1):
        try:
            tally = _judged(clip, judge(), f"{number}/{len(clips)} {clip.name}")
        except Unreadable as error:
            errors.append(InputError(str(file), clip.line, f"clip[{number - 1}].path", str(error)))
        else:
            rows.append((clip.name, clip.fault, tally))
    _say("")
    return rows, errors


def as_json(rows: Sequence[Row]) -> dict[str, Any]:
    """The counts of every clip and of all together."""
    together = total([tally for _, _, tally in rows])
    return {
        "clips": [
            {"path": name, **tally.counts(), "first_detection_s": tally.first_detection_s} for name, _, tally in rows
        ],
        "total": {"clips": len(rows), **together.counts(), "false_windows": together.false_windows},
    }


def _judged(clip: Clip, judge: Judge, what: str) -> Tally:
    footage = Footage(clip.path, clip.sample_s)
    plan = Plan(clip.fault, clip.from_s, footage.length_s)
    lessons = Footage(clip.reference, clip.sample_s).samples() if clip.reference else ()
    tally = judge_clip(_shown(footage, what), plan, judge, lessons)
    if clip.fault != "none" and not tally.windows_after_onset:
        raise Unreadable("no window after the onset: five samples do not fit in; take a smaller `sample_s`")
    if not tally.windows:
        raise Unreadable("no window: five samples do not fit in what is judged; take a smaller `sample_s`")
    return tally


def _shown(footage: Footage, what: str) -> Iterator[Sample]:
    """The samples of a clip, while the terminal shows how far they are."""
    if not sys.stderr.isatty():
        print(f"eval-cameras: {what}", file=sys.stderr, flush=True)
    for sample in footage.samples():
        _say(f"{what}, {min(100, round(100 * sample.at / max(footage.length_s, 0.001)))} %")
        yield sample


def _say(progress: str) -> None:
    """One line that is written over; nothing where nobody looks."""
    if sys.stderr.isatty():
        print(f"\r\033[K{'eval-cameras: ' if progress else ''}{progress}", end="", file=sys.stderr, flush=True)


def _write(options: argparse.Namespace, rows: Sequence[Row]) -> None:
    if options.sheet:
        done, stored = cv2.imencode(".png", sheet(rows))
        if not done:
            raise OSError(f"{options.sheet}: the picture cannot be coded")
        options.sheet.write_bytes(stored.tobytes())
    if options.json:
        text = json.dumps(as_json(rows), ensure_ascii=False, indent=2) + "\n"
        if options.json == "-":
            sys.stdout.write(text)
            return
        Path(options.json).write_text(text, encoding="utf-8")
    print(table(rows, options.lang))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/eval-cameras",
        description="Runs the shipped picture checks over clips whose truth is known, and counts.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("manifest", type=Path, metavar="MANIFEST", help="TOML file of clips")
    parser.add_argument("--json", metavar="OUT", help="write the counts as JSON (`-`: standard output, and no table)")
    parser.add_argument(
        "--sheet", type=Path, metavar="PNG", help="write a contact sheet of the windows that went wrong"
    )
    parser.add_argument("--lang", choices=("zh", "en"), default="en", help="language of the table (default: en)")
    return parser
