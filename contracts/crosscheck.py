"""Mistakes between the values of an inventory: two devices with one id, two inputs on one pin, names of unknown things.

It works on the file as read, so that they are reported together with mistakes of single values; what it cannot
understand it leaves to the model.
"""

from collections.abc import Callable, Iterator
from typing import Any

from contracts import dependencies, electrical, responsibility
from contracts.rawtree import DEVICES, JUNCTIONS, NODES, Found, Mistakes, each
from contracts.yamlfile import InputError, Path_, describe, line_of

# One name space: what an id of these lists means must be clear without saying which list.
NAMED = (
    ("grids",),
    JUNCTIONS,
    NODES,
    DEVICES,
    (*JUNCTIONS, "assets"),
    ("grids", "micro_grids"),
    ("feeders",),
    ("uplinks",),
)


def _doubled(data: Any, what: str, found: Iterator[Found], key: str) -> Mistakes:
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


def _same_id(data: Any) -> Mistakes:
    yield from _doubled(data, "id", (found for keys in NAMED for found in each(data, *keys)), "id")
    yield from _doubled(data, "department", each(data, "departments"), "id")


def _same_identity(data: Any) -> Mistakes:
    return _doubled(data, "identity", each(data, *DEVICES), "identity")


def _same_address(data: Any) -> Mistakes:
    """An rtsp address is one camera for the whole village; usb:0 and a file are another one on each computer."""
    places: dict[str, list[Found]] = {}
    for path, node in each(data, *NODES):
        for inner, device in each(node, "devices"):
            where = "" if "://" in str(device.get("source")) else str(node.get("computer") or path)
            places.setdefault(where, []).append(((*path, *inner), device))
    for found in places.values():
        yield from _doubled(data, "address", iter(found), "source")
    yield from _doubled(data, "GB/T 28181 code", each(data, *DEVICES), "gb28181")


def _same_pin(data: Any) -> Mistakes:
    """Pins of one Pi, which may carry several nodes; a relay's output takes a pin too."""
    pins: dict[Any, list[Found]] = {}
    for path, node in each(data, *NODES):
        here = pins.setdefault(str(node.get("computer") or path), [])
        for inner, device in each(node, "devices"):
            here.append(((*path, *inner, "pin"), device.get("pin")))
            control = device.get("control")
            if isinstance(control, dict):
                here.append(((*path, *inner, "control", "inhibit_pin"), control.get("inhibit_pin")))
    for found in pins.values():
        seen: dict[str, Path_] = {}
        for path, pin in found:
            if isinstance(pin, str) and pin in seen:
                line = line_of(data, seen[pin])
                yield path, f"pin {pin!r} of the same computer is already used in line {line}; each must be unique"
            elif isinstance(pin, str):
                seen[pin] = path


def _same_connector(data: Any) -> Mistakes:
    for path, device in each(data, *DEVICES):
        connectors = (((*path, *inner), item) for inner, item in each(device, "connectors"))
        yield from _doubled(data, "connector number", connectors, "number")


def _connector_named_twice(data: Any) -> Mistakes:
    """A connector is a device of its own, `<charge point>.<number>`."""
    taken = {str(item.get("id")): path for keys in NAMED for path, item in each(data, *keys)}
    for path, device in each(data, *DEVICES):
        for inner, connector in each(device, "connectors"):
            name = f"{device.get('id')}.{connector.get('number')}"
            if name in taken:
                line = line_of(data, (*taken[name], "id"))
                yield (*path, *inner, "number"), f"this connector is {name!r}, which is already an id in line {line}"


def _unknown_supply(data: Any) -> Mistakes:
    for key, listed in (("feeder", "feeders"), ("uplink", "uplinks")):
        known = {item.get("id") for _, item in each(data, listed)}
        for path, node in each(data, *NODES):
            value = node.get(key)
            if isinstance(value, str) and value not in known:
                yield (*path, key), f"{key} {value!r} is not in the list {listed!r}; add it there or correct the name"


def _reserved(data: Any) -> Mistakes:
    for path, node in each(data, *NODES):
        if node.get("id") == "gateway":
            yield (*path, "id"), "'gateway' is the gateway's own name; choose another"


CHECKS: tuple[Callable[[Any], Mistakes], ...] = (
    _same_id,
    _same_identity,
    _same_address,
    _same_pin,
    _same_connector,
    _connector_named_twice,
    _unknown_supply,
    _reserved,
    dependencies.mistakes,
    electrical.mistakes,
    responsibility.mistakes,
)


def mistakes(data: Any, file: str) -> list[InputError]:
    """All mistakes between values, in the order of :data:`CHECKS`."""
    return [
        InputError(file, line_of(data, path), describe(path), text) for check in CHECKS for path, text in check(data)
    ]
