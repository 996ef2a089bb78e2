"""Windows that change what a second counts as: planned maintenance, out of service, weather."""

from collections.abc import Callable

from msgspec.structs import replace

from gateway.faults import Veiled
from gateway.replay.events import CancelLine, InServiceLine, OutOfServiceLine, PlannedLine, TimedEvent
from gateway.replay.outcome import Window, WindowKind


class Windows:
    """All windows of one replay, in the order in which they were told."""

    def __init__(self) -> None:
        self._all: list[Window] = []

    def all(self) -> list[Window]:
        """Those that are not void."""
        return [window for window in self._all if window.to_ms is None or window.from_ms < window.to_ms]

    def note(self, event: TimedEvent) -> None:
        """Take a line that announces or ends a window; others are passed over."""
        match event:
            case PlannedLine():
                self._all.append(Window("planned", event.target, event.from_ms, event.to_ms, event.at_ms))
            case OutOfServiceLine():
                self._all.append(Window("out_of_service", event.device, event.from_ms, event.to_ms, event.at_ms))
            case CancelLine():
                self._cut("planned", event.target, event.at_ms, lambda window: window.from_ms == event.from_ms)
            case InServiceLine():
                self._cut("out_of_service", event.device, event.from_ms, lambda window: window.from_ms <= event.from_ms)
            case _:
                pass

    def veiled(self, change: Veiled) -> None:
        """The weather's own; said again of the same beginning it is the same window."""
        new = Window("weather", change.device, change.from_ms, change.to_ms, change.from_ms)
        for index, old in enumerate(self._all):
            if (old.kind, old.target, old.from_ms) == ("weather", change.device, change.from_ms):
                self._all[index] = new
                return
        self._all.append(new)

    def _cut(self, kind: WindowKind, target: str, at_ms: int, chosen: Callable[[Window], bool]) -> None:
        """Of the chosen windows, what lies at or after ``at_ms`` is void."""
        self._all = [
            _until(window, at_ms) if (window.kind, window.target) == (kind, target) and chosen(window) else window
            for window in self._all
        ]


def _until(window: Window, at_ms: int) -> Window:
    end = at_ms if window.to_ms is None else min(window.to_ms, at_ms)
    return replace(window, to_ms=max(window.from_ms, end))
