"""Windows that change what a second counts as, as people's lines and the weather lay them."""

from gateway.faults import Veiled
from gateway.replay.events import CancelLine, InServiceLine, OutOfServiceLine, PlannedLine, TimedEvent
from gateway.uptime import Window, WindowKind, cut, laid


class Windows:
    """All windows of one replay."""

    def __init__(self) -> None:
        self._of: dict[tuple[WindowKind, str], list[Window]] = {}

    def all(self) -> list[Window]:
        """Whatever of them is left."""
        return [window for windows in self._of.values() for window in windows]

    def note(self, event: TimedEvent) -> None:
        """Take a line that announces or ends a window; others are passed over."""
        match event:
            case PlannedLine():
                self._lay(Window("planned", event.target, event.from_ms, event.to_ms, event.at_ms))
            case OutOfServiceLine():
                self._lay(Window("out_of_service", event.device, event.from_ms, event.to_ms, event.at_ms))
            case CancelLine():
                self._cut(("planned", event.target), event.from_ms, event.at_ms)
            case InServiceLine():
                self._cut(("out_of_service", event.device), None, event.from_ms)
            case _:
                pass

    def veiled(self, change: Veiled) -> None:
        """The weather's own; said again of the same beginning it is the same window."""
        self._lay(Window("weather", change.device, change.from_ms, change.to_ms, change.from_ms))

    def _lay(self, window: Window) -> None:
        key = (window.kind, window.target)
        self._of[key] = laid(self._of.get(key, []), window)

    def _cut(self, key: tuple[WindowKind, str], from_ms: int | None, at_ms: int) -> None:
        self._of[key] = cut(self._of.get(key, []), from_ms, at_ms)
