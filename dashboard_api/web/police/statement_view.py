"""The statement in words: the answer, the table, the sums, what is to be known of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from contracts.names import name_of
from dashboard_api.desk import Desk
from dashboard_api.times import CHINA
from dashboard_api.web.police.bar import Bar, bar
from dashboard_api.web.police.month_view import month_title
from dashboard_api.web.police.words import (
    SHOWN,
    Shown,
    because,
    brief,
    class_pill,
    footage_pill,
    length,
    rate,
    shown,
)
from dashboard_api.web.texts import Lang, say
from dashboard_api.web.view import Pill
from gateway.reports.window import Statement
from gateway.uptime import Uptime, Window
from gateway.uptime.months import Month, month_at
from gateway.uptime.statement import Footage

FOOTAGE: tuple[Footage, ...] = ("no_gap_reported", "missing", "not_known")


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of the table. ``why``: codes with their words."""

    from_: str
    to: str
    seconds: int
    lasted: str
    pill: Pill
    why: list[tuple[str, str]]
    footage: Pill


@dataclass(frozen=True, slots=True)
class Sum:
    """Seconds of one class."""

    pill: Pill
    seconds: int
    lasted: str


@dataclass(frozen=True, slots=True)
class Vouch:
    """A month that a part of the window lies in, and what it is frozen as."""

    month: str
    span: str
    state: str
    hash: str


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


def page(desk: Desk, lang: Lang, drawn: Statement, by: str) -> Page:
    """What ``drawn`` says."""
    found, total = drawn.found, sum(line.span.seconds for line in drawn.lines)
    name, bounds = drawn.name.text(lang), (drawn.from_ms // 1000, drawn.to_ms // 1000)
    usable, answer = _answer(lang, drawn)
    recorded, recording = _recording(lang, drawn)
    parts = _parts(desk, drawn)
    return Page(
        drawn.device,
        name,
        name_of(desk.names, drawn.junction).text(lang),
        drawn.code or "",
        moment(drawn.from_ms),
        moment(drawn.to_ms),
        total,
        length(lang, total),
        usable,
        answer,
        recorded,
        recording,
        list(_notes(desk, lang, drawn, parts)),
        bar(found.spans, *bounds),
        _ticks(*bounds),
        _pieces(lang, drawn, name),
        _sums(lang, found),
        _footage(lang, drawn),
        *_headline(lang, drawn),
        _listed(lang, found),
        [_late(lang, window) for window in found.late],
        [f"{moment(one.from_s * 1000)} – {moment(one.to_s * 1000)} {one.code or ''}".strip() for one in found.blips],
        _vouches(lang, parts),
        _clock(lang, drawn),
        _gateway_clock(lang, drawn),
        drawn.hash,
        moment(desk.clock()),
        by,
        drawn.months[0].month,
    )


def _headline(lang: Lang, drawn: Statement) -> tuple[list[tuple[str, str]], str, str]:
    """The rates, the one to quote, and between which two it lies; nothing where there is nothing to divide by."""
    found, headline = drawn.found, drawn.found.headline
    if before_first(drawn) or not found.service:
        return [], "", ""
    percent = "" if headline.percent is None else rate(headline.percent)
    return _rates(lang, found), percent, "" if headline.between is None else "–".join(map(rate, headline.between))


@dataclass(frozen=True, slots=True)
class _Part:
    """A month with the part of the window that lies in it. ``revision`` None: not frozen; ``stale``: written into since
    it was."""

    month: Month
    from_ms: int
    to_ms: int
    revision: int | None
    frozen_ms: int
    hash: str
    stale: bool


def before_first(drawn: Statement) -> bool:
    """Whether the window ends before the camera was first heard of."""
    return drawn.first_ms is None or drawn.first_ms >= drawn.to_ms


def _parts(desk: Desk, drawn: Statement) -> list[_Part]:
    heads = {(head.month, head.revision): head for head in desk.store.month_heads()}
    stale = {mark.month for mark in desk.store.month_marks() if mark.stale}
    found, month = [], month_at(drawn.from_ms)
    for one in drawn.months:
        head = heads.get((one.month, one.revision or 0))
        frozen_ms = head.frozen_ms if head else 0
        bounds = max(month.from_ms, drawn.from_ms), min(month.to_ms, drawn.to_ms)
        changed = head is not None and one.month in stale
        found.append(_Part(month, *bounds, one.revision, frozen_ms, one.hash or "", changed))
        month = month_at(month.to_ms)
    return found


def moment(ms: int) -> str:
    """``2026-10-05 21:15:00`` in the village."""
    return f"{datetime.fromtimestamp(ms // 1000, UTC).astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


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
    if before_first(drawn):
        key, look = "before", "unknown"
    elif aside == total:
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


def _notes(desk: Desk, lang: Lang, drawn: Statement, parts: Sequence[_Part]) -> Iterator[str]:
    yield from _of_camera(lang, drawn, gone=drawn.device not in desk.places)
    yield from _of_months(lang, parts)
    if drawn.found.late:
        yield say(lang, "police_statement.note_late", n=len(drawn.found.late))


def _of_camera(lang: Lang, drawn: Statement, *, gone: bool) -> Iterator[str]:
    first = drawn.first_ms
    if drawn.cut:
        yield say(lang, "police_statement.note_cut", time=moment(drawn.to_ms))
    if first is None:
        yield say(lang, "police_statement.note_never")
    elif first > drawn.from_ms:
        yield say(lang, "police_statement.note_first", time=moment(first))
    if gone:
        yield say(lang, "police_statement.note_gone")
    if drawn.found.out_of_service:
        yield say(lang, "police_statement.note_out", long=length(lang, drawn.found.out_of_service))
    if not drawn.found.service:
        yield say(lang, "police_statement.note_no_service")


def _of_months(lang: Lang, parts: Sequence[_Part]) -> Iterator[str]:
    if len(parts) > 1:
        names = say(lang, "police.comma").join(month_title(lang, part.month.name) for part in parts)
        yield say(lang, "police_statement.note_months", months=names)
    if any(part.revision is None for part in parts):
        yield say(lang, "police_statement.note_provisional")
    if any(part.stale for part in parts):
        yield say(lang, "police_statement.note_stale")


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
            class_pill(lang, shown(line.span)),
            because(lang, line.span, name),
            footage_pill(lang, line.footage),
        )
        for line in drawn.lines
    ]


