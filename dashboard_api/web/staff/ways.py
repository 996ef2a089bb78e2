"""The channels by which people are told, and whether they work."""

from collections import Counter
from dataclasses import dataclass

from dashboard_api.desk import Desk
from dashboard_api.recipients import roster_of
from dashboard_api.scene import OPEN_READ
from dashboard_api.times import clock_text
from dashboard_api.web.texts import Lang, say
from dashboard_api.web.view import Pill
from gateway.dispatch.assets import CHANNEL


@dataclass(frozen=True, slots=True)
class Way:
    """One channel. ``fault``: the number of the open fault that says it is dead; ``last``: when it last took a letter;
    ``people``: how many are reached by it."""

    name: str
    pill: Pill
    fault: str
    last: str
    people: int


def read(desk: Desk, lang: Lang) -> list[Way]:
    """Every channel that the roster names or that has ever been used, dead ones first."""
    now_ms, sent = desk.clock(), desk.store.letters.newest_sent()
    open_now = desk.store.open_faults(OPEN_READ)
    dead = {row.asset.removeprefix(CHANNEL): row.id for row in open_now if row.code == "channel_dead"}
    users = _users(desk)
    found = []
    for name in sorted({*sent, *dead, *users} - {""}):
        tried = desk.store.letters.worked_ms(name)
        last = max((at for at in (sent.get(name), tried) if at is not None), default=None)
        state = "down" if name in dead else "unknown" if last is None else "up"
        pill = Pill(state, state, say(lang, f"ways.{state}"))
        last_text = "" if last is None else clock_text(last, now_ms)
        found.append(Way(name, pill, dead.get(name, ""), last_text, users[name]))
    return sorted(found, key=lambda way: (not way.fault, way.name))


def _users(desk: Desk) -> Counter[str]:
    """How many people and rooms each channel reaches."""
    roster = roster_of(desk)
    if roster is None:
        return Counter()
    return Counter([*(way for one in roster.people for way in one.via), *(room.channel for room in roster.groups)])
