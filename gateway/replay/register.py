"""The register of faults, by the store's rules (``gateway/store/episodes.py``).

Each (asset, code, root) is open at most once, and one that is bad again soon after its end is the same fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gateway.faults import FaultCleared, FaultClosed, FaultOpened, FaultRooted
from gateway.replay.outcome import OutFault

_Key: TypeAlias = tuple[str, str, str | None]
FaultChange: TypeAlias = FaultOpened | FaultRooted | FaultCleared | FaultClosed


@dataclass(slots=True, eq=False)
class _Kept:
    """``begun_ms``, ``over_ms``: its newest beginning and end of an episode."""

    asset: str
    code: str
    root: str | None
    severity: int
    opened_ms: int
    begun_ms: int
    over_ms: int = 0
    cleared_ms: int | None = None
    closed_ms: int | None = None
    reopened: int = 0


class Register:
    """All faults of one replay. ``reopen_ms`` after its end a fault is another one."""

    def __init__(self, reopen_ms: int) -> None:
        self._reopen_ms = reopen_ms
        self._all: list[_Kept] = []
        self._of: dict[_Key, list[_Kept]] = {}

    def apply(self, changes: Sequence[FaultChange]) -> None:
        """What was said together, in order: an episode whose end is among it is history."""
        laid: set[int] = set()
        for index, change in enumerate(changes):
            at = _end_of(change, changes, index) if isinstance(change, FaultOpened) else None
            if at is not None:
                self._whole(change, changes[at])  # type: ignore[arg-type]  # a beginning and an end, see there
                laid.add(at)
            elif index not in laid:
                self._one(change)

    def faults(self) -> list[OutFault]:
        """All of them, in the order in which they were first said."""
        return [
            OutFault(kept.asset, kept.code, kept.root, kept.severity, kept.opened_ms, kept.closed_ms, kept.reopened)
            for kept in self._all
        ]

    def _one(self, change: FaultChange) -> None:
        match change:
            case FaultOpened():
                self._begin(change)
            case FaultRooted():
                self._rooted(change)
            case FaultCleared():
                self._end(change, None)
            case FaultClosed():
                self._end(change, change.closed_ms)

    def _open(self, key: _Key) -> _Kept | None:
        return next((kept for kept in self._of.get(key, ()) if kept.closed_ms is None), None)

    def _newest(self, key: _Key) -> _Kept | None:
        places = {id(kept): index for index, kept in enumerate(self._all)}
        return max(
            self._of.get(key, ()),
            key=lambda kept: (kept.closed_ms is None, kept.opened_ms, places[id(kept)]),
            default=None,
        )

    def _near(self, key: _Key, opened_ms: int, until_ms: int) -> _Kept | None:
        """The fault that an episode belongs to; one that is open first, else the one that ended last."""
        near = (
            kept
            for kept in self._of.get(key, ())
            if (kept.closed_ms is None or kept.closed_ms >= opened_ms - self._reopen_ms)
            and kept.opened_ms <= until_ms + self._reopen_ms
        )
        return max(near, key=lambda kept: (kept.closed_ms is None, kept.closed_ms or 0), default=None)

    def _new(self, change: FaultOpened) -> _Kept:
        kept = _Kept(
            change.asset, change.code, change.root, change.severity, change.opened_ms, begun_ms=change.opened_ms
        )
        self._all.append(kept)
        self._of.setdefault(_key(change), []).append(kept)
        return kept

    def _begin(self, change: FaultOpened) -> None:
        kept = self._open(_key(change))
        if kept is not None:
            _again(kept, change)
            return
        kept = self._near(_key(change), change.opened_ms, change.opened_ms)
        if kept is None:
            self._new(change)
            return
        later = kept.cleared_ms is not None and change.opened_ms < kept.cleared_ms
        kept.cleared_ms = kept.cleared_ms if later else None  # the end of an episode later than this one stays
        kept.closed_ms = None
        _reopen(kept, change)

    def _end(self, change: FaultCleared | FaultClosed, closed_ms: int | None) -> None:
        kept = self._open(_key(change))
        if kept is None or (closed_ms is None and change.cleared_ms < kept.begun_ms):
            return  # the latter is late news of a stretch before the present one
        kept.cleared_ms = max(change.cleared_ms, kept.opened_ms, kept.cleared_ms or 0)
        if closed_ms is not None:
            # Late news reopened it: what ended last stays its end.
            kept.closed_ms = max(closed_ms, kept.cleared_ms, kept.over_ms if kept.reopened else 0)
            kept.over_ms = max(kept.over_ms, closed_ms, change.cleared_ms, kept.opened_ms)

    def _whole(self, change: FaultOpened, over: FaultClosed) -> None:
        """An episode that is over when it is learnt of: whatever is open stays so, unless this is its end."""
        now = self._open(_key(change))
        if now is not None and over.cleared_ms >= now.begun_ms:
            _again(now, change)
            self._end(over, over.closed_ms)
            return
        cleared_ms = max(over.cleared_ms, change.opened_ms)
        closed_ms = max(over.closed_ms, cleared_ms)
        kept = self._near(_key(change), change.opened_ms, closed_ms)
        if kept is None:
            kept = self._new(change)
            kept.cleared_ms, kept.closed_ms = cleared_ms, closed_ms
        else:
            if kept.closed_ms is not None:
                kept.cleared_ms = max(kept.cleared_ms or 0, cleared_ms)
                kept.closed_ms = max(kept.closed_ms, closed_ms)
            _reopen(kept, change)
        kept.over_ms = max(kept.over_ms, closed_ms)

    def _rooted(self, change: FaultRooted) -> None:
        """The fault, open or else the newest, is a part of ``root``; of two open ones the earlier goes on."""
        kept = self._newest((change.asset, change.code, change.was))
        if kept is None or change.was == change.root:
            return
        other = self._open((change.asset, change.code, change.root)) if kept.closed_ms is None else None
        if other is not None:
            kept, gone = (kept, other) if kept.opened_ms < other.opened_ms else (other, kept)
            gone.cleared_ms = gone.closed_ms = max(change.at_ms, gone.opened_ms)
        if kept.root != change.root:
            self._of[kept.asset, kept.code, kept.root].remove(kept)
            kept.root = change.root
            self._of.setdefault((kept.asset, kept.code, kept.root), []).append(kept)


def _key(change: FaultOpened | FaultCleared | FaultClosed) -> _Key:
    return change.asset, change.code, change.root


def _end_of(change: FaultOpened, changes: Sequence[FaultChange], index: int) -> int | None:
    """The place of the end of what ``change`` begins, if that was said with it."""
    for at, later in enumerate(changes[index + 1 :], index + 1):
        if isinstance(later, FaultRooted):
            if (later.asset, later.code) == (change.asset, change.code):
                return None
        elif _key(later) == _key(change):
            return at if isinstance(later, FaultClosed) else None
    return None


def _again(kept: _Kept, change: FaultOpened) -> None:
    """Already open: it may have begun earlier than thought, or be bad again while its latch waits."""
    if change.opened_ms < kept.opened_ms:
        kept.opened_ms = change.opened_ms
    elif kept.cleared_ms is not None:
        kept.cleared_ms = None
        kept.begun_ms = max(kept.begun_ms, change.opened_ms)


def _reopen(kept: _Kept, change: FaultOpened) -> None:
    kept.opened_ms = min(kept.opened_ms, change.opened_ms)
    kept.begun_ms = max(kept.begun_ms, change.opened_ms)
    kept.reopened = max(0, kept.reopened + 1 - change.joins)
