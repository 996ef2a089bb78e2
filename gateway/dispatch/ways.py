"""Which channel reaches whom, and at which address."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from gateway.dispatch.roster import Group, Person, mobile
from gateway.dispatch.words import ChannelKind, Lang

GROUP = "group:"
# Channels whose word that a letter arrived can be relied on, the surest first.
CONFIRMING: tuple[ChannelKind, ...] = ("sms", "voice", "wecom", "smtp", "webhook")
# Every other kind may be either's.
GROUPS_ONLY: frozenset[ChannelKind] = frozenset({"wecom"})
PEOPLE_ONLY: frozenset[ChannelKind] = frozenset({"sms", "voice"})


class Way(NamedTuple):
    """One recipient on one channel. ``to``: the address there, '' for a room that the channel itself is."""

    recipient: str
    channel: str
    kind: ChannelKind
    to: str
    lang: Lang
    name: str

    @property
    def confirms(self) -> bool:
        """Whether its word can be relied on."""
        return self.kind in CONFIRMING


def rank(way: Way) -> int:
    """The surest first."""
    return CONFIRMING.index(way.kind) if way.confirms else len(CONFIRMING)


def address_on(person: Person, channel: str, kind: ChannelKind) -> str | None:
    """Their address on a channel; None if it does not reach them."""
    if kind in GROUPS_ONLY:
        return None
    given = person.addresses.get(channel)
    if kind == "smtp":
        return given or person.email
    if kind in ("sms", "voice"):
        number = given or person.phone
        return number if number and (kind == "voice" or mobile(number)) else None
    return given or ""


def ways_of(person: Person, channels: Mapping[str, ChannelKind]) -> Iterator[Way]:
    """How a person is reached, in their own order."""
    for channel in dict.fromkeys(person.via):
        kind = channels.get(channel)
        to = address_on(person, channel, kind) if kind else None
        if kind and to is not None:
            yield Way(person.id, channel, kind, to, person.lang, person.name)


def room_ways(room: Group, channels: Mapping[str, ChannelKind]) -> Iterator[Way]:
    """How a group is reached: one way at most."""
    kind = channels.get(room.channel)
    if kind and kind not in PEOPLE_ONLY and (room.to or kind != "smtp"):
        yield Way(f"{GROUP}{room.id}", room.channel, kind, room.to, room.lang, room.id)
