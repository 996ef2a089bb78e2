"""The statement of one device as lines of text: every second of the window with its code, then the sums."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from gateway.reports.texts import CLASSES, CLOCKS, FOOTAGE, HEAD, reason
from gateway.reports.window import Statement
from gateway.uptime import Span, Window
from gateway.uptime.months import iso
from gateway.uptime.statement import Line


def told(drawn: Statement, lang: str) -> Iterator[str]:
    """``lang``: zh or en."""
    yield from _head(drawn, lang)
    yield ""
    yield from (_line(line, drawn, lang) for line in drawn.lines)
    yield ""
    yield from _sums(drawn, lang)
    yield from _lists(drawn, lang)
    yield from _seal(drawn, lang)


def _head(drawn: Statement, lang: str) -> Iterator[str]:
    yield HEAD["title"].say(lang, drawn.name.text(lang)).replace("{device}", drawn.device)
    text = HEAD["period"].say(lang)
    seconds = sum(line.span.seconds for line in drawn.lines)
    text = text.format(begin=iso(drawn.from_ms), end=iso(drawn.to_ms), seconds=seconds)
    yield f"{text} ({HEAD['future'].say(lang)})" if drawn.cut else text


def _line(line: Line, drawn: Statement, lang: str) -> str:
    span = line.span
    seen = "degraded" if span.cls == "up" and span.state == "degraded" and span.cause != "weather" else span.cls
    words = [_bounds(span), f"{span.seconds:>8} s", CLASSES[seen].say(lang)]
    words += [why(span, drawn, lang), FOOTAGE[line.footage].say(lang) if drawn.kind == "camera" else ""]
    return "  ".join(word for word in words if word)


def _bounds(span: Span) -> str:
    return f"{iso(span.from_s * 1000)}  {iso(span.to_s * 1000)}"


def why(span: Span, drawn: Statement, lang: str) -> str:
    """``frozen: its picture stands still``; code and cause where both say something."""
    words = dict.fromkeys(word for word in (span.code, span.cause) if word)
    name = drawn.name.text(lang)
    texts = ((word, reason(word, name).say(lang)) for word in words)
    return ", ".join(f"{word}: {text}" if text else word for word, text in texts)


def _sums(drawn: Statement, lang: str) -> Iterator[str]:
    found = drawn.found
    seconds = {"service": found.service, "U": found.up, "D": found.down, "K": found.unknown}
    seconds |= {"M": found.planned, "O": found.out_of_service}
    seconds |= {"degraded": found.degraded, "weather": found.weather}
    yield from (f"{HEAD[name].say(lang)}: {value} s" for name, value in seconds.items())
    rates = {"known": found.known, "without_mains": found.known_without_mains}
    rates |= {"strict": found.strict, "upper": found.upper, "coverage": found.coverage}
    too_little = found.headline.between is not None
    for name, value in rates.items():
        text = f"{HEAD[name].say(lang)}: {_percent(value)}"
        yield f"{text} ({HEAD['too_little'].say(lang)})" if name == "known" and too_little else text


def _percent(value: Decimal | None) -> str:
    return "-" if value is None else f"{value} %"


def _lists(drawn: Statement, lang: str) -> Iterator[str]:
    found, name = drawn.found, drawn.name.text(lang)
    for title, by in (("D", found.down_by), ("K", found.unknown_by), ("degraded", found.degraded_by)):
        for word, seconds in sorted(by.items(), key=lambda item: (-item[1], item[0])):
            yield f"{HEAD[title].say(lang)}: {word}: {seconds} s {reason(word, name).say(lang)}".rstrip()
    yield from (f"{HEAD['blips'].say(lang)}: {_bounds(span)}  {span.code or '-'}" for span in found.blips)
    yield from _late(found.late, lang)


def _late(windows: Iterable[Window], lang: str) -> Iterator[str]:
    for window in windows:
        end = "-" if window.to_ms is None else iso(window.to_ms)
        approved = f"{HEAD['approved'].say(lang)} {iso(window.known_ms)}"
        yield f"{HEAD['late'].say(lang)}: {window.target}  {iso(window.from_ms)}  {end}  {approved}"


def _seal(drawn: Statement, lang: str) -> Iterator[str]:
    if drawn.kind == "camera":
        yield f"{HEAD['clock'].say(lang)}: {CLOCKS[drawn.clock.word].say(lang)}"
        yield from (f"  {iso(at_ms)}  {error_ms / 1000:+.3f} s" for at_ms, error_ms in drawn.clock.measured)
    if drawn.clock.ours_off:
        yield HEAD["ours_off"].say(lang)
    for one in drawn.months:
        revision = f"{HEAD['revision'].say(lang)} {one.revision}, sha256 {one.hash}"
        standing = HEAD["provisional"].say(lang) if one.revision is None else revision
        yield f"{HEAD['month'].say(lang)}: {one.month}, {standing}"
    yield f"{HEAD['hash'].say(lang)}: sha256 {drawn.hash}"
