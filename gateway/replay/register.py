"""The register of faults: each (asset, code, root) is open at most once, and reopens within 24 h of its end."""

from dataclasses import dataclass

from gateway.faults import FaultCleared, FaultClosed, FaultOpened, FaultRooted
from gateway.replay.outcome import OutFault

REOPEN_MS = 24 * 3600 * 1000
_Key = tuple[str, str, str | None]


@dataclass(slots=True)
class _Kept:
    asset: str
    code: str
    root: str | None
    severity: int
    opened_ms: int
    cleared_ms: int | None = None
    closed_ms: int | None = None
    reopened: int = 0


class Register:
    """All faults of one replay."""

    def __init__(self) -> None:
        self._all: list[_Kept] = []
        self._open: dict[_Key, _Kept] = {}
        self._closed: dict[_Key, list[_Kept]] = {}

    def apply(self, change: FaultOpened | FaultRooted | FaultCleared | FaultClosed) -> None:
        """As the store would."""
        match change:
            case FaultOpened():
                self._opened(change)
            case FaultRooted():
                self._rooted(change)
            case FaultCleared():
                self._ended(change, None)
            case FaultClosed():
                self._ended(change, change.closed_ms)

    def faults(self) -> list[OutFault]:
        """All of them, in the order in which they were first said."""
        return [
            OutFault(kept.asset, kept.code, kept.root, kept.severity, kept.opened_ms, kept.closed_ms, kept.reopened)
            for kept in self._all
        ]

    def _opened(self, change: FaultOpened) -> None:
        key = (change.asset, change.code, change.root)
        kept = self._open.get(key)
        if kept is not None:
            kept.opened_ms = min(kept.opened_ms, change.opened_ms)
            kept.cleared_ms = None
            return
        recent = self._recent(key, change.opened_ms)
        if recent is not None:
            self._reopened(key, recent, change.opened_ms)
            return
        kept = _Kept(change.asset, change.code, change.root, change.severity, change.opened_ms)
        self._all.append(kept)
        self._open[key] = kept

    def _recent(self, key: _Key, opened_ms: int) -> _Kept | None:
        """The newest that ended within 24 h before; late data may also tell of an episode before a closed one."""
        near = [
            kept
            for kept in self._closed.get(key, [])
            if (kept.closed_ms or 0) >= opened_ms - REOPEN_MS and kept.opened_ms <= opened_ms + REOPEN_MS
        ]
        return max(near, key=lambda kept: kept.closed_ms or 0, default=None)

    def _reopened(self, key: _Key, kept: _Kept, opened_ms: int) -> None:
        self._closed[key].remove(kept)
        if opened_ms >= kept.opened_ms:
            kept.cleared_ms = None  # else the end of an episode later than this one stays
        kept.opened_ms = min(opened_ms, kept.opened_ms)
        kept.closed_ms = None
        kept.reopened += 1
        self._open[key] = kept

    def _rooted(self, change: FaultRooted) -> None:
        kept = self._open.pop((change.asset, change.code, change.was), None)
        if kept is not None:
            kept.root = change.root
            self._open[change.asset, change.code, change.root] = kept

    def _ended(self, change: FaultCleared | FaultClosed, closed_ms: int | None) -> None:
        key = (change.asset, change.code, change.root)
        kept = self._open.get(key)
        if kept is None:
            return
        kept.cleared_ms = max(change.cleared_ms, kept.opened_ms, kept.cleared_ms or 0)
        if closed_ms is not None:
            kept.closed_ms = max(closed_ms, kept.cleared_ms)
            self._closed.setdefault(key, []).append(self._open.pop(key))
