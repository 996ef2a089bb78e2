"""What dispatch knows of a village and of its people, looked up once so that a message is addressed at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from contracts.inventory import Department, Village
from gateway.dispatch.assets import CHANNEL, Where, whereabouts
from gateway.dispatch.days import Calendar, calendar_of
from gateway.dispatch.duty import PostKey, on_duty
from gateway.dispatch.roster import Group, Person, Roster
from gateway.dispatch.ways import GROUP, Way, room_ways, ways_of
from gateway.dispatch.words import ChannelKind
from gateway.faults.times import DispatchTimes

SAFETY = "duty_phone"


@dataclass(frozen=True, eq=False)
class Setup:
    """``channels``: the configured ones by name. ``roster`` None: nobody can be told."""

    village: Village
    roster: Roster | None
    channels: Mapping[str, ChannelKind]
    times: DispatchTimes

    @cached_property
    def calendar(self) -> Calendar:
        """Holidays, and days worked instead."""
        return calendar_of(self.village)

    @cached_property
    def assets(self) -> dict[str, Where]:
        """Where everything stands."""
        return whereabouts(self.village)

    @cached_property
    def departments(self) -> dict[str, Department]:
        """Departments by id."""
        return {department.id: department for department in self.village.departments}

    @cached_property
    def by_role(self) -> dict[str, str]:
        """The first department of each role that one has of its own."""
        rows = [(item.own_role, item.id) for item in reversed(self.village.departments)]
        return {role: name for role, name in rows if role is not None}

    @property
    def safety(self) -> str:
        """The safety centre's department; the bare word where the village has none."""
        return self.by_role.get(SAFETY, SAFETY)

    @cached_property
    def supplies(self) -> dict[str, str]:
        """Whose a feeder or a line is, where the inventory says so."""
        listed = (*self.village.feeders, *self.village.uplinks)
        return {supply.id: supply.department for supply in listed if supply.department}

    @cached_property
    def ways(self) -> dict[str, tuple[Way, ...]]:
        """How each recipient is reached, the preferred way first; none through a channel that is not configured."""
        if self.roster is None:
            return {}
        found = {person.id: tuple(ways_of(person, self.channels)) for person in self.roster.people}
        return found | {f"{GROUP}{room.id}": tuple(room_ways(room, self.channels)) for room in self.roster.groups}

    @cached_property
    def _rooms(self) -> dict[PostKey, tuple[Group, ...]]:
        groups = self.roster.groups if self.roster else ()
        keys = dict.fromkeys((room.post, room.grid) for room in groups)
        return {key: tuple(room for room in groups if (room.post, room.grid) == key) for key in keys}

    def where(self, asset: str) -> Where:
        """Where it stands; what the inventory does not have stands nowhere."""
        known = self.assets.get(asset)
        return known or Where("channel" if asset.startswith(CHANNEL) else "gateway")

    def people(self, key: PostKey, at_ms: int) -> tuple[Person, ...]:
        """Who is on duty there and can be reached."""
        if self.roster is None:
            return ()
        here = on_duty(self.roster, *key, at_ms, self.calendar)
        return tuple(person for person in here if self.ways[person.id])

    def rooms(self, key: PostKey) -> tuple[str, ...]:
        """The post's groups that can be reached, as recipients."""
        names = (f"{GROUP}{room.id}" for room in self._rooms.get(key, ()))
        return tuple(name for name in names if self.ways[name])
