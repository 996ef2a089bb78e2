"""Carries faults out: signals to processes, orders to lines. What it has done is counted."""

import os
import signal
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from demo.chaos import postgres
from demo.chaos.lines import Lines
from demo.chaos.schedule import Fault
from demo.supervise import Supervisor


@dataclass
class Hand:
    """``done``: how often each deed was done."""

    children: Supervisor
    lines: Lines
    database: str
    done: Counter[str] = field(default_factory=Counter)

    def begin(self, fault: Fault) -> None:
        """Break it."""
        self.done[fault.deed] += 1
        match fault.deed:
            case "kill":
                helpers = self._helpers(fault.target)
                self.children.hold(fault.target)
                _send(helpers, signal.SIGKILL)
            case "stop":
                self.children.send([fault.target], signal.SIGSTOP)
                _send(self._helpers(fault.target), signal.SIGSTOP)
            case "cut" if fault.target == "store":
                postgres.cut(self.database)
            case "cut":
                self.lines.cut(_node(fault))
            case "hang":
                self.lines.hang(_node(fault))

    def end(self, fault: Fault) -> None:
        """Mend it."""
        match fault.deed:
            case "kill":
                self.children.release(fault.target)
            case "stop":
                _send(self._helpers(fault.target), signal.SIGCONT)
                self.children.send([fault.target], signal.SIGCONT)
            case _ if fault.target == "store":
                postgres.cut(self.database)
            case _:
                self.lines.mend(_node(fault))

    def _helpers(self, name: str) -> list[int]:
        """The processes that a server has started for itself, such as a database's for each connection."""
        pid = self.children.pids().get(name)
        if pid is None:
            return []
        with suppress(OSError):
            return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
        return []


def _send(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _node(fault: Fault) -> str:
    return fault.target.removeprefix("line ")
