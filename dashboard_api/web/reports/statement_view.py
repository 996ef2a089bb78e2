"""The statement in words: the answer, the table, the sums, what is to be known of it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard_api.times import CHINA
from dashboard_api.web.reports.bars import Bar, by_class, course
from dashboard_api.web.reports.standing import (
    Standing,
    Vouch,
    clock,
    gateway_clock,
    notes,
    parts,
    vouches,
)
from dashboard_api.web.reports.words import (
    SHOWN,
    Shown,
    because,
    brief,
    class_pill,
    footage_pill,
    length,
    moment,
    rate,
    shown,
)
from dashboard_api.web.texts import Lang, say
from dashboard_api.web.view import Pill
from gateway.reports.window import Statement
from gateway.uptime import Uptime, Window
from gateway.uptime.statement import Footage

FOOTAGE: tuple[Footage, ...] = ("no_gap_reported", "missing", "not_known")


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of the table. ``why``: codes with their words."""

    from_: str
    to: str
    seconds: int
    lasted: str
    cls: Shown
    pill: Pill
    why: list[tuple[str, str]]
    recording: Footage
    footage: Pill


@dataclass(frozen=True, slots=True)
class Sum:
    """Seconds of one class, of whether it was recorded; ``cls``: which."""

    cls: str
    pill: Pill
    seconds: int
    lasted: str


@dataclass(frozen=True, slots=True)
class Page:
    """All of it. ``notes``: what has to be known to read it right; ``rates``: label and figure."""

    id: str
    name: str
    place: str
    code: str
    from_: str
    to: str
    seconds: int
    lasted: str
    usable: Pill
    answer: str
    recorded: Pill
    recording: str
    notes: list[str]
    bar: Bar
    ticks: list[tuple[float, str]]
    pieces: list[Piece]
    sums: list[Sum]
    footage: list[Sum]
    rates: list[tuple[str, str]]
    headline: str
    bounds: str
    listed: list[tuple[str, list[tuple[str, str, str]]]]
    late: list[str]
    blips: list[str]
    vouches: list[Vouch]
    clock: str
    gateway_clock: str
    print_: str
    drawn: str
    by: str
    month: str


