"""The incidents in tests/scenarios: a recorded history each, and what must come of it, worked out by hand."""

import difflib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "scenarios"
Row = dict[str, Any]
TIMES = ("t", "opened", "closed")


@dataclass(frozen=True)
class Incident:
    """``history`` is what replay reads; ``uptime`` lists only the devices that matter; ``why`` explains each figure."""

    name: str
    history: Path
    faults: list[Row]
    messages: list[Row]
    uptime: dict[str, Row]
    why: list[str]

    def lines(self) -> list[Row]:
        """The history's lines, its head first."""
        return [json.loads(line) for line in self.history.read_text().splitlines()]


def incident(name: str) -> Incident:
    """The incident ``name``."""
    expected = json.loads((FOLDER / f"{name}.expected.json").read_text())
    return Incident(name=name, history=FOLDER / f"{name}.jsonl", **expected)


def names() -> list[str]:
    """All incidents."""
    return sorted(path.stem for path in FOLDER.glob("*.jsonl"))


def moment(text: str) -> datetime:
    """A time with its offset, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _plain(row: Row) -> str:
    """One row as a line of text in which equal moments look equal."""
    same = {key: str(moment(row[key])) if key in TIMES and row[key] else row[key] for key in sorted(row)}
    return json.dumps(same, ensure_ascii=False)


def differences(expected: Iterable[Row], said: Iterable[Row]) -> str:
    """What is missing (-) and what is too much (+); '' if nothing. The order of rows is no matter here."""
    wanted, found = sorted(map(_plain, expected)), sorted(map(_plain, said))
    return "\n".join(line for line in difflib.unified_diff(wanted, found, "expected", "said", lineterm="", n=0))


# ---- the message rule -------------------------------------------------------------------------------------------


def _unasked(messages: list[Row]) -> Iterator[str]:
    """Recoveries and ends of something that nobody was told of."""
    told: Counter[tuple[str, str]] = Counter()
    for row in messages:
        about = (row["asset"], row["code"])
        steady = (row["asset"], "flapping_end")
        if row["kind"] == "recovery" and not told[about] and not told[steady]:
            yield f"recovery of {about} at {row['t']}, of which nobody was told"
        if row["kind"] == "flapping_end" and not told[about]:
            yield f"{about} ends at {row['t']} and never began"
        told[about] = int(row["kind"] in {"problem", "update", "flapping"})
        told[steady] = int(row["kind"] == "flapping_end") or told[steady]


def _answers(problem: Row, faults: list[Row]) -> set[tuple[str, str]]:
    """What may end a problem: (kind, asset) of its own recovery, of its asset's flapping, of its cause."""
    asset, code = problem["asset"], problem["code"]
    roots = {row["root"] for row in faults if (row["asset"], row["code"]) == (asset, code) and row["root"]}
    return {("flapping_end", asset), ("recovery", asset), *(("recovery", root) for root in roots)}


def _open(problem: Row, faults: list[Row]) -> bool:
    """Whether what was told of is still so at the file's end."""
    rows = [row for row in faults if (row["asset"], row["code"]) == (problem["asset"], problem["code"])]
    return any(row["closed"] is None for row in rows)


def _unanswered(faults: list[Row], messages: list[Row]) -> Iterator[str]:
    for index, row in enumerate(messages):
        if row["kind"] in {"recovery", "flapping_end"} or _open(row, faults):
            continue
        later = {(other["kind"], other["asset"]) for other in messages[index + 1 :]}
        if not later & _answers(row, faults):
            yield f"{row['kind']} of {row['asset']} {row['code']} at {row['t']} has no end"


def _unsaid(faults: list[Row], messages: list[Row]) -> Iterator[str]:
    # Of the weather nobody is told unless it takes a fault that somebody was told of.
    heard = {row["asset"] for row in messages} | {"weather"}
    for root in sorted({row["root"] for row in faults if row["root"]} - heard):
        yield f"the cause {root} has no message"


def broken_rules(faults: list[Row], messages: list[Row]) -> list[str]:
    """Where the message rule does not hold.

    Each cause has at least one message; whatever was told of and is over has its recovery, flapping_end or its
    cause's recovery; nothing recovers that was not told of.
    """
    return [*_unasked(messages), *_unanswered(faults, messages), *_unsaid(faults, messages)]
