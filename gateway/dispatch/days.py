"""Days and minutes of the village's own time. China has one zone and no summer time, so whole numbers are enough."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from contracts.inventory import Village

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
SHANGHAI = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")
OFFSET_MS = 8 * 60 * MINUTE_MS
_FIRST = dt.date(1970, 1, 1).toordinal()

DayWord = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[DayWord, ...] = get_args(DayWord)


def day_of(at_ms: int) -> int:
    """The local day in which a moment lies; days are numbered from 1970-01-01."""
    return (at_ms + OFFSET_MS) // DAY_MS


def midnight_ms(day: int) -> int:
    """When that day begins."""
    return day * DAY_MS - OFFSET_MS


def number(date: dt.date) -> int:
    """The day's number."""
    return date.toordinal() - _FIRST


def ms_of(moment: dt.datetime) -> int:
    """Unix ms; a moment without an offset is the village's own time."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=SHANGHAI)
    return round(aware.timestamp() * 1000)


def local(at_ms: int) -> dt.datetime:
    """The moment in the village's own time."""
    return dt.datetime.fromtimestamp(at_ms / 1000, SHANGHAI)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days (by their numbers) are public holidays, and which are worked instead."""

    holidays: frozenset[int] = frozenset()
    workdays: frozenset[int] = frozenset()

    def weekday(self, day: int) -> DayWord:
        """The day of the week that counts: a weekend day that is worked is a Monday."""
        # 1970-01-01 was a Thursday.
        return "mon" if day in self.workdays else WEEK[(day + 3) % 7]


def calendar(holidays: Iterable[dt.date], workdays: Iterable[dt.date]) -> Calendar:
    """The calendar of these dates."""
    return Calendar(frozenset(map(number, holidays)), frozenset(map(number, workdays)))


def calendar_of(village: Village) -> Calendar:
    """The calendar of the inventory."""
    return calendar((date for holiday in village.holidays for date in holiday.dates()), village.workdays)
