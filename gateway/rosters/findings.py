"""What is wrong with a roster that has no mistakes: posts with nobody, and hours when nobody is on duty."""

from collections.abc import Iterator, Mapping

from contracts.inventory import Village
from contracts.responsibility import HEAD
from gateway.dispatch import Gap, Post, Roster, Setup, gaps, needed_posts
from gateway.dispatch.days import DAY_MS, local
from gateway.dispatch.words import ChannelKind
from gateway.faults.times import DispatchTimes
from gateway.settings import GatewaySettings

AHEAD_DAYS = 14


def channel_kinds(settings: GatewaySettings) -> dict[str, ChannelKind]:
    """The configured channels by name."""
    return {name: channel.kind for name, channel in getattr(settings, "channels", {}).items()}


def findings(
    village: Village, roster: Roster, channels: Mapping[str, ChannelKind], now_ms: int, days: int = AHEAD_DAYS
) -> Iterator[str]:
    """A line for each post that some fault can lead to and that has nobody, now or in the days to come."""
    # Only who is told matters here, not when.
    setup = Setup(village, roster, channels, DispatchTimes())
    yield from _holidays(village, roster, now_ms + days * DAY_MS)
    for post in needed_posts(setup):
        names = _names(roster, post)
        if not names and post.key[1] is None and post.id.removesuffix(HEAD) not in setup.departments:
            yield f"{post.id}: nobody; the inventory has no such department: add it, or name another in 'routing'"
        elif not names:
            group = "only its group, which nobody may be looking at" if setup.rooms(post.key) else "nobody"
            yield f"{post.id}: {group}; give it a duty"
        elif not any(setup.ways[name] for name in names):
            yield f"{post.id}: no configured channel reaches anybody of it; correct 'via' or the settings' channels"
        else:
            yield from _gaps(gaps(roster, [post.key], now_ms, now_ms + days * DAY_MS, setup.calendar), post, days)


def _holidays(village: Village, roster: Roster, until_ms: int) -> Iterator[str]:
    year = local(until_ms).year
    known = {date.year for holiday in village.holidays for date in holiday.dates()}
    if year not in known and any(duty.holidays != "as_usual" for duty in roster.duties):
        yield f"holidays: duties go by them, and the inventory lists none of {year}; put them in"


def _names(roster: Roster, post: Post) -> list[str]:
    """Everybody who ever is on duty there."""
    duties, hand_overs = roster.duties_of.get(post.key, ()), roster.hand_overs_of.get(post.key, ())
    names = (*(duty.person for duty in duties), *(row.person for row in hand_overs))
    return list(dict.fromkeys(names))


def _gaps(found: tuple[Gap, ...], post: Post, days: int) -> Iterator[str]:
    if found:
        first, more = found[0], len(found) - 1
        rest = f", and {more} more times within {days} days" if more else ""
        yield f"{post.id}: nobody is on duty from {moment(first.from_ms)} to {moment(first.to_ms)}{rest}"


def moment(at_ms: int) -> str:
    """``2026-10-01 08:00``, the village's time."""
    return f"{local(at_ms):%Y-%m-%d %H:%M}"
