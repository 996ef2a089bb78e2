"""A letter in plain words: what, where, since when, why we think so, what to do first, how to take it on. Pure.

The same letter as a vendor's template: see ``templates``. Several things at once: see ``digests``.
"""

from collections.abc import Callable, Iterator

from gateway.dispatch import phrases, templates
from gateway.dispatch.moments import lasting, moment, until
from gateway.dispatch.phrases import fill
from gateway.dispatch.subject import Reader, Subject, Words
from gateway.faults.catalogue import entry, severity
from gateway.faults.changes import Fact
from gateway.faults.reasons import FACTS, sentence

URGENT = 1
# Of a bundle so many things are said.
MOST_CODES = 3
# At most so many reasons, none longer than that.
REASONS, LONGEST = 2, {"zh": 70, "en": 180}
# The reasons that tell people most come first; what was ruled out comes last.
_TELLING = (
    *("mains_said", "sense_quiet", "no_sense", "ran", "feeder_dark", "uplink_dark", "village_dark", "gateway_away"),
    *("road", "weather", "parent", "intermittent", "planned", "grace", "late", "twin", "stopped", "link_lost"),
    *("no_record", "not_heard", "bad_for", "at_once"),
)


def write(subject: Subject, reader: Reader, link: str | None, ring: str | None) -> Words:
    """One letter about ``subject``, also as a template's variables.

    ``link``: where it can be taken on; ``ring``: the duty desk's name and number, said where there is no link.
    """
    head = _head(subject, reader)
    body = [line for line in _LINES[subject.kind](subject, reader) if line]
    if _asks(subject):
        body.append(_take(reader, link, ring))
    if subject.fault is not None:
        number = fill(phrases.LIST, reader.lang).join((subject.fault, *subject.more))
        body.append(fill(phrases.NUMBER, reader.lang, number=number))
    template, variables = templates.of(subject, reader)
    return Words(head, "\n".join([head, *body]), template, variables)


def what(subject: Subject, lang: str) -> str:
    """What is wrong, the worst first."""
    name = subject.name.text(lang)
    said = [entry(code).sentence.say(lang, name) for code in ranked(subject)[:MOST_CODES]]
    return fill(phrases.AND, lang).join(said)


def ranked(subject: Subject) -> list[str]:
    """Its codes, the most severe first; that it was unsteady only where that is all."""
    codes = [code for code in subject.codes if code != "flapping"] or subject.codes
    return sorted(codes, key=lambda code: severity(code, subject.asset_kind))


def where(subject: Subject, lang: str) -> str:
    """The place, and the grid it lies in."""
    place = subject.place.text(lang)
    if subject.grid is None or subject.grid == subject.place:
        return place
    return fill(phrases.WITHIN, lang, place=place, grid=subject.grid.text(lang))


def dangerous(subject: Subject) -> bool:
    """Whether people may be hurt."""
    return subject.kind != "test" and any(entry(code).cls == "safety" for code in subject.codes)


def first(subject: Subject, reader: Reader) -> str:
    """What the reader's role does first about the worst of it; where people may be hurt 119 is never left out."""
    step = entry(ranked(subject)[0]).first(reader.role).say(reader.lang)
    if not dangerous(subject) or "119" in step:
        return step
    fire = fill(phrases.FIRE, reader.lang)
    return f"{step} {fire}" if reader.lang == "en" else f"{step}{fire}"


def _head(subject: Subject, reader: Reader) -> str:
    key: str = subject.kind
    if key == "problem":
        key = f"problem.{subject.severity}"
    elif key == "reminder":
        key = "reminder.stalled" if subject.taken_by else "reminder.1" if subject.severity == URGENT else key
    state = fill(phrases.STATES[subject.state or "unknown"], reader.lang)
    name = subject.name.text(reader.lang)
    return fill(phrases.HEADS[key], reader.lang, what=what(subject, reader.lang), name=name, state=state)


def _problem(subject: Subject, reader: Reader) -> Iterator[str]:
    yield _where(subject, reader)
    yield _when(subject, reader)
    yield _why(subject, reader)
    yield fill(phrases.FIRST, reader.lang, first=first(subject, reader))


def _recovery(subject: Subject, reader: Reader) -> Iterator[str]:
    yield _where(subject, reader)
    yield _when(subject, reader)
    released = any(entry(code).latch == "electrical" for code in subject.codes)
    yield fill(phrases.RELEASED if released else phrases.NOTHING, reader.lang)


