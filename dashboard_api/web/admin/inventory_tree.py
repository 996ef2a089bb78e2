"""The inventory as a tree: supplies or places, below them nodes, devices and sockets. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from dashboard_api.inventory.rows import Row
from dashboard_api.web.view import Pill

DEVICES = frozenset({"camera", "warning_light", "charge_point", "contact"})
PASSIVE = ("mirror", "speed_bump")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing in a tree or list. ``also``: what it hangs on besides; ``brief``: how it is set up, in short;
    ``runs``: of a node, whether its program is as it should be, "" = not known."""

    row: Row
    name: str
    kind: str
    place: str
    pill: Pill
    hangs: list[tuple[str, str]]
    also: list[tuple[str, str]]
    brief: str
    runs: str
    open: bool = True
    leaves: list["Leaf"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Branch:
    """The first level of a tree: a supply, a place; None: what states none."""

    head: Leaf | None
    title: str
    nodes: list[Leaf]
    things: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """``way``: what the first level is; ``none``: what stands over that which states none; ``opened``: whether the
    nodes are."""

    way: str
    none: str
    opened: bool


def branches(rows: list[Row], leaves: Mapping[str, Leaf], leaf: Callable[[Row], Leaf], wanted: Wanted) -> list[Branch]:
    """Of the ``leaves`` that are wanted, each with the node that it hangs on; what states no parent stands last."""
    by_id = {row.thing.id: row for row in rows}
    of: dict[str, list[Leaf]] = {}
    for one in leaves.values():
        if one.row.thing.kind != "node":
            of.setdefault(one.row.thing.node, []).append(one)
    nodes = [row for row in rows if row.thing.kind == "node"]
    found = [node for row in nodes for node in _node(row, of.get(row.thing.id, []), leaves, leaf)]
    found = [replace(node, open=wanted.opened) for node in found]
    made = []
    for row in rows:
        if row.thing.kind == wanted.way:
            below = [node for node in found if row.thing.id in (*node.row.thing.parents, node.row.thing.at)]
            below += [one for one in leaves.values() if _passive(one, row.thing.id)]
            if below or row.thing.id in leaves:
                made.append(_branch(leaf(row), "", below))
    rest = [node for node in found if not _under(node, wanted.way, by_id)]
    return [*made, _branch(None, wanted.none, rest)] if rest else made


def _passive(one: Leaf, place: str) -> bool:
    return one.row.thing.kind in PASSIVE and one.row.thing.at == place


def _branch(head: Leaf | None, title: str, nodes: list[Leaf]) -> Branch:
    return Branch(head, title, nodes, sum(1 + sum(1 + len(one.leaves) for one in node.leaves) for node in nodes))


def _under(node: Leaf, way: str, by_id: Mapping[str, Row]) -> bool:
    above = [by_id[parent].thing.kind for parent in node.row.thing.parents if parent in by_id]
    return way == "junction" or way in above


def _node(row: Row, mine: list[Leaf], leaves: Mapping[str, Leaf], leaf: Callable[[Row], Leaf]) -> list[Leaf]:
    """With its devices, and these with their sockets; nothing if nothing of it is wanted."""
    devices = [
        replace(one, leaves=[socket for socket in mine if socket.row.thing.parents[0] == one.row.thing.id])
        for one in mine
        if one.row.thing.kind in DEVICES or one.row.thing.parents[0] not in leaves
    ]
    return [replace(leaf(row), leaves=devices)] if devices or row.thing.id in leaves else []
