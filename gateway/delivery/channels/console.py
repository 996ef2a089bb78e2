"""One line on the terminal or in a file: for a duty desk that has nothing else."""

import sys
from pathlib import Path
from typing import Literal

from pydantic import Field

from contracts.strict import Strict
from gateway.clocks import stamp
from gateway.delivery.channels.base import ChannelError, Clock
from gateway.delivery.channels.common import Number
from gateway.delivery.channels.limit import Limit
from gateway.delivery.channels.speech import one_line
from gateway.dispatch.words import ChannelKind, Failed, Letter, Outcome, Sent


class ConsoleSettings(Strict):
    """Lines on the terminal or in a file."""

    kind: Literal["console"] = Field(description="console: one line a letter on the terminal or in a file")
    to: Literal["stderr", "stdout"] = Field(default="stderr", description="where lines go, if no file is given")
    file: Path | None = Field(default=None, description="file that lines are appended to; its folder must exist")
    manned: bool = Field(
        default=False, description="true: somebody always sits before it, so that a line counts as delivered"
    )
    per_minute: Number = Field(default=600, description="lines a minute at most; more wait")


class Console:
    """Lines for a desk."""

    kind: ChannelKind = "console"
    idempotent = False

    def __init__(self, name: str, settings: ConsoleSettings, clock: Clock) -> None:
        if settings.file is not None and not settings.file.parent.is_dir():
            raise ChannelError(f"file: {settings.file.parent} is not there: make that folder, for this user")
        self.name, self._settings, self._clock = name, settings, clock
        self._limit = Limit(settings.per_minute, clock)

    def send(self, letter: Letter) -> Outcome:
        """Write the line."""
        if full := self._limit.take():
            return full
        line = f"{stamp(self._clock.now_ms())} [{letter.severity}] {one_line(letter.text)}\n"
        try:
            self._write(line)
        except OSError as error:
            return Failed(True, f"cannot be written: {error.strerror}")
        return Sent(confirmed=self._settings.manned)

    def _write(self, line: str) -> None:
        if self._settings.file is not None:
            with self._settings.file.open("a", encoding="utf-8") as file:
                file.write(line)
            return
        stream = sys.stdout if self._settings.to == "stdout" else sys.stderr
        stream.write(line)
        stream.flush()

    def close(self) -> None:
        """Nothing is held."""
