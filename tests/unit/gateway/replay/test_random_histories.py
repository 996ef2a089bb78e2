"""Random histories of a small village: nothing that was promised of faults, messages and uptime may break.

Each history is an hour or two of trouble, then everything is mended and released, and enough time passes for all to
end.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import pairwise
from multiprocessing import get_context
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from contracts.codes import CODES
from contracts.inventory import Village
from contracts.messages import Finding, Reading
from contracts.states import worst
from gateway import faults
from gateway.faults import Message, NodeWatch, Rules, VillageWatch
from gateway.faults.catalogue import entry
from gateway.replay.events import (
    AcknowledgeLine,
    CancelLine,
    GatewayLine,
    LateLine,
    LinkLine,
    MainsLine,
    OutOfServiceLine,
    PlannedLine,
    Readings,
    TimedEvent,
)
from gateway.replay.outcome import Outcome, OutFault
from gateway.replay.report import report
from gateway.replay.run import run

START = 1_800_000_000_000 // 60_000 * 60_000
TROUBLE_S, INTERVAL_S = 2400, 60
# A village's day in half an hour, so that everything ends within a history.
RULES = Rules(intermittent_window_s=900, weather_after_s=300, silent_s=200)
TAIL_S = 2000
# Histories by the hundred, each by its first seed.
HUNDREDS = [0, pytest.param(100, marks=pytest.mark.long)]
CODES_OF = {
    "camera": ("unreachable", "occluded", "moved", "blur", "over_exposed", "noise", "busy", "driver_error"),
    "warning_light": ("dark", "flash_rate"),
    "charge_point": ("GroundFailure", "Faulted", "offline", "HighTemperature"),
    "connector": ("GroundFailure", "OtherError"),
    "contact": ("mains_lost", "smoke"),
}
NAME = {"zh": "路口", "en": "place"}


def _village() -> Village:
    def camera(n: int) -> dict[str, Any]:
        return {"id": f"cam-{n}", "kind": "camera", "driver": "opencv", "source": "x.mp4", "road": f"road-{n // 2}"}

    def contact(n: int, role: str) -> dict[str, Any]:
        pin = {"pin": "GPIO24", "isolation": "opto"}
        return {"id": f"{role}-{n}", "kind": "contact", "driver": "contact", "role": role, **pin}

    light = {"kind": "warning_light", "driver": "warning_light", "pin": "GPIO23", "isolation": "opto"}
    pile = {"id": "cp-1", "kind": "charge_point", "driver": "ocpp16", "identity": "CP1", "connectors": [{"number": 1}]}
    devices = {
        1: [camera(1), {**light, "id": "wl-1", "supply": "mains"}],
        2: [camera(2), contact(2, "mains"), pile],
        3: [{**camera(3), "ups": True}, contact(3, "smoke")],
        4: [camera(4)],
        5: [camera(5)],
    }
    node = {"interval_s": INTERVAL_S, "uplink": "u-1"}
    nodes = {
        n: {**node, "id": f"n-{n}", "feeder": "f-1" if n < 4 else "f-2", "ups": n == 3, "devices": devices[n]}
        for n in devices
    }
    places = [{"id": f"j-{n}", "name": NAME, "lat": 31.3, "lon": 118.8, "nodes": [nodes[n]]} for n in (1, 2, 3)]
    places.append({"id": "j-4", "name": NAME, "lat": 31.3, "lon": 118.8, "nodes": [nodes[4], nodes[5]]})
    supplies = {"feeders": [{"id": f"f-{n}", "name": NAME} for n in (1, 2)], "uplinks": [{"id": "u-1", "name": NAME}]}
    grid = {"id": "g", "name": NAME, "junctions": places}
    return Village.model_validate({"id": "v", "name": NAME, **supplies, "grids": [grid]})


VILLAGE = _village()
PLACES = VILLAGE.places()
NODES = {node.id: [d for d, place in PLACES.items() if place.node == node.id] for _, _, node in VILLAGE.nodes()}


class _Story:
    """What happens, second by second; a node reports each interval, and changes at once."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.bad: dict[str, tuple[str, int]] = {}
        self.since: dict[str, int] = dict.fromkeys(PLACES, 0)
        self.looks: dict[str, int] = dict.fromkeys(PLACES, 1)
        self.down: set[str] = set()
        self.away = False
        self.events: list[TimedEvent] = []

    def told(self) -> list[TimedEvent]:
        self._begin()
        second = 0
        while second < TROUBLE_S:
            until = min(TROUBLE_S, second + self.dice.choice((1, 5, 20, 60, 100, 200, 700)))
            self._report(second, until)
            second = until
            for _ in range(self.dice.choice((1, 1, 2, 4))):
                self._trouble(second)
        self._mend(TROUBLE_S)
        self._report(TROUBLE_S, TROUBLE_S + TAIL_S)
        self._release(TROUBLE_S + TAIL_S)
        return self.events

    def _begin(self) -> None:
        for node, devices in NODES.items():
            self.events.append(LinkLine(START, node, "up"))
            self._say(node, devices, 0)

    def _report(self, begin: int, end: int) -> None:
        for second in range(begin // INTERVAL_S * INTERVAL_S + INTERVAL_S, end, INTERVAL_S):
            for node in [] if self.away else [node for node in NODES if node not in self.down]:
                for device in NODES[node]:
                    self.looks[device] += 6
                self._say(node, NODES[node], second)

    def _say(self, node: str, devices: list[str], second: int) -> None:
        self.events.append(Readings(_ms(second), node, tuple(self._reading(device, second) for device in devices)))

    def _reading(self, device: str, second: int) -> Reading:
        since_s = float(second - self.since[device])
        found = self.bad.get(device)
        if found is None:
            return Reading(device, "up", since_s, self.looks[device])
        finding = Finding(found[0], CODES[found[0]].state, since_s, self.looks[device])
        return Reading(device, worst([finding.s]), since_s, self.looks[device], f=(finding,))

    def _trouble(self, second: int) -> None:
        kind = self.dice.choices(
            ("breaks", "mends", "drops", "returns", "fog", "mains", "gateway", "people", "late"),
            (30, 30, 12, 14, 4, 4, 2, 6, 4),
        )[0]
        getattr(self, f"_{kind}")(second)

    def _turn(self, device: str, code: str | None, second: int) -> None:
        if self.away or PLACES[device].node in self.down:
            return
        if code is None:
            self.bad.pop(device, None)
        else:
            self.bad[device] = (code, second)
        self.since[device], self.looks[device] = second, 1
        self._say(PLACES[device].node, [device], second)

    def _breaks(self, second: int) -> None:
        device = self.dice.choice(list(PLACES))
        codes = CODES_OF[PLACES[device].kind]
        if PLACES[device].kind == "contact":
            codes = tuple(code for code in codes if device.startswith(code[:5]))
        self._turn(device, self.dice.choice(codes), second)

    def _mends(self, second: int) -> None:
        if self.bad:
            self._turn(self.dice.choice(list(self.bad)), None, second)

    def _fog(self, second: int) -> None:
        code = self.dice.choice(("blur", "over_exposed", None))
        for device in [device for device, place in PLACES.items() if place.kind == "camera"]:
            self._turn(device, code, second)

    def _drops(self, second: int) -> None:
        groups = ([self.dice.choice(list(NODES))], ["n-1", "n-2", "n-3"], ["n-4", "n-5"], list(NODES))
        for node in self.dice.choices(groups, (6, 2, 1, 1))[0]:
            if node not in self.down:
                self.down.add(node)
                self.events.append(LinkLine(_ms(second), node, self.dice.choice(("lost", "lost", "disconnected"))))

    def _returns(self, second: int) -> None:
        for node in sorted(self.down) if self.dice.random() < 0.5 else sorted(self.down)[:1]:
            self._comes(node, second)

    def _comes(self, node: str, second: int) -> None:
        self.down.discard(node)
        self.events.append(LinkLine(_ms(second), node, "up"))
        for device in NODES[node]:
            if self.dice.random() < 0.5:  # it started anew, and knows nothing of before
                self.since[device], self.looks[device] = second, 1
        self._say(node, NODES[node], second)

    def _mains(self, second: int) -> None:
        node = self.dice.choice(list(NODES))
        self.events.append(MainsLine(_ms(second), node, self.dice.choice(("lost", "back"))))

    def _gateway(self, second: int) -> None:
        stop = self.dice.random() < 0.5
        if self.away:
            self.events.append(GatewayLine(_ms(second), "start"))
        else:
            self.events.append(GatewayLine(_ms(second), "stop" if stop else "broker_lost"))
        self.away = not self.away

    def _people(self, second: int) -> None:
        device = self.dice.choice(list(PLACES))
        code = self.dice.choice(CODES_OF[PLACES[device].kind])
        end = _ms(second + 600)
        self.events.append(
            self.dice.choice(
                (
                    AcknowledgeLine(_ms(second), device, code, "li", self.dice.random() < 0.5),
                    PlannedLine(_ms(second), False, device, _ms(second + self.dice.choice((-60, 60))), end),
                    PlannedLine(_ms(second), True, "j-1", _ms(second + 1), end),
                    CancelLine(_ms(second), True, "j-1", _ms(second - 60)),
                    OutOfServiceLine(_ms(second), device, _ms(second), end),
                )
            )
        )

    def _late(self, second: int) -> None:
        device = self.dice.choice(list(PLACES))
        begin = self.dice.randrange(max(1, second - 3000), second + 1)
        end = min(second, begin + self.dice.choice((30, 100, 700)))
        code = self.dice.choice((None, *CODES_OF[PLACES[device].kind]))
        state = "up" if code is None else CODES[code].state
        if begin < end and state != "unknown":
            self.events.append(LateLine(_ms(second), PLACES[device].node, device, _ms(begin), _ms(end), state, code))

    def _mend(self, second: int) -> None:
        if self.away:
            self.events.append(GatewayLine(_ms(second), "start"))
            self.away = False
        for node in NODES:
            self.events.append(MainsLine(_ms(second), node, "back"))
        for node in sorted(self.down):
            self._comes(node, second)
        for device in sorted(PLACES):
            self._turn(device, None, second)

    def _release(self, second: int) -> None:
        for device, place in PLACES.items():
            for code in (*CODES_OF[place.kind], "rcd_tripped"):
                self.events.append(AcknowledgeLine(_ms(second), device, code, "li", True))


def _ms(second: int) -> int:
    return START + second * 1000


def histories(first: int, count: int) -> Iterator[tuple[int, list[TimedEvent], Outcome]]:
    for seed in range(first, first + count):
        events = _Story(seed).told()
        yield seed, events, run(VILLAGE, RULES, events, START, _ms(TROUBLE_S + TAIL_S + 10))


@cache
def usual(first: int) -> list[tuple[int, list[TimedEvent], Outcome]]:
    """A hundred of them, with nothing changed."""
    return list(histories(first, 100))


def check(seed: int, events: list[TimedEvent], outcome: Outcome) -> None:
    released = {(e.asset, e.code): e.at_ms for e in events if isinstance(e, AcknowledgeLine) and e.measured_dead}
    for fault in outcome.faults:
        assert fault.closed_ms is not None, (seed, "no way to its end", fault)
        assert fault.opened_ms <= fault.closed_ms, (seed, fault)
        if entry(fault.code).latch == "electrical":
            assert fault.closed_ms in _releases(events, fault), (seed, "a latch was lost", fault, released)
    _no_message_without_its_match(seed, outcome)
    _every_second_once(seed, outcome)


def _releases(events: list[TimedEvent], fault: OutFault) -> set[int]:
    found = [e for e in events if isinstance(e, AcknowledgeLine) and (e.asset, e.code) == (fault.asset, fault.code)]
    return {event.at_ms for event in found if event.measured_dead}


def _no_message_without_its_match(seed: int, outcome: Outcome) -> None:
    told: dict[tuple[str, str], int] = defaultdict(int)
    ended: set[str] = set()
    roots = {(f.asset, f.code): f.root for f in outcome.faults if f.root is not None}
    for message in outcome.messages:
        key = (message.asset, message.code)
        match message.kind:
            case "problem" | "update" | "flapping":
                told[key] += 1
            case "recovery":
                assert told[key] or message.asset in ended, (seed, "a recovery without its problem", message)
                told[key] = 0
            case "flapping_end":
                assert told[key], (seed, message)
                told[key] = 0
                ended |= _standing_for(message)
                for other in [other for other in told if other[0] in _standing_for(message)]:
                    told[other] = 0
    for key, count in told.items():
        assert not count or key in roots, (seed, "was told of, and its end was not", key)


def _standing_for(message: Message) -> set[str]:
    """A node's flapping stands for its site's silence."""
    site = next((junction.id for _, junction, node in VILLAGE.nodes() if node.id == message.asset), message.asset)
    return {message.asset, site}


def _every_second_once(seed: int, outcome: Outcome) -> None:
    for device, stays in outcome.intervals.items():
        assert stays[0].from_ms == START, (seed, device)
        for before, after in pairwise(stays):
            assert before.to_ms == after.from_ms, (seed, device, before, after)
            assert before.from_ms < after.from_ms, (seed, device, before, after)
        assert stays[-1].to_ms is None, (seed, device)
    end_ms = _ms(TROUBLE_S + TAIL_S)
    for device, figures in report(outcome, VILLAGE, START, end_ms)["uptime"].items():
        assert figures["U"] + figures["D"] + figures["K"] == figures["S"], (seed, device)
        assert figures["S"] + figures["M"] + figures["O"] == TROUBLE_S + TAIL_S, (seed, device)


def _same_again(seed: int, events: list[TimedEvent], outcome: Outcome) -> None:
    again = run(VILLAGE, RULES, events, START, _ms(TROUBLE_S + TAIL_S + 10))
    assert again == outcome, seed


@pytest.mark.parametrize("first", HUNDREDS)
def test_nothing_breaks(first: int) -> None:
    for number, history in enumerate(usual(first)):
        check(*history)
        if number % 20 == 0:
            _same_again(*history)


def _thousand(first: int) -> int:
    for number, history in enumerate(histories(first, 1000)):
        check(*history)
        if number % 50 == 0:
            _same_again(*history)
    return 1000


def _through_json(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Every watch goes to JSON and back before it is used again, as over a restart; how many did, by their kind."""
    seen: Counter[str] = Counter()

    def kept(watch: NodeWatch | VillageWatch) -> NodeWatch | VillageWatch:
        again = msgspec.json.decode(msgspec.json.encode(watch), type=type(watch))
        assert again == watch
        seen[type(watch).__name__] += 1
        return again

    def wrapped(engine: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            found = engine(*given)
            return (kept(found[0]), found[1]) if isinstance(found, tuple) else kept(found)

        return call

    for name in ("start", "step", "begin", "judge", "tell"):
        monkeypatch.setattr(faults, name, wrapped(getattr(faults, name)))
    return seen


@pytest.mark.parametrize("first", HUNDREDS)
def test_what_is_remembered_survives_json_at_every_step(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = usual(first)
    seen = _through_json(monkeypatch)
    for (seed, _, outcome), (_, _, same) in zip(histories(first, 100), wanted, strict=True):
        assert outcome == same, seed
    assert min(seen["NodeWatch"], seen["VillageWatch"]) > 10_000


def test_a_memory_that_loses_something_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [outcome for _, _, outcome in histories(0, 5)]

    def forgetful(*given: Any, judge: Any = faults.judge) -> Any:
        watch, changes = judge(*given)
        return replace(watch, graces={}), changes

    monkeypatch.setattr(faults, "judge", forgetful)
    assert [outcome for _, _, outcome in histories(0, 5)] != wanted


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_nothing_breaks_in_twenty_thousand() -> None:
    with ProcessPoolExecutor(mp_context=get_context("fork")) as workers:
        assert sum(workers.map(_thousand, range(1000, 21_000, 1000))) == 20_000
