"""What pages and printed reports say: a moment, a month, a stretch's class and why, how long, a rate. Pure."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Literal, get_args

from dashboard_api.times import CHINA
from dashboard_api.web.texts import Lang, say
from dashboard_api.web.view import Pill
from gateway.faults.catalogue.short import SHORT
from gateway.reports.texts import CLASSES, FOOTAGE, REASONS, reason
from gateway.uptime import WEATHER, Span
from gateway.uptime.statement import Footage

Shown = Literal["up", "degraded", "down", "unknown", "planned", "out_of_service"]
SHOWN: tuple[Shown, ...] = get_args(Shown)
# Colour and shape of each: no two share a shape.
_LOOKS: dict[Shown, tuple[str, str]] = {
    "up": ("up", "up"),
    "degraded": ("degraded", "degraded"),
    "down": ("down", "down"),
    "unknown": ("unknown", "unknown"),
    "planned": ("busy", "busy"),
    "out_of_service": ("out", "closed"),
}
_FOOTAGE_LOOKS: dict[Footage, tuple[str, str]] = {
    "missing": ("down", "down"),
    "not_known": ("unknown", "unknown"),
    "no_gap_reported": ("up", "tick"),
}
NO_RATE = "—"
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))


def shown(span: Span) -> Shown:
    """What a stretch is called: its class, but ``degraded`` is named although it counts as up."""
    return "degraded" if span.cls == "up" and span.state == "degraded" and span.cause != WEATHER else span.cls


def class_pill(lang: Lang, what: Shown) -> Pill:
    """A class as shape, word and colour."""
    return Pill(*_LOOKS[what], CLASSES[what].say(lang))


def footage_pill(lang: Lang, what: Footage) -> Pill:
    """Whether it was recorded."""
    return Pill(*_FOOTAGE_LOOKS[what], FOOTAGE[what].say(lang))


def brief(lang: Lang, code: str) -> str:
    """A code or cause in a few words, without the thing's name."""
    known = REASONS.get(code) or SHORT.get(code)
    return known.say(lang) if known else code


def because(lang: Lang, span: Span, name: str) -> list[tuple[str, str]]:
    """Code and cause of a stretch, each with its words; "" where there are none."""
    words = dict.fromkeys(word for word in (span.code, span.cause) if word)
    return [(word, reason(word, name).say(lang)) for word in words]


def rate(value: Decimal | None) -> str:
    """Per cent as they were rounded; a dash where there is none."""
    return NO_RATE if value is None else f"{value}"


def length(lang: Lang, seconds: int) -> str:
    """``1 d 2 h 0 min 5 s`` without the parts that are nothing."""
    parts, rest = [], seconds
    for size, unit in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(say(lang, f"police.unit_{unit}", n=count))
    return " ".join(parts) or say(lang, "police.unit_s", n=0)


def roughly(lang: Lang, seconds: int) -> str:
    """The same in its two largest parts: for tables that are looked over."""
    for (size, _), (below, _) in pairwise(_UNITS):
        if seconds >= size:
            return length(lang, seconds // below * below)
    return length(lang, seconds)


def moment(ms: int) -> str:
    """``2026-10-05 21:15:00`` in the village."""
    return f"{datetime.fromtimestamp(ms // 1000, UTC).astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def month_title(lang: Lang, name: str) -> str:
    """``2026-10`` in words."""
    year, number = name.split("-")
    if lang == "zh":
        return say(lang, "police.month_name", year=year, month=int(number))
    return say(lang, "police.month_name", year=year, month=say(lang, f"police.month_{int(number)}"))
