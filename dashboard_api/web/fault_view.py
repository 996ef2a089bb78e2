"""Faults as cards: what, where, since when, what to do first, and who has taken it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from contracts.inventory import Name
from dashboard_api import catalogue
from dashboard_api.kin import Group
from dashboard_api.models import Text
from dashboard_api.times import clock_text
from dashboard_api.web.ages import lasting
from dashboard_api.web.texts import Lang, person, say
from dashboard_api.web.view import Pill
from gateway.store import FaultRow

SEVERITY_LOOKS = {1: Pill("down", "down", ""), 2: Pill("degraded", "degraded", ""), 3: Pill("unknown", "note", "")}


@dataclass(frozen=True, slots=True)
class Names:
    """The fault's asset, its place, and the cause's asset."""

    asset: Name
    place: Name
    root: Name | None = None


NamesOf = Callable[[FaultRow], Names]


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a card is drawn: ``role`` decides the first step; ``called``: what people are called, None = this
    reader is not told."""

    lang: Lang
    role: str
    called: Callable[[str], str] | None
    takes: bool
    now_ms: int


@dataclass(frozen=True, slots=True)
class Part:
    """A fault that is a part of another one."""

    id: str
    sentence: str
    line: str
    over: bool


@dataclass(frozen=True, slots=True)
class FaultCard:
    """One open fault. ``root``: what it is a part of, where that is no card of its own; ``parts``: what is a part of
    it; ``more``: whether there is a page of its own for this reader; ``follows``: it is dealt with where its cause is.
    """

    id: str
    version: int
    severity: int
    pill: Pill
    sentence: str
    place: str
    opened: str
    opened_ms: int
    status: Pill
    first: str
    department: str
    electrical: bool
    takes: bool
    taken: bool
    root: str
    parts: list[Part]
    more: bool
    follows: bool


@dataclass(frozen=True, slots=True)
class PastCard:
    """One fault that is over."""

    id: str
    sentence: str
    place: str
    line: str


def said(lang: Lang, text: Text) -> str:
    """A text of the catalogue in ``lang``."""
    return text.en if lang == "en" else text.zh


def card(reader: Reader, group: Group, names_of: NamesOf) -> FaultCard:
    """An open fault with its parts."""
    row, names = group.fault, names_of(group.fault)
    lang, looks = reader.lang, SEVERITY_LOOKS.get(row.severity, SEVERITY_LOOKS[3])
    return FaultCard(
        row.id,
        row.version,
        row.severity,
        Pill(looks.css, looks.shape, say(lang, f"faults.severity_{row.severity}")),
        said(lang, catalogue.sentence(row.code, names.asset)),
        names.place.text(lang),
        clock_text(row.opened_ms, reader.now_ms),
        row.opened_ms,
        _status(reader, row),
        said(lang, catalogue.first_step(row.code, reader.role)),
        said(lang, catalogue.department(row.code)),
        catalogue.electrical(row),
        reader.takes,
        row.acknowledged_ms is not None,
        "" if names.root is None else names.root.text(lang),
        [part(lang, one, names_of(one), reader.now_ms) for one in group.parts],
        reader.called is not None,
        _follows(row),
    )


def _follows(row: FaultRow) -> bool:
    """Whether it is dealt with where its cause is, and only there."""
    return row.root is not None and row.severity > 1 and not row.latched


def part(lang: Lang, row: FaultRow, names: Names, now_ms: int) -> Part:
    """One line of what is a part of a fault."""
    begun = clock_text(row.opened_ms, now_ms)
    over = row.closed_ms is not None
    ended = clock_text(row.closed_ms or 0, now_ms)
    line = say(lang, "faults.part_over", time=begun, end=ended) if over else say(lang, "faults.part_since", time=begun)
    return Part(row.id, said(lang, catalogue.sentence(row.code, names.asset)), line, over)


def _status(reader: Reader, row: FaultRow) -> Pill:
    lang = reader.lang
    if row.cleared_ms is not None:
        waits = "waiting" if catalogue.electrical(row) else "waiting_take"
        return Pill("unknown", "reserved", say(lang, f"faults.{waits}"))
    if row.acknowledged_ms is None and _follows(row):
        return Pill("unknown", "note", say(lang, "faults.follows"))
    if row.acknowledged_ms is None:
        return Pill("down", "dot", say(lang, "faults.open"))
    if row.acknowledged_by is None or reader.called is None:
        return Pill("busy", "tick", say(lang, "faults.acknowledged"))
    who = person(lang, reader.called(row.acknowledged_by))
    return Pill("busy", "tick", say(lang, "faults.acknowledged_by", who=who))


def past(lang: Lang, row: FaultRow, names: Names, now_ms: int) -> PastCard:
    """A fault that is over."""
    ended = row.closed_ms if row.closed_ms is not None else row.opened_ms
    line = say(lang, "faults.recent_line", time=clock_text(ended, now_ms), age=lasting(lang, row.opened_ms, ended))
    sentence = said(lang, catalogue.sentence(row.code, names.asset))
    return PastCard(row.id, sentence, names.place.text(lang), line)
