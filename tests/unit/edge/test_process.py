"""The work loop: what fails in one step of a node keeps nothing else from happening."""

from dataclasses import dataclass, field
from typing import Any, cast

from structlog.testing import capture_logs

from edge.process import AGAIN_S, Site


@dataclass
class Half:
    """A node or its line: counts its steps, and fails when it is told to."""

    due_at: float = 60.0
    broken: bool = False
    steps: list[float] = field(default_factory=list)
    id: str = "n-01"

    def step(self, now: float) -> float:
        self.steps.append(now)
        if self.broken:
            raise OSError("the card is worn out")
        return self.due_at


def site(node: Half, line: Half) -> Site:
    return Site(cast("Any", node), cast("Any", None), cast("Any", line))


def test_a_node_that_cannot_look_still_sends() -> None:
    node, line = Half(broken=True), Half()
    with capture_logs() as logs:
        assert site(node, line).step(5.0) == 5.0 + AGAIN_S
    assert (line.steps, [entry["step"] for entry in logs]) == ([5.0], ["look"])


def test_a_line_that_fails_is_tried_again_soon_and_logged_once_each_time_it_breaks() -> None:
    node, line = Half(), Half(broken=True)
    working = site(node, line)
    with capture_logs() as logs:
        assert [working.step(now) for now in (1.0, 2.0)] == [1.0 + AGAIN_S, 2.0 + AGAIN_S]
        line.broken = False
        assert working.step(3.0) == 60.0
        line.broken = True
        working.step(4.0)
    assert (len(logs), working.errors, len(node.steps)) == (2, 3, 4)
