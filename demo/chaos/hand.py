"""Carries faults out: signals to processes, orders to lines. What it has done is counted."""

import signal
from collections import Counter
from dataclasses import dataclass, field

from demo.chaos.lines import Lines
from demo.chaos.schedule import Fault
from demo.supervise import Supervisor


@dataclass
class Hand:
    """``done``: how often each deed was done."""

    children: Supervisor
    lines: Lines
    done: Counter[str] = field(default_factory=Counter)

    def begin(self, fault: Fault) -> None:
        """Break it."""
        self.done[fault.deed] += 1
        match fault.deed:
            case "kill":
                self.children.hold(fault.target)
            case "stop":
                self.children.send([fault.target], signal.SIGSTOP)
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
                self.children.send([fault.target], signal.SIGCONT)
            case _:
                self.lines.mend(_node(fault))


def _node(fault: Fault) -> str:
    return fault.target.removeprefix("line ")
