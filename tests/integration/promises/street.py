"""Three lights, a node that looks at them, and a gateway: what a village's heart does, by real processes."""

from collections.abc import Callable
from pathlib import Path
from typing import Self

from contracts.inventory import Village
from demo.lamp import Lamp
from demo.pins import VARIABLE as PINS
from tests.integration.promises.house import House
from tests.integration.real.lamps import Lamps
from tests.integration.real.parts import until

LIGHTS = {"light-01": "GPIO17", "light-02": "GPIO27", "light-03": "GPIO22"}
WITHIN_S = 180.0


def village() -> Village:
    name = {"zh": "村", "en": "Village"}
    lights = [
        {"id": one, "kind": "warning_light", "driver": "warning_light", "pin": pin, "look_s": 1}
        | {"isolation": "opto", "supply": "mains"}
        for one, pin in LIGHTS.items()
    ]
    node = {"id": "n-01", "interval_s": 1, "devices": lights}
    junction = {"id": "j-01", "name": name, "lat": 30.5, "lon": 120.5, "nodes": [node]}
    grid = {"id": "g-01", "name": name, "junctions": [junction]}
    return Village.model_validate({"id": "v-01", "name": name, "grids": [grid]})


class Street:
    """Three lights, a node and a gateway."""

    def __init__(self, folder: Path, mosquitto: Path) -> None:
        self.house = House(folder, mosquitto, village(), node_rate=200)
        pins = folder / "pins.sock"
        self.node = self.house.ours("edge", env={PINS: str(pins)})
        self.lamps = {one: Lamp(one, pin, period_s=1.0) for one, pin in LIGHTS.items()}
        self._flashing = Lamps(pins, *self.lamps.values())

    def __enter__(self) -> Self:
        self._flashing.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.node.stop()
        self.house.stop()
        self._flashing.end()

    def begins(self) -> None:
        self.house.start(self.house.broker, self.house.gateway, self.node)
        self.awaits("all lights are up", lambda: self.states() == {"up"})

    def states(self) -> set[str | None]:
        return {self.house.state(one) for one in LIGHTS}

    def awaits(self, what: str, true: Callable[[], object]) -> None:
        until(
            true, f"{self.house.folder.name}: {what}", WITHIN_S, lambda: f"{self.house.faults()} {self.house.words()}"
        )

    def breaks(self, light: str) -> None:
        self.lamps[light].fault = "dark"
        self.awaits(f"{light} is dark", lambda: (light, "dark", False) in self.house.faults())
        self.awaits(f"{light} is told", lambda: ("problem", light, "dark") in self.house.messages())

    def mends(self, light: str) -> None:
        self.lamps[light].fault = None
        self.awaits(f"{light} is mended", lambda: (light, "dark", True) in self.house.faults())
        self.awaits(f"{light} is told", lambda: ("recovery", light, "dark") in self.house.messages())

    def restarts(self) -> None:
        """The gateway dies, the node ends; both begin by the clocks they find."""
        self.node.stop()
        self.house.gateway.kill()
        self.house.start(self.house.gateway, self.node)
        before = self.journal()
        self.awaits("reports go on", lambda: self.journal() > before + 5)

    def journal(self) -> int:
        return int(self.house.rows("select count(*) from journal")[0][0])
