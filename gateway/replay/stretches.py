"""Late readings of a device, one after another, as stretches of one state and code.

A stretch reaches from its first reading, or as far back as that says, to the next one that differs, else to its last.
Of several codes the gravest is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from contracts.codes import CODES
from contracts.messages import Finding, Reading
from contracts.states import State, worst
from gateway.faults.catalogue import entry


@dataclass(slots=True)
class Stretch:
    """``[from_ms, to_ms)`` (Unix ms); ``learnt_ms``: when the last of it reached the gateway. ``ended``: a reading of
    another state says when it was over."""

    device: str
    from_ms: int
    to_ms: int
    state: State
    code: str | None
    learnt_ms: int
    ended: bool = False


class Seen(NamedTuple):
    """The newest reading of a device, in time or late."""

    at_ms: int
    state: State
    code: str | None


class Stretches:
    """The stretches that are still growing, of all devices; the one that has waited longest first."""

    def __init__(self) -> None:
        self._open: dict[str, Stretch] = {}
        self._seen: dict[str, Seen] = {}

    def live(self, reading: Reading, at_ms: int, limit_ms: int) -> Iterator[Stretch]:
        """A reading in time: what was late before it is whole. It lasted until that reading's own start, if no silence
        lay between; and a fault that goes on is told by it alone, or it would seem to have ended and begun anew."""
        self._seen[reading.d] = Seen(at_ms, reading.s, _gravest(reading.f))
        for old in self._close(reading.d):
            starts = [at_ms - round(f.since_s * 1000) for f in reading.f if f.code == old.code]
            if starts:
                old.to_ms = min(old.to_ms, *starts)
            elif at_ms - old.to_ms <= limit_ms:
                old.to_ms = max(old.to_ms, at_ms - round(reading.since_s * 1000))
                old.ended = reading.s != old.state
            if old.from_ms < old.to_ms or not starts:
                yield old

    def late(self, reading: Reading, at_ms: int, limit_ms: int, learnt_ms: int) -> Iterator[Stretch]:
        """One more late reading; whatever is whole by that comes out. Longer silences than ``limit_ms`` stay gaps,
        unless the reading itself reaches back over them. What was seen last, in time, lasted until the first of them
        as it does until any other."""
        device, code = reading.d, _gravest(reading.f)
        last = self._seen.get(device)
        last_ms = at_ms if last is None else last.at_ms
        start_ms = max(at_ms - round(reading.since_s * 1000), last_ms) if at_ms > last_ms else at_ms
        old = self._open.pop(device, None)
        joined = old is not None and (start_ms <= old.to_ms or at_ms - old.to_ms <= limit_ms)
        if old is not None and joined and (old.state, old.code) == (reading.s, code):
            old.to_ms, old.learnt_ms = at_ms, learnt_ms
            self._open[device] = old
        else:
            if old is not None:
                old.to_ms, old.ended = start_ms if joined else old.to_ms, joined
                yield old
            elif last is not None and last_ms < start_ms and at_ms - last_ms <= limit_ms:
                if (last.state, last.code) == (reading.s, code):
                    start_ms = last_ms
                else:
                    yield Stretch(device, last_ms, start_ms, last.state, last.code, learnt_ms, ended=True)
            self._open[device] = Stretch(device, start_ms, at_ms, reading.s, code, learnt_ms)
        self._seen[device] = Seen(at_ms, reading.s, code)

    def waiting_since(self, before_ms: int) -> Iterator[Stretch]:
        """What was learnt before ``before_ms`` grows no more."""
        while self._open:
            device, oldest = next(iter(self._open.items()))
            if oldest.learnt_ms >= before_ms:
                return
            yield from self._close(device)

    def rest(self) -> Iterator[Stretch]:
        """Whatever is left."""
        for device in list(self._open):
            yield from self._close(device)

    def _close(self, device: str) -> Iterator[Stretch]:
        old = self._open.pop(device, None)
        if old is not None:
            yield old


def _gravest(found: tuple[Finding, ...]) -> str | None:
    """The code that most wants to be known, by severity, then by state; of those that every version knows."""
    known = [finding for finding in found if finding.code in CODES]
    if not known:
        return None
    state = worst(finding.s for finding in known)
    return min(known, key=lambda finding: (entry(finding.code).severity, finding.s != state)).code
