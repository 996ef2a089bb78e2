"""From what was typed to the gateway, and what came back, in the reader's words."""

import asyncio
import base64
from dataclasses import dataclass, field, replace
from datetime import datetime

from starlette.datastructures import FormData, UploadFile

from dashboard_api import moves
from dashboard_api.acknowledge import Wish, acknowledge
from dashboard_api.auth.people import Person, check_csrf
from dashboard_api.desk import Desk
from dashboard_api.problems import Problem
from dashboard_api.times import CHINA
from dashboard_api.web.fault_page import move_line
from dashboard_api.web.staff.moves import COMMENT_MAX, MoveName, Typed
from dashboard_api.web.texts import Lang, say, strings
from gateway.faults.order import PersonMove
from gateway.store import FaultRow
from gateway.store.photos import LARGEST, media_type

# The same press twice within so long is one press.
TWICE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Failed:
    """Why it was not done: ``wrong`` by field, ``told`` about the whole; ``taken``: somebody was first."""

    status: int
    told: str
    typed: Typed
    wrong: dict[str, str] = field(default_factory=dict)
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that came: of which fault, from whom, and what was in it."""

    fault: str
    by: str
    typed: Typed


def typed_of(sent: FormData, photo: bytes | None) -> Typed:
    """What a form carried."""
    text = {name: value for name, value in sent.items() if isinstance(value, str)}
    kept = text.get("kept", "")
    version = text.get("version", "")
    return Typed(
        text.get("csrf", ""),
        int(version) if version.isdecimal() and len(version) < 10 else 0,
        text.get("comment", "").replace("\x00", ""),
        text.get("department", ""),
        text.get("until", ""),
        text.get("into", "").strip().upper(),
        text.get("confirmed") == "true",
        photo,
        int(kept) if kept.isdecimal() and len(kept) < 16 else None,
    )


async def picture(sent: FormData) -> bytes | None:
    """The file that was chosen; one byte more than is kept says that it is too large."""
    file = sent.get("photo")
    if not isinstance(file, UploadFile):
        return None
    return await file.read(LARGEST + 1) or None


async def send(desk: Desk, lang: Lang, person: Person, row: FaultRow, move: MoveName, typed: Typed) -> str | Failed:
    """Do it: the word for its outcome, or why not, with everything that was typed."""
    wrong, sent = _wrong(lang, move, typed), Sent(row.id, person.name, typed)
    try:
        check_csrf(person, typed.csrf)
        if wrong:
            wrong = {**await asyncio.to_thread(_also_wrong, desk, lang, person, row, move, typed), **wrong}
            return await asyncio.to_thread(_failed, desk, lang, sent, Problem(422, ""), wrong)
        applied = await _sent(desk, person, row, move, typed)
    except Problem as problem:
        if _twice(desk, person, row, move, problem):
            return move
        return await asyncio.to_thread(_failed, desk, lang, sent, problem, _fields(lang, problem))
    return move if applied else "pending"


def _also_wrong(desk: Desk, lang: Lang, person: Person, row: FaultRow, move: MoveName, typed: Typed) -> dict[str, str]:
    """What else is wrong, so that all is said at once."""
    if move == "measured_dead":
        return {}
    try:
        moves.checked(desk, person, row, _given(move, replace(typed, photo=None)))
    except Problem as problem:
        return _fields(lang, problem)
    return {}


def _fields(lang: Lang, problem: Problem) -> dict[str, str]:
    named = (one.field.removeprefix("body.") for one in problem.errors)
    return {name: say(lang, f"wrong.{name}") for name in named}


async def _sent(desk: Desk, person: Person, row: FaultRow, move: MoveName, typed: Typed) -> bool:
    if move == "measured_dead":
        wish = Wish(typed.version, typed.comment.strip() or None, True)
        return (await acknowledge(desk, person, row.id, wish))[1]
    return (await moves.move(desk, person, row.id, _given(move, typed)))[1]


def _given(move: PersonMove, typed: Typed) -> moves.Given:
    return moves.Given(
        move,
        typed.version,
        typed.comment.strip() or None,
        None,
        typed.department or None,
        moment(typed.until) if typed.until else None,
        typed.into or None,
        None if typed.photo is None else base64.b64encode(typed.photo).decode(),
        typed.kept,
    )


def moment(text: str) -> str:
    """The village's local time as a browser's field gives it, with its offset; anything else as it is."""
    try:
        typed = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    return (typed if typed.tzinfo else typed.replace(tzinfo=CHINA)).isoformat()


def local(ms: int) -> str:
    """The village's local time as such a field takes it."""
    return datetime.fromtimestamp(ms / 1000, CHINA).strftime("%Y-%m-%dT%H:%M")


def _wrong(lang: Lang, move: MoveName, typed: Typed) -> dict[str, str]:
    """What needs no look at the fault to be wrong."""
    found = {}
    if len(typed.comment.strip()) > COMMENT_MAX:
        found["comment"] = say(lang, "wrong.comment_long", most=COMMENT_MAX, n=len(typed.comment.strip()))
    if typed.photo is not None and len(typed.photo) > LARGEST:
        found["photo"] = say(lang, "wrong.photo_large")
    elif typed.photo is not None and media_type(typed.photo) is None:
        found["photo"] = say(lang, "wrong.photo_type")
    if move == "measured_dead" and not typed.confirmed:
        found["confirmed"] = say(lang, "wrong.confirmed")
    return found


def _failed(desk: Desk, lang: Lang, sent: Sent, problem: Problem, wrong: dict[str, str]) -> Failed:
    typed = sent.typed
    if typed.photo is not None and "photo" not in wrong:
        kept = desk.store.add_photo(sent.fault, desk.clock(), sent.by, typed.photo)
        typed = replace(typed, kept=kept)
    taken = problem.status == 409 and problem.reason in {"version", "illegal", "taken", "closed", "refused"}
    told = _first(desk, lang, sent.fault) if taken else None
    return Failed(problem.status, told or _told(lang, problem, wrong), replace(typed, photo=None), wrong, taken)


def _told(lang: Lang, problem: Problem, wrong: dict[str, str]) -> str:
    if wrong:
        return say(lang, "wrong.some", n=len(wrong))
    key = f"conflict.{problem.reason}"
    return say(lang, key) if key in strings(lang) else say(lang, "conflict.other", detail=problem.detail)


def _first(desk: Desk, lang: Lang, number: str) -> str | None:
    """Who was first, and when."""
    last = next((one for one in reversed(desk.store.fault_moves(number)) if one.by), None)
    if last is None:
        return None
    line = move_line(desk, lang, last, desk.clock())
    return say(lang, "conflict.first", what=line.what, time=line.time)


def _twice(desk: Desk, person: Person, row: FaultRow, move: MoveName, problem: Problem) -> bool:
    """Whether the same person pressed the same button twice."""
    if problem.status != 409:
        return False
    last = next((one for one in reversed(desk.store.fault_moves(row.id)) if one.by), None)
    mine = last is not None and (last.by, last.move) == (person.name, move)
    return mine and last is not None and desk.clock() - last.at_ms < TWICE_MS
