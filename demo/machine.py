"""What the gateway of the made-up afternoon knows of itself and of its nodes: most is well, some is to be looked at."""

from collections.abc import Iterator
from importlib.metadata import version

import msgspec

from contracts.fingerprint import of_node
from contracts.inventory import Node, Village
from contracts.states import State
from gateway.faults.village.own import Certificate, Vitals
from gateway.store import (
    Archive,
    Attempt,
    Bad,
    Batch,
    Born,
    LiveRow,
    LostRange,
    Machine,
    NodeRow,
    Store,
    Traffic,
    WatchRow,
)

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
MB, GB = 1_000_000, 1_000_000_000
CARD = "5" * 16
# Nodes with something to look at: records on the card; MB this month; the program; the clock's error in ms.
SPOOLS = {"n-07": 412.0}
MONTHS = {"n-03": 91.4, "n-11": 108.2}
OLD = {"n-12": "0.0.9"}
SKEWS = {"n-09": 7_200}


def write(store: Store, place: Village, at_ms: int, dark: frozenset[str]) -> None:
    """``dark``: junctions whose nodes are silent."""
    store.keep_machine(_machine(at_ms))
    batch = Batch(at_ms)
    for number, (_, junction, node) in enumerate(place.nodes()):
        gone = junction.id in dark
        batch.nodes.append(NodeRow(node.id, CARD))
        batch.watches.append(_watch(node, number, at_ms, gone=gone))
        batch.live.append(_vitals(node, junction.id, number, at_ms, gone=gone))
    batch.lost.append(LostRange("n-07", CARD, 40_112, 40_218, at_ms - 9 * DAY))
    batch.bad.append(Bad("clock_skew", "n-09", 31, "7200 ms"))
    batch.lines += [*_waiting(at_ms)]
    store.record(batch)


def _machine(at_ms: int) -> Machine:
    known = (Certificate("gateway", at_ms + 47 * DAY), Certificate("authority", at_ms + 3_400 * DAY))
    ends = (*known, Certificate("broker", at_ms + 47 * DAY))
    vitals = Vitals(at_ms - 21_000, 0, 240, 61 * GB, 118 * GB, synchronised=True, off_ms=0.3, certificates=ends)
    vitals = msgspec.structs.replace(vitals, backup_ms=at_ms - 11 * HOUR, channels=())
    return Machine(
        vitals,
        at_ms - 12 * DAY - 3 * HOUR,
        version("village-safety-monitor"),
        "3.11.2",
        "127.0.0.1:8883",
        tls=True,
        database="SQLite 3.40.1",
        telemetry="InfluxDB 1.6.7 at http://127.0.0.1:8086, bucket vsm",
        link_ms=at_ms - 4 * DAY,
        telemetry_away_ms=0,
        backups=True,
        archive=Archive("vsm-20261122T190512Z.tar.gz", 48 * MB, 14),
        attempt=Attempt(at_ms - 11 * HOUR, ""),
    )


def _watch(node: Node, number: int, at_ms: int, *, gone: bool) -> WatchRow:
    heard = at_ms - (24 * MINUTE if gone else (3 + number * 2) * 1000)
    month = MONTHS.get(node.id, 21 + number % 7 * 1.3) * MB
    day = round(month / 22.6)
    traffic = Traffic(at_ms - 70 * DAY).plus(round(38.4 * MB), at_ms - 30 * DAY)
    traffic = traffic.plus(round(month) - day - day // 2, at_ms - 2 * DAY).plus(day, at_ms - DAY).plus(day // 2, at_ms)
    desired = of_node(node)
    born = Born(OLD.get(node.id, version("village-safety-monitor")), desired, 0, at_ms - (2 + number % 5) * DAY)
    skew = SKEWS.get(node.id, 9 + number % 4 * 3)
    memory: dict[str, object] = {"clock": {"skews": {"b" * 16: skew}}, "quality": "none" if skew > 1000 else "ntp"}
    memory |= {"traffic": traffic, "born": born}
    watch = {"link": "lost" if gone else "up", "link_ms": at_ms - 2 * DAY, "heard_ms": heard}
    return WatchRow(node.id, msgspec.json.encode(watch), msgspec.json.encode(memory))


def _vitals(node: Node, junction: str, number: int, at_ms: int, *, gone: bool) -> LiveRow:
    figures = {"spool_records": SPOOLS.get(node.id, float(number % 3)), "disk_share": 0.21, "cpu_c": 47.0}
    seen = at_ms - (24 if gone else 2) * MINUTE
    state: State = "unknown" if gone else "up"
    return LiveRow(node.id, "node", junction, node.id, state, None, at_ms - 2 * DAY, seen, (), figures, CARD, 1)


def _waiting(at_ms: int) -> Iterator[str]:
    for number in range(240):
        yield f"camera,device=cam-01 n={number}.0 {at_ms - 9000 + number}000000"
