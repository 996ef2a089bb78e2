"""Reference pages, made from the code they describe: every setting, fault code, topic, route and template.

Called by scripts/docs.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from reference_faults import faults
from reference_templates import templates

from contracts.inventory import Village, load_inventory
from contracts.metrics import METRICS
from contracts.topics import DOWN_LEAVES, UP_LEAVES
from contracts.topics import ROOT as TOPIC_ROOT
from dashboard_api.app import create_app
from dashboard_api.front.settings import FrontSettings
from dashboard_api.settings import Settings as ApiSettings
from edge.settings import EdgeSettings
from gateway.faults.rules import Rules
from gateway.settings import GatewaySettings
from gateway.store import open_store
from gateway.telemetry.drain import LONGEST_S
from gateway.telemetry.line import EVENTS, MEASUREMENTS, STATE_FIELD, TAGS
from gateway.telemetry.rolling import MINUTE_MS, SETTLE_MS
from gateway.telemetry.rollup import DAY, FIVE, ROLLED
from gateway.telemetry.settings import KeepSettings

ROOT = Path(__file__).resolve().parents[1]
MADE = "Made from the code by `scripts/docs`; edit the descriptions there.\n"
FILES: dict[str, tuple[type[BaseModel], str]] = {
    "edge.yaml": (EdgeSettings, "One process of nodes. Environment: `VSM_` and the key, `__` between levels."),
    "gateway.yaml": (GatewaySettings, "The gateway."),
    "dashboard_api.yaml": (ApiSettings, "The pages and the API."),
    "front.yaml": (FrontSettings, "A public front: the same program with `role: front` ([front](front.md))."),
    "rules.yaml": (Rules, "The times by which faults are judged."),
    "Inventory": (Village, "The village; `firmware_config/inventory.schema.json` is the same for editors."),
}
TELEMETRY = """\
What the gateway writes to InfluxDB (or to its embedded store): one measurement a kind, in milliseconds, by event time.

Tags, the same everywhere: {tags}. A connector is a device of its own (`cp-01.1`) in
`charge_point`; a node's own vitals stand in `node`, where `device` is the node.

Fields are floats. Each point of a device has `state` ({states}) and `n`, the number of the
record it came with. Points of one series never have one time, so what was stored can be counted.
`event` has string fields as well: `code`, `state`, `fault`. Its time is the moment of the transition, `start_ms` the
back-dated start.

All points of the cameras, and the faults of last night, in InfluxQL:

    SELECT count(n) FROM camera
    SELECT code, fault FROM event WHERE kind = 'fault_opened' AND device = 'wl-07' AND time > now() - 12h
"""
KEPT = """\
## Rollups

The gateway adds its points up by itself, on InfluxDB and in the embedded store alike: `camera_5m` by five minutes,
`camera_1d` by days of China (they begin at 00:00 there, 16:00 UTC), and so on for {rolled}; not `event`. A rollup
stands at the begin of its window and has the tags of its points. Every field of them, `state` too, becomes five
floats:

| field | what |
|---|---|
| `mean_fps` | mean of the points |
| `min_fps`, `max_fps` | least and greatest; of `state` the best and the worst |
| `sum_fps`, `count_fps` | sum and number of the points that hold the field |

A mean over more than one window is a sum by a count, never a mean of means:

    SELECT sum(sum_fps) / sum(count_fps) FROM camera_5m WHERE time > now() - 30d GROUP BY time(1h), device

Five minutes are computed {minutes} min after their end, a day {day} min after its end. Points that come later, from a
node that was cut off for hours or days, correct the windows they fall into within minutes, and their day with them.
What is to be computed stands in the gateway's database, so that no crash loses it. The gateway's own questions read
steps of whole five minutes from rollups.

At the first start after an upgrade, points of before are given to the rollups, the newest first, and nothing is
deleted until that is done.

## How long it is kept