def _sums(lang: Lang, found: Uptime) -> list[Sum]:
    degraded = found.degraded
    by: dict[Shown, int] = {
        "up": found.up - degraded,
        "degraded": degraded,
        "down": found.down,
        "unknown": found.unknown,
        "planned": found.planned,
        "out_of_service": found.out_of_service,
    }
    return [Sum(class_pill(lang, what), seconds, length(lang, seconds)) for what, seconds in by.items()]


def _footage(lang: Lang, drawn: Statement) -> list[Sum]:
    by = _footage_seconds(drawn)
    return [Sum(footage_pill(lang, what), by[what], length(lang, by[what])) for what in FOOTAGE]


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


def _vouches(lang: Lang, parts: Sequence[_Part]) -> list[Vouch]:
    return [
        Vouch(
            month_title(lang, part.month.name),
            f"{moment(part.from_ms)} – {moment(part.to_ms)}",
            say(lang, "police_statement.provisional")
            if part.revision is None
            else say(lang, "police_statement.frozen", revision=part.revision, time=moment(part.frozen_ms)),
            part.hash,
        )
        for part in parts
    ]


def _clock(lang: Lang, drawn: Statement) -> str:
    """The camera's own clock: how wrong it is if that was measured; that it is wrong may have been reported."""
    clock = drawn.clock
    if clock.camera_off:
        return say(lang, "police_statement.clock_off", spans=_spans(lang, clock.camera_off))
    if clock.error_ms is not None:
        return say(lang, "police_statement.clock_measured", error=f"{clock.error_ms / 1000:+.3f}")
    return say(lang, "police_statement.clock_not_measured")


def _gateway_clock(lang: Lang, drawn: Statement) -> str:
    if not drawn.clock.ours_off:
        return say(lang, "police_statement.gateway_clock_fine")
    return say(lang, "police_statement.gateway_clock_off", spans=_spans(lang, drawn.clock.ours_off))


def _spans(lang: Lang, spans: Sequence[tuple[int, int | None]]) -> str:
    open_end = say(lang, "police_statement.open_end")
    told = (f"{moment(begin)} – {open_end if end is None else moment(end)}" for begin, end in spans)
    return say(lang, "police.comma").join(told)
