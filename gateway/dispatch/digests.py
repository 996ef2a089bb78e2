"""Several things in one letter: the morning's digest, and the summary of a storm. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

from gateway.dispatch import phrases, templates
from gateway.dispatch.moments import moment, until
from gateway.dispatch.phrases import fill
from gateway.dispatch.sentences import dangerous, what, where
from gateway.dispatch.subject import Reader, Subject, Words
from gateway.faults.catalogue.texts import Text

# Bytes of UTF-8 that the lines may take: a group robot takes 2048 in all, and head and tail want their part.
MOST_BYTES = 1500

_DIGEST = Text("【每日汇总】{when}：{count} 条，{open} 条未恢复", "Digest, {when}: {count}, {open} not over")
_SUMMARY = Text("【汇总】{count} 条通知合为一条", "{count} messages in one")
_PLACE = Text("{place}：", "{place}:")
_OPEN = Text("· {what}，{since} 起，未恢复", "- {what}, since {since}, not over")
_OVER = Text("· {what}，{during}，已恢复", "- {what}, {during}, over")
_LATE = Text("· 事后得知：{what}，{during}", "- in the past: {what}, {during}")
_LATE_OPEN = Text("· 事后得知：{what}，{since} 起", "- in the past: {what}, since {since}")
_GRADES = {
    0: Text("已恢复 {count} 条：{lines}", "Over, {count}: {lines}"),
    1: Text("紧急 {count} 条：{lines}", "Urgent, {count}: {lines}"),
    2: Text("故障 {count} 条：{lines}", "Faults, {count}: {lines}"),
    3: Text("一般 {count} 条：{lines}", "Minor, {count}: {lines}"),
}
_COUNTED = Text("{place}{what} {count}", "{place}: {what} {count}")
_MORE = Text("另有 {count} 条", "{count} more")
_GONE = ("recovery", "flapping_end", "update")


def digest(items: Sequence[Subject], reader: Reader, ring: str | None, page: str | None = None) -> Words:
    """What came and went, by place. ``page``: where all of it is to be seen; ``ring``: whom to ask without it."""
    lang = reader.lang
    still = sum(item.ended_ms is None for item in items)
    head = fill(_DIGEST, lang, when=moment(reader.now_ms, reader.now_ms, lang), count=len(items), open=still)
    lines = _fitting([line for place in _by_place(items, lang) for line in _lines(place, reader)], lang)
    most = Counter(item.place.text(lang) for item in items).most_common(1)
    variables = {"count": str(len(items)), "open": str(still), "where": templates.short(most[0][0], lang)}
    return Words(head, "\n".join([head, *lines, *_tail(items, reader, ring, page)]), "digest", variables)


def summary(items: Sequence[Subject], reader: Reader, ring: str | None, page: str | None = None) -> Words:
    """How many of what and where, the most severe first."""
    lang = reader.lang
    ordered = sorted(items, key=lambda item: (_grade(item) or 4, item.since_ms))
    head = fill(_SUMMARY, lang, count=len(items))
    grades = [[item for item in ordered if _grade(item) == grade] for grade in (1, 2, 3, 0)]
    lines = [_counted(grade, lang) for grade in grades if grade]
    worst = ordered[0]
    variables = {
        "count": str(len(items)),
        "urgent": str(len(grades[0])),
        "where": templates.short(worst.place.text(lang), lang),
        "what": templates.said(templates.worst(worst)).say(lang),
    }
    return Words(head, "\n".join([head, *lines, *_tail(items, reader, ring, page)]), "summary", variables)


def _by_place(items: Iterable[Subject], lang: str) -> list[list[Subject]]:
    """By place, that of the most severe and oldest first."""
    found: dict[str, list[Subject]] = {}
    for item in sorted(items, key=lambda item: (item.severity, item.since_ms)):
        found.setdefault(where(item, lang), []).append(item)
    return list(found.values())


def _lines(items: list[Subject], reader: Reader) -> list[str]:
    heading = fill(_PLACE, reader.lang, place=where(items[0], reader.lang))
    return [heading, *(_line(item, reader) for item in items)]


def _line(item: Subject, reader: Reader) -> str:
    lang, now_ms = reader.lang, reader.now_ms
    late = any(fact.key == "late" for fact in item.facts)
    said = what(item, lang)
    if item.ended_ms is None:
        return fill(_LATE_OPEN if late else _OPEN, lang, what=said, since=moment(item.since_ms, now_ms, lang))
    during = until(item.since_ms, item.ended_ms, now_ms, lang)
    return fill(_LATE if late else _OVER, lang, what=said, during=during)


def _grade(item: Subject) -> int:
    return 0 if item.kind in _GONE and item.state not in ("down", "degraded", "unknown") else item.severity


def _counted(items: list[Subject], lang: str) -> str:
    counts = Counter((item.place.text(lang), templates.said(templates.worst(item)).say(lang)) for item in items)
    said = [fill(_COUNTED, lang, place=place, what=short, count=n) for (place, short), n in counts.most_common()]
    kept = _fitting(said, lang, MOST_BYTES // 4)
    return fill(_GRADES[_grade(items[0])], lang, count=len(items), lines=fill(phrases.AND, lang).join(kept))


def _fitting(lines: list[str], lang: str, most: int = MOST_BYTES) -> list[str]:
    """As many lines as there is room for, and how many are left out."""
    kept: list[str] = []
    room = most
    for number, line in enumerate(lines):
        room -= len(line.encode()) + 3
        if room < 0:
            left = sum(_counts(one) for one in lines[number:])
            return [*kept, fill(_MORE, lang, count=left)]
        kept.append(line)
    return kept


def _counts(line: str) -> bool:
    """Whether it is an item, not a place's heading."""
    return not line.endswith((":", "："))


def _tail(items: Iterable[Subject], reader: Reader, ring: str | None, page: str | None) -> list[str]:
    lang = reader.lang
    fire = [fill(phrases.FIRE, lang)] if any(dangerous(item) and _grade(item) for item in items) else []
    if page:
        return [*fire, fill(phrases.PAGE, lang, link=page)]
    return [*fire, fill(phrases.ASK, lang, ring=ring) if ring else fill(phrases.ASK_DESK, lang)]
