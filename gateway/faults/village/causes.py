"""Root causes of silence: the feeder, the operator's line, the gateway, or the one site.

Judged in the order: a feeder of which a sense said so; all of the village, or all of one operator's line; a feeder of
which most sites are dark; all nodes of one junction; else the one node by itself.
"""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from gateway.faults.changes import Fact, FaultRooted, Running
from gateway.faults.kinds import AssetKind
from gateway.faults.node.silence import MAINS, SITE, UPLINK
from gateway.faults.village.cases import Case, Silence, key
from gateway.faults.village.docket import Docket, new_case
from gateway.faults.village.plan import Groups

GATEWAY, GATEWAY_DOWN, FEEDER_DOWN = "gateway", "gateway_down", "feeder_down"


class Cause(NamedTuple):
    """What stands behind the silence of ``nodes``."""

    asset: str
    kind: AssetKind
    code: str
    nodes: frozenset[str]
    facts: tuple[Fact, ...]


class _Feeder(NamedTuple):
    """How a feeder stands: its dark sites, their nodes, all of its sites, and whether a sense said so."""

    id: str
    dark: frozenset[str]
    nodes: frozenset[str]
    sites: int
    sensed: bool

    def fact(self, name: str) -> Fact:
        values: dict[str, str | int | float] = {"feeder": self.id, "dark": len(self.dark), "sites": self.sites}
        return Fact(name, {**values, "sensed": int(self.sensed)} if name == "feeder_dark" else values)


def judge(docket: Docket, case: Case) -> Case:
    """Find what is behind a silence that is about to be told of; the case as it is then."""
    for sensed in _sensed(docket):
        absorb(docket, sensed)
    case = docket.cases[case.key]
    if case.root is not None:
        return case
    ruled_out: list[Fact] = []
    cause = _find(docket, case, ruled_out)
    if cause is None:
        return docket.explain(case, *_by_itself(case), *ruled_out)
    absorb(docket, cause)
    return docket.cases[case.key]


def absorb(docket: Docket, cause: Cause) -> None:
    """One fault for all; who was told of one of them is told once more."""
    found = [c for c in docket.dark().values() if c.node in cause.nodes and c.root is None and c.opened]
    found += [c for c in docket.cases.values() if _is_part(docket, c, cause)]
    name = key(cause.asset, cause.code)
    known = docket.cases.get(name)
    if known is None and not found:
        return  # all of it hangs on something else that has failed
    if known is None:
        since_ms = min(member.opened_ms or member.since_ms for member in found)
        known = new_case(docket, cause.asset, cause.kind, cause.code, since_ms, docket.now)
        known = docket.open(docket.put(known, facts=cause.facts, due=True))
    named = known.named or any(member.told or member.named for member in found)
    docket.put(known, members=(*known.members, *(member.key for member in found)), named=named)
    for member in found:
        told = member.told or member.named
        docket.reroot(member, cause.asset)
        if told:
            docket.tell("update", cause.asset, cause.code)


def _is_part(docket: Docket, case: Case, cause: Cause) -> bool:
    """A smaller cause is a part of a larger one that has all of it."""
    if case.root is not None or not case.members or case.code not in {FEEDER_DOWN, UPLINK, SITE}:
        return False
    if case.asset == cause.asset and case.code == cause.code:
        return False
    nodes = {docket.cases[name].node for name in case.members if name in docket.cases}
    return bool(nodes) and nodes <= cause.nodes


def _find(docket: Docket, case: Case, ruled_out: list[Fact]) -> Cause | None:
    dark = docket.dark()
    silent = {node: away for node, away in dark.items() if away.code != MAINS or node in docket.gone}
    feeders = [_feeder(docket, dark, case, feeder, sites) for feeder, sites in _of(docket.plan.feeders, case.node)]
    found = _village(docket, silent, ruled_out) or _uplink(docket, silent, case, ruled_out)
    if found is not None:
        return found
    for feeder in feeders:
        if _enough(docket, feeder):
            facts = (feeder.fact("feeder_dark"), *ruled_out)
            return Cause(feeder.id, "feeder", FEEDER_DOWN, feeder.nodes, facts)
        ruled_out.append(feeder.fact("feeder_ok"))
    return _twins(docket, dark, case)


