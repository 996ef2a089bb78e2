"""Times as the API writes and reads them: ISO 8601 in China's time, which has had no summer time since 1991."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator

CHINA = timezone(timedelta(hours=8))
MOMENT = "ISO 8601 with an offset, such as 2026-11-01T00:00:00+08:00"


def _plus(value: object) -> object:
    """A plus sign that nobody escaped reaches us as a space."""
    return re.sub(r" (?=\d{2}:?\d{2}$)", "+", value) if isinstance(value, str) else value


# As it stands in an address.
Moment = Annotated[AwareDatetime, BeforeValidator(_plus)]


def iso(ms: int) -> str:
    """``2026-11-23T14:02:31.250+08:00``."""
    return datetime.fromtimestamp(ms / 1000, CHINA).isoformat(timespec="milliseconds")


def from_iso(text: str) -> int:
    """Milliseconds since the Unix epoch (UTC) of what :func:`iso` wrote."""
    return millis(datetime.fromisoformat(text))


def iso_or_none(ms: int | None) -> str | None:
    """The same, for what may not have happened."""
    return None if ms is None else iso(ms)


def millis(moment: datetime) -> int:
    """Milliseconds since the Unix epoch (UTC) of a moment with an offset."""
    return round((moment - datetime.fromtimestamp(0, UTC)).total_seconds() * 1000)


def clock_text(ms: int, now_ms: int) -> str:
    """``14:02``, with its day ``11-23 14:02`` if that is not today: what people read beside an age."""
    moment, now = (datetime.fromtimestamp(at / 1000, CHINA) for at in (ms, now_ms))
    return moment.strftime("%H:%M" if moment.date() == now.date() else "%m-%d %H:%M")
