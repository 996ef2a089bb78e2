"""Sabotage: two cameras of one road covered or turned within minutes are the road's fault, and the police's matter."""

from typing import NamedTuple

from gateway.faults.catalogue import SABOTAGE_CODES
from gateway.faults.changes import Fact
from gateway.faults.village.cases import Case, key
from gateway.faults.village.docket import Docket, new_case

CODE = "sabotage"


class _Seen(NamedTuple):
    since_ms: int
    camera: str
    key: str
    case: Case | None


def look(docket: Docket, asset: str, code: str) -> None:
    """A camera was covered or turned, or that was confirmed."""
    thing = docket.plan.things.get(asset)
    if code not in SABOTAGE_CODES or thing is None or thing.road is None:
        return
    road = thing.road
    seen = [item for item in _seen(docket) if _road(docket, item.camera) == road]
    known = docket.cases.get(key(road, CODE))
    if known is not None:
        _join(docket, known, seen)
        return
    firsts = [item for item in sorted(seen) if item.case and item.case.opened and item.case.root is None]
    for first in firsts:
        others = [item for item in seen if item.camera != first.camera and _near(docket, first, item)]
        if others:
            _begin(docket, road, first, others)
            return


def _road(docket: Docket, camera: str) -> str | None:
    thing = docket.plan.things.get(camera)
    return thing.road if thing else None


def _seen(docket: Docket) -> list[_Seen]:
    doubts = [
        _Seen(doubt.since_ms, doubt.asset, name, None)
        for name, doubt in docket.doubts.items()
        if doubt.code in SABOTAGE_CODES
    ]
    cases = [_Seen(c.since_ms, c.asset, c.key, c) for c in docket.cases.values() if c.code in SABOTAGE_CODES]
    return doubts + cases


def _near(docket: Docket, one: _Seen, other: _Seen) -> bool:
    return abs(one.since_ms - other.since_ms) <= round(docket.rules.sabotage_s * 1000)


def _begin(docket: Docket, road: str, first: _Seen, others: list[_Seen]) -> None:
    case = first.case
    if case is None:
        return
    minutes = max(abs(other.since_ms - first.since_ms) for other in others) // 60_000
    fact = Fact("road", {"other": others[0].camera, "minutes": minutes})
    told = case.told
    cause = new_case(docket, road, "road", CODE, case.opened_ms or case.since_ms, docket.now)
    members = (first.key, *(other.key for other in others))
    # What hangs on a place waits for it: the road's fault is where its first camera is.
    named = told or any(other.case is not None and other.case.told for other in others)
    cause = docket.put(cause, site=case.site, members=members, facts=(fact,), due=not told, told=told, named=named)
    cause = docket.open(cause)
    docket.reroot(case, road)
    for other in others:
        if other.case is not None and other.case.opened and other.case.root is None:
            if other.case.told:
                docket.tell("update", road, CODE)
            docket.reroot(other.case, road)
    if told:
        docket.tell("update", road, CODE)


def _join(docket: Docket, cause: Case, seen: list[_Seen]) -> None:
    """One more camera of the road, or one that was suspect before and is confirmed now."""
    inside = [item for item in seen if item.key in cause.members]
    for item in seen:
        if item.key not in cause.members and any(_near(docket, item, other) for other in inside):
            cause = docket.put(cause, members=(*cause.members, item.key))
        if item.key in cause.members and item.case and item.case.root is None and item.case.opened:
            if item.case.told:
                docket.tell("update", cause.asset, CODE)
                cause = docket.put(cause, named=True)
            docket.reroot(item.case, cause.asset)


def root(docket: Docket, case: Case) -> str | None:
    """The road whose sabotage the case was suspected to be a part of."""
    road = _road(docket, case.asset)
    known = docket.cases.get(key(road, CODE)) if road else None
    return road if known is not None and case.key in known.members else None