def _sensed(docket: Docket) -> Iterator[Cause]:
    """Every feeder of which a sense or a last gasp says that it is dead, and whose other sites agree."""
    dark = docket.dark()
    for case in [case for case in dark.values() if case.code == MAINS and case.root is None and case.opened]:
        for name, sites in _of(docket.plan.feeders, case.node):
            feeder = _feeder(docket, dark, case, name, sites)
            if _enough(docket, feeder) and key(name, FEEDER_DOWN) not in docket.cases:
                yield Cause(name, "feeder", FEEDER_DOWN, feeder.nodes, (feeder.fact("feeder_dark"),))


def _of(groups: Groups, node: str) -> list[tuple[str, dict[str, tuple[str, ...]]]]:
    return [(name, dict(sites)) for name, sites in groups.items() if any(node in nodes for nodes in sites.values())]


def _feeder(
    docket: Docket, dark: dict[str, Case], case: Case, feeder: str, sites: dict[str, tuple[str, ...]]
) -> _Feeder:
    near_ms = round(docket.rules.feeder_starts_s * 1000)
    out = {
        site
        for site, nodes in sites.items()
        if all(
            # A node that is known to have its supply says nothing against the feeder.
            node in dark and dark[node].code != UPLINK and abs(dark[node].since_ms - case.since_ms) <= near_ms
            for node in nodes
        )
    }
    nodes = frozenset(node for site in out for node in sites[site])
    sensed = any(dark[node].code == MAINS for node in nodes)
    return _Feeder(feeder, frozenset(out), nodes, len(sites), sensed)


def _enough(docket: Docket, feeder: _Feeder) -> bool:
    dark = len(feeder.dark)
    return dark >= docket.rules.feeder_sites and dark >= docket.rules.feeder_share * feeder.sites


def _village(docket: Docket, dark: dict[str, Case], ruled_out: list[Fact]) -> Cause | None:
    """All of the village is silent: the gateway's own absence, or its line."""
    sites = docket.plan.sites
    if any(_by_power(docket, case) for case in dark.values()):
        return None  # one dead feeder and a silent rest: not the line of them all
    out = [site for site, nodes in sites.items() if all(node in dark for node in nodes)]
    if len(out) < len(sites) or len(sites) < 2:
        ruled_out.append(Fact("village_ok", {"dark": len(out), "sites": len(sites)}))
        return None
    fact = Fact("village_dark", {"dark": len(out), "sites": len(sites)})
    nodes = frozenset(dark)
    away = _away(docket, min(case.since_ms for case in dark.values()))
    if away is not None:
        gone = Fact("gateway_away", {"from_ms": away[0], "to_ms": away[1]})
        return Cause(GATEWAY, "gateway", GATEWAY_DOWN, nodes, (fact, gone))
    lines = [uplink for uplink, groups in docket.plan.uplinks.items() if groups.keys() == sites.keys()]
    asset: tuple[str, AssetKind] = (lines[0], "uplink") if lines else (GATEWAY, "gateway")
    return Cause(*asset, UPLINK, nodes, (fact, Fact("gateway_ok")))


def _by_power(docket: Docket, case: Case) -> bool:
    """Whether a sense has said that its feeder is dead."""
    feeder = docket.cases.get(key(case.root, FEEDER_DOWN)) if case.root else None
    return feeder is not None and any(fact.values.get("sensed") for fact in feeder.facts)


def _uplink(docket: Docket, dark: dict[str, Case], case: Case, ruled_out: list[Fact]) -> Cause | None:
    for uplink, sites in _of(docket.plan.uplinks, case.node):
        out = [site for site, nodes in sites.items() if all(node in dark for node in nodes)]
        values: dict[str, str | int | float] = {"uplink": uplink, "dark": len(out), "sites": len(sites)}
        same = any(set(out) == set(feeder) for feeder in docket.plan.feeders.values())
        power = any(_by_power(docket, dark[node]) for site in out for node in sites[site])
        if len(out) < len(sites) or len(sites) < 2 or same or power:
            ruled_out.append(Fact("uplink_ok", values))
            continue
        nodes = frozenset(node for nodes in sites.values() for node in nodes)
        away = _away(docket, min(dark[node].since_ms for node in nodes))
        if away is not None:
            gone = Fact("gateway_away", {"from_ms": away[0], "to_ms": away[1]})
            return Cause(GATEWAY, "gateway", GATEWAY_DOWN, nodes, (Fact("uplink_dark", values), gone))
        return Cause(uplink, "uplink", UPLINK, nodes, (Fact("uplink_dark", values), Fact("gateway_ok")))
    return None


