"""Lines of a fault's history: who was told of it, and what was done."""

from dataclasses import dataclass

from contracts.names import name_of
from dashboard_api import present
from dashboard_api.desk import Desk
from dashboard_api.recipients import called
from dashboard_api.times import clock_text
from dashboard_api.web.texts import Lang, person, say
from gateway.dispatch.post_names import post_name
from gateway.store import MoveRow, OutboxRow

# The newest of what was sent on one fault; the API has all of it.
LETTERS = 40


@dataclass(frozen=True, slots=True)
class Line:
    """When, what, and what was said with it."""

    time: str
    what: str
    comment: str = ""


def letter_line(desk: Desk, lang: Lang, row: OutboxRow, now_ms: int) -> Line:
    """Who was to get it, and whether they have it."""
    sent_at = "" if row.sent_ms is None else clock_text(row.sent_ms, now_ms)
    word: str = row.state if row.state != "sent" or row.confirmed else "unconfirmed"
    if word == "waiting" and row.attempts:
        word = "waiting_again"
    state = say(lang, f"sent.{word}", time=sent_at, reason=row.reason or "-")
    kind = say(lang, f"sent.{row.kind}" if row.kind in {"reminder", "digest"} else f"told.{row.kind}")
    name = called(desk, row.recipient) if row.recipient else say(lang, "sent.nobody")
    who = say(lang, "sent.who", post=post_name(desk.village, row.post).text(lang), name=name)
    line = say(lang, "sent.line" if row.channel else "sent.line_nobody", kind=kind, channel=row.channel, state=state)
    return Line(clock_text(row.due_ms, now_ms), who, line)


def move_line(desk: Desk, lang: Lang, move: MoveRow, now_ms: int) -> Line:
    """One move in words."""
    time, note = clock_text(move.at_ms, now_ms), move.comment or ""
    if move.move == "rooted":
        return Line(time, say(lang, "move.rooted", what=name_of(desk.names, note).text(lang)))
    if move.move == "merged":
        return Line(time, say(lang, "move.merged", what=note))
    who, target = person(lang, desk.called(move.by or "")), move.target or ""
    if move.move == "forwarded":
        target = present.department(desk, target).zh if lang == "zh" else present.department(desk, target).en
    elif move.move == "suspended":
        target = clock_text(int(target), now_ms)
    return Line(time, say(lang, f"move.{move.move}", who=who, what=target), note)
