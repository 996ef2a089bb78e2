"""Evidence: a small picture of before and one of after, kept on the card until the gateway has them.

Only cameras whose inventory says `evidence: true` have an album behind them; of all others no picture leaves the node.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import structlog

from contracts.messages import LARGEST_PICTURE
from edge import cardfile

log = structlog.get_logger()
# So many pictures wait on the card at most; the oldest are given up first.
KEPT = 40
AGAIN_S = 30.0
SUFFIX = ".jpg"

# A part of a picture: left, top, width and height as shares 0 to 1.
Region = tuple[float, float, float, float]
# A picture as OpenCV has it: (H, W, 3) of uint8, BGR.
Image = Any


@dataclass(frozen=True, slots=True)
class Pair:
    """What a driver shows of a finding: the last good picture, if it has one, and the present one with the region that
    is wrong."""

    before: Image | None
    after: Image
    outline: Sequence[Region] = ()


class Photographer(Protocol):
    """A driver that can show what it found."""

    def pictures(self) -> Pair | None:
        """Of the newest look, at once, from memory; None without any."""
        ...


class Waiting(NamedTuple):
    """One picture on the card. It is sent once record ``need``, which names it, is with the gateway."""

    id: str
    device: str
    path: Path
    need: int


@dataclass(slots=True)
class Album:
    """The pictures of one node. ``newest``: the newest record's number. One picture at a time is on its way."""

    folder: Path
    newest: Callable[[], int]
    encode: Callable[[Image, Sequence[Region]], bytes]
    _waiting: list[Waiting] = field(default_factory=list)
    _next: int = 1
    _sent_at: float = -math.inf

    @classmethod
    def open(
        cls, folder: Path, newest: Callable[[], int], encode: Callable[[Image, Sequence[Region]], bytes] | None = None
    ) -> "Album":
        """With what waits from before. Raises :class:`OSError`."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        album = cls(folder, newest, encode or _jpeg)
        for path in sorted(folder.iterdir()):
            number, _, rest = path.name.removesuffix(SUFFIX).partition("_")
            device, _, name = rest.rpartition("_")
            if path.suffix != SUFFIX or not number.isdecimal() or not device:
                path.unlink()  # a power cut came in the middle of it
                continue
            album._waiting.append(Waiting(name, device, path, newest()))
            album._next = int(number) + 1
        return album

    def take(self, device: str, pair: Pair) -> tuple[str, ...]:
        """Keep the pictures of a finding of ``device``; their ids, before first. The next record must name them. Raises
        :class:`OSError`."""
        found = [] if pair.before is None else [self.encode(pair.before, ())]
        found.append(self.encode(pair.after, pair.outline))
        return tuple(self._keep(device, jpeg) for jpeg in found)

    def _keep(self, device: str, jpeg: bytes) -> str:
        name = hashlib.sha256(jpeg).hexdigest()
        path = self.folder / f"{self._next:010d}_{device}_{name}{SUFFIX}"
        cardfile.replace(path, jpeg)
        self._next += 1
        self._waiting.append(Waiting(name, device, path, self.newest() + 1))
        while len(self._waiting) > KEPT:
            self._forget(self._waiting[0])
        return name

    def due(self, acked: int, now: float) -> tuple[str, bytes] | None:
        """The picture to send at ``now`` (monotonic seconds) and its device; it counts as sent. ``acked``: the newest
        record that the gateway has."""
        if now - self._sent_at < AGAIN_S:
            return None
        for one in list(self._waiting):
            if one.need > acked:
                return None
            try:
                jpeg = one.path.read_bytes()
            except OSError as error:
                log.warning("picture lost", device=one.device, error=str(error))
                self._forget(one)
                continue
            self._sent_at = now
            return one.device, jpeg
        return None

    def again(self) -> None:
        """The line is new: what was on its way may be gone."""
        self._sent_at = -math.inf

    def aside(self) -> None:
        """The spool was set aside, and numbers begin anew: nothing is waited for any more."""
        self._waiting = [one._replace(need=0) for one in self._waiting]

    def had(self, names: Sequence[str]) -> None:
        """The gateway needs these no more."""
        for one in [one for one in self._waiting if one.id in names]:
            self._forget(one)
            self._sent_at = -math.inf

    def __len__(self) -> int:
        return len(self._waiting)

    def _forget(self, one: Waiting) -> None:
        self._waiting.remove(one)
        one.path.unlink(missing_ok=True)


def _jpeg(image: Image, outline: Sequence[Region]) -> bytes:
    # Here and not above: a node without such a camera loads no OpenCV.
    from edge import jpeg  # noqa: PLC0415  # see above

    return jpeg.encode(image, outline, LARGEST_PICTURE)
