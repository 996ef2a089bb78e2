"""Everything of the system's health at one moment."""

from dataclasses import dataclass, replace
from importlib.metadata import version

from dashboard_api.desk import Desk
from dashboard_api.scene import OPEN_READ
from dashboard_api.system import losses, machine, nodes, records
from dashboard_api.system.check import Check, Level, worst
from dashboard_api.system.nodes import Limits, NodeHealth
from gateway.dispatch.assets import CHANNEL
from gateway.store import CounterRow, FaultRow, LostRange

MB = 1_000_000
PROGRAM = "village-safety-monitor"


@dataclass(frozen=True, slots=True)
class System:
    """``groups``: checks by what they are about. ``faults``: open ones that the system has of itself."""

    now_ms: int
    level: Level
    groups: dict[str, list[Check]]
    nodes: list[NodeHealth]
    lost: list[LostRange]
    counters: list[CounterRow]

    @property
    def checks(self) -> list[Check]:
        """All that are of no single node."""
        return [check for group in self.groups.values() for check in group]


def look(desk: Desk) -> System:
    """Raises StoreError."""
    now_ms, own = desk.clock(), version(PROGRAM)
    ranges, kept = desk.store.lost(), desk.store.machine()
    of: dict[str, list[Check]] = {}
    for check in machine.checks(kept, desk.rules, now_ms, own):
        of.setdefault(check.key, []).append(check)
    groups = {
        "gateway": [*of["told"], *of["broker"], *of["gateway_clock"], *of["disk"], *of["release"]],
        "data": [
            *records.telemetry(desk, now_ms),
            losses.lost(ranges, now_ms),
            records.refused(desk, now_ms),
            records.database(desk, now_ms),
        ],
        "messages": [*records.letters(desk, now_ms), *records.channels(desk, now_ms)],
        "keeping": [*of["backup"], records.months(desk, now_ms), records.archive(desk, now_ms), *of["certificate"]],
    }
    numbers = _numbers(desk.store.open_faults(OPEN_READ))
    groups = {name: [_linked(check, numbers) for check in checks] for name, checks in groups.items()}
    found = _nodes(desk, ranges, own, now_ms)
    level = worst([*(check.level for group in groups.values() for check in group), *(one.level for one in found)])
    return System(now_ms, level, groups, found, ranges, desk.store.counters())


def _nodes(desk: Desk, ranges: list[LostRange], own: str, now_ms: int) -> list[NodeHealth]:
    limits = Limits(desk.rules, round(desk.settings.node_month_mb * MB), own, now_ms)
    live = {row.device: row for row in desk.store.devices(("node",))}
    facts = {one.node: one for one in desk.store.node_facts()}
    places = [(junction, node) for _, junction, node in desk.village.nodes()]
    return nodes.look(places, facts, live, ranges, limits)


def _numbers(faults: list[FaultRow]) -> dict[tuple[str, str], str]:
    """Numbers of the open faults by code, and by whose they are ("" = anybody's)."""
    found = {(fault.code, ""): fault.id for fault in faults}
    return found | {(fault.code, fault.asset): fault.id for fault in faults}


def _linked(check: Check, numbers: dict[tuple[str, str], str]) -> Check:
    """With the number of the fault that speaks of it; a channel that is silent is bad however few letters wait."""
    whose = f"{CHANNEL}{check.subject}" if check.key == "channel" else ""
    number = next((numbers[code, whose] for code in check.codes if (code, whose) in numbers), "")
    if check.key == "channel" and number:
        return replace(check, fault=number, level="bad")
    return replace(check, fault=number) if number else check
