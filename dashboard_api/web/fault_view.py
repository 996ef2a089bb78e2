"""Faults as cards: what, where, since when, what to do first, and who has taken it. Pure."""

from dataclasses import dataclass

from contracts.inventory import Name
from dashboard_api import catalogue
from dashboard_api.models import Text
from dashboard_api.times import clock_text
from dashboard_api.web.ages import lasting
from dashboard_api.web.texts import Lang, person, say
from dashboard_api.web.view import Pill
from gateway.store import FaultRow

SEVERITY_LOOKS = {1: Pill("down", "down", ""), 2: Pill("degraded", "degraded", ""), 3: Pill("unknown", "note", "")}


@dataclass(frozen=True, slots=True)
class Names:
    """The fault's asset and its place."""

    asset: Name
    place: Name


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a card is drawn: ``role`` decides the first step, ``named`` whether people are named."""

    lang: Lang
    role: str
    named: bool
    takes: bool
    now_ms: int


@dataclass(frozen=True, slots=True)
class FaultCard:
    """One open fault."""

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


@dataclass(frozen=True, slots=True)
class PastCard:
    """One fault that is over."""

    id: str
    sentence: str
    place: str
    line: str


def _said(lang: Lang, text: Text) -> str:
    return text.en if lang == "en" else text.zh


def card(reader: Reader, row: FaultRow, names: Names) -> FaultCard:
    """An open fault."""
    lang, looks = reader.lang, SEVERITY_LOOKS.get(row.severity, SEVERITY_LOOKS[3])
    return FaultCard(
        row.id,
        row.version,
        row.severity,
        Pill(looks.css, looks.shape, say(lang, f"faults.severity_{row.severity}")),
        _said(lang, catalogue.sentence(row.code, names.asset)),
        names.place.text(lang),
        clock_text(row.opened_ms, reader.now_ms),
        row.opened_ms,
        _status(reader, row),
        _said(lang, catalogue.first_step(row.code, reader.role)),
        _said(lang, catalogue.department(row.code)),
        catalogue.electrical(row),
        reader.takes,
        row.acknowledged_ms is not None,
    )


def _status(reader: Reader, row: FaultRow) -> Pill:
    lang = reader.lang
    if row.cleared_ms is not None:
        waits = "waiting" if catalogue.electrical(row) else "waiting_take"
        return Pill("unknown", "reserved", say(lang, f"faults.{waits}"))
    if row.acknowledged_ms is None:
        return Pill("down", "dot", say(lang, "faults.open"))
    if row.acknowledged_by is None or not reader.named:
        return Pill("busy", "tick", say(lang, "faults.acknowledged"))
    return Pill("busy", "tick", say(lang, "faults.acknowledged_by", who=person(lang, row.acknowledged_by)))


def past(lang: Lang, row: FaultRow, names: Names, now_ms: int) -> PastCard:
    """A fault that is over."""
    ended = row.closed_ms if row.closed_ms is not None else row.opened_ms
    line = say(lang, "faults.recent_line", time=clock_text(ended, now_ms), age=lasting(lang, row.opened_ms, ended))
    sentence = _said(lang, catalogue.sentence(row.code, names.asset))
    return PastCard(row.id, sentence, names.place.text(lang), line)
