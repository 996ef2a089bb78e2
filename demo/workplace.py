"""The demo's working directory: ports, passwords, and the configuration files of the real processes. Everything in it
is made anew each time.
"""

import json
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.inventory import Village, load_inventory

HERE = Path(__file__).parent
VILLAGE, RULES = HERE / "village.yaml", HERE / "rules.yaml"
RTSP_ADDRESS = "127.0.0.1:8554"
HOST = "127.0.0.1"
EDGES: dict[str, tuple[str, ...]] = {"edge-a": ("n-01", "n-02"), "edge-b": ("n-03",)}
KEEPALIVE_S = 5


def free_port(wanted: int = 0) -> int:
    """``wanted`` if nobody has it, else any free port."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port")


@dataclass
class Workplace:
    """Paths and ports below ``folder``, which must exist; :meth:`write` fills it."""

    folder: Path
    page_port: int
    broker_port: int = field(default_factory=free_port)
    rtsp_port: int = field(default_factory=free_port)
    ocpp_port: int = field(default_factory=free_port)
    passwords: dict[str, str] = field(default_factory=dict)

    @property
    def inventory(self) -> Path:
        """The village, with the cameras' real port."""
        return self.folder / "village.yaml"

    @property
    def database(self) -> Path:
        """The gateway's store."""
        return self.folder / "gateway.db"

    @property
    def ledger(self) -> Path:
        """The folder of the demo's own books."""
        return self.folder / "ledger"

    @property
    def control(self) -> Path:
        """The fakes' control socket."""
        return self.folder / "control.sock"

    @property
    def pins(self) -> str:
        """The pins' sockets, ``{node}`` standing for the node's id."""
        return str(self.folder / "pins-{node}.sock")

    @property
    def users(self) -> Path:
        """The broker's users."""
        return self.folder / "users.json"

    def config(self, name: str) -> Path:
        """The settings file of a process."""
        return self.folder / f"{name}.yaml"

    def log(self, name: str) -> Path:
        """The log of a process."""
        return self.folder / f"{name}.log"

    def secrets(self, name: str) -> dict[str, str]:
        """The environment that gives an edge process its nodes' passwords."""
        return {
            f"VSM_SECRET_MQTT_{node.upper().replace('-', '_')}": self.passwords[node] for node in EDGES.get(name, ())
        }

    def write(self) -> Village:
        """Write every file and return the village."""
        text = VILLAGE.read_text(encoding="utf-8").replace(RTSP_ADDRESS, f"{HOST}:{self.rtsp_port}")
        self.inventory.write_text(text, encoding="utf-8")
        village = load_inventory(self.inventory)
        self.passwords = {
            name: secrets.token_urlsafe(18) for name in ("gateway", *(node.id for _, _, node in village.nodes()))
        }
        _private(self.users, json.dumps(self.passwords))
        for name, nodes in EDGES.items():
            self._settings(name, self._edge(name, nodes))
        self._settings("gateway", self._gateway())
        self._settings("dashboard_api", self._page())
        return village

    def _settings(self, name: str, settings: dict[str, Any]) -> None:
        _private(self.config(name), json.dumps(settings, indent=2))  # JSON is YAML

    def _broker(self, **login: str) -> dict[str, Any]:
        return {"host": HOST, "port": self.broker_port, "keepalive_s": KEEPALIVE_S, **login}

    def _edge(self, name: str, nodes: tuple[str, ...]) -> dict[str, Any]:
        return {
            "inventory": str(self.inventory),
            "nodes": list(nodes),
            "data_dir": str(self.folder / name),
            "broker": self._broker(),
            "pin_factory": "vsm_demo",
            "ocpp": {"host": HOST, "port": self.ocpp_port},
        }

    def _gateway(self) -> dict[str, Any]:
        return {
            "inventory": str(self.inventory),
            "rules": str(RULES),
            "database": f"sqlite:///{self.database}",
            "embedded_telemetry": str(self.folder / "telemetry.db"),
            "broker": self._broker(username="gateway", password=self.passwords["gateway"]),
        }

    def _page(self) -> dict[str, Any]:
        return {
            "inventory": str(self.inventory),
            "rules": str(RULES),
            "database": f"sqlite:///{self.database}",
            "host": HOST,
            "port": self.page_port,
        }


def _private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
