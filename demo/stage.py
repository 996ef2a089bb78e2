"""The demo's processes as one thing: start, break and mend, sign in, let the rest drain, end."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from contracts.inventory import Village
from demo import reach, tally
from demo.control import Control, Refused
from demo.ledger import HUSH
from demo.letterbox import Letters, NoLink
from demo.pins import VARIABLE as PINS
from demo.plan import Cue
from demo.scenario import Break
from demo.supervise import Supervisor, last_words
from demo.timeline import Action
from demo.unrest import Deed, Unrest
from demo.vendors import Received
from demo.watcher import Api, ApiError, Listener
from demo.workplace import HOST, Workplace

ASK_WITHIN_S = 60.0
# A node whose line was cut for long tries again after up to 30 s.
DRAIN_S = 45.0
READY_WITHIN_S = 120.0
NAMED = 8


class StageError(Exception):
    """Something the demo cannot go on without did not work."""


class Stage:
    """Everything that runs. ``say`` tells the user; ``light`` is that of the scenes; ``blind`` names a kind whose
    judgement always says "fine".
    """

    def __init__(
        self, place: Workplace, village: Village, say: Callable[[str], None], light: str, blind: str | None
    ) -> None:
        self.place, self.village, self.say = place, village, say
        self.children = Supervisor(say)
        self.api = Api(HOST, place.page_port)
        self.listener = Listener(self.api)
        self.letters = Letters(HOST, place.doors.http, place.phones)
        self.received: list[Received] = []
        self._light, self._blind = light, blind
        self._dead: list[Break] = []
        self.unrest: Unrest | None = None

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
        self._start("vendors", "demo.child", "demo.vendors", *self._vendors())
        # Before the fakes: once they are there, nodes start, and what those see waits for the gateway.
        self._load_roster()
        self._start("fakes", "demo.child", "demo.fakes", *self._fakes())
        self._start("gateway", "demo.gateway_run", "--ledger", place.ledger, "--config", place.config("gateway"))
        self._start("dashboard_api", "demo.child", "dashboard_api", "--config", place.config("dashboard_api"))

    def start_nodes(self) -> None:
        """Start the nodes; before the fakes are there they would see a village without cameras."""
        place = self.place
        for name in place.edges:
            blind = ("--blind", self._blind) if self._blind else ()
            self._start(name, "demo.edge_run", "--ledger", place.ledger, *blind, "--config", place.config(name))

    def _vendors(self) -> Iterable[object]:
        place = self.place
        yield from ("--port", place.doors.http, "--smtp-port", place.doors.mail, "--state", place.received)
        yield from ("--templates", place.templates, "--people", place.people)

    def _load_roster(self) -> None:
        """Before the gateway starts: what it tells first must find somebody."""
        self.say("making the database, and saying who is on duty")
        config = ("--config", str(self.place.config("gateway")))
        self._ask("gateway", "--migrate", *config)
        self._ask("gateway", "roster", "load", str(self.place.roster), *config)

    def _fakes(self) -> Iterable[object]:
        place = self.place
        yield from ("--inventory", place.inventory, "--control", place.control, "--pins", place.pins)
        yield from ("--ledger", place.ledger)
        yield from ("--light", self._light)
        yield from (word for address in place.ocpp() for word in ("--ocpp", address))
        for uplink, port in place.lines.items():
            yield from ("--line", f"{uplink}={port}:{HOST}:{place.broker_port}")

    def _start(self, name: str, module: str, *arguments: object) -> None:
        env = {**os.environ, **self.place.secrets(name), PINS: self.place.pins, "PYTHONUNBUFFERED": "1"}
        self.children.start(name, ["-m", module, *map(str, arguments)], self.place.log(name), env)

    def missing(self) -> list[str]:
        """Devices that have not been seen yet, each with the reason as far as it is known; empty when all are there."""
        try:
            devices = {item["id"]: item for item in self.api.items("/api/v1/devices?limit=100")}
        except (ApiError, KeyError) as error:
            return [f"the page does not tell: {error}"]
        places = self.village.places()
        return [
            f"{name} of {place.node}: {_why_unseen(devices.get(name))}"
            for name, place in places.items()
            if name not in devices or devices[name]["state"] == "unknown"
        ]

    def do(self, action: Action) -> str | None:
        """Carry out a step's action; the reason when it cannot be done."""
        cue = action.cue
        if action.do == "acknowledge":
            if action.fault is not None and cue.acknowledge is not None:
                self._acknowledge(action.fault, cue.acknowledge.model_dump())
            return None
        if action.do == "take":
            self._take(action)
            return None
        self.say(f"{cue.name}: {'broken' if action.do == 'break' else 'mended'}")
        order = cue.break_.model_dump(exclude_none=True)
        try:
            Control(self.place.control).send(do=action.do, **order)
        except (OSError, ValueError, Refused) as error:
            self.say(f"{cue.name}: the fakes refuse: {error}")
            return str(error)
        if cue.break_.what == "power":
            self._power(cue.break_, on=action.do == "mend")
        return None

    def mend(self, cues: Iterable[Cue]) -> None:
        """Mend what a run that ends early leaves broken, so that what the spools hold can arrive."""
        for cue in cues:
            self.do(Action("mend", cue))

    def _power(self, place: Break, on: bool) -> None:
        """A node without mains and battery takes its process with it."""
        before = self._dead_nodes()
        self._dead = [one for one in self._dead if one != place] + ([] if on else [place])
        after = self._dead_nodes()
        for name, edge in self.place.edges.items():
            was, is_ = (bool(dead & set(edge.nodes)) for dead in (before, after))
            if was != is_:
                (self.children.hold if is_ else self.children.release)(name)

    def disturb(self, target: str, deed: Deed) -> None:
        """Kill or stop a process, cut a line or make it hang; what a break has taken is left alone."""
        self.say(f"unrest: {deed} {target}")
        if target in self.place.lines:
            self._line("break", target, deed)
        elif self.children.children[target].held:
            return
        elif deed == "kill":
            self.children.hold(target)
        else:
            self.children.send([target], signal.SIGSTOP)

    def calm(self, target: str, deed: Deed) -> None:
        """The end of :meth:`disturb`."""
        if target in self.place.lines:
            self._line("mend", target, deed)
        elif deed == "stop":
            self.children.send([target], signal.SIGCONT)
        elif self.children.children[target].held and target not in self._dead_edges():
            self.children.release(target)

    def _line(self, do: str, uplink: str, deed: Deed) -> None:
        try:
            Control(self.place.control).send(do=do, what=deed, uplink=uplink)
        except (OSError, ValueError, Refused) as error:  # the demo goes on without this one
            self.say(f"{uplink}: the fakes refuse: {error}")

    def _dead_edges(self) -> set[str]:
        dead = self._dead_nodes()
        return {name for name, edge in self.place.edges.items() if dead & set(edge.nodes)}

    def _dead_nodes(self) -> set[str]:
        return {node for place in self._dead for node in reach.dead_nodes(self.village, place)}

    def _acknowledge(self, fault: str, body: dict[str, Any]) -> None:
        try:
            self.api.ask(f"/api/v1/faults/{fault}/acknowledge", body)
            self.say(f"{fault}: acknowledged, measured dead")
        except ApiError as error:
            self.say(f"{fault}: not acknowledged: {error}")

    def _take(self, action: Action) -> None:
        """Press the link that somebody has been sent; they press again until the page shows it."""
        if action.fault is None or action.cue.take is None:
            return
        try:
            who = self.letters.press(action.cue.take, action.fault)
            self.say(f"{action.fault}: taken on by {who}, through the link in the letter")
        except NoLink:
            return  # it is still on its way
        except ApiError as error:
            self.say(f"{action.fault}: not taken: {error}")

    def fakes_up(self) -> bool:
        """Whether the devices are there."""
        return self.place.control.exists()

    def phones_up(self) -> bool:
        """Whether the vendors answer."""
        try:
            self.letters.all()
        except ApiError:
            return False
        return True

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
        config = str(self.place.config("dashboard_api"))
        said = self._ask("dashboard_api", "invite", "--config", config, "--role", "maintenance")
        link = next((word for word in said.split() if "/sign-in/" in word), None)
        if link is None:
            raise StageError(f"no invitation: {said.strip()}")
        return link[link.index("/sign-in/") :]

    def _ask(self, module: str, *words: str) -> str:
        """What a command of a real program says; raises :class:`StageError`."""
        argv, env = [sys.executable, "-m", module, *words], {**os.environ, **self.place.secrets(module)}
        try:
            done = subprocess.run(argv, capture_output=True, text=True, timeout=ASK_WITHIN_S, check=False, env=env)
        except subprocess.TimeoutExpired as error:
            raise StageError(f"{module} {words[0]}: no answer in time") from error
        if done.returncode:
            raise StageError(f"{module} {words[0]}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def drain(self, tick: Callable[[], None]) -> bool:
        """Stop what produces, and wait until the gateway has acknowledged the rest; False if it does not in time."""
        (self.place.ledger / HUSH).touch()
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
        self.children.stop([*self.place.edges, "fakes"])
        self.children.stop(["gateway", "dashboard_api", "broker"])
        # Nothing is sent any more, so that this is all there is.
        with contextlib.suppress(ApiError):
            self.received = self.letters.all()
        self.children.stop(["vendors"])

    def pids(self) -> dict[str, int]:
        """Process numbers of what runs, this process as ``demo``."""
        return {"demo": os.getpid()} | self.children.pids()

    def last_words(self) -> str:
        """The end of each process's log."""
        logs = {name: last_words(self.place.log(name)) for name in self.children.children}
        return "".join(f"\n{name}:{words}" for name, words in logs.items() if words)


def _why_unseen(device: dict[str, Any] | None) -> str:
    if device is None:
        return "the page does not know it"
    if device["seen"] is None:
        return "no reading of it has come"
    return f"its readings say {', '.join(device['codes']) or 'that nothing is known of it yet'}"