def _update(subject: Subject, reader: Reader) -> Iterator[str]:
    yield _where(subject, reader)
    yield _when(subject, reader)
    if subject.cause is not None:
        yield fill(phrases.PART, reader.lang, cause=subject.cause.text(reader.lang))
    if dangerous(subject):
        yield fill(phrases.FIRST, reader.lang, first=first(subject, reader))


def _flapping(subject: Subject, reader: Reader) -> Iterator[str]:
    yield _where(subject, reader)
    yield _when(subject, reader)
    yield fill(phrases.FIRST, reader.lang, first=first(subject, reader))
    yield fill(phrases.QUIET, reader.lang)


def _flapping_end(subject: Subject, reader: Reader) -> Iterator[str]:
    yield _where(subject, reader)
    if subject.state == "up":
        yield fill(phrases.NOTHING, reader.lang)
        return
    if bad(subject):
        yield what(subject, reader.lang) + ("." if reader.lang == "en" else "。")
    yield fill(phrases.FIRST, reader.lang, first=first(subject, reader))


def _reminder(subject: Subject, reader: Reader) -> Iterator[str]:
    yield _waited(subject, reader)
    yield _where(subject, reader)
    yield _when(subject, reader)
    yield fill(phrases.FIRST, reader.lang, first=first(subject, reader))


def _test(_subject: Subject, reader: Reader) -> Iterator[str]:
    yield fill(phrases.GOT_IT, reader.lang)


_LINES: dict[str, Callable[[Subject, Reader], Iterator[str]]] = {
    "problem": _problem,
    "recovery": _recovery,
    "update": _update,
    "flapping": _flapping,
    "flapping_end": _flapping_end,
    "reminder": _reminder,
    "test": _test,
}


def bad(subject: Subject) -> bool:
    """Whether its codes say more than that it was unsteady."""
    return any(code != "flapping" for code in subject.codes)


def _asks(subject: Subject) -> bool:
    """Whether somebody is to take it."""
    return subject.kind in ("problem", "reminder", "flapping") or (
        subject.kind == "flapping_end" and subject.state != "up"
    )


def _take(reader: Reader, link: str | None, ring: str | None) -> str:
    if link:
        return fill(phrases.LINK, reader.lang, link=link)
    return fill(phrases.RING, reader.lang, ring=ring) if ring else fill(phrases.DESK, reader.lang)


def _where(subject: Subject, reader: Reader) -> str:
    """Nothing where the place is the thing itself: a road, a feeder, the village."""
    if subject.place == subject.name and subject.grid is None:
        return ""
    return fill(phrases.WHERE, reader.lang, place=where(subject, reader.lang))


def _when(subject: Subject, reader: Reader) -> str:
    lang, now_ms = reader.lang, reader.now_ms
    if subject.ended_ms is None:
        return fill(phrases.SINCE, lang, since=moment(subject.since_ms, now_ms, lang))
    during = until(subject.since_ms, subject.ended_ms, now_ms, lang)
    return fill(phrases.DURING, lang, during=during, lasting=lasting(subject.ended_ms - subject.since_ms, lang))


def _waited(subject: Subject, reader: Reader) -> str:
    lang = reader.lang
    if subject.taken_by:
        since = subject.taken_ms if subject.taken_ms is not None else subject.at_ms
        return fill(phrases.STALLED, lang, who=subject.taken_by, lasting=lasting(reader.now_ms - since, lang))
    told_ms = subject.told_ms if subject.told_ms is not None else subject.at_ms
    told = fill(phrases.LIST, lang).join(name.text(lang) for name in subject.told)
    text = phrases.UNTAKEN if told else phrases.UNTAKEN_ONLY
    return fill(text, lang, told=told, lasting=lasting(reader.now_ms - told_ms, lang))


def _why(subject: Subject, reader: Reader) -> str:
    def name(asset: str) -> str:
        known = subject.names.get(asset)
        return asset if known is None else known.text(reader.lang)

    said = (sentence(fact, reader.lang, name) for fact in sorted(subject.facts, key=_rank) if fact.key in FACTS)
    short = [one for one in said if len(one) <= LONGEST[reader.lang]][:REASONS]
    between = " " if reader.lang == "en" else ""
    return fill(phrases.WHY, reader.lang, why=between.join(short)) if short else ""


def _rank(fact: Fact) -> int:
    return _TELLING.index(fact.key) if fact.key in _TELLING else len(_TELLING)