`telemetry_keep` in [gateway.yaml](settings.md) says it, in days of China: {kept}. The gateway deletes by itself, once
what is to be deleted has its rollups; a day of points an hour at most, from the oldest one on, so that a clock that is
wrong for a while costs little; and nothing while the gateway does not believe the computer's clock. InfluxDB 1.x
needs a user that may write for it, 2.x a token that may; 3 Core cannot delete: the gateway says so in its log and goes
on. A retention policy of the database itself may stay as it is, "for ever". Points that
come late for what is deleted already change no rollup, and are deleted the next day.

## When the store is away or refuses

While it does not answer, points wait in the gateway's database, and it tries again after {longest:g} s at most.
From {backlog} waiting points on it is the fault `telemetry_backlog`. At `telemetry_keep.waiting_points` (by default
what fits into a tenth of the disk) the oldest readings are dropped, which is logged and counted as
`telemetry_dropped`; events are dropped only where that is not enough. Faults, uptime and acknowledgements are not
touched by any of this.

A line that is refused for good (another type than its field has, beyond a limit of the server, no line at all) is
parked with its reason, and the others are stored. A login that is refused, or a database that is not there, parks
nothing: everything waits, and the log says what to do.

    python -m gateway parked --config FILE list            # number, time, line and reason; --json for programs
    python -m gateway parked --config FILE replay --all    # or the numbers of some lines; taken lines leave the list
    python -m gateway parked --config FILE forget 17 18    # or --all COUNT

The gateway may run meanwhile. Its log names their number once an hour, and `python -m gateway --check` does.
"""
TOPICS = {
    "state": "`ready`, `lost` (the will) or `disconnected`, with the boot; retained",
    "birth": "who the node is, what it runs, which devices it watches; retained",
    "probe": "who is current; please ack",
    "up": "one record: readings of one or more devices",
    "picture": "evidence of an open fault, where the inventory allows it",
    "ack": "committed up to and with this record",
    "command": "a signed order to the node, bound to its `boot` and to its own clock; answered in the `c` of an `up`",
    "desired": "the signed configuration the node should run; retained",
}


def settings() -> str:
    """Every key of every file people write."""
    parts = ["# Settings\n", MADE, "A secret may also come from a file: `VSM_…_FILE` holds its path.\n"]
    for file, (model, words) in FILES.items():
        parts += [
            f"## {file}\n",
            words + "\n",
            "| key | default | bounds | what |",
            "|---|---|---|---|",
            *_rows(model),
            "",
        ]
    return "\n".join(parts)


def _rows(model: type[BaseModel]) -> Iterator[str]:
    schema = model.model_json_schema()
    yield from _keys(schema, schema.get("$defs", {}), "")


def _keys(schema: dict[str, Any], defs: dict[str, Any], prefix: str) -> Iterator[str]:
    required = set(schema.get("required", ()))
    for name, field in schema.get("properties", {}).items():
        key, branches = prefix + name, list(_branches(field, defs))
        default = "required" if name in required else _code(field.get("default"))
        words = field.get("description") or next((b["description"] for b in branches if "description" in b), "")
        yield f"| `{key}` | {default} | {_bounds([field, *branches])} | {' '.join(words.split())} |"
        for branch in branches:
            if "properties" in branch:
                kind = branch["properties"].get("kind", {}).get("const")
                yield from _keys(branch, defs, f"{key}[{kind}]." if kind else f"{key}.")

        values = field.get("additionalProperties")
        for branch in _branches(values, defs) if isinstance(values, dict) else ():
            kind = branch.get("properties", {}).get("kind", {}).get("const")
            yield from _keys(branch, defs, f"{key}.NAME[{kind}]." if kind else f"{key}.NAME.")


def _branches(field: dict[str, Any], defs: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a field may be, references followed: unions and items of lists."""
    for part in [*field.get("anyOf", ()), *field.get("oneOf", ()), *([field["items"]] if "items" in field else ())]:
        yield from _branches(part, defs)
    if "$ref" in field:
        yield defs[field["$ref"].rsplit("/", 1)[-1]]
    elif not {"anyOf", "oneOf"} & field.keys():
        yield field


def _code(value: object) -> str:
    return "" if value in (None, {}, [], ()) or isinstance(value, dict) else f"`{value}`"


