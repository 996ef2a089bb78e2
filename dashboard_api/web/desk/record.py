"""Recording what came of a call: the work order's moves in the name of who was rung, and the row in the log."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dashboard_api import moves
from dashboard_api.auth.people import Person, check_csrf
from dashboard_api.calls import Call, Detail, Outcome, deed, of_fault
from dashboard_api.desk import Desk
from dashboard_api.problems import Problem
from dashboard_api.recipients import called
from dashboard_api.times import CHINA, clock_text
from dashboard_api.web.desk import outcomes
from dashboard_api.web.desk.ring import Candidate, name_of
from dashboard_api.web.fault_page import move_line
from dashboard_api.web.texts import Lang, say, strings
from dashboard_api.web.texts import person as said_person
from gateway.faults.order import PersonMove, departments
from gateway.store import FaultRow

SAID_MAX = 400
# What waits goes on at this hour, when people begin their day.
MORNING = 8
_DAYS = frozenset(str(days) for days in range(1, outcomes.DAYS_MAX + 1))
# The same press twice within so long is one press.
TWICE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form carried. ``seen``: the newest call that its page showed; ``to``: who was rung;
    ``days``: for how many it waits."""

    csrf: str = ""
    outcome: str = ""
    version: int = 0
    seen: int = 0
    to: str = ""
    comment: str = ""
    department: str = ""
    days: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why nothing was recorded: ``wrong`` by field, ``told`` about the whole; ``taken``: somebody was first."""

    status: int
    told: str
    typed: Typed
    wrong: dict[str, str] = field(default_factory=dict)
    taken: bool = False


async def record(
    desk: Desk, lang: Lang, person: Person, row: FaultRow, rung: Candidate | None, typed: Typed
) -> str | Failed:
    """Do it: the word for its outcome, or why not, with everything that was typed."""
    try:
        check_csrf(person, typed.csrf)
    except Problem as problem:
        return Failed(problem.status, say(lang, "conflict.csrf"), typed)
    if _twice(desk, person, row, typed):
        return typed.outcome
    outcome = next((one for one in outcomes.now(desk, row) if one == typed.outcome), None)
    if outcome is None or (rung is None and outcome not in outcomes.ALONE):
        return _first(desk, lang, row, typed)
    wrong = _wrong(desk, lang, outcome, typed)
    if wrong:
        return Failed(422, say(lang, "wrong.some", n=len(wrong)), typed, wrong)
    steps = _steps(row, outcome, typed)
    if not steps:
        return await asyncio.to_thread(_noted, desk, lang, person, row, _Rung(outcome, rung, typed))
    return await _moved(desk, lang, person, row, _Rung(outcome, rung, typed))


@dataclass(frozen=True, slots=True)
class _Rung:
    """An outcome that can be recorded."""

    outcome: Outcome
    who: Candidate | None
    typed: Typed

    @property
    def detail(self) -> Detail:
        if self.who is None:
            return Detail(said=self.typed.comment.strip())
        return Detail(self.who.person, self.who.post, self.typed.comment.strip())


def _noted(desk: Desk, lang: Lang, person: Person, row: FaultRow, rung: _Rung) -> str | Failed:
    """What moves nothing. Of two desks with the same page the second is told of the first."""
    line = deed(desk.clock(), (person.name, person.role), row.id, rung.outcome, rung.detail)
    newer = desk.store.note_after(line, rung.typed.seen, of_fault(row.id))
    return rung.outcome if newer is None else _first(desk, lang, row, rung.typed)


async def _moved(desk: Desk, lang: Lang, person: Person, row: FaultRow, rung: _Rung) -> str | Failed:
    """The moves one after the other, each on what the one before left."""
    typed, version, applied = rung.typed, rung.typed.version, True
    for step in _steps(row, rung.outcome, typed):
        given = _given(desk, lang, person, step, rung, version)
        try:
            after, applied = await moves.move(desk, person, row.id, given)
        except Problem as problem:
            if problem.status != 409:
                raise
            return await asyncio.to_thread(_first, desk, lang, row, typed)
        version = after.version
        if not applied:
            break
    line = deed(desk.clock(), (person.name, person.role), row.id, rung.outcome, rung.detail)
    await asyncio.to_thread(desk.store.note, line)
    return rung.outcome if applied else "pending"


def _steps(row: FaultRow, outcome: Outcome, typed: Typed) -> tuple[PersonMove, ...]:
    """The moves of an outcome; what is refused is passed on at once where it is known to whom."""
    found = outcomes.MOVES.get((row.order_state, outcome), ())
    return (*found, "forwarded") if outcome == "refused" and typed.department else found


def _given(desk: Desk, lang: Lang, person: Person, step: PersonMove, rung: _Rung, version: int) -> moves.Given:
    own = step in ("forwarded", "resumed") or rung.who is None
    said = rung.typed.comment.strip()
    note = said if own else say(lang, "call.by_phone", who=said_person(lang, desk.called(person.name)))
    if said and not own:
        note = say(lang, "call.by_phone_said", line=note, said=said)
    by = None if own or rung.who is None else name_of(desk, rung.who)
    department = rung.typed.department if step == "forwarded" else None
    until = _morning(desk.clock(), int(rung.typed.days)) if step == "suspended" else None
    return moves.Given(step, version, note, department=department, until=until, by=by)


def _morning(now_ms: int, days: int) -> str:
    """The moment at which what waits ``days`` goes on."""
    day = datetime.fromtimestamp(now_ms / 1000, CHINA) + timedelta(days=days)
    return day.replace(hour=MORNING, minute=0, second=0, microsecond=0).isoformat()


def _wrong(desk: Desk, lang: Lang, outcome: Outcome, typed: Typed) -> dict[str, str]:
    said, found = typed.comment.strip(), {}
    if len(said) > SAID_MAX:
        found["comment"] = say(lang, "wrong.comment_long", most=SAID_MAX, n=len(said))
    elif not said and "comment" in outcomes.NEEDED.get(outcome, ()):
        found["comment"] = say(lang, "wrong.comment")
    if outcome == "waiting" and typed.days not in _DAYS:
        found["days"] = say(lang, "call.wrong_days", most=outcomes.DAYS_MAX)
    unknown = typed.department and typed.department not in departments(desk.village)
    if unknown or (outcome == "forwarded" and not typed.department):
        found["department"] = say(lang, "wrong.department")
    return found


def _twice(desk: Desk, person: Person, row: FaultRow, typed: Typed) -> bool:
    """Whether the same person pressed the same button twice."""
    last = next(reversed(desk.calls.of(row.id)), None)
    if last is None or last.id <= typed.seen or desk.clock() - last.at_ms > TWICE_MS:
        return False
    return (last.by, last.outcome, last.person) == (person.name, typed.outcome, typed.to)


def _first(desk: Desk, lang: Lang, row: FaultRow, typed: Typed) -> Failed:
    """Who was first: the newest call or move by a person."""
    call = next((one for one in reversed(desk.calls.of(row.id)) if one.id > typed.seen), None)
    if call is not None:
        who = said_person(lang, desk.called(call.by))
        time = clock_text(call.at_ms, desk.clock())
        return Failed(
            409, say(lang, "call.first", time=time, who=who, what=in_words(desk, lang, call)), typed, taken=True
        )
    move = next((one for one in reversed(desk.store.fault_moves(row.id)) if one.by), None)
    if move is None:
        return Failed(409, say(lang, "conflict.version"), typed, taken=True)
    line = move_line(desk, lang, move, desk.clock())
    return Failed(409, say(lang, "conflict.first", time=line.time, what=line.what), typed, taken=True)


def in_words(desk: Desk, lang: Lang, call: Call) -> str:
    """``王维保 没有接``."""
    who = called(desk, call.person) if call.person else ""
    return say(lang, f"call.{call.outcome}", who=who).strip()


def told(lang: Lang, done: str) -> str:
    """What a page says after ``done``; "" for what is none of ours."""
    return strings(lang).get(f"recorded.{done}", "")
