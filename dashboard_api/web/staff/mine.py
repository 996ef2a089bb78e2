"""Whose a fault is to the person who reads. Pure."""

from collections import Counter
from functools import lru_cache

from dashboard_api.auth.people import Person
from dashboard_api.desk import Desk
from gateway.dispatch.posts import home
from gateway.dispatch.setup import Setup
from gateway.faults.catalogue import CATALOGUE
from gateway.store.worklist import Theirs


def departments_of(desk: Desk, person: Person) -> frozenset[str]:
    """The departments whose work somebody of their role does."""
    listed = frozenset(one.id for one in desk.village.departments if one.own_role == person.role)
    return listed or frozenset({person.role})


@lru_cache(maxsize=16)
def theirs(setup: Setup, departments: frozenset[str]) -> Theirs:
    """Which faults these departments are sent for. A code goes where most assets' go; the others are listed."""
    codes, odd = set(), {}
    for code in CATALOGUE:
        homes = {asset: home(setup, asset, code) for asset in ("", *setup.assets)}
        usual = Counter(homes.values()).most_common(1)[0][0]
        if usual in departments:
            codes.add(code)
        unlike = frozenset(asset for asset, one in homes.items() if (one in departments) != (usual in departments))
        if unlike:
            odd[code] = unlike
    return Theirs(departments, frozenset(codes), odd)
