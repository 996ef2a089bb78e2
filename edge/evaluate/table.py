"""The counts as a table for people, in zh or en."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from edge.evaluate.count import Tally, total

Lang = Literal["zh", "en"]
_WORDS: dict[str, tuple[str, str]] = {
    "clip": ("视频", "clip"),
    "fault": ("故障", "fault"),
    "judged": ("已判窗口", "judged"),
    "unchecked": ("无法判断", "not checkable"),
    "false": ("误报", "false"),
    "after": ("故障窗口", "after onset"),
    "any": ("有报", "any"),
    "right": ("报对", "right"),
    "first": ("首次发现（秒）", "first after s"),
    "said": ("故障后所报", "said after"),
    "total": ("合计", "total"),
}
_COLUMNS = ("clip", "fault", "judged", "unchecked", "false", "after", "any", "right", "first", "said")
_NUMBERS = frozenset({"judged", "unchecked", "after", "any", "right", "first"})


def table(rows: Sequence[tuple[str, str, Tally]], lang: Lang) -> str:
    """Clips as lines: name, true fault, counts; the sum of all last."""
    lines = [[_WORDS[name][lang == "en"] for name in _COLUMNS]]
    lines += [_cells(name, fault, tally) for name, fault, tally in rows]
    lines.append(_cells(_WORDS["total"][lang == "en"], "", total([tally for _, _, tally in rows])))
    widths = [max(_wide(line[column]) for line in lines) for column in range(len(_COLUMNS))]
    return "\n".join(_line(cells, widths) for cells in lines)


def _cells(name: str, fault: str, tally: Tally) -> list[str]:
    after = tally.windows_after_onset
    return [
        name,
        fault,
        str(tally.windows_judged),
        str(tally.not_checkable),
        _codes(tally.false_before_onset) or "0",
        str(after),
        _share(tally.detected_any, after),
        _share(tally.detected_right, after),
        "-" if tally.first_detection_s is None else f"{tally.first_detection_s:.1f}",
        _codes(tally.codes_after),
    ]


def _codes(counted: Counter[str]) -> str:
    return ", ".join(f"{code} {count}" for code, count in counted.most_common() if count)


def _share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.2f})" if whole else "-"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = []
    for name, cell, width in zip(_COLUMNS, cells, widths, strict=True):
        blank = " " * (width - _wide(cell))
        padded.append(blank + cell if name in _NUMBERS else cell + blank)
    return "  ".join(padded).rstrip()


def _wide(text: str) -> int:
    """Columns that a terminal gives to ``text``: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
