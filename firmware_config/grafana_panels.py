"""The panels of the village's dashboard. Every query is InfluxQL that 1.x and 2.x both answer.

Telemetry is what nodes measured and said; the uptime that counts is on the village's own page.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

DATA_SOURCE = {"type": "influxdb", "uid": "vsm"}
WIDTH = 24
# As the field `state` is written.
STATES = {"0": ("up", "green"), "1": ("degraded", "yellow"), "2": ("unknown", "purple"), "3": ("down", "red")}
KINDS = {
    "camera": "Cameras 摄像头",
    "warning_light": "Warning lights 警示灯",
    "charge_point": "Charging piles 充电桩",
    "contact": "Contacts 触点",
}
_CURVE = re.compile(r'SELECT (\w+)\("(\w+)"\) FROM "(\w+)"')
_HERE = '$timeFilter AND "junction" =~ /^$junction$/'


class Panel(Struct, frozen=True):
    """One panel: ``queries`` by legend (``$tag_…`` is filled in by Grafana); ``width`` of 24, ``height`` in rows."""

    title: str
    kind: str
    queries: dict[str, str]
    unit: str = "short"
    width: int = 12
    height: int = 8
    table: bool = False
    states: bool = False
    bars: bool = False
    about: str = ""


def panels() -> list[dict[str, Any]]:
    """Those of the days at hand, from points as they came; placed, as Grafana reads them."""
    return _placed(_all())


def long_panels() -> list[dict[str, Any]]:
    """The curves of months and years, from the gateway's figures of five minutes."""
    return [panel | {"interval": "5m"} for panel in _placed(_long())]  # no step finer than what there is


def _placed(all_panels: Iterable[Panel]) -> list[dict[str, Any]]:
    placed, x, y, high = [], 0, 0, 0
    for number, panel in enumerate(all_panels, 1):
        if x + panel.width > WIDTH:
            x, y, high = 0, y + high, 0
        placed.append(_model(number, panel) | {"gridPos": {"x": x, "y": y, "w": panel.width, "h": panel.height}})
        x, high = x + panel.width, max(high, panel.height)
    return placed


def _all() -> Iterator[Panel]:
    yield Panel("Down, by last reading 故障", "stat", {KINDS[kind]: _down(kind) for kind in KINDS}, height=6)
    yield Panel(
        "Faults opened a day 每日新故障", "timeseries", {"faults": _opened("time(1d) fill(0)")}, height=6, bars=True
    )
    yield Panel("Events 事件", "table", {"": _EVENTS}, width=16, height=10, table=True, about="The newest 200.")
    yield Panel(
        "Faults opened, by device 故障设备", "bargauge", {"$tag_device": _opened('"device"')}, width=8, height=10
    )
    for kind, title in KINDS.items():
        yield Panel(title, "state-timeline", {"$tag_device": _over_time("last", "state", kind)}, states=True)
        yield from _MEASURED.get(kind, ())
    yield from _NODES


def _long() -> Iterator[Panel]:
    yield Panel(
        "Faults opened a day 每日新故障", "timeseries", {"faults": _opened("time(1d) fill(0)")}, height=6, bars=True
    )
    for kind, title in KINDS.items():
        worst = {"$tag_device": _rolled("max", "state", kind)}
        yield Panel(title, "state-timeline", worst, states=True, about="The worst of each step.")
        yield from map(_from_rollups, _MEASURED.get(kind, ()))
    yield from (_from_rollups(panel) for panel in _NODES if not panel.table)


def _from_rollups(panel: Panel) -> Panel:
    queries = {}
    for legend, query in panel.queries.items():
        how, field, measurement = _CURVE.findall(query)[0]
        queries[legend] = _rolled(how, field, measurement)
    return replace(panel, queries=queries)


def _rolled(how: str, field: str, measurement: str) -> str:
    """The same from rollups: a mean is a sum by a count, whatever the step."""
    value = f'sum("sum_{field}") / sum("count_{field}")' if how == "mean" else f'{how}("{how}_{field}")'
    return (
        f'SELECT {value} FROM "{measurement}_5m" WHERE {_HERE} '  # noqa: S608  # names of this file
        'GROUP BY time($__interval), "device" fill(none)'
    )