def _away(docket: Docket, since_ms: int) -> tuple[int, int] | None:
    """The gateway's absence in which the silence began, or just before which it was last spoken."""
    slack_ms = max((thing.limit_ms for thing in docket.plan.things.values()), default=0)
    return next((a for a in reversed(docket.away) if a[0] - slack_ms <= since_ms <= a[1]), None)


def _twins(docket: Docket, dark: dict[str, Case], case: Case) -> Cause | None:
    """All nodes of a junction that has several."""
    nodes = docket.plan.sites.get(case.site, ())
    near_ms = round(docket.rules.feeder_starts_s * 1000)
    if len(nodes) < 2 or not all(n in dark and abs(dark[n].since_ms - case.since_ms) <= near_ms for n in nodes):
        return None
    code = MAINS if any(dark[node].code == MAINS for node in nodes) else SITE
    return Cause(case.site, "junction", code, frozenset(nodes), (Fact("twin", {"nodes": len(nodes)}),))


def _by_itself(case: Case) -> tuple[Fact, ...]:
    if case.code == MAINS:
        return ()
    if case.code == UPLINK:
        return (Fact("sense_quiet", {"by": case.node}),)
    return (Fact("no_sense"),)


def ran(docket: Docket, turn: Running) -> None:
    """Late data show a node at work; if that was in its silence, only its line was away."""
    node, case = turn.node, docket.silent(turn.node)
    if case is not None and case.since_ms < turn.to_ms and (case.good_ms is None or turn.from_ms < case.good_ms):
        _ran_now(docket, node, case)
    else:
        _ran_before(docket, turn)


def _ran_now(docket: Docket, node: str, case: Case) -> None:
    if case.code == SITE and case.root is None and case.opened and not case.members:
        held, due, told = case.held, case.due, case.told
        cause = new_case(docket, node, "node", UPLINK, case.since_ms, docket.now)
        facts = (Fact("ran", {"since_ms": case.since_ms}), *(f for f in case.facts if f.key != "no_sense"))
        cause = docket.open(docket.put(cause, facts=facts, members=(case.key,)))
        docket.put(cause, held=held, due=due, told=told)
        docket.reroot(case, node)
        if told:
            docket.tell("update", node, UPLINK)


def _ran_before(docket: Docket, turn: Running) -> None:
    """The same of a silence that is over: listed, and nobody is disturbed."""
    node = turn.node
    for index, silence in enumerate(known := docket.silences.get(node, ())):
        inside = silence.since_ms < turn.to_ms and turn.from_ms < silence.ended_ms
        if silence.code != SITE or silence.root is not None or not inside:
            continue
        cause = new_case(docket, node, "node", UPLINK, silence.since_ms, docket.now)
        if len(_like(docket, silence, known)) == 1:  # else the same number stands for other silences, too
            docket.said.append(FaultRooted(silence.asset, SITE, None, node, docket.now))
        docket.announce(replace(cause, facts=(Fact("ran", {"since_ms": silence.since_ms}),)))
        docket.close(cause, silence.ended_ms, silence.ended_ms)
        docket.silences[node] = (*known[:index], replace(silence, root=node), *known[index + 1 :])


def _like(docket: Docket, silence: Silence, known: tuple[Silence, ...]) -> list[int]:
    """The starts of all silences that may be listed under one number with ``silence``."""
    starts = [s.since_ms for s in known if (s.asset, s.code, s.root) == (silence.asset, silence.code, silence.root)]
    now = docket.cases.get(key(silence.asset, silence.code))
    return starts if now is None else [*starts, now.since_ms]
