"""A small village in a real store, filled through the store's own functions, and the application on top of it."""

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import msgspec
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from contracts.inventory import Village, load_inventory
from contracts.states import State
from dashboard_api.app import create_app
from dashboard_api.auth import sign_in
from dashboard_api.main import Server
from dashboard_api.settings import Settings
from dashboard_api.telemetry import nowhere
from gateway import people
from gateway.dispatch.setup import Setup
from gateway.faults import Rules
from gateway.faults.catalogue import entry
from gateway.faults.times import DispatchTimes
from gateway.people import Known, fault_of
from gateway.store import (
    Account,
    Acknowledgement,
    Batch,
    Deed,
    FaultAcknowledge,
    FaultEnd,
    FaultOpen,
    FaultRow,
    InputDone,
    InputRow,
    IntervalRow,
    LiveRow,
    OrderMove,
    Store,
    open_store,
)
from gateway.telemetry.base import Reading

CARD = "5" * 16
CSRF = "X-CSRF-Token"


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass
class Town:
    """The store and the village. ``now_ms`` is its clock: fixed, or the wall's."""

    store: Store
    village: Village
    fixed_ms: int | None = None
    n: int = 0
    settings: Settings = field(default_factory=lambda: Settings(inventory=Path("-"), database="-"))
    telemetry: Callable[[], Reading] = nowhere

    def now_ms(self) -> int:
        return wall_ms() if self.fixed_ms is None else self.fixed_ms

    def app(self) -> FastAPI:
        return create_app(self.store, self.village, Rules(), self.settings, self.now_ms, self.telemetry)

    def sees(
        self,
        device: str,
        state: State = "up",
        *,
        codes: tuple[str, ...] = (),
        word: str | None = None,
        for_s: float = 2520,
        age_s: float = 2,
    ) -> LiveRow:
        """A reading of ``device`` arrives."""
        place, now = self.village.places()[device], self.now_ms()
        self.n += 1
        row = LiveRow(
            device,
            place.kind,
            place.junction,
            place.node,
            state,
            word,
            now - round(for_s * 1000),
            now - round(age_s * 1000),
            codes,
            {"looks": 3.0},
            CARD,
            self.n,
        )
        self.store.record(Batch(at_ms=now, live=[row]))
        return row

    def all_well(self) -> None:
        """Everything works; the first socket is free, the second in use."""
        for device, place in self.village.places().items():
            word = {"cp-01.1": "free", "cp-01.2": "in_use"}.get(device)
            self.sees(device, word=word, for_s=4200 if place.kind == "connector" else 86_400)

    def breaks(self, asset: str, code: str, ago_s: float = 360) -> FaultRow:
        """A fault opens."""
        place, now, row = self.village.places().get(asset), self.now_ms(), entry(code)
        feeder = asset in {supply.id for supply in self.village.feeders}
        kind = place.kind if place else "feeder" if feeder else "junction"
        opened = now - round(ago_s * 1000)
        latched = row.latch != "none"
        junction = place.junction if place else "" if feeder else asset
        self.store.record(
            Batch(at_ms=now, faults=[FaultOpen(asset, kind, junction, code, None, row.severity, opened, latched)])
        )
        return next(fault for fault in self.faults("open") if (fault.asset, fault.code) == (asset, code))

    def mends(self, asset: str, code: str, ago_s: float = 1) -> None:
        """Its condition ends; a latched one stays open."""
        now = self.now_ms()
        ended = now - round(ago_s * 1000)
        closed = None if entry(code).latch != "none" else ended
        self.store.record(Batch(at_ms=now, faults=[FaultEnd(asset, code, None, ended, closed)]))

    def was(self, device: str, *pieces: tuple[int, int | None, State, str | None]) -> None:
        """Its past: ``(from_ms, to_ms, state, code)``."""
        batch = Batch(at_ms=self.now_ms())
        batch.intervals += [IntervalRow(device, *piece) for piece in pieces]
        self.store.record(batch)

    def faults(self, state: str = "all") -> list[FaultRow]:
        return self.store.faults(state, 500)[0]  # type: ignore[arg-type]  # tests name the three filters

    def deed(self) -> Deed:
        """A line for the audit log."""
        return Deed(self.now_ms(), "test", "admin", "test", "")

    def ends(self, account: Account) -> None:
        """An account ends."""
        self.store.end_account(account.id, self.deed())

    def link(self, role: str = "maintenance") -> str:
        """A one-time sign-in token."""
        return sign_in.invite(self.store, role, 1, self.now_ms())


