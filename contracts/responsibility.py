"""What has no owner: devices outside a node, junctions in no known micro-grid, fault classes nobody is sent for.

And what stands twice: departments, and days of the calendar.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, get_args

from contracts.codes import CODES, GATEWAY_CODES, FaultClass
from contracts.rawtree import DEVICES, JUNCTIONS, Mistakes, each
from contracts.yamlfile import Path_, describe

# Posts of the roster that are no department: each grid's, and every department's head.
GRID_POSTS = ("grid_officer", "grid_lead")
HEAD = ".head"
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


def _supplies(data: Any) -> Mistakes:
    known = {item.get("id") for _, item in each(data, "departments")}
    for listed in ("feeders", "uplinks"):
        for path, supply in each(data, listed):
            department = supply.get("department")
            if isinstance(department, str) and department not in known:
                yield (*path, "department"), f"department {department!r} is not in the list 'departments'"


def _operators(data: Any) -> Mistakes:
    known = {item.get("id") for _, item in each(data, "departments")}
    for path, device in each(data, *DEVICES):
        operator = device.get("operator")
        if isinstance(operator, str) and operator not in known:
            yield (*path, "operator"), f"department {operator!r} is not in the list 'departments'"


def _department_ids(data: Any) -> Mistakes:
    seen: set[str] = set()
    for path, item in each(data, "departments"):
        name = item.get("id")
        if not isinstance(name, str):
            continue
        if name in seen:
            yield (*path, "id"), f"department {name!r} is in the list already; take one of them out"
        if name in GRID_POSTS or name.endswith(HEAD):
            yield (*path, "id"), f"{name!r} reads as a post of the roster, such as a grid's or a head's; choose another"
        seen.add(name)


def _date(value: Any) -> dt.date | None:
    try:
        return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _dates(data: Any) -> Iterator[tuple[Path_, dt.date]]:
    """Every day of both tables; what is no date is the model's to refuse."""
    for path, item in each(data, "holidays"):
        first, days = _date(item.get("date")), item.get("days", 1)
        if first is not None and isinstance(days, int):
            yield from (((*path, "date"), first + dt.timedelta(days=later)) for later in range(min(days, 15)))
    listed = data.get("workdays")
    for index, value in enumerate(listed if isinstance(listed, list) else ()):
        if (day := _date(value)) is not None:
            yield ("workdays", index), day


def _days(data: Any) -> Mistakes:
    seen: dict[dt.date, Path_] = {}
    for path, day in _dates(data):
        if day in seen:
            yield path, f"{day} is in {describe(seen[day])!r} already; a day is a holiday or is worked, and stands once"
        seen.setdefault(day, path)


def mistakes(data: Any) -> Mistakes:
    """Everything that has no owner, and what stands twice."""
    for rule in (_orphans, _micro_grids, _routing, _supplies, _operators, _department_ids, _days):
        yield from rule(data)