def page(lang: Lang, drawn: Statement, standing: Standing) -> Page:
    """What ``drawn`` says, on a screen and on paper."""
    found, total = drawn.found, sum(line.span.seconds for line in drawn.lines)
    name, bounds = drawn.name.text(lang), (drawn.from_ms // 1000, drawn.to_ms // 1000)
    usable, answer = _answer(lang, drawn)
    recorded, recording = _recording(lang, drawn)
    months = parts(drawn, standing)
    return Page(
        drawn.device,
        name,
        standing.place.text(lang),
        drawn.code or "",
        moment(drawn.from_ms),
        moment(drawn.to_ms),
        total,
        length(lang, total),
        usable,
        answer,
        recorded,
        recording,
        list(notes(lang, drawn, standing, months)),
        course(found.spans, *bounds),
        _ticks(*bounds),
        _pieces(lang, drawn, name),
        _sums(lang, found),
        _footage(lang, drawn),
        *_headline(lang, drawn),
        _listed(lang, found),
        [_late(lang, window) for window in found.late],
        [f"{moment(one.from_s * 1000)} – {moment(one.to_s * 1000)} {one.code or ''}".strip() for one in found.blips],
        vouches(lang, months),
        clock(lang, drawn),
        gateway_clock(lang, drawn),
        drawn.hash,
        moment(standing.at_ms),
        standing.by,
        drawn.months[0].month,
    )


def _headline(lang: Lang, drawn: Statement) -> tuple[list[tuple[str, str]], str, str]:
    """The rates, the one to quote, and between which two it lies; nothing where there is nothing to divide by."""
    found, headline = drawn.found, drawn.found.headline
    if not found.service:
        return [], "", ""
    percent = "" if headline.percent is None else rate(headline.percent)
    return _rates(lang, found), percent, "" if headline.between is None else "–".join(map(rate, headline.between))


def _by_class(drawn: Statement) -> dict[Shown, int]:
    seconds = dict.fromkeys(SHOWN, 0)
    for line in drawn.lines:
        seconds[shown(line.span)] += line.span.seconds
    return seconds


def _answer(lang: Lang, drawn: Statement) -> tuple[Pill, str]:
    """Whether it was usable, in a word and a sentence."""
    by = _by_class(drawn)
    total, usable = sum(by.values()), by["up"] + by["degraded"]
    aside = by["planned"] + by["out_of_service"]
    if aside == total:
        key, look = "aside", "out_of_service"
    elif usable == total:
        key, look = ("poor", "degraded") if by["degraded"] else ("whole", "up")
    elif by["down"] == total:
        key, look = "nothing", "down"
    elif by["unknown"] == total:
        key, look = "unknown", "unknown"
    else:
        key, look = "partly", "down" if by["down"] else "unknown" if by["unknown"] else "planned"
    parts = (("up", usable), ("down", by["down"]), ("unknown", by["unknown"]), ("aside", aside))
    told = [
        say(lang, f"police_statement.part_{part}", long=length(lang, seconds)) for part, seconds in parts if seconds
    ]
    pill = class_pill(lang, look)  # type: ignore[arg-type]  # one of the words above
    sentence = say(lang, f"police_statement.answer_{key}", parts=say(lang, "police.comma").join(told))
    return Pill(pill.css, pill.shape, say(lang, f"police_statement.short_{key}")), sentence


def _recording(lang: Lang, drawn: Statement) -> tuple[Pill, str]:
    by = _footage_seconds(drawn)
    total = sum(by.values())
    worst = next((what for what in ("missing", "not_known") if by[what]), "no_gap_reported")
    pill = footage_pill(lang, worst)  # type: ignore[arg-type]  # one of the three
    key = worst if by[worst] < total else f"{worst}_whole"  # type: ignore[index]  # as above
    texts = {what: length(lang, seconds) for what, seconds in by.items()}
    return pill, say(lang, f"police_statement.footage_{key}", **texts)


def _footage_seconds(drawn: Statement) -> dict[Footage, int]:
    seconds = dict.fromkeys(FOOTAGE, 0)
    for line in drawn.lines:
        seconds[line.footage] += line.span.seconds
    return seconds


def _ticks(from_s: int, to_s: int) -> list[tuple[float, str]]:
    """Five moments along the bar."""
    long, day = to_s - from_s, 86_400
    pattern = "%m-%d" if long > 4 * day else "%m-%d %H:%M" if long > day else "%H:%M" if long >= 1200 else "%H:%M:%S"
    moments = [from_s + long * n // 4 for n in range(5)]
    return [(n * 250, f"{datetime.fromtimestamp(at, UTC).astimezone(CHINA):{pattern}}") for n, at in enumerate(moments)]


def _pieces(lang: Lang, drawn: Statement, name: str) -> list[Piece]:
    return [
        Piece(
            moment(line.span.from_s * 1000),
            moment(line.span.to_s * 1000),
            line.span.seconds,
            length(lang, line.span.seconds),
            shown(line.span),
            class_pill(lang, shown(line.span)),
            because(lang, line.span, name),
            line.footage,
            footage_pill(lang, line.footage),
        )
        for line in drawn.lines
    ]


def _sums(lang: Lang, found: Uptime) -> list[Sum]:
    by = by_class(found)
    return [Sum(what, class_pill(lang, what), seconds, length(lang, seconds)) for what, seconds in by.items()]


def _footage(lang: Lang, drawn: Statement) -> list[Sum]:
    by = _footage_seconds(drawn)
    return [Sum(what, footage_pill(lang, what), by[what], length(lang, by[what])) for what in FOOTAGE]


def _rates(lang: Lang, found: Uptime) -> list[tuple[str, str]]:
    names = ("known", "known_without_mains", "strict", "upper", "coverage")
    return [(say(lang, f"police.rate_{name}"), rate(getattr(found, name))) for name in names]


def _listed(lang: Lang, found: Uptime) -> list[tuple[str, list[tuple[str, str, str]]]]:
    lists = (("down", found.down_by), ("unknown", found.unknown_by), ("degraded", found.degraded_by))
    return [
        (
            kind,
            [(code, brief(lang, code), length(lang, by[code])) for code in sorted(by, key=lambda one: (-by[one], one))],
        )
        for kind, by in lists
        if by
    ]


def _late(lang: Lang, window: Window) -> str:
    end = say(lang, "police_statement.open_end") if window.to_ms is None else moment(window.to_ms)
    times = {"begin": moment(window.from_ms), "end": end, "approved": moment(window.known_ms)}
    return say(lang, "police_statement.late", target=window.target, **times)