_LIMITS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "maxLength": "≤ {} characters",
    "minItems": "≥ {} items",
}


def _bounds(parts: list[dict[str, Any]]) -> str:
    found = [text.format(part[key]) for part in parts for key, text in _LIMITS.items() if key in part]
    found += [" or ".join(f"`{word}`" for word in part["enum"]) for part in parts if "enum" in part]
    return ", ".join(dict.fromkeys(found))


def topics() -> str:
    """Every topic."""
    parts = [
        "# MQTT topics\n",
        MADE,
        f"`{TOPIC_ROOT}/<village>/<node>/<leaf>`, QoS 1. The gateway says its own state as node `gateway`.\n",
    ]
    parts += ["| leaf | direction | content |", "|---|---|---|"]
    parts += [
        f"| `{leaf}` | {'up' if leaf in UP_LEAVES else 'down'} | {TOPICS[leaf]} |"
        for leaf in sorted(UP_LEAVES | DOWN_LEAVES)
    ]
    return "\n".join([*parts, ""])


def api() -> str:
    """Every route."""
    parts = [
        "# API\n",
        MADE,
        "The whole description with examples is served at `/api/v1/openapi.json`.\n",
        "| route | what |",
        "|---|---|",
    ]
    village = load_inventory(ROOT / "firmware_config" / "villages" / "three-junctions.yaml")
    memory = "sqlite:///:memory:"
    app = create_app(open_store(memory), village, Rules(), ApiSettings(inventory=Path(), database=memory), lambda: 0)
    for path, methods in sorted(app.openapi()["paths"].items()):
        parts += [f"| `{method.upper()} {path}` | {told.get('summary', '')} |" for method, told in methods.items()]
    return "\n".join([*parts, ""])


def telemetry() -> str:
    """Every measurement with its tags and fields."""
    tags = ", ".join(f"`{tag}`" for tag in TAGS)
    states = ", ".join(f"{value:g} {state}" for state, value in STATE_FIELD.items())
    parts = ["# Telemetry\n", MADE, TELEMETRY.format(tags=tags, states=states)]
    for name in dict.fromkeys(MEASUREMENTS.values()):
        parts += [f"## {name}\n", "| field | unit | what |", "|---|---|---|"]
        for kind in (kind for kind, measurement in MEASUREMENTS.items() if measurement == name):
            parts += [f"| `{field}` | {one.unit} | {one.what} |" for field, one in METRICS[kind].items()]
        parts.append("")
    parts += ["## event\n", "One more tag, `kind`:\n", "| kind | what |", "|---|---|"]
    parts += [f"| `{kind}` | {what} |" for kind, what in EVENTS.items()]
    return "\n".join([*parts, "", _kept()])


def _kept() -> str:
    keep = KeepSettings()
    days = f"points {keep.raw_days}, five minutes {keep.five_minute_days}, events {keep.event_days}, days for ever"
    return KEPT.format(
        rolled=", ".join(f"`{name}`" for name in ROLLED[1:]),
        minutes=SETTLE_MS[FIVE] // MINUTE_MS,
        day=SETTLE_MS[DAY] // MINUTE_MS,
        kept=f"{days}; refused lines {keep.parked_days}, at most {keep.parked_lines:,}",
        longest=LONGEST_S,
        backlog=f"{Rules().backlog_points:,}",
    )


PAGES = {
    "settings.md": settings,
    "faults.md": faults,
    "topics.md": topics,
    "api.md": api,
    "telemetry.md": telemetry,
    "templates.md": templates,
}


def main() -> int:
    """Write the pages, or compare them; 1 = out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is out of date")
    parser.add_argument("--pages", type=Path, default=ROOT / "docs", help="folder of the pages")
    options = parser.parse_args()
    stale = 0
    for name, make in PAGES.items():
        page, text = options.pages / name, make()
        if not options.check:
            page.write_text(text, encoding="utf-8")
        elif not page.is_file() or page.read_text(encoding="utf-8") != text:
            print(f"{name} is out of date; run scripts/docs and commit it")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
