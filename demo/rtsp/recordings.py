"""What a recorder has kept, asked for by time: pictures of a minute, or none where nothing was recorded."""

import datetime as dt
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from demo.nal import Picture
from demo.video import Stream

START, END = ("starttime", "start"), ("endtime", "end")
FORM = "%Y%m%dT%H%M%SZ"


def asked(url: str) -> tuple[float, float] | None:
    """Unix times of the two ends that the address asks for (``?starttime=20260318T040000Z&endtime=…``); None where it
    asks for none.
    """
    said = {name.lower(): value for name, value in parse_qsl(urlsplit(url).query)}
    times = [next((said[name] for name in names if name in said), None) for names in (START, END)]
    try:
        start, end = (dt.datetime.strptime(time or "", FORM).replace(tzinfo=dt.UTC).timestamp() for time in times)
    except ValueError:
        return None
    return start, end


class Playback(Stream):
    """A stretch of a recording, at the speed of life. ``kept``: whether a Unix time was recorded."""

    def __init__(self, stream: Stream, stretch: tuple[float, float], kept: Callable[[float], bool]) -> None:
        super().__init__(stream.again())
        self._start, self._end = stretch
        self._kept_at = kept
        self._first: int | None = None

    def tick(self, number: int) -> Picture | None:
        """The picture that stood at the recording's own time; None where there is none."""
        self._first = number if self._first is None else self._first
        at = self._start + (number - self._first) / self.fps
        if at > self._end or not self._kept_at(at):
            return None
        return super().tick(round(at * self.fps))
