"""A row of the audit log as a sentence: who did what to what, and the rest of it in words where there are any."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from contracts.names import name_of
from dashboard_api.desk import Desk
from dashboard_api.times import CHINA
from dashboard_api.web.texts import Lang, person, say, strings
from gateway.store import AuditRow

REFUSED = "refused "
# Parts of the detail that say nothing to a reader; the row itself holds them.
SILENT = frozenset({"input", "version", "hash"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. ``link``: where its subject is shown, "" = nowhere; ``more``: labels and texts; ``raw``: its detail as
    it was written."""

    id: int
    at: str
    sentence: str
    role: str
    link: str
    subject: str
    more: tuple[tuple[str, str], ...]
    raw: str
    refused: bool
    hash: str


def entry(desk: Desk, lang: Lang, row: AuditRow) -> Entry:
    """For the page."""
    detail, refused = _detail(row), row.action.startswith(REFUSED)
    subject = _subject(desk, lang, row.subject)
    who = person(lang, desk.called(row.who)) or say(lang, "audit.somebody")
    sentence = deed(lang, row.action.removeprefix(REFUSED), who, subject)
    role = strings(lang).get(f"role.{row.role}", row.role)
    return Entry(
        row.id,
        f"{datetime.fromtimestamp(row.at_ms / 1000, CHINA):%Y-%m-%d %H:%M:%S}",
        say(lang, "audit.not_done", what=sentence) if refused else sentence,
        role,
        _link(desk, row),
        subject,
        tuple(_more(desk, lang, row.place, detail)),
        row.detail,
        refused or row.action == "sign-in refused",
        row.hash,
    )


def deed(lang: Lang, action: str, who: str, what: str) -> str:
    """``王芳 signed in``; of a deed that has no words its own name."""
    key = f"deed.{action.replace(' ', '_').replace('-', '_')}"
    known = strings(lang)
    if key not in known:
        return say(lang, "audit.other", who=who, action=action, what=what).strip()
    return say(lang, key, who=who, what=what or say(lang, "audit.all")).strip()


def kind(lang: Lang, action: str) -> str:
    """What a filter calls a deed: its sentence without anybody in it."""
    named = deed(lang, action.removeprefix(REFUSED), "…", "…")
    return say(lang, "audit.not_done", what=named) if action.startswith(REFUSED) else named


def _detail(row: AuditRow) -> Mapping[str, Any]:
    try:
        found = msgspec.json.decode(row.detail or "{}")
    except msgspec.DecodeError:
        return {"note": row.detail}
    return found if isinstance(found, dict) else {"note": row.detail}


def _subject(desk: Desk, lang: Lang, subject: str) -> str:
    """By the name that people know where it is a thing of the village."""
    return name_of(desk.names, subject).text(lang) if subject in desk.names else subject


def _link(desk: Desk, row: AuditRow) -> str:
    if row.subject.startswith("F-"):
        return f"/staff/faults/{row.subject}"
    return f"/staff/devices/{row.subject}" if row.subject in desk.places else ""


def _more(desk: Desk, lang: Lang, place: str, detail: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    known = strings(lang)
    if place:
        yield known["audit_detail.place"], _subject(desk, lang, place)
    for key, value in detail.items():
        label = known.get(f"audit_detail.{key}")
        if label and key not in SILENT and value not in (None, "", [], {}):
            yield label, _text(desk, lang, key, value)


def _text(desk: Desk, lang: Lang, key: str, value: object) -> str:
    known = strings(lang)
    if key.endswith("_ms") and isinstance(value, int):
        return f"{datetime.fromtimestamp(value / 1000, CHINA):%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return known["audit.yes" if value else "audit.no"]
    if isinstance(value, list):
        return known["users.comma"].join(_text(desk, lang, key, one) for one in value)
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    text = str(value)
    if key == "role":
        return known.get(f"role.{text}", text)
    if key == "areas" and text == "*":
        return known["users.everything"]
    return _subject(desk, lang, text)
