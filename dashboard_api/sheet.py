"""What everybody may know of the chargers at one moment: state, place and age, and whom to ring. Pure.

It is all that the public pages are drawn from, and all that a public front is told.
"""

from dataclasses import dataclass, replace
from typing import Literal

from contracts.connectors import Connector
from contracts.fields import Name
from contracts.inventory import Vehicle
from contracts.states import Word

# What is wrong with a charger, in a resident's terms, the most to be feared first.
Trouble = Literal["smoke", "live", "leak", "heat", "current", "water", "tilt", "stop", "fault"]


@dataclass(frozen=True, slots=True)
class Office:
    """Whom residents ring: an office's public number, never a person's."""

    id: str
    name: Name
    hotline: str | None


@dataclass(frozen=True, slots=True)
class Socket:
    """One socket. ``since_ms``: how long it has had its word; ``seen_ms``: how old that is; ``before``: what it was
    when last heard of, where nothing is known now; ``until_ms``: when it is opened again, where people closed it.
    ``said``: state and word as reported, which the page's script compares news with.
    """

    id: str
    place: Name
    plate: Connector
    word: Word
    since_ms: int | None
    seen_ms: int | None
    before: Word | None
    trouble: Trouble | None
    until_ms: int | None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Charger:
    """One charge point."""

    id: str
    name: Name
    vehicle: Vehicle
    operator: Office | None
    sockets: tuple[Socket, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """A place with chargers. ``alarm``: what an open loop there says."""

    id: str
    name: Name
    lat: float
    lon: float
    chargers: tuple[Charger, ...]
    alarm: Trouble | None


@dataclass(frozen=True, slots=True)
class Home:
    """The village itself. ``duty``: whom to ring about anything."""

    name: Name
    city: str | None
    timezone: str
    duty: Office | None


@dataclass(frozen=True, slots=True)
class Look:
    """All chargers at one moment. ``newest_ms``: the newest news of them; ``silent``: the gateway has none of
    anything; ``turns_ms``: when a closing begins or ends next; ``unheard_ms``: since when the village itself has not
    been heard by who says this, None = it is heard.
    """

    home: Home
    now_ms: int
    seq: int
    sites: tuple[Site, ...]
    newest_ms: int | None
    silent: bool
    turns_ms: int | None
    unheard_ms: int | None = None

    @property
    def chargers(self) -> list[Charger]:
        """Every charge point, in file order."""
        return [charger for site in self.sites for charger in site.chargers]

    @property
    def sockets(self) -> list[Socket]:
        """Every socket, in file order."""
        return [socket for charger in self.chargers for socket in charger.sockets]


def unheard(seen: Look, since_ms: int) -> Look:
    """The same after the village has fallen silent: nothing is known now, and what was is called that.

    A socket that was out of order stays so: it may be dangerous, and nobody has said that it is over.
    """
    sites = tuple(
        replace(site, chargers=tuple(replace(one, sockets=tuple(map(_unknown, one.sockets))) for one in site.chargers))
        for site in seen.sites
    )
    return replace(seen, sites=sites, silent=True, turns_ms=None, unheard_ms=since_ms)


def _unknown(socket: Socket) -> Socket:
    if socket.word in ("unknown", "out_of_order"):
        return replace(socket, said="")
    return replace(socket, word="unknown", since_ms=None, until_ms=None, before=socket.word, said="")
