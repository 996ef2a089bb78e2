"""Replay: recorded lines through the shipped engine in their own time; faults, messages and uptime come out."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from gateway.faults import Rules
from gateway.replay.events import TimedEvent
from gateway.replay.expand import expand
from gateway.replay.history import History, Source, read
from gateway.replay.report import Json, report
from gateway.replay.run import together

__all__ = ["SHIPPED", "History", "Json", "Source", "judge", "judges", "read", "replay"]

Watched = Callable[[Iterator[TimedEvent]], Iterator[TimedEvent]]

SHIPPED = Rules()


def replay(path: Path, *, inventory: Path | None = None, rules: Rules = SHIPPED) -> Json:
    """The report of the history in ``path`` as docs describe it.

    Raises contracts.yamlfile.InputErrors with all mistakes of the files.
    """
    return judge(read(path, inventory), rules)


def judge(history: Source, rules: Rules = SHIPPED, watched: Watched = lambda events: events) -> Json:
    """The report of a history that has been read; its events pass through ``watched``, for who shows progress."""
    return judges(history, (rules,), watched)[0]


def judges(history: Source, several: Sequence[Rules], watched: Watched = lambda events: events) -> list[Json]:
    """The report under each of several rules; the history is gone through once."""
    village, from_ms, to_ms = history.names.village, history.from_ms, history.to_ms
    outcomes = together(village, several, watched(expand(history)), from_ms, to_ms)
    return [report(outcome, village, from_ms, to_ms) for outcome in outcomes]
