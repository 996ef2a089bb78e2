"""What the demo says on the terminal: lines, one line of progress, the final table. Without a terminal the progress
is a plain line now and then.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, get_args

from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.table import Table

from demo.letters import Letters
from demo.report import Report
from demo.timeline import Progress
from gateway.faults.kinds import MessageKind

PLAIN_EACH_S = 10.0


class Screen(AbstractContextManager["Screen"]):
    """Use as a context; :meth:`progress` may be called as often as one likes."""

    def __init__(self, console: Console | None = None) -> None:
        # Addresses must stay whole lines that can be copied and read by programs.
        self.console = console or Console(soft_wrap=True, highlight=False)
        self._status: Status | None = None
        self._next_s = 0.0

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.quiet()

    def say(self, text: str) -> None:
        """A line that stays."""
        self.console.print(escape(text))

    def progress(self, now_s: float, text: str) -> None:
        """The line of progress at ``now_s`` seconds."""
        if self.console.is_terminal:
            if self._status is None:
                self._status = self.console.status(escape(text))
                self._status.start()
            self._status.update(escape(text))
        elif now_s >= self._next_s:
            self._next_s = now_s + PLAIN_EACH_S
            self.say(text)

    def quiet(self) -> None:
        """Take the line of progress away; the next one comes at once."""
        self._next_s = 0.0
        if self._status is not None:
            self._status.stop()
            self._status = None

    def result(self, report: Report) -> None:
        """The final tables, and the reasons when the run is no pass."""
        self.quiet()
        if report.steps:
            self.console.print(_steps(report.steps))
        self.console.print(_figures(report))
        reasons = report.reasons()
        for reason in reasons:
            self.console.print(f"[bold red]FAILED[/] {escape(reason)}")
        if not reasons:
            self.console.print(
                "[bold green]PASSED[/] nothing lost, nothing doubled, every step seen, all told, nothing unexpected"
            )


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} s"


def _spread(found: dict[str, float | None]) -> str:
    return "nothing measured" if found["p50"] is None else f"p50 {found['p50']} ms, p95 {found['p95']} ms"


def _steps(steps: Sequence[Progress]) -> Table:
    table = Table("step", "expected", "opened after", "closed after", "")
    for progress in steps:
        for step, expected, opened, closed, ok in _rows(progress):
            verdict = "[green]ok[/]" if ok else "[red]missed[/]"
            table.add_row(escape(step), expected, _seconds(opened), _seconds(closed), verdict)
    return table


def _rows(progress: Progress) -> Iterator[tuple[str, str, float | None, float | None, bool]]:
    if not progress.awaited:
        yield progress.cue.name, "nothing", None, None, progress.ok
    for index, one in enumerate(progress.awaited):
        times = (progress.opened_after_s(one), progress.closed_after_s(one))
        name = "" if index else progress.cue.name
        yield name, one.expected.text, *times, progress.seen(one) and progress.refused is None


def _messages(found: dict[str, Any]) -> str:
    kinds = ", ".join(f"{found[kind]} {kind}" for kind in get_args(MessageKind) if found[kind])
    return f"{found['sent']} sent{f' ({kinds})' if kinds else ''}, {found['unexpected']} unexpected"


def _letters(found: Letters) -> str:
    bad = f"{len(found.missing)} missing, {len(found.doubled)} doubled"
    waits = "".join(f", {number} told later ({why})" for why, number in found.waiting.items())
    return f"{found.received} received by {found.people} people and rooms, {found.confirmed} confirmed, {bad}{waits}"


def _figures(report: Report) -> Table:
    document = report.document()
    counts, latency, messages = report.readings, document["latency_ms"], document["messages"]
    table = Table(show_header=False)
    table.add_row("readings", f"{counts.produced} produced, {counts.acked} acked, {counts.stored} stored")
    table.add_row("", f"{counts.lost} lost, {counts.duplicated} doubled")
    table.add_row("faults", "{opened} opened, {closed} closed, {unexpected} unexpected".format(**document["faults"]))
    table.add_row("messages", _messages(messages))
    table.add_row("letters", _letters(report.letters))
    table.add_row("spool to commit", _spread(latency["stored"]))
    table.add_row("spool to browser", _spread(latency["sse"]))
    table.add_row("the same, of changes", _spread(latency["change_sse"]))
    table.add_row("fault due to browser", _spread(latency["fault_sse"]))
    memory = "not told by this system" if report.memory_mib is None else f"{report.memory_mib:.0f} MiB"
    table.add_row("cost", f"{memory}, {report.core_share:.2f} of a core")
    return table
