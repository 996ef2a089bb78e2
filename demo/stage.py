"""The demo's processes as one thing: start, break and mend, sign in, let the rest drain, end."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from contracts.inventory import Village
from demo import tally
from demo.ledger import HUSH
from demo.pins import VARIABLE as PINS
from demo.scenario import Break
from demo.supervise import Supervisor, last_words
from demo.timeline import Action
from demo.watcher import Api, ApiError, Listener
from demo.workplace import EDGES, HOST, Workplace

CONTROL_WITHIN_S = 5.0
INVITE_WITHIN_S = 30.0
DRAIN_S = 15.0
READY_WITHIN_S = 90.0


class StageError(Exception):
    """Something the demo cannot go on without did not work."""


class Stage:
    """Everything that runs. ``say`` tells the user; ``blind`` names a kind whose judgement always says "fine"."""

    def __init__(self, place: Workplace, village: Village, say: Callable[[str], None], blind: str | None) -> None:
        self.place, self.village, self.say = place, village, say
        self.children = Supervisor(say)
        self.api = Api(HOST, place.page_port)
        self.listener = Listener(self.api)
        self._blind = blind

    def start(self) -> None:
        """Start everything but the nodes; the processes find each other by themselves."""
        place = self.place
        self._start(
            "broker",
            "demo.child",
            "demo.broker",
            "--port",
            place.broker_port,
            "--users",
            place.users,
            "--village",
            self.village.id,
        )
        self._start("fakes", "demo.child", "demo.fakes", *self._fakes())
        self._start("gateway", "demo.gateway_run", "--ledger", place.ledger, "--config", place.config("gateway"))
        self._start("dashboard_api", "demo.child", "dashboard_api", "--config", place.config("dashboard_api"))

    def start_nodes(self) -> None:
        """Start the nodes; before the fakes are there they would see a village without cameras."""
        place = self.place
        for name in EDGES:
            blind = ("--blind", self._blind) if self._blind else ()
            self._start(name, "demo.edge_run", "--ledger", place.ledger, *blind, "--config", place.config(name))

    def _fakes(self) -> tuple[object, ...]:
        place = self.place
        return (
            "--inventory",
            place.inventory,
            "--control",
            place.control,
            "--pins",
            place.pins,
            "--ocpp",
            f"{HOST}:{place.ocpp_port}",
        )

    def _start(self, name: str, module: str, *arguments: object) -> None:
        env = {**os.environ, **self.place.secrets(name), PINS: self.place.pins, "PYTHONUNBUFFERED": "1"}
        self.children.start(name, ["-m", module, *map(str, arguments)], self.place.log(name), env)

    def ready(self) -> bool:
        """Whether the page answers and every device of the village has been seen."""
        try:
            devices = self.api.items("/api/v1/devices?limit=100")
        except (ApiError, KeyError):
            return False
        known = {item["id"] for item in devices if item["state"] != "unknown"}
        return self.village.places().keys() <= known

    def do(self, action: Action) -> None:
        """Carry out a step's action; what is refused is said, and the step will be missed."""
        step = action.step
        if action.do == "acknowledge" and action.fault is not None and step.acknowledge is not None:
            self._acknowledge(action.fault, step.acknowledge.model_dump())
            return
        self.say(f"{step.name}: {'broken' if action.do == 'break' else 'mended'}")
        try:
            self._control(action.do, step.break_)
        except (OSError, ValueError, StageError) as error:
            self.say(f"{step.name}: the fakes refuse: {error}")
        if step.break_.junction is not None:
            self._power(step.break_.junction, on=action.do == "mend")

    def _power(self, junction: str, on: bool) -> None:
        """A junction without mains takes its nodes' processes with it."""
        nodes = {node.id for _, place, node in self.village.nodes() if place.id == junction}
        for name, carried in EDGES.items():
            if nodes & set(carried):
                (self.children.release if on else self.children.hold)(name)

    def _control(self, do: str, broken: Break) -> None:
        """Tell the fakes; raises :class:`StageError` with their reason."""
        order = {"do": do, **broken.model_dump(exclude_none=True)}
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(CONTROL_WITHIN_S)
            wire.connect(str(self.place.control))
            wire.sendall(json.dumps(order).encode() + b"\n")
            answer = json.loads(wire.makefile().readline())
        if not answer.get("ok"):
            raise StageError(answer.get("error", answer))

    def _acknowledge(self, fault: str, body: dict[str, Any]) -> None:
        try:
            self.api.ask(f"/api/v1/faults/{fault}/acknowledge", body)
            self.say(f"{fault}: acknowledged, measured dead")
        except ApiError as error:
            self.say(f"{fault}: not acknowledged: {error}")

    def fakes_up(self) -> bool:
        """Whether the devices are there."""
        return self.place.control.exists()

    def page_up(self) -> bool:
        """Whether the page answers."""
        try:
            self.api.ask("/api/v1/health")
        except ApiError:
            return False
        return True

    def listen(self) -> None:
        """Sign in and listen to the event stream; raises :class:`StageError`."""
        try:
            self.api.sign_in(self.invite().rpartition("/")[2])
        except ApiError as error:
            raise StageError(f"cannot sign in: {error}") from error
        self.listener.start()

    def invite(self) -> str:
        """The path of a one-time sign-in link; raises :class:`StageError`."""
        argv = [
            sys.executable,
            "-m",
            "dashboard_api",
            "invite",
            "--config",
            str(self.place.config("dashboard_api")),
            "--role",
            "maintenance",
        ]
        try:
            done = subprocess.run(argv, capture_output=True, text=True, timeout=INVITE_WITHIN_S, check=False)
        except subprocess.TimeoutExpired as error:
            raise StageError("no invitation in time") from error
        link = next((word for word in done.stdout.split() if "/sign-in/" in word), None)
        if done.returncode or link is None:
            raise StageError(f"no invitation: {done.stderr.strip() or done.stdout.strip()}")
        return link[link.index("/sign-in/") :]

    def drain(self, tick: Callable[[], None]) -> bool:
        """Stop what produces, and wait until the gateway has acknowledged the rest; False if it does not in time."""
        (self.place.ledger / HUSH).touch()
        self.children.stop(["fakes"])
        end = time.monotonic() + DRAIN_S
        settled = 0
        while time.monotonic() < end:
            tick()
            settled = settled + 1 if tally.drained(self.place.ledger) else 0
            if settled >= 3:
                return True
            time.sleep(0.25)
        return False

    def stop(self) -> None:
        """End everything, the nodes first, so that their last words arrive."""
        self.listener.stop()
        self.children.stop([*EDGES, "fakes"])
        self.children.stop(["gateway", "dashboard_api", "broker"])

    def pids(self) -> dict[str, int]:
        """Process numbers of what runs, this process as ``demo``."""
        return {"demo": os.getpid()} | self.children.pids()

    def last_words(self) -> str:
        """The end of each process's log."""
        return "".join(f"\n{name}:{last_words(self.place.log(name))}" for name in self.children.children)
