"""Mistakes of a roster that single values do not show: nobody by that name, no such post, no channel that reaches them.

It works on the file as read, so that they are told together with mistakes of single values; what it cannot understand
it leaves to the model.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.inventory import Village
from contracts.rawtree import Mistakes, each, words
from contracts.responsibility import GRID_POSTS, HEAD
from gateway.dispatch.roster import mobile
from gateway.dispatch.ways import GROUPS_ONLY, PEOPLE_ONLY
from gateway.dispatch.words import ChannelKind

_GAPS = str.maketrans("", "", " -")
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    people: frozenset[str]
    departments: frozenset[str]
    grids: frozenset[str]
    channels: Mapping[str, ChannelKind]


def mistakes(data: Any, village: Village, channels: Mapping[str, ChannelKind]) -> Mistakes:
    """All of them, each with its place in ``data``. ``channels``: the configured ones by name."""
    known = _Known(
        frozenset(item["id"] for _, item in each(data, "people") if isinstance(item.get("id"), str)),
        frozenset(department.id for department in village.departments),
        frozenset(grid.id for grid in village.grids),
        channels,
    )
    yield from _same_id(data)
    for path, person in each(data, "people"):
        yield from _person(path, person, known)
    for path, group in each(data, "groups"):
        yield from _group(path, group, known)
    for path, row in (*each(data, "groups"), *each(data, "duties"), *each(data, "hand_overs")):
        yield from _post(path, row, known)
        yield from _people(path, row, known)


def _same_id(data: Any) -> Mistakes:
    for listed in ("people", "groups"):
        seen: set[str] = set()
        for path, item in each(data, listed):
            name = item.get("id")
            if isinstance(name, str) and name in seen:
                yield (*path, "id"), f"id {name!r} is in the list already; choose another"
            seen |= {name} if isinstance(name, str) else set()


def _people(path: Place, row: Any, known: _Known) -> Mistakes:
    for key in ("person", "instead_of"):
        name = row.get(key)
        if isinstance(name, str) and name not in known.people:
            yield (*path, key), f"nobody in 'people' has the id {name!r}"
    if row.get("instead_of") is not None and row.get("instead_of") == row.get("person"):
        yield (*path, "instead_of"), "nobody stands in for themselves; take it out, or name another"


def _post(path: Place, row: Any, known: _Known) -> Mistakes:
    post, grid = row.get("post"), row.get("grid")
    if not isinstance(post, str):
        return
    if post in GRID_POSTS:
        if grid is None:
            yield (*path, "post"), f"each grid has a {post} of its own; name the grid in 'grid'"
        elif isinstance(grid, str) and grid not in known.grids:
            yield (*path, "grid"), f"grid {grid!r} is not in the inventory; it has {_listed(known.grids)}"
        return
    if post.removesuffix(HEAD) not in known.departments:
        yield (*path, "post"), _no_post(post, known)
    if grid is not None:
        yield (*path, "grid"), f"only {' and '.join(GRID_POSTS)} are a grid's own; take 'grid' out"


def _no_post(post: str, known: _Known) -> str:
    departments = f"a department ({_listed(known.departments)})" if known.departments else "a department (it has none)"
    return f"{post!r} is no post of this village: {departments}, <department>{HEAD}, {' or '.join(GRID_POSTS)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _channel(place: Place, name: str, known: _Known) -> Mistakes:
    if name not in known.channels:
        yield place, f"channel {name!r} is not configured; {_configured(known)}"


def _configured(known: _Known) -> str:
    have = f"it has {_listed(known.channels)}" if known.channels else "it has none"
    return f"add it to 'channels' of the gateway's settings ({have})"


def _person(path: Place, person: Any, known: _Known) -> Mistakes:
    named = words(person.get("via"))
    for index, name in enumerate(named):
        place = (*path, "via", index)
        yield from _channel(place, name, known)
        if name in named[:index]:
            yield place, f"channel {name!r} stands there twice"
        elif lack := _lack(person, name, known.channels.get(name)):
            yield place, lack
    addresses = person.get("addresses")
    for name in addresses if isinstance(addresses, dict) else ():
        yield from _channel((*path, "addresses", name), name, known)


def _lack(person: Any, channel: str, kind: ChannelKind | None) -> str | None:
    """Why a channel does not reach them."""
    if kind is None:
        return None
    if kind in GROUPS_ONLY:
        return f"{kind} speaks to a room and not to a person; name the room in 'groups'"
    addresses = person.get("addresses")
    given = addresses.get(channel) if isinstance(addresses, dict) else None
    if kind == "smtp":
        return None if given or person.get("email") else f"{channel!r} reaches nobody without 'email'"
    if kind not in ("sms", "voice"):
        return None
    number = given or person.get("phone")
    if not number:
        return f"{channel!r} reaches nobody without 'phone'"
    if kind == "sms" and not mobile(str(number).translate(_GAPS)):
        return "a landline takes no short message; use a voice channel, or a mobile number written '+86 1…'"
    return None


def _group(path: Place, group: Any, known: _Known) -> Mistakes:
    name = group.get("channel")
    if not isinstance(name, str):
        return
    yield from _channel((*path, "channel"), name, known)
    kind = known.channels.get(name)
    if kind in PEOPLE_ONLY:
        yield (*path, "channel"), f"{kind} speaks to one person and not to a room; take a channel of another kind"
    elif kind == "smtp" and not group.get("to"):
        yield (*path, "channel"), "a mail to a group needs the list's address in 'to'"
