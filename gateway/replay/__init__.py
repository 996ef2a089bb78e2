"""Replay: recorded lines through the shipped engine in their own time; faults, messages and uptime come out."""

from collections.abc import Callable, Iterator
from pathlib import Path

from gateway.faults import Rules
from gateway.replay.events import TimedEvent
from gateway.replay.expand import expand
from gateway.replay.history import History, read
from gateway.replay.report import Json, report
from gateway.replay.run import run

__all__ = ["SHIPPED", "History", "Json", "judge", "read", "replay"]

SHIPPED = Rules()


def replay(path: Path, *, inventory: Path | None = None, rules: Rules = SHIPPED) -> Json:
    """The report of the history in ``path`` as docs describe it.

    Raises contracts.yamlfile.InputErrors with all mistakes of the files.
    """
    return judge(read(path, inventory), rules)


def judge(
    history: History,
    rules: Rules = SHIPPED,
    watched: Callable[[Iterator[TimedEvent]], Iterator[TimedEvent]] = lambda events: events,
) -> Json:
    """The report of a history that has been read; its events pass through ``watched``, for who shows progress."""
    village = history.names.village
    outcome = run(village, rules, watched(expand(history)), history.from_ms, history.to_ms)
    return report(outcome, village, history.from_ms, history.to_ms)
