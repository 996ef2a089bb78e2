"""What people did, for administrators: filtered, read, verified, taken along."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from dashboard_api.auth.people import Person, member
from dashboard_api.auth.roles import ROLES
from dashboard_api.desk import Desk, DeskDep
from dashboard_api.times import CHINA, clock_text
from dashboard_api.web.admin.shell import answer
from dashboard_api.web.audit import sentences
from dashboard_api.web.render import taste
from dashboard_api.web.texts import say
from gateway.store import AuditWanted, Span

router = APIRouter(include_in_schema=False)
Admin = Annotated[Person, Depends(member("audit"))]
PAGE, LONGEST = 100, 100
CHAIN = "audit chain"
Typed = Annotated[str, StringConstraints(max_length=LONGEST, strip_whitespace=True)]


class Ask(BaseModel):
    """The filters as they were typed; "" filters nothing. Rows numbered below ``before``."""

    who: Typed = ""
    action: Typed = ""
    subject: Typed = ""
    role: Typed = ""
    result: Typed = ""
    first: Typed = Field(default="", alias="from")
    last: Typed = Field(default="", alias="to")
    before: int | None = Field(default=None, ge=1, le=2**53)
    verify: bool = False

    def query(self, **more: str) -> str:
        """The same for a link to another page of the list."""
        kept = {"who": self.who, "action": self.action, "subject": self.subject, "role": self.role}
        kept |= {"result": self.result, "from": self.first, "to": self.last, **more}
        return urlencode([(name, value) for name, value in kept.items() if value])


@router.get("/admin/audit")
def look(request: Request, desk: DeskDep, person: Admin, asked: Annotated[Ask, Query()]) -> Response:
    """Newest first."""
    lang = taste(request).lang
    wanted, wrong = _wanted(asked)
    rows, count = desk.store.audit_page(asked.before, PAGE + 1, wanted) if not wrong else ([], 0)
    who, actions = desk.store.audit_known()
    if asked.verify:
        _verify(desk)
    values: dict[str, Any] = {
        "ask": asked,
        "wrong": {name: say(lang, f"audit.wrong_{word}") for name, word in wrong.items()},
        "entries": [sentences.entry(desk, lang, row) for row in rows[:PAGE]],
        "count": count,
        "older": asked.query(before=str(rows[PAGE - 1].id)) if len(rows) > PAGE else "",
        "newest": asked.query() if asked.before is not None else "",
        "export": _export(asked),
        "people": who,
        "actions": sorted(((sentences.kind(lang, one), one) for one in actions), key=lambda one: one[0]),
        "roles": [(one, say(lang, f"role.{one}")) for one in ROLES],
        "chain": _chain(desk),
    }
    return answer(request, desk, person, "audit/page.html", 422 if wrong else 200, **values)


def _wanted(asked: Ask) -> tuple[AuditWanted, dict[str, str]]:
    first, last = _day(asked.first), _day(asked.last)
    days = (("from", asked.first, first), ("to", asked.last, last))
    wrong = {name: "day" for name, typed, day in days if typed and day is None}
    if first is not None and last is not None and last < first:
        wrong["to"] = "before"
    span = Span(_ms(first), _ms(last + timedelta(days=1)) if last is not None else None)
    refused = {"refused": True, "done": False}.get(asked.result)
    typed = (asked.who, asked.action, asked.subject, asked.role)
    who, actions, subjects, roles = ((one,) if one else () for one in typed)
    return AuditWanted(who, actions, subjects, span, roles, refused), wrong


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _ms(day: date | None) -> int | None:
    return None if day is None else round(datetime(day.year, day.month, day.day, tzinfo=CHINA).timestamp()) * 1000


def _export(asked: Ask) -> str:
    """The filters as the API takes them."""
    wanted, wrong = _wanted(asked)
    kept: Mapping[str, str] = {"who": asked.who, "action": asked.action, "subject": asked.subject, "role": asked.role}
    if wrong:
        return ""
    ends = {"from": wanted.span.from_ms, "to": wanted.span.to_ms}
    times = {name: datetime.fromtimestamp(at / 1000, CHINA).isoformat() for name, at in ends.items() if at is not None}
    result = {"result": asked.result} if wanted.refused is not None else {}
    return urlencode([(name, value) for name, value in {**kept, **result, **times}.items() if value])


@dataclass(frozen=True, slots=True)
class Chain:
    """What came of looking through the log: ``rows`` fit; ``bad`` is the first that does not."""

    rows: int
    newest: str
    bad: int | None
    at: str


def _verify(desk: Desk) -> None:
    """Look through the whole log, and remember what came of it."""
    desk.kept.get(CHAIN, desk.clock(), lambda: (*desk.store.audited(), desk.clock()))


def _chain(desk: Desk) -> Chain | None:
    found = desk.kept.last(CHAIN)
    if found is None:
        return None
    rows, newest, bad, at_ms = found
    return Chain(rows, newest, bad, clock_text(at_ms, desk.clock()))
