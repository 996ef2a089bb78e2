"""Who hangs on whom: device -> node -> feeder and uplink, and what ``depends_on`` adds. It must be free of circles."""

from typing import Any

from contracts.rawtree import NODES, Found, Mistakes, each, words

Graph = dict[str, list[str]]


def _ids(data: Any) -> dict[str, Found]:
    """Everything that can be a parent or a child, by id."""
    lists = (("feeders",), ("uplinks",), NODES, (*NODES, "devices"))
    found = (place for keys in lists for place in each(data, *keys))
    return {item["id"]: (path, item) for path, item in found if isinstance(item.get("id"), str)}


def _graph(data: Any, known: dict[str, Found]) -> Graph:
    """Parents by child."""
    parents: Graph = {}
    for name, (path, item) in known.items():
        parents[name] = [value for key in ("feeder", "uplink") if isinstance(value := item.get(key), str)]
        parents[name] += words(item.get("depends_on"))
        if "devices" in path:
            node = data["grids"][path[1]]["junctions"][path[3]]["nodes"][path[5]].get("id")
            parents[name] += [node] if isinstance(node, str) else []
    return {name: [parent for parent in above if parent in known] for name, above in parents.items()}


def _unknown(known: dict[str, Found]) -> Mistakes:
    for path, item in known.values():
        for index, parent in enumerate(item["depends_on"] if words(item.get("depends_on")) else ()):
            if isinstance(parent, str) and parent not in known:
                yield (*path, "depends_on", index), f"{parent!r} is no device, node, feeder or uplink of this village"


def circles(parents: Graph) -> list[list[str]]:
    """Each circle once, from its first member in the graph's order on."""
    done: set[str] = set()
    found = []
    for start in parents:
        trail: dict[str, None] = {}
        stack = [iter([start])]
        while stack:
            name = next(stack[-1], None)
            if name is None:
                stack.pop()
                done |= {trail.popitem()[0]} if trail else set()
            elif name in trail:
                found.append([*trail][[*trail].index(name) :])
            elif name not in done:
                trail[name] = None
                stack.append(iter(parents.get(name, ())))
    return found


def mistakes(data: Any) -> Mistakes:
    """Parents that nobody knows, and circles."""
    known = _ids(data)
    yield from _unknown(known)
    for circle in circles(_graph(data, known)):
        first = next(name for name in circle if known[name][1].get("depends_on"))
        at = circle.index(first)
        way = " -> ".join([*circle[at:], *circle[:at], first])
        yield (*known[first][0], "depends_on"), f"depends on itself: {way}; take one of these dependencies out"