def _over_time(how: str, field: str, measurement: str) -> str:
    return (
        f'SELECT {how}("{field}") FROM "{measurement}" WHERE {_HERE} '  # noqa: S608  # names of this file
        'GROUP BY time($__interval), "device" fill(none)'
    )


def _down(kind: str) -> str:
    newest = f'SELECT last("state") AS "s" FROM "{kind}" WHERE {_HERE} GROUP BY "device"'  # noqa: S608  # as above
    return f'SELECT count("s") FROM ({newest}) WHERE "s" > 2'  # noqa: S608  # as above


def _opened(by: str) -> str:
    return f'SELECT count("code") FROM "event" WHERE "kind" = \'fault_opened\' AND {_HERE} GROUP BY {by}'  # noqa: S608  # as above


_EVENTS = (
    f'SELECT "junction", "device", "kind", "code", "state", "fault" FROM "event" WHERE {_HERE} '  # noqa: S608  # as above
    "ORDER BY time DESC LIMIT 200"
)


def _curve(title: str, measurement: str, fields: Sequence[str], unit: str = "short", how: str = "mean") -> Panel:
    many = len(fields) > 1
    queries = {f"$tag_device{f' {name}' if many else ''}": _over_time(how, name, measurement) for name in fields}
    return Panel(title, "timeseries", queries, unit)


_MEASURED = {
    "camera": (
        _curve("Frames a second 帧率", "camera", ["fps"]),
        _curve("Picture: bit rate 码率", "camera", ["kbps"], "Kbits"),
        _curve("Picture: brightness 亮度", "camera", ["luma_mean"]),
    ),
    "warning_light": (_curve("Share of time lit 亮灯比例", "warning_light", ["lit"], "percentunit"),),
    "charge_point": (_curve("Power 功率", "charge_point", ["power_w"], "watt"),),
}
_NODES = (
    Panel(
        "Nodes, last heard 节点",
        "table",
        {"": f'SELECT last("uptime_s") AS "uptime_s" FROM "node" WHERE {_HERE} GROUP BY "node"'},  # noqa: S608  # as above
        table=True,
    ),
    _curve("Nodes: temperature 温度", "node", ["cpu_c"], "celsius", "max"),
    _curve("Nodes: memory and disk used 内存和磁盘", "node", ["memory_share", "disk_share"], "percentunit"),
    _curve("Nodes: load 负载", "node", ["load1"]),
    _curve("Nodes: records waiting 待传记录", "node", ["spool_records"], how="max"),
    _curve("Nodes: power too weak, or slowed down 欠压和降频", "node", ["undervoltage", "throttled"], how="max"),
)


def _model(number: int, panel: Panel) -> dict[str, Any]:
    defaults: dict[str, Any] = {"unit": panel.unit}
    if panel.kind == "stat":
        defaults |= {"noValue": "0", "thresholds": _thresholds()}
    if panel.bars:
        defaults["custom"] = {"drawStyle": "bars", "fillOpacity": 80}
    if panel.states:
        defaults |= {"mappings": _mappings(), "color": {"mode": "thresholds"}}
    return {
        "id": number,
        "title": panel.title,
        "description": panel.about,
        "type": panel.kind,
        "datasource": DATA_SOURCE,
        "targets": [_target(chr(65 + place), *query, panel.table) for place, query in enumerate(panel.queries.items())],
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": {},
    }


def _target(name: str, legend: str, query: str, table: bool) -> dict[str, Any]:
    form = "table" if table else "time_series"
    asked = {"query": query, "rawQuery": True, "resultFormat": form}
    return {"refId": name, "datasource": DATA_SOURCE, **asked, **({"alias": legend} if legend else {})}


def _thresholds() -> dict[str, Any]:
    steps = [{"color": "green", "value": None}, {"color": "red", "value": 1}]
    return {"mode": "absolute", "steps": steps}


def _mappings() -> list[dict[str, Any]]:
    """A word and a colour: neither alone."""
    options = {
        value: {"text": word, "color": color, "index": place}
        for place, (value, (word, color)) in enumerate(STATES.items())
    }
    return [{"type": "value", "options": options}]
