"""The figures to reach, and which rows each is counted from."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from demo.evaluate.cases import Row
from demo.scenes.covers import COVERS
from demo.scenes.mount import MOUNT

BLUR = frozenset({"defocus", "motion blur"})
# A bag lets light through and a web is mostly holes: they are measured, and are no main fault.
MAIN = (
    frozenset({"black", "underexposed", "over-exposed", "snow", "noise"})
    | BLUR
    | {one.name for one in COVERS if one.name not in {"bag", "web"}}
    | {one.name for one in MOUNT}
)
DARK = frozenset({"night", "ir"})


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: ``part`` of ``whole`` windows or cases; ``at_least`` or else at most ``goal``; None: no goal."""

    name: str
    part: int
    whole: int
    goal: float | None
    at_least: bool

    @property
    def value(self) -> float:
        """The share; of nothing it is 0."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; nothing measured reaches none. None without a goal."""
        if self.goal is None:
            return None
        if not self.whole:
            return False
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def as_json(self) -> dict[str, Any]:
        """The figure with its share and verdict."""
        return asdict(self) | {"value": round(self.value, 5), "met": self.met}


def figures(rows: Sequence[Row]) -> list[Figure]:
    """All figures of cases, drawn or on clips."""
    return [
        _recall("main faults", rows, _is_main, 0.98),
        _recall("blur at night", rows, lambda row: row.what in BLUR and row.light in DARK, 0.90),
        _recall("smear of 60 %", rows, lambda row: row.what == "smear" and row.strength == 0.6, 0.80),
        _recall("other degradations", rows, lambda row: row.group == "fault" and not _is_main(row), None),
        _false("clean windows", rows, lambda row: row.group == "clean", 0.005),
        _false("hard negatives", rows, lambda row: row.group == "negative", 0.005),
        _alarms(rows),
        _unchecked("not checkable, clean and faulty", rows, lambda row: row.group == "clean" or _is_main(row), 0.05),
        _unchecked("not checkable, hard negatives", rows, lambda row: row.group == "negative", None),
        _suspected("still picture", rows, lambda row: row.what == "still picture", at_least=True),
        _suspected("nothing wrong", rows, lambda row: row.group != "fault", at_least=False),
    ]


def _is_main(row: Row) -> bool:
    """Blur at night has a figure of its own."""
    return row.group == "fault" and row.what in MAIN and not (row.what in BLUR and row.light in DARK)


Pick = Callable[[Row], bool]


def _recall(name: str, rows: Sequence[Row], pick: Pick, goal: float | None) -> Figure:
    picked = [row for row in rows if pick(row)]
    return Figure(f"recall, {name}", sum(row.right for row in picked), sum(row.windows for row in picked), goal, True)


def _false(name: str, rows: Sequence[Row], pick: Pick, goal: float) -> Figure:
    picked = [row for row in rows if pick(row)]
    return Figure(f"false, {name}", sum(row.any for row in picked), sum(row.windows for row in picked), goal, False)


def _unchecked(name: str, rows: Sequence[Row], pick: Pick, goal: float | None) -> Figure:
    picked = [row for row in rows if pick(row)]
    return Figure(name, sum(row.unchecked for row in picked), sum(row.windows for row in picked), goal, False)


def _suspected(name: str, rows: Sequence[Row], pick: Pick, *, at_least: bool) -> Figure:
    """A suspicion finds nothing and is no alarm: it is shown, and has no goal."""
    picked = [row for row in rows if pick(row)]
    part, whole = sum(row.suspected for row in picked), sum(row.windows for row in picked)
    return Figure(f"suspected, {name}", part, whole, None, at_least)


def _alarms(rows: Sequence[Row]) -> Figure:
    picked = [row for row in rows if row.group in {"clean", "negative"}]
    return Figure("false alarms after K of N, cases", sum(row.alarm for row in picked), len(picked), 0.0, False)
