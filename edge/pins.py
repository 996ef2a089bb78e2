"""The gpiozero pin factory that the settings name, one for each node."""

import inspect
from importlib.metadata import entry_points
from typing import Any

GROUP = "gpiozero_pin_factories"


class UnknownPinFactory(LookupError):
    """No installed package offers a factory of that name."""


def open_factory(name: str | None, node: str) -> Any:
    """The factory ``name`` for ``node``; None (gpiozero chooses by itself) when no name is given.

    A factory whose class takes ``node`` is told whose pins it is to be. Raises :class:`UnknownPinFactory`, or
    whatever the factory raises when its hardware is missing.
    """
    if name is None:
        return None
    found = entry_points(group=GROUP, name=name)
    if not found:
        known = ", ".join(sorted(entry.name for entry in entry_points(group=GROUP))) or "none"
        raise UnknownPinFactory(f"no pin factory is named {name!r}; installed: {known}")
    factory = next(iter(found)).load()
    takes_node = "node" in inspect.signature(factory).parameters
    return factory(node=node) if takes_node else factory()