class Clerk:
    """Stands where the gateway stands: applies what people ask for, or refuses it with ``reason``."""

    def __init__(self, town: Town, reason: str | None = None) -> None:
        self.town, self.reason = town, reason
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.05):
            for asked in self.town.store.waiting_inputs():
                self.town.store.record(self._moved(asked) if asked.kind == "move" else self._batch(asked))

    def _moved(self, asked: InputRow) -> Batch:
        """By the gateway's own judgement."""
        now, village = self.town.now_ms(), self.town.village
        fault = self.town.store.fault(fault_of(asked))
        if self.reason is not None:
            return Batch(at_ms=now, inputs=[InputDone(asked.id, "refused", self.reason)])
        wish = people.wish(asked, fault, Known(Setup(village, None, {}, DispatchTimes()), village.places(), ()), now)
        if isinstance(wish, OrderMove):
            return Batch(at_ms=now, faults=[wish])
        assert wish.taken is not None
        return Batch(at_ms=now, faults=[wish.taken], inputs=[InputDone(asked.id, "applied")])

    def _batch(self, asked: InputRow) -> Batch:
        now, number = self.town.now_ms(), asked.id
        if self.reason is not None:
            return Batch(at_ms=now, inputs=[InputDone(number, "refused", self.reason)])
        wish = msgspec.json.decode(asked.payload, type=Acknowledgement)
        fault = self.town.store.fault(wish.fault)
        assert fault is not None
        batch = Batch(at_ms=now, inputs=[InputDone(number, "applied")])
        batch.faults.append(FaultAcknowledge(wish.fault, asked.by, now, wish.comment, wish.measured_dead))
        if fault.cleared_ms is not None and wish.measured_dead:
            batch.faults.append(FaultEnd(fault.asset, fault.code, fault.root, fault.cleared_ms, now))
        return batch


@pytest.fixture
def town(tmp_path: Path, root: Path) -> Iterator[Town]:
    store = open_store(f"sqlite:///{tmp_path / 'gateway.db'}")
    made = Town(store, load_inventory(root / "firmware_config" / "villages" / "three-junctions.yaml"))
    yield made
    store.close()


@pytest.fixture
def still_town(town: Town) -> Town:
    """The same with its clock stopped at 2026-11-23 14:08:31 in China."""
    town.fixed_ms = 1_795_414_111_000
    return town


@pytest.fixture
def clerk(town: Town) -> Iterator[Clerk]:
    with Clerk(town) as made:
        yield made


@dataclass
class Running:
    """The application behind a real socket on ``port``."""

    server: uvicorn.Server
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def events(self, headers: dict[str, str] | None = None, query: str = "") -> Iterator[dict[str, str]]:
        """What the stream says, as fields."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as line:
            line.request("GET", f"/api/v1/events{query}", headers=headers or {})
            answer = line.getresponse()
            assert answer.headers["content-type"].startswith("text/event-stream")
            fields: dict[str, str] = {}
            while text := answer.readline().decode():
                name, _, value = text.rstrip("\n").partition(": ")
                if name:
                    fields[name] = value
                elif fields:
                    yield fields
                    fields = {}


@contextlib.contextmanager
def serving(town: Town, port: int = 0) -> Iterator[Running]:
    """The application on ``port``; 0 takes any free one."""
    listener = socket.create_server(("127.0.0.1", port))
    app = town.app()
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2)
    server = Server(config, app.state.desk.feed)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Running(server, listener.getsockname()[1])
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture
def running(town: Town) -> Iterator[Running]:
    with serving(town) as made:
        yield made


@pytest.fixture
def resident(town: Town) -> Iterator[TestClient]:
    """Somebody who has not signed in."""
    with TestClient(town.app()) as client:
        yield client


def bearer(town: Town, client: TestClient, role: str = "maintenance") -> dict[str, str]:
    """The header of a program signed in as ``role``."""
    answer = client.post("/api/v1/sign-in", json={"token": town.link(role)})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}"}


@pytest.fixture
def staff(town: Town, resident: TestClient) -> TestClient:
    """A program signed in as maintenance."""
    resident.headers.update(bearer(town, resident))
    return resident
