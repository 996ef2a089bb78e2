"""The channels by which people are told: how they do, and trials of them."""

from dataclasses import dataclass

from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from dashboard_api.recipients import GROUP, roster_of
from dashboard_api.roster_models import Channel, ChannelTried
from dashboard_api.routers.channels import list_channels
from dashboard_api.scene import OPEN_READ
from dashboard_api.times import clock_text, from_iso
from dashboard_api.web.texts import Lang, person, say, strings
from dashboard_api.web.view import Pill
from gateway.dispatch.assets import CHANNEL

TRIED_LOOKS = {
    "confirmed": ("up", "tick"),
    "taken": ("up", "tick"),
    "waiting": ("busy", "reserved"),
    "unknown": ("unknown", "unknown"),
    "failed": ("down", "down"),
    "refused": ("degraded", "degraded"),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """The newest trial: its outcome, and what the channel said to it."""

    pill: Pill
    line: str
    detail: str


@dataclass(frozen=True, slots=True)
class Way:
    """One channel. ``fault``: the number of the open fault that says it is dead; ``to``: whom a trial can go to, the
    reader first; ``tests``: whether this reader may send one."""

    name: str
    kind: str
    pill: Pill
    fault: str
    last: str
    waiting: int
    failure: str
    trial: Trial | None
    to: list[tuple[str, str]]
    tests: bool


def read(desk: Desk, lang: Lang, reader: Person) -> list[Way]:
    """Every channel of the gateway, dead ones first."""
    open_now = desk.store.open_faults(OPEN_READ)
    dead = {row.asset.removeprefix(CHANNEL): row.id for row in open_now if row.code == "channel_dead"}
    found = [_way(desk, lang, reader, one, dead.get(one.name, "")) for one in list_channels(desk).items]
    return sorted(found, key=lambda way: (not way.fault, way.name))


def _way(desk: Desk, lang: Lang, reader: Person, one: Channel, fault: str) -> Way:
    state = "down" if one.silent or fault else "unknown" if one.last_sent is None else "up"
    return Way(
        one.name,
        one.kind,
        Pill(state, state, say(lang, f"ways.{state}")),
        fault,
        _clock(desk, one.last_sent),
        one.waiting,
        one.last_failure or "",
        None if one.last_test is None else trial(desk, lang, one.last_test),
        _recipients(desk, reader, one.name),
        reader.may("test"),
    )


def trial(desk: Desk, lang: Lang, tried: ChannelTried) -> Trial:
    """A trial in words."""
    css, shape = TRIED_LOOKS[tried.outcome]
    line = say(lang, "ways.tried", who=person(lang, desk.called(tried.by)), time=_clock(desk, tried.at))
    return Trial(Pill(css, shape, say(lang, f"ways.test_{tried.outcome}")), line, tried.detail)


def refused(lang: Lang, reason: str | None, detail: str) -> str:
    """Why a trial was not sent."""
    key = f"ways.refused_{reason}"
    return say(lang, key) if key in strings(lang) else say(lang, "plan.refused", detail=detail)


def _recipients(desk: Desk, reader: Person, channel: str) -> list[tuple[str, str]]:
    roster = roster_of(desk)
    if roster is None:
        return []
    people = [(one.id, one.name) for one in roster.people if channel in one.via]
    rooms = [(f"{GROUP}{room.id}", room.id) for room in roster.groups if room.channel == channel]
    return sorted([*people, *rooms], key=lambda pair: pair[0] != reader.roster)


def _clock(desk: Desk, iso: str | None) -> str:
    return "" if iso is None else clock_text(from_iso(iso), desk.clock())
