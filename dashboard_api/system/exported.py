"""The system's own figures as Prometheus reads them: name, what it is, labels, and values by label."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from dashboard_api.system.check import LEVELS, Check
from dashboard_api.system.look import System


class Family(NamedTuple):
    """One figure of several things."""

    name: str
    what: str
    labels: tuple[str, ...]
    values: Mapping[tuple[str, ...], float]


# A check by its key -> what its value is called there.
_PLAIN = {
    "told": ("vsm_gateway_told_age_seconds", "since the gateway last told of itself"),
    "broker": ("vsm_broker_away_seconds", "since when the gateway has had no broker; 0: it has one"),
    "disk": ("vsm_disk_free_bytes", "free on the disk of the gateway's database"),
    "database": ("vsm_database_bytes", "that the village's tables take"),
    "lost": ("vsm_lost_records", "records that nodes dropped and that exist nowhere"),
    "dead": ("vsm_outbox_dead", "letters of 24 hours that were given up"),
    "backup": ("vsm_backup_age_seconds", "of the newest archive"),
    "months": ("vsm_months_frozen", "months that are frozen"),
}
_NAMED = {
    "certificate": ("vsm_certificate_days", "certificate", "until it ends"),
    "channel": ("vsm_channel_success_age_seconds", "channel", "since a letter got through"),
}
_NODES = {
    "spool": ("vsm_node_spool_records", "records on the node's card that are not confirmed"),
    "data": ("vsm_node_month_bytes", "bytes on the node's line in this month, by the gateway's count"),
    "link": ("vsm_node_heard_age_seconds", "since the node was heard last"),
    "clock": ("vsm_node_clock_milliseconds", "the node's wall clock less the gateway's"),
}


Values = dict[tuple[str, ...], float]


def families(found: System) -> Iterator[Family]:
    """What is not known has no sample."""
    for key, (name, what) in _PLAIN.items():
        yield Family(name, what, (), _values(((), one) for one in found.checks if one.key == key))
    for key, (name, label, what) in _NAMED.items():
        yield Family(name, what, (label,), _values(((one.subject,), one) for one in found.checks if one.key == key))
    for key, (name, what) in _NODES.items():
        mine = (((node.node,), one) for node in found.nodes for one in node.checks if one.key == key)
        yield Family(name, what, ("node",), _values(mine))
    refused: Values = {(row.reason, row.node): row.count for row in found.counters}
    yield Family("vsm_refused_inputs", "what came and could not be used", ("reason", "node"), refused)
    levels: Values = {(level,): sum(one.level == level for one in found.checks) for level in LEVELS}
    yield Family("vsm_system_checks", "checks of the system's own health by how they are", ("level",), levels)


def _values(labelled: Iterable[tuple[tuple[str, ...], Check]]) -> Values:
    return {labels: one.value for labels, one in labelled if one.value is not None}
