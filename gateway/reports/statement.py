"""The statement of one device as lines of text: every second of the window with its code, then the sums."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from msgspec import Struct

from contracts.inventory import Place
from gateway.reports.texts import CLASSES, FOOTAGE, HEAD, reason
from gateway.store import Store
from gateway.uptime import Span, Uptime, Window, targets, uptime
from gateway.uptime.months import iso
from gateway.uptime.statement import Line, statement

GAP = "not_recorded"


class Asked(Struct, frozen=True):
    """A window of a device. ``cut``: it was asked for longer, into the future."""

    place: Place
    from_ms: int
    to_ms: int
    lang: str
    cut: bool = False


def told(store: Store, asked: Asked) -> Iterator[str]:
    """Reads the store and tells. Raises StoreError."""
    device, period = asked.place.device, (asked.from_ms, asked.to_ms)
    found = uptime(store.intervals(device, *period), *period, store.windows(targets(asked.place), *period))
    gaps = [(span.from_ms, span.to_ms) for span in store.fault_spans({device}, *period) if span.code == GAP]
    yield from _head(asked, found)
    yield ""
    yield from (_line(line, asked) for line in statement(found, gaps))
    yield ""
    yield from _sums(found, asked.lang)
    yield from _lists(found, asked)


def _head(asked: Asked, found: Uptime) -> Iterator[str]:
    lang, name = asked.lang, asked.place.name.text(asked.lang)
    yield HEAD["title"].say(lang, name).replace("{device}", asked.place.device)
    text = HEAD["period"].say(lang)
    seconds = sum(span.seconds for span in found.spans)
    text = text.format(begin=iso(asked.from_ms), end=iso(asked.to_ms), seconds=seconds)
    yield f"{text} ({HEAD['future'].say(lang)})" if asked.cut else text


def _line(line: Line, asked: Asked) -> str:
    span, lang = line.span, asked.lang
    seen = "degraded" if span.cls == "up" and span.state == "degraded" and span.cause != "weather" else span.cls
    words = [_bounds(span), f"{span.seconds:>8} s", CLASSES[seen].say(lang)]
    words += [_why(span, asked), FOOTAGE[line.footage].say(lang) if asked.place.kind == "camera" else ""]
    return "  ".join(word for word in words if word)


def _bounds(span: Span) -> str:
    return f"{iso(span.from_s * 1000)}  {iso(span.to_s * 1000)}"


def _why(span: Span, asked: Asked) -> str:
    """``frozen: its picture stands still``; code and cause where both say something."""
    words = dict.fromkeys(word for word in (span.code, span.cause) if word)
    name = asked.place.name.text(asked.lang)
    texts = ((word, reason(word, name).say(asked.lang)) for word in words)
    return ", ".join(f"{word}: {text}" if text else word for word, text in texts)


def _sums(found: Uptime, lang: str) -> Iterator[str]:
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


def _lists(found: Uptime, asked: Asked) -> Iterator[str]:
    lang, name = asked.lang, asked.place.name.text(asked.lang)
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
