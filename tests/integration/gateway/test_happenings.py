"""What happens beside the records is written down as replay reads it; a run full of it comes back from its export."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contracts.inventory import Village
from contracts.messages import Finding, Reading
from gateway.ingest import Ingest
from gateway.replay import Json, replay
from gateway.replay.export import Export, Wanted
from gateway.replay.outcome import Outcome, OutFault, Stay
from gateway.replay.report import report
from gateway.store import Store
from tests.deliveries import NOW, RULES


@pytest.fixture
def trio(village: Village) -> Village:
    """Three junctions: the first two hang on one feeder."""
    plain = village.model_dump(mode="json", exclude_none=True)
    junctions = plain["grids"][0]["junctions"]
    junctions.append(json.loads(json.dumps(junctions[1]).replace("-02", "-03").replace("CP2", "CP3")))
    for junction in junctions[:2]:
        junction["nodes"][0]["feeder"] = "f-1"
    name = {"zh": "台区", "en": "Feeder"}
    return Village.model_validate({**plain, "feeders": [{"id": "f-1", "name": name}]})


class Run:
    """A village whose nodes report each 2 s to a gateway that can end and begin; what cannot be sent waits."""

    def __init__(self, village: Village, store: Store, pi: Any) -> None:
        self.begin: Callable[[], Ingest] = lambda: Ingest(village, RULES, store, self.now)
        self.store, self.at_s = store, 0
        self.pis = {n: type(pi)(f"n-0{n}", str(n) * 16, "abc"[n - 1] * 16) for n in (1, 2, 3)}
        self.waiting: dict[int, list[tuple[int, tuple[Reading, ...]]]] = {n: [] for n in self.pis}
        self.bad: dict[str, tuple[str, int]] = {}
        self.offline: set[int] = set()
        self.heard = True
        self.ingest = self.begin()
        self.ingest.back(NOW)
        self.births()

    @property
    def now(self) -> int:
        return NOW + self.at_s * 1000

    def births(self) -> None:
        """Whose line is there says hello, and what it has."""
        for number, pi in self.pis.items():
            if number not in self.offline:
                self._hear(pi.birth())
                self.send(number)

    def run(self, seconds: int) -> None:
        for _ in range(seconds):
            self.at_s += 1
            for number in self.pis:
                if self.at_s % 2 == 0:
                    self.waiting[number].append((self.at_s, tuple(self._seen(number))))
                self.send(number)
            if self.heard:
                self.ingest.tick(self.now)
                for row in self.store.waiting_inputs():
                    asked = json.loads(row.payload).get("fault")
                    self.ingest.person(row, self.store.fault(asked) if asked else None, self.now)
                self.ingest.commit(self.now)

    def send(self, number: int) -> None:
        while self.heard and number not in self.offline and self.waiting[number]:
            at_s, seen = self.waiting[number].pop(0)
            clock = {"ts": NOW + at_s * 1000, "mono": at_s * 1000, "age_ms": (self.at_s - at_s) * 1000}
            self._hear(self.pis[number].up(*seen, **clock))

    def _hear(self, message: tuple[str, bytes]) -> None:
        self.ingest.receive(*message, self.now)

    def _seen(self, number: int) -> Iterator[Reading]:
        for name in (f"cam-0{number}", f"light-0{number}", f"cp-0{number}", f"cp-0{number}.1"):
            code, since = self.bad.get(name, ("", 0))
            age, looks = float(self.at_s - since), self.at_s - since + 1
            found = (Finding(code, "down", age, looks),) if code else ()
            yield Reading(name, "down" if code else "up", age, looks, f=found)

    # What happens

    def sees(self, device: str, code: str = "") -> None:
        self.bad[device] = (code, self.at_s + 1)

    def lines(self, state: str, *numbers: int) -> None:
        for number in numbers:
            if state == "lost":
                self._hear(self.pis[number].state("lost"))
                self.offline.add(number)
            else:
                self.offline.discard(number)
                self._hear(self.pis[number].birth())
                self.send(number)
        self.ingest.commit(self.now)

    def asks(self, kind: str, **what: Any) -> None:
        self.store.add_input(kind, msgspec.json.encode(what), "li", None, self.now)

    def takes(self, code: str, **how: Any) -> None:
        [fault] = [row for row in self.store.faults("open", 100)[0] if row.code == code]
        self.asks("acknowledge", fault=fault.id, **how)

    def gateway(self, here: bool, anew: bool = False) -> None:
        """Its process ends (``anew`` at its next start) or its broker goes; then it is there again."""
        if not here:
            if not anew:
                self.ingest.away(self.now)
                self.ingest.commit(self.now)
        else:
            self.ingest = self.begin() if anew else self.ingest
            self.ingest.back(self.now)
        self.heard = here
        if here:
            self.births()


@pytest.fixture
def run(trio: Village, store: Store, pi: Any) -> Run:
    return Run(trio, store, pi)


@pytest.fixture
def exported(trio: Village, store: Store, tmp_path: Path) -> Callable[[int], Path]:
    def written(until_s: int) -> Path:
        (tmp_path / "trio.yaml").write_text(json.dumps(trio.model_dump(mode="json", exclude_none=True)))
        work = Export(Wanted(trio, "trio.yaml", NOW, NOW + until_s * 1000, RULES))
        path = tmp_path / "history.jsonl"
        path.write_bytes(b"\n".join(work.lines(store.journal(), store.happenings())))
        assert work.left_out == (0, 0, 0, 0)
        return path

    return written


def of_store(store: Store, village: Village, until_s: int) -> Json:
    """What the gateway has, in the form of a report."""
    to_ms = NOW + until_s * 1000
    rows = [row for row in store.faults("all", 1000)[0] if row.code != "broker_away"]
    faults = [OutFault(r.asset, r.code, r.root, r.severity, r.opened_ms, r.closed_ms, r.reopened) for r in rows]
    stays = {
        device: [Stay(row.from_ms, row.to_ms, row.state, row.code) for row in store.intervals(device, NOW, to_ms)]
        for device in village.places()
    }
    messages: Any = store.messages(limit=1000)
    return report(Outcome(faults, messages, stays, store.windows(None, NOW, to_ms)), village, NOW, to_ms)


def written(store: Store) -> list[tuple[int, dict[str, Any]]]:
    return [((row.at_ms - NOW) // 1000, json.loads(row.line)) for row in store.happenings()]


def light_taken_and_mended(run: Run) -> None:
    run.sees("light-01", "dark")
    run.run(20)
    run.takes("dark")
    run.run(10)
    run.sees("light-01")
    run.run(20)


def earth_fault_released(run: Run) -> None:
    run.sees("cp-03.1", "GroundFailure")
    run.run(10)
    run.sees("cp-03.1")
    run.run(10)
    run.takes("GroundFailure", measured_dead=True)
    run.run(10)


def maintenance(run: Run) -> None:
    run.asks("planned", target="j-03", from_ms=run.now + 2000, to_ms=run.now + 60_000)
    run.asks("out_of_service", target="cam-02", from_ms=run.now + 2000, to_ms=None)
    run.run(10)
    run.sees("cam-03", "black")
    run.run(20)
    run.asks("cancel", target="j-03", from_ms=run.now - 28_000)
    run.asks("in_service", target="cam-02", from_ms=run.now + 2000)
    run.run(20)
    run.sees("cam-03")
    run.run(20)


def feeder_outage(run: Run) -> None:
    run.run(10)
    run.lines("lost", 1, 2)
    run.run(40)
    run.lines("up", 1, 2)
    run.run(30)


def restart(run: Run) -> None:
    run.sees("light-02", "dark")
    run.run(6)
    run.gateway(here=False, anew=True)
    run.run(10)
    run.gateway(here=True, anew=True)
    run.run(30)
    run.sees("light-02")
    run.run(20)


def broker_away(run: Run) -> None:
    run.run(6)
    run.gateway(here=False)
    run.run(30)
    run.gateway(here=True)
    run.run(20)
    run.sees("cam-01", "black")
    run.run(30)


PARTS = (light_taken_and_mended, earth_fault_released, maintenance, feeder_outage, restart, broker_away)


@pytest.mark.parametrize("part", [*PARTS], ids=lambda part: part.__name__)
def test_each_of_them_comes_back(
    run: Run, part: Callable[[Run], None], exported: Callable[[int], Path], store: Store, trio: Village
) -> None:
    run.run(10)
    part(run)
    found = replay(exported(run.at_s), rules=RULES)
    assert found == of_store(store, trio, run.at_s)
    assert found["faults"]


def test_all_of_them_after_one_another_come_back(
    run: Run, exported: Callable[[int], Path], store: Store, trio: Village
) -> None:
    for part in PARTS:
        part(run)
    found = replay(exported(run.at_s), rules=RULES)
    assert found == of_store(store, trio, run.at_s)
    assert {fault["code"] for fault in found["faults"]} >= {"dark", "GroundFailure", "black", "feeder_down"}


def test_each_is_written_down_once_as_replay_reads_it(run: Run, store: Store) -> None:
    for part in PARTS:
        part(run)
    lines = written(store)
    kinds = [next(key for key in line if key != "t") for _, line in lines]
    people = {"acknowledge": 2, "planned": 1, "cancel": 1, "out_of_service": 1, "in_service": 1}
    assert {kind: kinds.count(kind) for kind in people} == people
    gateway = [line["gateway"] for _, line in lines if "gateway" in line]
    assert gateway == ["start", "stop", "start", "broker_lost", "broker_back"]
    links = [(line["node"], line["link"]) for _, line in lines if "link" in line]
    assert links.count(("n-01", "lost")) == links.count(("n-02", "lost")) == 1
    assert links.count(("n-03", "lost")) == 0


@pytest.mark.parametrize("kind", ["link", "gateway", "acknowledge", "planned"])
def test_without_such_lines_it_would_not_come_back(
    kind: str, run: Run, exported: Callable[[int], Path], store: Store, trio: Village
) -> None:
    for part in PARTS:
        part(run)
    path = exported(run.at_s)
    head, *lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([head, *(line for line in lines if f'"{kind}":'.encode() not in line)]))
    assert replay(path, rules=RULES) != of_store(store, trio, run.at_s)
