"""MQTT topics: ``vsm/v1/<village>/<node>/<leaf>``. The village is the shard key; ids never hold ``+ # /``."""

import re
from dataclasses import dataclass

ROOT = "vsm/v1"
GATEWAY = "gateway"
UP_LEAVES = frozenset({"state", "birth", "probe", "up", "picture"})
DOWN_LEAVES = frozenset({"ack", "command", "desired"})
ID_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,62}$"
_ID = re.compile(ID_PATTERN)


class BadTopic(ValueError):
    """A topic that is not one of ours."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One parsed topic; ``node`` is ``gateway`` for the gateway's own state."""

    village: str
    node: str
    leaf: str

    def __str__(self) -> str:
        return f"{ROOT}/{self.village}/{self.node}/{self.leaf}"


def parse(topic: str) -> Topic:
    """Split a topic name; raises :class:`BadTopic` with the reason."""
    parts = topic.split("/")
    if len(parts) != 5 or "/".join(parts[:2]) != ROOT:
        raise BadTopic(f"not {ROOT}/<village>/<node>/<leaf>: {topic[:200]!r}")
    village, node, leaf = parts[2:]
    if not _ID.match(village) or not _ID.match(node):
        raise BadTopic(f"village or node id holds characters outside {ID_PATTERN}: {topic[:200]!r}")
    if leaf not in UP_LEAVES | DOWN_LEAVES:
        raise BadTopic(f"unknown leaf {leaf[:40]!r}")
    return Topic(village, node, leaf)


def from_nodes(village: str) -> list[str]:
    """The filters a gateway subscribes to: the whole village, so that a topic nobody knows is noticed; it passes over
    its own words.
    """
    return [f"{ROOT}/{village}/#"]


def from_gateway(topic: str) -> bool:
    """Whether this is a topic on which only a gateway speaks."""
    return topic.rpartition("/")[2] in DOWN_LEAVES or topic.endswith(f"/{GATEWAY}/state")


def to_node(village: str, node: str) -> list[str]:
    """The topics one node subscribes to."""
    return [*(str(Topic(village, node, leaf)) for leaf in sorted(DOWN_LEAVES)), str(Topic(village, GATEWAY, "state"))]
