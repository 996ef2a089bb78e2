"""Walking an inventory as it was read, before any model has accepted it; what is not understood is passed over."""

from collections.abc import Iterator
from typing import Any

from contracts.yamlfile import Path_

Found = tuple[Path_, Any]
Mistakes = Iterator[tuple[Path_, str]]
JUNCTIONS = ("grids", "junctions")
NODES = (*JUNCTIONS, "nodes")
DEVICES = (*NODES, "devices")


def each(data: Any, *keys: str) -> Iterator[Found]:
    """The mappings under ``keys`` (each the name of a list), with their places."""
    places: list[Found] = [((), data)]
    for key in keys:
        places = [
            ((*path, key, index), item)
            for path, mapping in places
            if isinstance(mapping, dict) and isinstance(mapping.get(key), list)
            for index, item in enumerate(mapping[key])
        ]
    return ((path, item) for path, item in places if isinstance(item, dict))


def words(value: Any) -> list[str]:
    """The words of a list; none if it is no list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
