"""What the front knows of its village: what it was told last, and how long ago. On disk before anybody sees it."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct

from dashboard_api import exchange
from dashboard_api.exchange import Bad
from dashboard_api.front import files
from dashboard_api.problems import Problem
from dashboard_api.sheet import Look, unheard

# Calls overtake each other on two lines, but not by more.
WINDOW = 64
# Looks that a call may lean on, since the box cannot know yet that another call was quicker.
BASES = 8
log = structlog.get_logger()


class Mark(Struct, frozen=True):
    """The newest call: its start and number, which numbers below it came, when it came (this machine's Unix ms), and
    the village's time then. ``came``: bit n stands for ``number - n``."""

    start: int = 0
    number: int = 0
    came: int = 0
    at_ms: int = 0
    village_ms: int = 0

    def overtaken(self, start: int, number: int) -> bool:
        """Whether a later call came before it: what it says of the chargers is old by now."""
        return start == self.start and number < self.number

    def after(self, start: int, number: int, at_ms: int, village_ms: int) -> "Mark":
        """With one more call; raises :class:`exchange.Bad` for one that came already, or of an earlier start."""
        if start < self.start:
            raise Bad("start", self.start)
        if start > self.start:
            return Mark(start, number, 1, at_ms, village_ms)
        behind = self.number - number
        if behind < 0:
            came = (self.came << -behind | 1) & ((1 << WINDOW) - 1) if -behind < WINDOW else 1
            return Mark(start, number, came, at_ms, village_ms)
        if behind >= WINDOW or self.came >> behind & 1:
            raise Bad("again", self.number)
        return Mark(start, self.number, self.came | 1 << behind, at_ms, village_ms)


class VillageTold:
    """``clock``: this machine's Unix ms; ``mono_s``: seconds that never jump. Both files are in ``folder``."""

    def __init__(
        self, folder: Path, stale_after_s: float, clock: Callable[[], int], mono_s: Callable[[], float]
    ) -> None:
        self._look_file, self._mark_file = folder / "look.json", folder / "mark.json"
        self._stale_after_s, self._clock, self._mono_s = stale_after_s, clock, mono_s
        self._heard_s: float | None = None
        self.raw, self.look = self._read_look()
        self.mark = self._read_mark()
        self._raws = OrderedDict({exchange.digest(self.raw): self.raw})
        self.told = 0

    def _read_look(self) -> tuple[bytes, Look | None]:
        try:
            raw = self._look_file.read_bytes()
            return raw, exchange.read(raw)
        except FileNotFoundError:
            return b"", None
        except (OSError, ValueError) as error:
            log.error("what the village said last cannot be read; it will say it again", error=type(error).__name__)
            return b"", None

    def _read_mark(self) -> Mark:
        try:
            return msgspec.json.decode(self._mark_file.read_bytes(), type=Mark)
        except FileNotFoundError:
            return Mark()
        except (OSError, msgspec.DecodeError) as error:
            log.error("when the village spoke last cannot be read", error=type(error).__name__)
            return Mark()

    def known(self, base: str) -> bytes | None:
        """The look of that digest, which a call leans on: this one, or one of those just before. b"" for none."""
        return self._raws.get(base) if base else b""

    def hear(self, mark: Mark, raw: bytes | None) -> Look | None:
        """A call came; the look before it, if it brought another. Raises ValueError for a look that is none."""
        before, look = self.look, None if raw is None else exchange.read(raw)
        if raw is not None and look is not None:
            files.write(self._look_file, raw)
            self.raw, self.look = raw, look
            self._raws[exchange.digest(raw)] = raw
            self._raws.move_to_end(exchange.digest(raw))
            while len(self._raws) > BASES:
                self._raws.popitem(last=False)
            self.told += 1
        files.write(self._mark_file, msgspec.json.encode(mark))
        self.mark, self._heard_s = mark, self._mono_s()
        return before if look is not None else None

    def age_s(self) -> float:
        """Seconds since it was heard; endless if it never was, or if this machine's clock cannot say."""
        if self._heard_s is not None:
            return self._mono_s() - self._heard_s
        age_s = (self._clock() - self.mark.at_ms) / 1000
        return age_s if self.mark.at_ms and age_s >= 0 else float("inf")

    @property
    def stale(self) -> bool:
        """Whether nothing may be claimed any more."""
        return self.age_s() > self._stale_after_s

    def now_ms(self) -> int:
        """The village's own time, Unix ms."""
        return self._clock() - self.mark.at_ms + self.mark.village_ms if self.mark.at_ms else self._clock()

    def shown(self, seq: int) -> Look:
        """What may be said now; :class:`Problem` 503 if the village never said anything."""
        if self.look is None:
            text = "the village has not been heard yet"
            raise Problem(503, text, reason="front_unheard", headers={"Retry-After": "10"})
        seen = replace(self.look, now_ms=self.now_ms(), seq=seq)
        return unheard(seen, self.mark.village_ms) if self.stale else seen

    def version(self) -> int:
        """Changes with what is shown."""
        return self.told * 2 + self.stale
