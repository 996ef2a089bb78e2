"""Everything that runs: the operating system's servers, the gateway, the nodes, and their lines."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts.inventory import Village
from demo.chaos.books import ACKED, Marks
from demo.chaos.hand import Hand
from demo.chaos.influx import Influx
from demo.chaos.lines import Lines
from demo.chaos.place import Place, program
from demo.chaos.postgres import Postgres
from demo.chaos.schedule import OTHERS_STORE, OWN_STORE, Scene
from demo.chaos.setting import Talk
from demo.chaos.stored import SQLITE
from demo.supervise import Supervisor, last_words

UP_WITHIN_S = 60.0
TICK_S = 0.05
AT_GATEWAY = frozenset({"ack-before-commit", "accept-gap"})
OWN_SQLITE, OWN_POSTGRES = "sqlite", "postgres"


class NotUp(Exception):
    """The village does not come up; the text says what is missing."""


@dataclass(frozen=True)
class Order:
    """What is asked for. ``store``: ``sqlite`` or ``postgres``, both made for this run, or a URL; ``forced``: the
    spools must overflow; ``broken``: the mechanism to take out; ``influx``: a real one is there.
    """

    nodes: tuple[str, ...]
    talk: Talk
    store: str = OWN_SQLITE
    forced: bool = False
    broken: str | None = None
    influx: bool = True


class Stage:
    """All processes of a run, below ``folder``. ``say``: to the user. Raises :class:`demo.chaos.place.Missing`."""

    def __init__(self, order: Order, folder: Path, say: Callable[[str], None]) -> None:
        self.order, self.children = order, Supervisor(say)
        path = os.environ.get("PATH", "")
        self.influx = Influx(folder / "influx") if order.influx else None
        self.postgres = Postgres(folder / "postgres", path) if order.store == OWN_POSTGRES else None
        database = f"{SQLITE}{folder / 'gateway.db'}" if order.store == OWN_SQLITE else order.store
        database = database if self.postgres is None else self.postgres.database
        self.place = Place(folder, order.nodes, database, None if self.influx is None else self.influx.url)
        self.village: Village = self.place.write()
        self.lines = Lines(order.nodes, self.place.broker_port)
        self.hand = Hand(self.children, self.lines, database)

    @property
    def scene(self) -> Scene:
        """What there is to break."""
        elsewhere = () if self.order.store == OWN_SQLITE or self.place.database.startswith(SQLITE) else OTHERS_STORE
        store = elsewhere if self.postgres is None else OWN_STORE
        return Scene(self.order.nodes, self.influx is not None, store, self.order.forced)

    def start(self) -> None:
        """Start everything; returns when each node has heard the gateway. Raises :class:`NotUp`."""
        self._program("broker", ["mosquitto", "-c", str(self.place.mosquitto)])
        if self.influx is not None:
            self._program("influx", ["influxd", "-config", str(self.influx.config)])
            self._until(self.influx.ready, "influx")
        if self.postgres is not None:
            self._program("store", self.postgres.argv)
            self._until(self.postgres.ready, "store")
        self._python("gateway", "gateway_run", *self._break(), "--config", str(self.place.config("gateway")))
        for node in self.order.nodes:
            self._python(node, "node_run", str(self.place.write_node(node, self.lines.ports[node], self.order.talk)))
        heard = Marks(self.place.ledger, ACKED)
        self._until(lambda: len({node for node, _ in heard.now()}) == len(self.order.nodes), "gateway")

    def stop(self) -> None:
        """End everything."""
        self.children.stop()
        self.lines.close()

    def _break(self) -> list[str]:
        return ["--break", self.order.broken] if self.order.broken in AT_GATEWAY else []

    def _program(self, name: str, argv: Sequence[str]) -> None:
        path = os.environ.get("PATH", "")
        # So that nothing stays behind when the harness itself is killed.
        follow = [program("setpriv", path), "--pdeathsig", "KILL"]
        self.children.run(name, [*follow, program(argv[0], path), *argv[1:]], self.place.log(name), dict(os.environ))

    def _python(self, name: str, module: str, *words: str) -> None:
        self.children.start(name, ["-m", f"demo.chaos.{module}", *words], self.place.log(name), dict(os.environ))

    def _until(self, done: Callable[[], bool], name: str) -> None:
        end = time.monotonic() + UP_WITHIN_S
        while not done():
            dead = [child.name for child in self.children.children.values() if not child.running]
            if dead or time.monotonic() > end:
                name = dead[0] if dead else name
                raise NotUp(f"{name} does not come up{last_words(self.place.log(name))}")
            time.sleep(TICK_S)
