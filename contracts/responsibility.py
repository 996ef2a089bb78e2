"""What has no owner: devices outside a node, junctions in no known micro-grid, fault classes nobody is sent for."""

from collections.abc import Iterator
from typing import Any, get_args

from contracts.codes import CODES, GATEWAY_CODES, FaultClass
from contracts.rawtree import JUNCTIONS, Mistakes, each

KNOWN_CODES = CODES.keys() | GATEWAY_CODES


def _orphans(data: Any) -> Mistakes:
    for path, place in [((), data), *each(data, "grids"), *each(data, *JUNCTIONS)]:
        if "devices" in place:
            yield (*path, "devices"), "these devices belong to no node; move them under one"


def _micro_grids(data: Any) -> Mistakes:
    for path, grid in each(data, "grids"):
        known = {item.get("id") for _, item in each(grid, "micro_grids")}
        for inner, junction in each(grid, "junctions"):
            value = junction.get("micro_grid")
            if isinstance(value, str) and value not in known:
                yield (*path, *inner, "micro_grid"), f"micro-grid {value!r} is not in this grid's 'micro_grids'"


def _rows(routing: Any, table: str) -> Iterator[tuple[str, Any]]:
    rows = routing.get(table)
    return iter(rows.items() if isinstance(rows, dict) else ())


def _routing(data: Any) -> Mistakes:
    routing = data.get("routing")
    if not isinstance(routing, dict):
        return
    known = {item.get("id") for _, item in each(data, "departments")}
    routed = {word for word, _ in _rows(routing, "classes")}
    for missing in [word for word in get_args(FaultClass) if word not in routed]:
        yield ("routing", "classes", missing), f"nobody is sent for a fault of class {missing!r}; name its department"
    for table in ("classes", "codes"):
        for word, department in _rows(routing, table):
            if table == "codes" and word not in KNOWN_CODES:
                yield ("routing", table, word), f"{word!r} is no fault code; docs/faults.md lists them"
            elif department not in known:
                yield ("routing", table, word), f"department {department!r} is not in the list 'departments'"


def mistakes(data: Any) -> Mistakes:
    """Everything that has no owner."""
    for rule in (_orphans, _micro_grids, _routing):
        yield from rule(data)
