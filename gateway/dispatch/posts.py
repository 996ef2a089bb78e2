"""Whose a fault is: the department that is sent for, who is told beside it, and who comes after them.

A post (岗位) is a department (its people on duty), ``<department>.head``, ``grid_officer@<grid>`` or
``grid_lead@<grid>``.
"""

from collections.abc import Iterator
from typing import NamedTuple

from contracts.inventory import DepartmentRole
from contracts.responsibility import GRID_POSTS, HEAD
from gateway.dispatch.assets import Where
from gateway.dispatch.duty import PostKey
from gateway.dispatch.setup import Setup
from gateway.faults.catalogue import CATALOGUE, entry
from gateway.faults.catalogue.texts import Department as Word

OFFICER, LEAD = GRID_POSTS
# Whose line or feeder it is decides, not the routing.
_SUPPLY_CODES = {"uplink_down": "uplink", "feeder_down": "feeder"}


class Post(NamedTuple):
    """``key``: as the roster names it; ``role``: whose first steps its people are given."""

    id: str
    key: PostKey
    role: DepartmentRole


# Posts that are told at once, and the ones to turn to if nobody is there, nearest first.
Chain = tuple[tuple[Post, ...], ...]


def grid_post(post: str, grid: str) -> Post:
    """A grid's officer or lead."""
    return Post(f"{post}@{grid}", (post, grid), "grid_officer")


def department_post(setup: Setup, department: str, head: bool = False) -> Post:
    """A department's people on duty, or its head. ``department`` is a bare role where the village has none of it."""
    known = setup.departments.get(department)
    name = department + HEAD if head else department
    return Post(name, (name, None), known.acts_as if known else _bare(department))


def _bare(word: str) -> DepartmentRole:
    return next((row.department for row in CATALOGUE.values() if row.department == word), "village_committee")


def post_of(setup: Setup, name: str) -> Post:
    """The post of that name."""
    post, at, grid = name.partition("@")
    if at:
        return grid_post(post, grid)
    return department_post(setup, name.removesuffix(HEAD), name.endswith(HEAD))


def posts(setup: Setup, asset: str, code: str, department: str | None = None) -> tuple[Post, ...]:
    """The main post first, then who is told beside it, each once. ``department``: to whom the fault was passed on."""
    where, row = setup.where(asset), entry(code)
    main = department_post(setup, department or _main(setup, where, code))
    beside = (post for word in row.also for post in _beside(setup, word, where))
    return tuple(dict.fromkeys((main, *beside)))


def home(setup: Setup, asset: str, code: str) -> str:
    """The department that is sent for while nobody has passed the fault on."""
    return _main(setup, setup.where(asset), code)


def _main(setup: Setup, where: Where, code: str) -> str:
    row, routing = entry(code), setup.village.routing
    supply = getattr(where, _SUPPLY_CODES[code]) if code in _SUPPLY_CODES else None
    if supply in setup.supplies:
        return setup.supplies[supply]
    # A word that no table has is judged as `unrecognised`, so it goes where that goes.
    listed = (routing.codes.get(code), routing.codes.get(row.code), routing.classes.get(row.cls)) if routing else ()
    return next(filter(None, listed), None) or setup.by_role.get(row.department, row.department)


def _beside(setup: Setup, word: Word, where: Where) -> Iterator[Post]:
    if word == OFFICER:
        yield from (grid_post(OFFICER, grid) for grid in where.grids)
    else:
        yield department_post(setup, setup.by_role.get(word, word))


def leads(setup: Setup, asset: str) -> tuple[Post, ...]:
    """Who leads the grids that an asset stands in."""
    return tuple(grid_post(LEAD, grid) for grid in setup.where(asset).grids)


def centre(setup: Setup) -> Chain:
    """The last to be told: the safety centre's head, and if nobody is there its duty desk."""
    return (department_post(setup, setup.safety, head=True),), (department_post(setup, setup.safety),)


def after(setup: Setup, post: Post, main: Post | None = None, nearest: tuple[Post, ...] = ()) -> Chain:
    """Whom to turn to if nobody is at ``post``. ``main``: the fault's own post, where another one is empty;
    ``nearest``: the leads of its grids."""
    name, grid = post.key
    if name == OFFICER and grid:
        nearest = (grid_post(LEAD, grid),)
    chain: list[tuple[Post, ...]] = []
    if name != LEAD and not name.endswith(HEAD):
        chain.append(nearest)
    owner = main if name in GRID_POSTS else post
    if owner and not owner.id.endswith(HEAD):
        chain.append((department_post(setup, owner.id, head=True),))
    return tuple(level for level in (*chain, *centre(setup)) if level)


def needed_posts(setup: Setup) -> tuple[Post, ...]:
    """Every post that a fault of this village, or a step of its ladder, can lead to, in a fixed order."""
    found: dict[Post, None] = {}
    for asset, where in setup.assets.items():
        for code, row in CATALOGUE.items():
            if where.kind in row.kinds:
                first = posts(setup, asset, code)
                found |= dict.fromkeys((*first, *leads(setup, asset)))
                found[department_post(setup, first[0].id, head=True)] = None
    found |= dict.fromkeys(centre(setup)[0])
    return tuple(sorted(found))
