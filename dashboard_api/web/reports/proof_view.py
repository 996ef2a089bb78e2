"""A statement in the words and figures of its page. Pure."""

from collections.abc import Iterator

from msgspec import Struct

from dashboard_api.reports.table import headline
from dashboard_api.web.reports.bars import Piece, course, seen
from dashboard_api.web.reports.month_view import known_rate, long, minute, note, rate, words
from dashboard_api.web.texts import Lang, say
from gateway.reports.statement import why
from gateway.reports.window import Statement
from gateway.uptime.months import iso
from gateway.uptime.statement import Line


class Drawn(Struct, frozen=True):
    """Who drew it, and when (Unix ms)."""

    by: str
    at_ms: int


class LineView(Struct, frozen=True):
    """One stretch; times to the second."""

    begin: str
    end: str
    long: str
    cls: str
    word: str
    why: str
    footage: str
    recording: str


class ProofView(Struct, frozen=True):
    """What the template prints."""

    drawn: Statement
    seconds: int
    period: tuple[str, str]
    headline: str
    note: str
    verdict: str
    recorded: str
    clock: str
    ours: str
    bar: list[Piece]
    ticks: tuple[str, str, str]
    lines: list[LineView]
    rates: list[tuple[str, str]]
    sums: list[tuple[str, str]]
    months: list[str]
    first: str
    early: bool
    late: list[tuple[str, str, str]]
    signed: str


def view(drawn: Statement, lang: Lang, by: Drawn) -> ProofView:
    """Everything as text."""
    found, first = drawn.found, drawn.first_ms
    seconds = sum(line.span.seconds for line in drawn.lines)
    middle = (drawn.from_ms + drawn.to_ms) // 2
    return ProofView(
        drawn,
        seconds,
        (second(drawn.from_ms), second(drawn.to_ms)),
        headline(found, lambda key, **values: say(lang, key, **values)),
        "" if found.service == 0 else note(found, lang),
        _verdict(drawn, lang),
        _recorded(drawn, lang),
        clock(drawn, lang),
        _ours(drawn, lang),
        course(found.spans),
        (second(drawn.from_ms)[5:], second(middle)[5:], second(drawn.to_ms)[5:]),
        [_line(line, drawn, lang) for line in drawn.lines],
        list(_rates(drawn, lang)),
        list(_sums(drawn, lang)),
        [_month(drawn, lang, number) for number in range(len(drawn.months))],
        say(lang, "proof.never") if first is None else second(first),
        first is None or first > drawn.from_ms,
        [(one.target, minute(one.from_ms), minute(one.known_ms)) for one in found.late],
        say(lang, "proof.drawn", at=second(by.at_ms), by=by.by),
    )


def second(at_ms: int) -> str:
    """``2026-11-05 21:15:00`` in China's time."""
    return iso(at_ms)[:19].replace("T", " ")


def _verdict(drawn: Statement, lang: Lang) -> str:
    found = drawn.found
    if found.service == 0:
        return say(lang, "proof.verdict_none")
    if found.up == found.service:
        return say(lang, "proof.verdict_up")
    parts = {"up": found.up, "down": found.down, "unknown": found.unknown}
    lengths = {key: words(seconds, lang) for key, seconds in parts.items()}
    return say(lang, "proof.verdict_some", **lengths)


def _recorded(drawn: Statement, lang: Lang) -> str:
    parts = []
    for footage, key in (("missing", "proof.recorded_missing"), ("not_known", "proof.recorded_unknown")):
        seconds = sum(line.span.seconds for line in drawn.lines if line.footage == footage)
        if seconds:
            parts.append(say(lang, key, long=words(seconds, lang)))
    return say(lang, "report.comma").join(parts) or say(lang, "proof.recorded_ok")


def clock(drawn: Statement, lang: Lang) -> str:
    """What is known of the camera's clock."""
    text = say(lang, f"proof.clock_{drawn.clock.word}", ms=drawn.clock.error_ms)
    return " · ".join([text, *_stretches(drawn.clock.camera_off, lang)])


def _ours(drawn: Statement, lang: Lang) -> str:
    off = drawn.clock.ours_off
    return " · ".join([say(lang, "proof.ours_off" if off else "proof.ours_good"), *_stretches(off, lang)])


def _stretches(found: tuple[tuple[int, int | None], ...], lang: Lang) -> Iterator[str]:
    for begin, end in found:
        until = say(lang, "proof.still") if end is None else second(end)
        yield say(lang, "proof.stretch", begin=second(begin), end=until)


def _line(line: Line, drawn: Statement, lang: Lang) -> LineView:
    span, cls = line.span, seen(line.span)
    return LineView(
        second(span.from_s * 1000),
        second(span.to_s * 1000),
        long(span.seconds),
        cls,
        say(lang, f"proof.{cls}"),
        why(span, drawn, lang),
        line.footage,
        say(lang, f"proof.{line.footage}"),
    )


def _rates(drawn: Statement, lang: Lang) -> Iterator[tuple[str, str]]:
    found = drawn.found
    known = {"known": known_rate(found, found.known, lang)}
    known["without_mains"] = known_rate(found, found.known_without_mains, lang)
    others = {"strict": found.strict, "upper": found.upper, "coverage": found.coverage}
    for key, text in (known | {key: rate(value) for key, value in others.items()}).items():
        yield say(lang, f"report_table.{key}"), text


def _sums(drawn: Statement, lang: Lang) -> Iterator[tuple[str, str]]:
    found = drawn.found
    sums = {"S": found.service, "U": found.up, "D": found.down, "K": found.unknown, "M": found.planned}
    sums |= {"O": found.out_of_service, "degraded": found.degraded, "weather": found.weather}
    yield from ((say(lang, f"report_short.{key}"), long(value)) for key, value in sums.items())


def _month(drawn: Statement, lang: Lang, number: int) -> str:
    one = drawn.months[number]
    if one.revision is None:
        return say(lang, "proof.month_open", month=one.month)
    return say(lang, "proof.month_frozen", month=one.month, n=one.revision, hash=one.hash)
