"""Frozen months with their revisions: whether each is as it was frozen, what it changed, what can be fetched."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from contracts.names import name_of
from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.web.reports.words import NO_RATE, brief, length, moment, month_title
from dashboard_api.web.texts import Lang, say, strings
from gateway.store import MonthRow
from gateway.uptime.months import Body, Difference, digest, parsed

SHOWN = 500
_SECONDS = frozenset({"S", "U", "D", "K", "M", "O", "degraded", "weather", "blips", "intact_s", "serving_s"})
_RATES = frozenset({"known", "strict", "upper", "coverage", "known_without_mains"})
_LISTS = frozenset({"down_by", "unknown_by", "degraded_by"})


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision. ``whole``: its hash is that of its bytes and it stands where it was frozen; ``changes``: figures
    of cameras that it changed, None for the first."""

    month: str
    title: str
    number: int
    frozen: str
    hash: str
    whole: bool
    changes: int | None
    size: int


@dataclass(frozen=True, slots=True)
class Month:
    """A month with its revisions, the newest first."""

    name: str
    title: str
    revisions: list[Revision]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of a camera before and after."""

    id: str
    name: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a revision changed. ``others``: figures of what is no camera, or is not this reader's to see."""

    revision: Revision
    before: Revision | None
    listed: list[Change]
    more: int
    others: int


def read(desk: Desk, lang: Lang, person: Person) -> list[Month]:
    """All months, the newest first."""
    found: dict[str, list[Revision]] = {}
    before = ""
    for row in desk.store.months():
        found.setdefault(row.month, []).append(_revision(desk, lang, person, row, before))
        before = row.hash
    return [Month(name, month_title(lang, name), found[name][::-1]) for name in sorted(found, reverse=True)]


def _revision(desk: Desk, lang: Lang, person: Person, row: MonthRow, before: str) -> Revision:
    body = _body(row)
    whole = body is not None and digest(row.body) == row.hash and body.before == before
    listed = [one for one in differences(row) if _theirs(desk, person, body, one)]
    return Revision(
        row.month,
        month_title(lang, row.month),
        row.revision,
        moment(row.frozen_ms),
        row.hash,
        whole,
        None if row.diff is None else len(listed),
        len(row.body),
    )


def _body(row: MonthRow) -> Body | None:
    try:
        return parsed(row.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def differences(row: MonthRow) -> list[Difference]:
    """What is stored of a revision's changes; nothing where that cannot be read."""
    try:
        return [] if row.diff is None else msgspec.json.decode(row.diff, type=list[Difference])
    except msgspec.DecodeError:
        return []


def _theirs(desk: Desk, person: Person, body: Body | None, one: Difference) -> bool:
    """Whether it is of a camera that ``person`` sees."""
    entry = body.devices.get(one.device) if body else None
    if entry is None or entry.get("kind") != "camera":
        return False
    junction = msgspec.convert(entry["targets"], tuple[str, ...])[-1]
    place = desk.places.get(one.device)
    return person.sees(place.junction if place else junction)


def changes(desk: Desk, lang: Lang, person: Person, month: str, number: int) -> Changes | None:
    """What revision ``number`` of ``month`` changed; None if there is no such revision."""
    rows: Sequence[MonthRow] = [row for row in desk.store.months() if row.month == month]
    row = next((one for one in rows if one.revision == number), None)
    if row is None:
        return None
    known = next(one.revisions for one in read(desk, lang, person) if one.name == month)
    body, found = _body(row), differences(row)
    mine = [one for one in found if _theirs(desk, person, body, one)]
    return Changes(
        next(one for one in known if one.number == number),
        next((one for one in known if one.number == number - 1), None),
        [_change(desk, lang, one) for one in mine[:SHOWN]],
        max(0, len(mine) - SHOWN),
        len(found) - len(mine),
    )


def _change(desk: Desk, lang: Lang, one: Difference) -> Change:
    name = name_of(desk.names, one.device).text(lang)
    return Change(
        one.device, name, _field(lang, one.field), *(_said(lang, one.field, v) for v in (one.before, one.after))
    )


def _field(lang: Lang, name: str) -> str:
    first, _, code = name.partition(".")
    word = strings(lang).get(f"police_archive.field_{first}", first)
    return f"{word}{say(lang, 'police_archive.of')}{brief(lang, code)}" if code else word


def _said(lang: Lang, name: str, value: object) -> str:
    first = name.partition(".")[0]
    if value is None:
        return NO_RATE
    if isinstance(value, int) and (first in _SECONDS or first in _LISTS):
        return length(lang, value)
    return f"{value:.3f} %" if isinstance(value, float) and first in _RATES else str(value)


def files(lang: Lang, revision: Revision, person: Person) -> Iterator[tuple[str, str]]:
    """What can be fetched of a revision: kind and address. What holds the whole village is for who sees all of it."""
    yield "pdf", f"/police/month/{revision.month}/pdf?revision={revision.number}"
    for kind in ("xlsx", "csv"):
        yield kind, f"/api/v1/reports/{revision.month}/report.{kind}?revision={revision.number}&lang={lang}"
    if person.area is None:
        yield "json", f"/police/archive/{revision.month}/{revision.number}.json"
