"""Which edge process carries which nodes: as few processes as the scenario's breaks allow.

A break takes whole processes: what loses power together runs together, and what shares a line that may be cut dials
through the same relay. All other nodes share, as nodes of one Pi do.
"""

from collections.abc import Sequence
from string import ascii_lowercase
from typing import NamedTuple

from contracts.inventory import Village
from demo import reach
from demo.scenario import Break

# One process carries so many nodes: with more, a look of one waits for those of too many others.
MOST_NODES = 20


class Edge(NamedTuple):
    """One edge process: its nodes' ids, and the uplink they dial through, None when no break touches it."""

    nodes: tuple[str, ...]
    uplink: str | None = None


def lines(breaks: Sequence[Break]) -> list[str]:
    """The uplinks that some break takes; each needs its relay."""
    return list(dict.fromkeys(one.uplink for one in breaks if one.uplink is not None))


def edges(village: Village, breaks: Sequence[Break]) -> dict[str, Edge]:
    """The processes by name, ``edge-a`` onwards, in the order of their first nodes."""
    cuts = [set(reach.dead_nodes(village, one)) for one in breaks if one.what == "power"]
    breakable = lines(breaks)
    groups: dict[tuple[tuple[bool, ...], str | None], list[str]] = {}
    for _, _, node in village.nodes():
        uplink = node.uplink if node.uplink in breakable else None
        groups.setdefault((tuple(node.id in cut for cut in cuts), uplink), []).append(node.id)
    found = [
        Edge(tuple(nodes[start : start + MOST_NODES]), uplink)
        for (_, uplink), nodes in groups.items()
        for start in range(0, len(nodes), MOST_NODES)
    ]
    return {_name(index): edge for index, edge in enumerate(found)}


def _name(index: int) -> str:
    letters = len(ascii_lowercase)
    before = ascii_lowercase[index // letters - 1] if index >= letters else ""
    return f"edge-{before}{ascii_lowercase[index % letters]}"
