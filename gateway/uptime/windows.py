"""Time that counts otherwise: planned maintenance, out of service, weather; and which windows hit which device."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from contracts.inventory import Place

WindowKind = Literal["planned", "out_of_service", "weather"]


class Window(Struct, frozen=True):
    """Time of ``target`` (a device, node or site) that counts otherwise, ``[from_ms, to_ms)``; ``to_ms`` None = open.

    ``known_ms``: when it reached the gateway, which is its approval; ``by``: who asked for it, None for weather.
    """

    kind: WindowKind
    target: str
    from_ms: int
    to_ms: int | None
    known_ms: int
    by: str | None = None

    @property
    def late(self) -> bool:
        """Whether it is maintenance that was approved too late to count: at its beginning or after."""
        return self.kind == "planned" and self.known_ms >= self.from_ms


def targets(place: Place) -> tuple[str, ...]:
    """The targets whose windows hit a device: itself, a connector's charge point, its node, its junction."""
    return tuple(name for name in (place.device, place.parent, place.node, place.junction) if name is not None)


def laid(windows: Sequence[Window], new: Window) -> list[Window]:
    """``windows`` of one kind and target with ``new`` among them: it takes the place of one with the same beginning.

    But what was planned in time stays so. A change that came once the window had begun moves its end alone: what it
    takes away ends no earlier than it was known, what it adds is a window of its own, from the old end on.
    """
    old = next((window for window in windows if window.from_ms == new.from_ms), None)
    rest = [window for window in windows if window is not old]
    if old is None or not new.late or old.late:
        return _sorted([*rest, new])
    if old.to_ms is None or (new.to_ms is not None and new.to_ms <= old.to_ms):
        return cut(windows, old.from_ms, max(new.to_ms, new.known_ms)) if new.to_ms is not None else list(windows)
    return laid(windows, replace(new, from_ms=old.to_ms))


def cut(windows: Sequence[Window], from_ms: int | None, at_ms: int) -> list[Window]:
    """``windows`` of one kind and target; the rest of the one that begins at ``from_ms`` (None: of each) is void from
    ``at_ms`` on, and so is what was added to it after it had begun.
    """
    kept, end = [], from_ms
    for window in _sorted(windows):
        added = from_ms is not None and window.from_ms == end and window.known_ms >= from_ms
        if from_ms is None or window.from_ms == from_ms or added:
            end = window.to_ms
            if window.from_ms >= at_ms:
                continue
            to_ms = at_ms if window.to_ms is None else min(window.to_ms, at_ms)
            kept.append(replace(window, to_ms=to_ms))
        else:
            kept.append(window)
    return kept


def _sorted(windows: Sequence[Window]) -> list[Window]:
    return sorted(windows, key=lambda window: window.from_ms)
