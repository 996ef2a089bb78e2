"""The village's judgement at work: a copy of what is remembered that may be written in, and what is said meanwhile."""

from collections.abc import Iterator
from typing import Any, Literal

from msgspec.structs import replace

from gateway.faults.catalogue import entry, exempt, severity
from gateway.faults.changes import Fact, FaultClosed, FaultExplained, FaultOpened, FaultRooted, Message, VillageChange
from gateway.faults.kinds import AssetKind, MessageKind
from gateway.faults.node.silence import AWAY, MAINS, SILENT, SITE, UPLINK
from gateway.faults.rules import Rules
from gateway.faults.village.cases import Case, Doubt, Hold, Silence, VillageWatch, Weather, key
from gateway.faults.village.plan import Plan

_KEPT_SILENCES = 64
Absence = Literal["gone", "unseen", "unheard"]


class Docket:
    """One step's working copy. Nothing of the watch it was made from is altered.

    Who is not there is read in :attr:`gone`, :attr:`unseen` and :attr:`unheard`, and written by :meth:`absent` and
    :meth:`present`.
    """

    def __init__(self, watch: VillageWatch, plan: Plan, rules: Rules) -> None:
        self.plan, self.rules = plan, rules
        self.now = watch.now_ms
        self.cases: dict[str, Case] = dict(watch.cases)
        self.doubts: dict[str, Doubt] = dict(watch.doubts)
        self.holds: dict[str, Hold] = dict(watch.holds)
        self.graces = dict(watch.graces)
        self.gone, self.unseen, self.unheard = watch.gone, watch.unseen, watch.unheard
        self.cameras = watch.cameras
        self._copied: set[str] = set()
        self.flapping = dict(watch.flapping)
        self.episodes = dict(watch.episodes)
        self.windows = watch.windows
        self.silences = dict(watch.silences)
        self.away = watch.away
        self.weather: Weather | None = watch.weather
        self.ailments = watch.ailments
        self.past: dict[str, str | None] = {}  # the roots of episodes of the past whose end is about to be said
        self.said: list[VillageChange] = []

    def watch(self, due_ms: int) -> VillageWatch:
        """What to remember."""
        return VillageWatch(
            now_ms=self.now,
            due_ms=due_ms,
            cases=self.cases,
            doubts=self.doubts,
            holds=self.holds,
            graces=self.graces,
            gone=self.gone,
            cameras=self.cameras,
            unseen=self.unseen,
            unheard=self.unheard,
            flapping=self.flapping,
            episodes=self.episodes,
            windows=self.windows,
            silences=self.silences,
            away=self.away,
            weather=self.weather,
            ailments=self.ailments,
        )

    def absent(self, absence: Absence) -> dict[str, int]:
        """One of the three, to be written in. After a start they are as long as the village is large, so that each is
        copied only when it changes."""
        if absence not in self._copied:
            self._copied.add(absence)
            setattr(self, absence, dict(getattr(self, absence)))
        found: dict[str, int] = getattr(self, absence)
        return found

    def present(self, absence: Absence, asset: str) -> None:
        """``asset`` is not, or no longer, in one of the three."""
        if asset in getattr(self, absence):
            del self.absent(absence)[asset]

    # Cases

    def put(self, case: Case, **changed: Any) -> Case:
        """Write a case down."""
        case = replace(case, **changed) if changed else case
        self.cases[case.key] = case
        return case

    def silent(self, node: str) -> Case | None:
        """The case that says that ``node`` itself is silent."""
        home = self.plan.home(node)
        for name in (key(home, SITE), key(home, MAINS), key(node, UPLINK), key(node, SILENT)):
            case = self.cases.get(name)
            if case is not None and case.node == node and is_silence(case) and case.phase != "cleared":
                return case
        return None

    def dark(self) -> dict[str, Case]:
        """Every node that went away without a word, with the case that says so."""
        return {c.node: c for c in self.cases.values() if c.code in AWAY and c.node and c.phase != "cleared"}

    def exempt(self, case: Case) -> bool:
        """Whether nothing may hold the case back."""
        return exempt(case.code, case.kind)

    # What is said

    def tell(self, kind: MessageKind, asset: str, code: str) -> None:
        """A message, now."""
        self.said.append(Message(kind, asset, code, self.now))

    def open(self, case: Case, root: str | None = None) -> Case:
        """List a case as a fault."""
        case = self.put(case, opened=True, root=root, under=None, veiled=False)
        self.announce(case)
        return case

    def announce(self, case: Case, joins: int = 0) -> None:
        """Say that a fault is open, and why."""
        opened_ms = case.opened_ms or case.since_ms
        rank = severity(case.code, case.kind)
        found = FaultOpened(case.asset, case.kind, case.code, rank, opened_ms, self.now, case.root, case.latched, joins)
        self.said.append(found)
        if case.facts:
            self.said.append(FaultExplained(case.asset, case.code, case.root, case.facts, self.now))

    def explain(self, case: Case, *more: Fact) -> Case:
        """Say why; what is said anew takes the place of what was said of the same."""
        keys = {fact.key for fact in more}
        facts = (*(fact for fact in case.facts if fact.key not in keys), *more)
        if facts == case.facts:
            return case
        case = self.put(case, facts=facts)
        if case.opened:
            self.said.append(FaultExplained(case.asset, case.code, case.root, case.facts, self.now))
        return case

    def reroot(self, case: Case, root: str) -> Case:
        """The fault is a part of ``root``, whose messages stand for its own from now on."""
        self.said.append(FaultRooted(case.asset, case.code, case.root, root, self.now))
        return self.put(case, root=root, held=False, due=False)

    def close(self, case: Case, ended_ms: int, closed_ms: int) -> None:
        """The fault is over."""
        self.said.append(FaultClosed(case.asset, case.code, ended_ms, closed_ms, self.now, case.root))

    # Holds

    def hold(self, case: Case) -> Case:
        """Let a case wait for the others of its site."""
        wait_s = self.rules.mains_hold_s if case.code == MAINS else self.rules.hold_s
        hold = self.holds.get(case.site) or Hold(self.now, self.now)
        self.holds[case.site] = Hold(hold.from_ms, max(hold.due_ms, hold.from_ms + round(wait_s * 1000)))
        return self.put(case, held=True)

    def remember_silence(self, case: Case, ended_ms: int) -> None:
        """A node's silence is over: its children have their grace, and late data may still speak of it."""
        thing = self.plan.things.get(case.node)
        limit_ms = thing.limit_ms if thing else 0
        until_ms = self.now + limit_ms + round(self.rules.grace_extra_s * 1000)
        over = Silence(case.asset, case.code, case.since_ms, ended_ms, until_ms, case.root, case.told)
        self.silences[case.node] = (*self.silences.get(case.node, ()), over)[-_KEPT_SILENCES:]


def is_silence(case: Case) -> bool:
    """Whether it is a node's own silence; mains may be lost without one."""
    return bool(case.node) and (case.code in AWAY or (case.code == SILENT and case.kind == "node"))


def new_case(docket: Docket, asset: str, kind: AssetKind, code: str, since_ms: int, at_ms: int) -> Case:
    """A case of the asset, which may be one that has no place (a feeder, a road)."""
    thing = docket.plan.thing(asset)
    site, node = (thing.site, thing.node) if thing else ("", "")
    return Case(asset, kind, code, site, node, since_ms, at_ms)


def state_is_down(case: Case) -> bool:
    """Whether its asset works no more by it."""
    return entry(case.code).state == "down"


def open_cases(docket: Docket, asset: str) -> Iterator[Case]:
    """The cases of one asset that are not over."""
    return (case for case in docket.cases.values() if case.asset == asset and case.phase != "cleared")


__all__ = ["Absence", "Docket", "is_silence", "key", "new_case", "open_cases", "state_is_down"]
