"""Who is told in the demo: the shipped roster made to fit a village, and every phone and room by its addresses."""

import json
from collections.abc import Iterable, Mapping
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

from contracts.inventory import Name, Village
from contracts.responsibility import GRID_POSTS, HEAD
from contracts.yamlfile import plain, read
from demo.channels import KINDS, ROOMS
from gateway.dispatch import Post, Roster, Setup, needed_posts
from gateway.dispatch.post_names import post_name
from gateway.dispatch.roster import Group, Person
from gateway.dispatch.ways import GROUP, Way
from gateway.faults.times import DispatchTimes

ROSTER = Path(__file__).parent / "roster.yaml"
# Nobody has such a number.
NUMBER = "+86 100 0001 {:04}"
ROOM_NAMES = {
    "maintenance-room": Name(zh="维保工作群", en="Maintenance room"),
    "police-room": Name(zh="派出所工作群", en="Police room"),
    "town-platform": Name(zh="镇平台", en="Town platform"),
}


class Phone(NamedTuple):
    """A person's phone, or a room (``group:…``). ``at``: channel kind and address by which vendors know it."""

    id: str
    name: Name
    posts: tuple[Name, ...]
    at: tuple[tuple[str, str], ...]


def roster_for(village: Village) -> Roster:
    """The shipped roster, made to fit."""
    return fit(plain(read(ROSTER)), village)


def fit(shipped: Mapping[str, Any], village: Village) -> Roster:
    """The roster of :mod:`demo`'s own village for another one: everybody keeps their departments, grids are dealt out,
    and a post that would have nobody gets a person by its name.
    """
    needed = needed_posts(_setup(village, None))
    known = {department.id for department in village.departments}
    duties = [duty for duty in shipped["duties"] if duty["post"].removesuffix(HEAD) in known]
    duties += _dealt(shipped["duties"], village)
    groups = [group for group in shipped["groups"] if group["post"] in known]
    filled = {(duty["post"], duty.get("grid")) for duty in duties}
    more = [(post, number) for number, post in enumerate(needed, 1) if post.key not in filled]
    people = [*shipped["people"], *(_stand_in(village, post, number) for post, number in more)]
    duties += [_duty(post, number) for post, number in more if _loadable(post, known)]
    used = {duty["person"] for duty in duties}
    roster = {"people": [one for one in people if one["id"] in used], "groups": groups, "duties": duties}
    return Roster.model_validate({"desk": shipped["desk"], **roster})


def _dealt(duties: Iterable[Mapping[str, Any]], village: Village) -> Iterable[dict[str, str]]:
    for post in GRID_POSTS:
        people = dict.fromkeys(duty["person"] for duty in duties if duty["post"] == post)
        for grid, person in zip(village.grids, cycle(people), strict=False):
            yield {"post": post, "grid": grid.id, "person": person}


def _loadable(post: Post, known: Iterable[str]) -> bool:
    """A roster names no department that the inventory does not have; that nobody is there is the inventory's gap."""
    return post.key[1] is not None or post.id.removesuffix(HEAD) in known


def _stand_in(village: Village, post: Post, number: int) -> dict[str, Any]:
    name = post_name(village, post.id).zh
    return {"id": f"person-{number}", "name": name, "phone": NUMBER.format(number), "via": ["sms", "voice"]}


def _duty(post: Post, number: int) -> dict[str, Any]:
    return {"post": post.key[0], "person": f"person-{number}"}


def _setup(village: Village, roster: Roster | None) -> Setup:
    return Setup(village, roster, KINDS, DispatchTimes())


def as_json(village: Village, found: Iterable[Phone]) -> str:
    """For the vendors' page, which knows numbers alone."""
    rows = [
        {"id": one.id, "name": one.name.model_dump(), "posts": [post.model_dump() for post in one.posts], "at": one.at}
        for one in found
    ]
    return json.dumps({"village": village.name.model_dump(), "phones": rows}, ensure_ascii=False)


def phones(village: Village, roster: Roster) -> tuple[Phone, ...]:
    """Rooms first, then people in the roster's order."""
    ways = _setup(village, roster).ways
    rooms = (_room(village, room, ways[f"{GROUP}{room.id}"]) for room in roster.groups)
    people = (_person(village, roster, person, ways[person.id]) for person in roster.people)
    return (*rooms, *people)


def _room(village: Village, room: Group, ways: Iterable[Way]) -> Phone:
    name = ROOM_NAMES.get(room.id) or _same(room.id)
    return Phone(f"{GROUP}{room.id}", name, _posts(village, [(room.post, room.grid)]), _at(ways))


def _person(village: Village, roster: Roster, person: Person, ways: Iterable[Way]) -> Phone:
    return Phone(person.id, _same(person.name), _posts(village, _duties(roster, person.id)), _at(ways))


def _same(name: str) -> Name:
    return Name(zh=name, en=name)


def _duties(roster: Roster, person: str) -> Iterable[tuple[str, str | None]]:
    return ((duty.post, duty.grid) for duty in roster.duties if duty.person == person)


def _posts(village: Village, keys: Iterable[tuple[str, str | None]]) -> tuple[Name, ...]:
    ids = dict.fromkeys(post if grid is None else f"{post}@{grid}" for post, grid in keys)
    return tuple(post_name(village, post) for post in ids)


def _at(ways: Iterable[Way]) -> tuple[tuple[str, str], ...]:
    return tuple((way.kind, ROOMS.get(way.channel, way.to)) for way in ways)
