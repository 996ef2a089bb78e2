"""The month as a page shows it: what the reader asked for, the four figures, the rows, the gaps by cause."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal, get_args
from urllib.parse import urlencode

from fastapi import Query
from pydantic import BaseModel

from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.times import CHINA, clock_text, millis
from dashboard_api.web.police.month import Account, Row
from dashboard_api.web.reports.bars import WIDE, Bar
from dashboard_api.web.reports.causes import Cause, causes
from dashboard_api.web.reports.words import NO_RATE, length, month_title, rate, roughly
from dashboard_api.web.texts import Lang, say
from gateway.reports.month import summed
from gateway.uptime import Share, Uptime
from gateway.uptime.months import Month, month_at

# Below this share of the known time a camera is called low.
LOW = Decimal(95)
Sort = Literal["place", "known", "coverage", "down", "unknown"]
Show = Literal["", "low", "little", "down", "unknown", "degraded", "out"]
SORTS: tuple[Sort, ...] = get_args(Sort)
SHOWS: tuple[Show, ...] = get_args(Show)
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
DAY_MS = 24 * 3600 * 1000
Word = Annotated[str, Query(max_length=60)]


class Ask(BaseModel):
    """What the address says; "" is any. ``sort``: with a ``-`` in front the other way round."""

    month: Word = ""
    sort: Word = ""
    show: Word = ""
    place: Word = ""
    cause: Word = ""
    q: Word = ""

    def address(self, **more: str) -> str:
        """The address of the same page with ``more``."""
        known = {**self.model_dump(), **more}
        return "?" + urlencode({name: value for name, value in known.items() if value})

    @property
    def filtered(self) -> bool:
        """Whether rows are left out."""
        return bool(self.show or self.place or self.cause or self.q)


@dataclass(frozen=True, slots=True)
class Line:
    """One camera. ``known`` "" where too little is known: ``bounds`` stand for it then, and below it
    wherever something is unknown."""

    id: str
    name: str
    place: str
    bar: Bar
    said: str
    known: str
    bounds: str
    coverage: str
    down: str
    unknown: str
    mark: str
    notes: list[str]


@dataclass(frozen=True, slots=True)
class MonthPage:
    """All of it. ``whole``: the sum of what this reader sees; ``axis``: day numbers with their place on the bar."""

    name: str
    title: str
    before: str
    after: str
    until: str
    provisional: bool
    stale: bool
    frozen: str
    revision: int
    hash: str
    whole: Uptime
    cameras: int
    lines: list[Line]
    causes: list[Cause]
    months: list[tuple[str, str]]
    axis: list[tuple[float, str]]
    intact: str
    intact_end: str
    late: int
    places: list[tuple[str, str]]
    figures: dict[str, str]


def named(text: str, now_ms: int) -> Month | None:
    """The month of that name, of this moment for ""; None for what is no month."""
    if not text:
        return month_at(now_ms)
    if MONTH.fullmatch(text) is None:
        return None
    return month_at(millis(datetime.fromisoformat(f"{text}-01").replace(tzinfo=CHINA)))


def page(desk: Desk, lang: Lang, person: Person, made: Account, ask: Ask, first: Month) -> MonthPage:
    """What ``person`` sees of it."""
    mine = [row for row in made.rows if person.sees(row.camera.junction)]
    whole, row, now_ms = summed(one.found for one in mine), made.frozen, desk.clock()
    places = {one.camera.junction: _place(desk, lang, one) for one in mine}
    next_month = month_at(made.month.to_ms)
    return MonthPage(
        made.month.name,
        month_title(lang, made.month.name),
        month_at(made.month.from_ms - 1).name if made.month.from_ms > first.from_ms else "",
        next_month.name if next_month.from_ms <= now_ms else "",
        clock_text(made.to_ms, now_ms) if made.to_ms < made.month.to_ms else "",
        row is None,
        made.stale,
        "" if row is None else clock_text(row.frozen_ms, now_ms),
        0 if row is None else row.revision,
        "" if row is None else row.hash,
        whole,
        len(mine),
        [_line(lang, one, places) for one in chosen(mine, ask, places)],
        causes(lang, [one.found for one in mine], whole),
        _months(lang, first, now_ms),
        _axis(made.month),
        *_intact(mine),
        sum(one.late for one in mine),
        list(places.items()),
        _figures(lang, whole),
    )


def _intact(rows: Sequence[Row]) -> tuple[str, str]:
    """The rate over the time, and how many at its end; dashes where a month was frozen without them."""
    shares = [one.intact for one in rows if one.intact is not None]
    if len(shares) < len(rows):
        return NO_RATE, NO_RATE
    over = Share(sum(one.part for one in shares), sum(one.whole for one in shares))
    serving = [one.end for one in rows if one.end is not None]
    return rate(over.percent), f"{sum(serving)}/{len(serving)}"


def _place(desk: Desk, lang: Lang, row: Row) -> str:
    known = desk.names.get(row.camera.junction)
    return known.text(lang) if known else row.camera.junction


def _figures(lang: Lang, whole: Uptime) -> dict[str, str]:
    names = ("known", "strict", "upper", "coverage", "known_without_mains")
    lasting = ("up", "down", "unknown", "planned", "out_of_service", "degraded", "weather", "mains")
    return {name: rate(getattr(whole, name)) for name in names} | {
        f"{name}_long": length(lang, getattr(whole, name)) for name in lasting
    }


def _months(lang: Lang, first: Month, now_ms: int) -> list[tuple[str, str]]:
    """All months of which there are records, the newest first."""
    found, month = [], first
    while month.from_ms <= now_ms:
        found.append((month.name, month_title(lang, month.name)))
        month = month_at(month.to_ms)
    return found[::-1]


def _axis(month: Month) -> list[tuple[float, str]]:
    days = (month.to_ms - month.from_ms) // DAY_MS
    return [(round(WIDE * (day - 1) / days, 1), str(day)) for day in (1, 8, 15, 22, 29) if day <= days]


def little(found: Uptime) -> bool:
    """Whether too little is known for a rate."""
    return found.headline.between is not None


_SHOWN: dict[str, Callable[[Uptime], bool]] = {
    "low": lambda one: one.headline.percent is not None and one.headline.percent < LOW,
    "little": little,
    "down": lambda one: one.down > 0,
    "unknown": lambda one: one.unknown > 0,
    "degraded": lambda one: one.degraded > 0,
    "out": lambda one: one.planned + one.out_of_service > 0,
}


def chosen(rows: Sequence[Row], ask: Ask, places: dict[str, str]) -> list[Row]:
    """Those that are asked for, in the order that is asked for."""
    wanted, sought = _SHOWN.get(ask.show), ask.q.strip().casefold()
    found = [
        row
        for row in rows
        if (wanted is None or wanted(row.found))
        and ask.place in ("", row.camera.junction)
        and (not ask.cause or ask.cause in {*row.found.down_by, *row.found.unknown_by, *row.found.degraded_by})
        and (not sought or sought in _text(row, places))
    ]
    key = _KEYS.get(ask.sort.removeprefix("-"))
    return sorted(found, key=key, reverse=ask.sort.startswith("-")) if key else found


def _text(row: Row, places: dict[str, str]) -> str:
    camera = row.camera
    return " ".join((camera.id, camera.name.zh, camera.name.en, places[camera.junction])).casefold()


def _rate_key(value: Decimal | None) -> Decimal:
    return Decimal(101) if value is None else value


_KEYS: dict[str, Callable[[Row], Decimal | int]] = {
    "known": lambda row: _rate_key(row.found.headline.percent),
    "coverage": lambda row: _rate_key(row.found.coverage),
    "down": lambda row: row.found.down,
    "unknown": lambda row: row.found.unknown,
}


def _line(lang: Lang, row: Row, places: dict[str, str]) -> Line:
    found, camera = row.found, row.camera
    poor = little(found)
    low = found.headline.percent is not None and found.headline.percent < LOW
    return Line(
        camera.id,
        camera.name.text(lang),
        places[camera.junction],
        row.bar,
        _said(lang, found),
        "" if poor else rate(found.known if found.service else None),
        f"{rate(found.strict)}–{rate(found.upper)}" if found.unknown and found.service else "",
        rate(found.coverage),
        roughly(lang, found.down) if found.down else "",
        roughly(lang, found.unknown) if found.unknown else "",
        "little" if poor else "low" if low else "none" if not found.service else "",
        list(_notes(lang, row)),
    )


def _said(lang: Lang, found: Uptime) -> str:
    """The bar in words."""
    parts = {"down": found.down, "degraded": found.degraded, "unknown": found.unknown}
    parts |= {"planned": found.planned, "out_of_service": found.out_of_service}
    told = [say(lang, f"police.bar_{name}", long=roughly(lang, seconds)) for name, seconds in parts.items() if seconds]
    return say(lang, "police.comma").join(told) or say(lang, "police.bar_well")


def _notes(lang: Lang, row: Row) -> list[str]:
    notes = [say(lang, "police.gone")] if row.camera.gone else []
    if row.first_ms is not None:
        notes.append(say(lang, "police.first_in_month", time=clock_text(row.first_ms, row.first_ms + DAY_MS)))
    if row.found.planned:
        notes.append(say(lang, "police.bar_planned", long=roughly(lang, row.found.planned)))
    if row.found.out_of_service:
        notes.append(say(lang, "police.bar_out_of_service", long=roughly(lang, row.found.out_of_service)))
    if row.late:
        notes.append(say(lang, "police.late", n=row.late))
    return notes
