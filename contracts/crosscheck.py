"""Mistakes between the values of an inventory: two devices with one id, two inputs on one pin, names of unknown things.

It works on the file as read, so that they are reported together with mistakes of single values; what it cannot
understand it leaves to the model.
"""

from collections.abc import Callable, Iterator
from typing import Any

from contracts.yamlfile import InputError, Path_, describe, line_of

Found = tuple[Path_, Any]


def _each(data: Any, *keys: str) -> Iterator[Found]:
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


NODES = ("grids", "junctions", "nodes")


def _doubled(data: Any, what: str, found: Iterator[Found], key: str) -> Iterator[tuple[Path_, str]]:
    seen: dict[Any, Path_] = {}
    for path, item in found:
        value = item.get(key)
        if not isinstance(value, str | int):
            continue
        if value in seen:
            yield (
                (*path, key),
                f"{what} {value!r} is already used in line {line_of(data, (*seen[value], key))}; each must be unique",
            )
        else:
            seen[value] = path


def _same_id(data: Any) -> Iterator[tuple[Path_, str]]:
    everything = [
        *_each(data, "grids"),
        *_each(data, "grids", "junctions"),
        *_each(data, *NODES),
        *_each(data, *NODES, "devices"),
    ]
    return _doubled(data, "id", iter([*everything, *_each(data, "feeders"), *_each(data, "uplinks")]), "id")


def _same_identity(data: Any) -> Iterator[tuple[Path_, str]]:
    return _doubled(data, "identity", _each(data, *NODES, "devices"), "identity")


def _same_pin(data: Any) -> Iterator[tuple[Path_, str]]:
    for path, node in _each(data, *NODES):
        devices = (((*path, *inner), item) for inner, item in _each(node, "devices"))
        yield from _doubled(data, "pin", devices, "pin")


def _same_connector(data: Any) -> Iterator[tuple[Path_, str]]:
    for path, device in _each(data, *NODES, "devices"):
        connectors = (((*path, *inner), item) for inner, item in _each(device, "connectors"))
        yield from _doubled(data, "connector number", connectors, "number")


def _unknown_supply(data: Any) -> Iterator[tuple[Path_, str]]:
    for key, listed in (("feeder", "feeders"), ("uplink", "uplinks")):
        known = {item.get("id") for _, item in _each(data, listed)}
        for path, node in _each(data, *NODES):
            value = node.get(key)
            if isinstance(value, str) and value not in known:
                yield (*path, key), f"{key} {value!r} is not in the list {listed!r}; add it there or correct the name"


def _reserved(data: Any) -> Iterator[tuple[Path_, str]]:
    for path, node in _each(data, *NODES):
        if node.get("id") == "gateway":
            yield (*path, "id"), "'gateway' is the gateway's own name; choose another"


CHECKS: tuple[Callable[[Any], Iterator[tuple[Path_, str]]], ...] = (
    _same_id,
    _same_identity,
    _same_pin,
    _same_connector,
    _unknown_supply,
    _reserved,
)


def mistakes(data: Any, file: str) -> list[InputError]:
    """All mistakes between values, in the order of :data:`CHECKS`."""
    return [
        InputError(file, line_of(data, path), describe(path), text) for check in CHECKS for path, text in check(data)
    ]
