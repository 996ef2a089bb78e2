"""OCPI's list parameters: offset, limit, date_from (inclusive), date_to (exclusive). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, Field

MOST = 100
DIGITS = 9


class BadParameter(ValueError):
    """A parameter that cannot be read; says which, and what is right."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was asked for; moments as OCPI writes them. ``asked``: the filters in the client's own words."""

    offset: int
    limit: int
    from_: datetime | None
    to: datetime | None
    asked: Mapping[str, str]

    def of(self, items: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int, str | None]:
        """The page's items, how many there are in all, and the query of the next page."""
        fitting = [item for item in items if self._fits(moment(item["last_updated"]))]
        end = self.offset + self.limit
        more = urlencode({**self.asked, "offset": end, "limit": self.limit}) if end < len(fitting) else None
        return fitting[self.offset : end], len(fitting), more

    def _fits(self, at: datetime) -> bool:
        return (self.from_ is None or at >= self.from_) and (self.to is None or at < self.to)


class Asked(BaseModel):
    """The parameters as they came: what cannot be read is answered in OCPI's words, and not by the framework."""

    offset: str | None = Field(default=None, description="first item, from 0 on", examples=["0"])
    limit: str | None = Field(default=None, description="at most so many items, up to 100", examples=["50"])
    date_from: str | None = Field(default=None, description="updated then or later", examples=["2026-11-23T06:00:00Z"])
    date_to: str | None = Field(default=None, description="updated before then", examples=["2026-11-24T06:00:00Z"])


def read(asked: Asked) -> Page:
    """The page that was asked for; raises :class:`BadParameter`."""
    dates = {name: text for name in ("date_from", "date_to") if (text := getattr(asked, name)) is not None}
    from_, to = (_date(name, dates.get(name)) for name in ("date_from", "date_to"))
    limit = _whole("limit", asked.limit, MOST, least=1)
    return Page(_whole("offset", asked.offset, 0, least=0), min(limit, MOST), from_, to, dates)


def _whole(name: str, text: str | None, usual: int, least: int) -> int:
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS and int(text) >= least):
        raise BadParameter(f"{name}: must be a whole number from {least} on, not {text[:40]!r}")
    return int(text)


def _date(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return moment(text)
    except (ValueError, OverflowError):
        raise BadParameter(f"{name}: must be a moment such as 2026-11-23T06:00:00Z, not {text[:40]!r}") from None


def moment(text: str) -> datetime:
    """OCPI's DateTime; without a zone it is UTC."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
