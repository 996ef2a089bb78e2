"""Who is on duty now, and when that changes next, by post. Pure."""

from dataclasses import dataclass, replace

from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.recipients import roster_of
from dashboard_api.times import clock_text
from dashboard_api.web.texts import Lang
from gateway.dispatch.days import DAY_MS
from gateway.dispatch.duty import PostKey, next_change, on_duty
from gateway.dispatch.post_names import post_name
from gateway.dispatch.roster import Roster

AHEAD_DAYS = 7


@dataclass(frozen=True, slots=True)
class Post:
    """``people``: names with their numbers; ``next``: when others come, and who; "" if nothing changes in a week."""

    name: str
    people: list[tuple[str, str]]
    mine: bool
    next_at: str
    next_people: str


@dataclass(frozen=True, slots=True)
class Duty:
    """``desk``: whom everybody may ring; None without a roster."""

    desk: tuple[str, str] | None
    posts: list[Post]


def read(desk: Desk, lang: Lang, person: Person) -> Duty:
    """Every post that somebody is ever on duty at, those of now first."""
    roster = roster_of(desk)
    if roster is None:
        return Duty(None, [])
    keys: dict[PostKey, None] = dict.fromkeys((*roster.duties_of, *roster.hand_overs_of))
    posts = [_post(desk, lang, person, roster, key) for key in keys if key[1] is None or _theirs(desk, person, key[1])]
    return Duty((roster.desk.name, roster.desk.phone), sorted(posts, key=lambda post: (not post.mine, not post.people)))


def _theirs(desk: Desk, person: Person, grid: str) -> bool:
    return any(person.sees(junction.id) for one, junction in desk.village.junctions() if one.id == grid)


def _post(desk: Desk, lang: Lang, person: Person, roster: Roster, key: PostKey) -> Post:
    found = at(desk, lang, roster, key, desk.clock())
    mine = any(one.id == person.roster for one in on_duty(roster, *key, desk.clock(), desk.setup.calendar))
    return replace(found, mine=mine)


def at(desk: Desk, lang: Lang, roster: Roster, key: PostKey, now_ms: int) -> Post:
    """One post at a moment."""
    calendar = desk.setup.calendar
    here = on_duty(roster, *key, now_ms, calendar)
    change = next_change(roster, key, now_ms, now_ms + AHEAD_DAYS * DAY_MS, calendar)
    when, then = change or (None, ())
    name = key[0] if key[1] is None else f"{key[0]}@{key[1]}"
    return Post(
        post_name(desk.village, name).text(lang),
        [(one.name, one.phone or "") for one in here],
        False,
        "" if when is None else clock_text(when, now_ms),
        "、".join(one.name for one in then) if lang == "zh" else ", ".join(one.name for one in then),
    )
