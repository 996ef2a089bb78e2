"""The demo's small village as real processes, with rules whose times are short, for a browser to look at."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contracts.inventory import load_inventory
from contracts.yamlfile import plain, read
from demo.control import Control
from demo.edges import edges
from demo.scenario import Break
from demo.speed import DEFAULT
from demo.stage import Stage
from demo.workplace import VILLAGE, Workplace, free_port
from gateway.store import FaultRow, open_store

WITHIN_S = 90.0


def until(done: Callable[[], Any], what: str, within_s: float = WITHIN_S) -> Any:
    """What ``done`` gives once it is something."""
    end = time.monotonic() + within_s
    while not (found := done()):
        assert time.monotonic() < end, f"{what}: not within {within_s:g} s"
        time.sleep(0.1)
    return found


class Small:
    """The village; ``store`` is the gateway's, read beside it. ``verified_s``: in place of the shipped half an hour;
    ``cut``: an uplink that can be cut; ``speed``: of the rules."""

    def __init__(self, folder: Path, verified_s: float, cut: str | None = None, speed: float = DEFAULT) -> None:
        village = self.village = load_inventory(VILLAGE)
        breaks = [] if cut is None else [Break(what="cut", uplink=cut)]
        lines = {} if cut is None else {cut: free_port()}
        found = edges(village, breaks)
        self.place = Workplace(folder, free_port(), village, found, lines, speed, light="day")
        self.stage = Stage(self.place, self.place.write(), lambda _: None, "day", None)
        rules = {**plain(read(self.place.rules)), "verified_s": verified_s}
        self.place.rules.write_text(json.dumps(rules), encoding="utf-8")

    def start(self) -> None:
        """Everything, until each device has been seen."""
        self.stage.start()
        until(self.stage.fakes_up, "the fakes are there")
        self.stage.start_nodes()
        until(self.stage.page_up, "the page answers")
        self.stage.listen()
        until(lambda: not self.stage.missing(), "every device is seen")
        self.store = open_store(f"sqlite:///{self.place.database}")

    def end(self) -> None:
        self.store.close()
        self.stage.stop()

    def breaks(self, what: str, device: str, **more: str) -> None:
        Control(self.place.control).send(do="break", what=what, device=device, **more)

    def mends(self, what: str, device: str, **more: str) -> None:
        Control(self.place.control).send(do="mend", what=what, device=device, **more)

    def fault(self, asset: str, code: str) -> FaultRow:
        """The newest of its kind, waited for."""

        def found() -> FaultRow | None:
            rows = [row for row in self.store.faults("all", 100)[0] if (row.asset, row.code) == (asset, code)]
            return max(rows, key=lambda row: row.opened_ms, default=None)

        row = until(found, f"{asset} {code} opens")
        assert isinstance(row, FaultRow)
        return row

    def link(self, role: str) -> str:
        """The path of a one-time link."""
        config = str(self.place.config("dashboard_api"))
        said = self.stage._ask("dashboard_api", "invite", "--config", config, "--role", role)
        link = next(word for word in said.split() if "/sign-in/" in word)
        return link[link.index("/sign-in/") :]
