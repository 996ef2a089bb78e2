"""The smallest whole channel, to copy: letters as JSON lines in a file, for another program to take.

To write another: copy this file; name its settings and its class; say in ``idempotent`` whether the receiver knows
keys; let ``send`` decide by what the receiver answers. Then its lines in ``__init__.py``, its name in ``ChannelKind``,
a part of docs/channels.md, and a vendor of ``demo/vendors`` for its tests.
"""

import json
from pathlib import Path
from typing import Literal

from pydantic import Field

from contracts.strict import Strict
from gateway.delivery.channels.base import ChannelError, Clock
from gateway.delivery.channels.common import Number
from gateway.delivery.channels.limit import Limit
from gateway.dispatch.words import ChannelKind, Failed, Letter, Outcome, Sent


class FileSettings(Strict):
    """Letters as JSON lines in a file."""

    kind: Literal["file"] = Field(description="file: one JSON object a letter, appended to a file")
    path: Path = Field(description="the file; its folder must exist")
    per_minute: Number = Field(default=600, description="letters a minute at most; more wait")


class File:
    """Appends. Never confirmed: that a line was written says nothing of who reads it."""

    kind: ChannelKind = "file"
    idempotent = False

    def __init__(self, name: str, settings: FileSettings, clock: Clock) -> None:
        if not settings.path.parent.is_dir():
            raise ChannelError(f"path: {settings.path.parent} is not there: make that folder, for this user")
        self.name, self._path, self._clock = name, settings.path, clock
        self._limit = Limit(settings.per_minute, clock)

    def send(self, letter: Letter) -> Outcome:
        """Append it."""
        if full := self._limit.take():
            return full
        words = {"at_ms": self._clock.now_ms(), "key": letter.key, "to": letter.to, "title": letter.title}
        line = json.dumps(words | {"severity": letter.severity, "text": letter.text}, ensure_ascii=False) + "\n"
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line)
        except OSError as error:
            return Failed(True, f"cannot be written: {error.strerror}")
        return Sent(confirmed=False)

    def close(self) -> None:
        """Nothing is held."""
