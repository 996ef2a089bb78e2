"""Which nodes are looked at, and that none is forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.deadlines import Deadlines
from gateway.faults import NEVER

NODES = ("n-3", "n-1", "n-2")
# A node and the deadline it has from now on, or how far time goes on.
_STEPS = st.lists(st.tuples(st.sampled_from(NODES), st.integers(1, 50)) | st.integers(0, 20), max_size=40)


def test_nodes_come_in_the_order_of_the_inventory() -> None:
    deadlines = Deadlines(NODES)
    for node in sorted(NODES):
        deadlines.put(node, 5)
    assert deadlines.reached(4) == []
    assert deadlines.reached(5) == list(NODES)
    assert deadlines.reached(5) == []


def test_a_deadline_that_comes_nearer_counts_once() -> None:
    deadlines = Deadlines(NODES)
    deadlines.put("n-1", 9)
    deadlines.put("n-1", 5)
    assert deadlines.reached(9) == ["n-1"]


def test_what_is_never_due_is_never_looked_at() -> None:
    deadlines = Deadlines(NODES)
    deadlines.put("n-1", (NEVER // 1000 + 1) * 1000)
    assert deadlines.reached(NEVER + 10_000) == []


@given(_STEPS)
def test_whoever_puts_down_what_was_in_vain_misses_no_deadline(steps: list[tuple[str, int] | int]) -> None:
    deadlines, due, now = Deadlines(NODES), dict.fromkeys(NODES, NEVER), 0
    for step in steps:
        if isinstance(step, tuple):
            due[step[0]] = now + step[1]
            deadlines.put(step[0], due[step[0]])
            continue
        now += step
        looked = deadlines.reached(now)
        assert {node for node, at in due.items() if at <= now} <= set(looked)
        for node in looked:
            due[node] = due[node] if due[node] > now else NEVER
            deadlines.put(node, due[node])
