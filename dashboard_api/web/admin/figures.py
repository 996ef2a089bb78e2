"""A check in words: its figure, its limit and what there is to say of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard_api.system.check import Check, Level
from dashboard_api.times import clock_text, iso
from dashboard_api.web.ages import lasting
from dashboard_api.web.texts import Lang, say, strings
from dashboard_api.web.view import Pill

LOOKS: dict[Level, tuple[str, str]] = {
    "good": ("up", "tick"),
    "attention": ("degraded", "degraded"),
    "bad": ("down", "down"),
    "unknown": ("unknown", "unknown"),
}
_BYTES = frozenset({"size", "today", "yesterday", "pace"})
_SIZES = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


@dataclass(frozen=True, slots=True)
class Line:
    """One check as it is laid out. ``at_ms``: when the figure was so; ``last_known``: it is not claimed any more."""

    key: str
    title: str
    figure: str
    limit: str
    note: str
    pill: Pill
    level: Level
    at_ms: int | None
    fault: str
    last_known: bool


def level_pill(lang: Lang, level: Level) -> Pill:
    """A level as shape + word + colour."""
    css, shape = LOOKS[level]
    return Pill(css, shape, say(lang, f"level.{level}"))


def line(lang: Lang, check: Check, now_ms: int) -> Line:
    """``check`` in words."""
    subject = strings(lang).get(f"health_subject.{check.subject}", check.subject)
    limit = "" if check.limit is None else amount(lang, check.limit, check.unit)
    held = strings(lang).get(f"health_limit.{check.key}")
    return Line(
        check.key,
        say(lang, f"health_title.{check.key}", subject=subject or say(lang, "health.certificates")),
        _figure(lang, check),
        held.format(limit=limit) if held and (limit or "{" not in held) else "",
        note(lang, check, now_ms),
        level_pill(lang, check.level),
        check.level,
        check.at_ms,
        check.fault,
        check.level == "unknown" and check.value is not None,
    )


def _figure(lang: Lang, check: Check) -> str:
    words = strings(lang)
    own = words.get(f"health_figure.{check.key}_{check.note}")
    if own is not None:
        return own.format_map({"software": "", **check.facts})
    return "—" if check.value is None else amount(lang, check.value, check.unit)


def amount(lang: Lang, value: float, unit: str) -> str:
    """A figure with its unit: ``412 points``, ``1.2 GB``, ``3 hours``."""
    if unit == "bytes":
        return size(value)
    if unit == "s":
        return lasting(lang, 0, round(value * 1000))
    if unit == "ms":
        return f"{value:.1f} ms" if abs(value) < 10 else f"{value:,.0f} ms"
    number = f"{value:,.0f}"
    return say(lang, f"unit.{unit}", n=number) if unit else number


def size(value: float) -> str:
    """``38.0 MB``: in thousands, as lines are sold."""
    for step, unit in _SIZES:
        if value >= step:
            return f"{value / step:.1f} {unit}" if value < 100 * step else f"{value / step:,.0f} {unit}"
    return f"{value:.0f} B"


def note(lang: Lang, check: Check, now_ms: int) -> str:
    """What there is to say of it; "" where the figure says all."""
    if not check.note:
        return ""
    found = strings(lang).get(f"health_note.{check.key}_{check.note}") or strings(lang).get(f"health_note.{check.note}")
    return "" if found is None else found.format_map(_Facts(_said(check.facts, now_ms)))


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def _said(facts: Mapping[str, str | float], now_ms: int) -> dict[str, str]:
    said = {}
    for key, value in facts.items():
        if key == "ends_ms" and not isinstance(value, str):
            said["ends"] = iso(round(value))[:10]
        elif key.endswith("_ms") and not isinstance(value, str):
            said[key.removesuffix("_ms")] = clock_text(round(value), now_ms)
        elif key in _BYTES and not isinstance(value, str):
            said[key] = size(value)
        else:
            said[key] = value if isinstance(value, str) else f"{value:,.0f}"
    return said
