"""What `firmware_config generate` makes of the inventory, and the programs that run it, each on a free port."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from demo import speed
from demo.pins import VARIABLE as PINS
from demo.workplace import free_port
from edge.uplink import BACK_OFF_S
from firmware_config import yamltext
from firmware_config.main import main as firmware_config
from tests.integration.firmware_config.conftest import listen_at, turn
from tests.integration.real.influx import Influx
from tests.integration.real.inventory import IDENTITY, NODE, Pace, inventory
from tests.integration.real.parts import ROOT, Part
from tests.integration.real.relay import Relay
from tests.servers import CONFIG

HERE = Path(__file__).parent
PORTS = ("broker", "influxdb", "backup", "camera", "ocpp", "orders", "page")


@dataclass(frozen=True)
class Programs:
    """What is not ours: the programs, and the film that the camera shows."""

    mosquitto: Path
    influxd: Path
    python_with_gst: Path
    node: Path
    simulator: Path
    film: Path


class Site:
    """The files in ``folder`` and the ports; :meth:`parts` are the programs in the order of their start.

    Beside the generated files the programs are told only what a machine of its own would not need: the ports, and
    where the pins are. The node reaches the broker through :attr:`wire`, which counts.
    """

    def __init__(self, folder: Path, programs: Programs, pace: Pace) -> None:
        self.folder, self.made, self.ledger = folder, folder / "site", folder / "ledger"
        self.ports = {name: free_port() for name in PORTS}
        self.wire = Relay(self.ports["broker"])
        self.pins = folder / "pins.sock"
        self._programs = programs
        self._rules = {"VSM_RULES": str(self._fast_rules())} if pace.quick else {}
        self._generate(pace)

    @property
    def database(self) -> Path:
        return self.made / "state" / "gateway.db"

    def influx(self) -> Influx:
        """How a stranger who knows the password asks InfluxDB."""
        password = self.made / "gateway" / "secrets" / "influxdb-password"
        return Influx(self.ports["influxdb"], password.read_text(encoding="ascii").strip())

    def _fast_rules(self) -> Path:
        """The shipped rules at the demo's speed, but for the limit: after the broker's return a node may take its whole
        back-off of 30 s, and is not missed for that.
        """
        file = self.folder / "rules.yaml"
        rules = {**speed.rules(speed.DEFAULT), "limit_extra_s": BACK_OFF_S}
        file.write_text(yamltext.dump(rules), encoding="utf-8")
        return file

    def _generate(self, pace: Pace) -> None:
        written, influx = self.folder / "village.yaml", self.folder / "influx"
        written.write_text(json.dumps(inventory(self.ports["camera"], pace)), encoding="utf-8")  # JSON is YAML
        order = ["generate", str(written), "--out", str(self.made), "--gateway-host", "localhost"]
        assert firmware_config(order) == 0
        turn(self.made)
        listen_at(self.made, self.ports["broker"])
        influx.mkdir()
        text = CONFIG.format(folder=influx, port=self.ports["influxdb"], rpc=self.ports["backup"], data="", http="")
        (influx / "influxdb.conf").write_text(text, encoding="utf-8")

    def parts(self) -> dict[str, Part]:
        """Every program by its name."""
        here = self._programs
        parts = [
            self._part("broker", here.mosquitto, "-c", self.made / "broker" / "mosquitto.conf"),
            self._part("influxdb", here.influxd, "-config", self.folder / "influx" / "influxdb.conf"),
            self._part("camera", here.python_with_gst, HERE / "rtsp_server.py", self.ports["camera"], here.film),
            # It takes its script by a path relative to where it runs.
            Part(
                "pile",
                [str(here.node), str(here.simulator), "charge_point.js"],
                self.folder,
                env=self._pile(),
                cwd=HERE,
            ),
            self._ours("gateway", "demo.gateway_run", "gateway/gateway.yaml", self._gateway()),
            self._ours("page", "dashboard_api", "gateway/dashboard_api.yaml", self._page()),
            self._ours("node", "demo.edge_run", f"nodes/{NODE}/edge.yaml", self._node()),
        ]
        return {part.name: part for part in parts}

    def _part(self, name: str, *argv: object) -> Part:
        return Part(name, [str(word) for word in argv], self.folder, self.ports[name])

    def _ours(self, name: str, module: str, config: str, env: dict[str, str]) -> Part:
        books = ["--ledger", str(self.ledger)] if module.startswith("demo.") else []
        argv = [sys.executable, "-m", module, *books, "--config", str(self.made / config)]
        return Part(name, argv, self.folder, self.ports.get(name, 0), env, ROOT)

    def _pile(self) -> dict[str, str]:
        address = f"ws://127.0.0.1:{self.ports['ocpp']}/{IDENTITY}"
        return {"CENTRAL_SYSTEM": address, "LISTEN": str(self.ports["orders"]), "RESPONSE_TIMEOUT": "3000"}

    def _gateway(self) -> dict[str, str]:
        lines = (self.made / "gateway" / "gateway.env").read_text(encoding="utf-8").splitlines()
        made = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
        url = f"http://127.0.0.1:{self.ports['influxdb']}"
        return {**made, **self._rules, "VSM_BROKER__PORT": str(self.ports["broker"]), "VSM_TELEMETRY__URL": url}

    def _page(self) -> dict[str, str]:
        return {**self._rules, "VSM_HOST": "127.0.0.1", "VSM_PORT": str(self.ports["page"])}

    def _node(self) -> dict[str, str]:
        ocpp = {"VSM_OCPP__HOST": "127.0.0.1", "VSM_OCPP__PORT": str(self.ports["ocpp"])}
        pins = {"VSM_PIN_FACTORY": "vsm_demo", PINS: str(self.pins)}
        return {**ocpp, **pins, "VSM_BROKER__PORT": str(self.wire.port)}
