"""The demo's working directory: ports, passwords, and the configuration files of the real processes. Everything in it
is made anew each time.
"""

import json
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.inventory import Village, load_inventory
from demo import channels, people, speed, village
from demo.edges import Edge
from demo.vendors import registered
from firmware_config import command_key, yamltext

VILLAGE = village.SHIPPED["three"]
HOST = "127.0.0.1"
KEEPALIVE_S = 5
# A node says that its disk is full when its spool could not grow to its cap; a desk has one disk for all nodes.
SPOOL_MIB = 8
# Which variable gives whom the key of links.
_LINK_KEYS = {"gateway": "VSM_DISPATCH__LINK_KEY", "dashboard_api": "VSM_LINK_KEY"}


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
    """Paths and ports below ``folder``, which must exist; :meth:`write` fills it. ``edges`` by process name; ``lines``:
    a port for each uplink that can be broken.
    """

    folder: Path
    page_port: int
    village: Village = field(default_factory=lambda: load_inventory(VILLAGE))
    edges: Mapping[str, Edge] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    speed: float = speed.DEFAULT
    light: str = "sun"
    doors: channels.Doors = field(default_factory=lambda: channels.Doors(free_port(), free_port()))
    # For both processes, by their environment alone.
    link_key: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    # What the gateway signs commands with; the nodes get its public half.
    command_key: str = field(default_factory=command_key.draw, repr=False)
    phones: tuple[people.Phone, ...] = ()
    broker_port: int = field(default_factory=free_port)
    rtsp_port: int = field(default_factory=free_port)
    ocpp_ports: dict[str, int] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)

    @property
    def inventory(self) -> Path:
        """The village as it stands on this desk."""
        return self.folder / "village.yaml"

    @property
    def rules(self) -> Path:
        """The rules at the demo's speed."""
        return self.folder / "rules.yaml"

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

    @property
    def roster(self) -> Path:
        """Who is told."""
        return self.folder / "roster.yaml"

    @property
    def people(self) -> Path:
        """Whose the phones are, for the vendors' page."""
        return self.folder / "people.json"

    @property
    def templates(self) -> Path:
        """What the vendor of SMS and calls has registered."""
        return self.folder / "templates.json"

    @property
    def received(self) -> Path:
        """What the vendors received, so that they know it when they are started again."""
        return self.folder / "received.jsonl"

    @property
    def page(self) -> str:
        """The page's address."""
        return f"http://{HOST}:{self.page_port}"

    def config(self, name: str) -> Path:
        """The settings file of a process."""
        return self.folder / f"{name}.yaml"

    def log(self, name: str) -> Path:
        """The log of a process."""
        return self.folder / f"{name}.log"

    def secrets(self, name: str) -> dict[str, str]:
        """The environment that gives an edge process its nodes' passwords, and others their keys."""
        if name in _LINK_KEYS:
            own = {"VSM_COMMAND_KEY": self.command_key} if name == "gateway" else {}
            return {_LINK_KEYS[name]: self.link_key, **own}
        nodes = self.edges[name].nodes if name in self.edges else ()
        return {f"VSM_SECRET_MQTT_{node.upper().replace('-', '_')}": self.passwords[node] for node in nodes}

    def ocpp(self) -> list[str]:
        """Where the charge points of each node dial, as ``NODE=HOST:PORT``."""
        dialled = {place.node for place in self.village.places().values() if place.kind == "charge_point"}
        return [
            f"{node}={HOST}:{self.ocpp_ports[name]}"
            for name, edge in self.edges.items()
            for node in edge.nodes
            if node in dialled
        ]

    def write(self) -> Village:
        """Write every file and return the village."""
        self._write_people()
        on_desk = village.on_desk(self.village, f"{HOST}:{self.rtsp_port}")
        self.inventory.write_text(yamltext.dump(on_desk), encoding="utf-8")
        self.rules.write_text(yamltext.dump(speed.rules(self.speed, self.light)), encoding="utf-8")
        names = ("gateway", *(node.id for _, _, node in self.village.nodes()))
        self.passwords = {name: secrets.token_urlsafe(18) for name in names}
        self.ocpp_ports = {name: free_port() for name in self.edges}
        _private(self.users, json.dumps(self.passwords))
        for name, edge in self.edges.items():
            self._settings(name, self._edge(name, edge))
        self._settings("gateway", self._gateway())
        self._settings("dashboard_api", self._page())
        return load_inventory(self.inventory)

    def _write_people(self) -> None:
        roster = people.roster_for(self.village)
        self.phones = people.phones(self.village, roster)
        body = roster.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        self.roster.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
        self.people.write_text(people.as_json(self.village, self.phones), encoding="utf-8")
        self.templates.write_text(json.dumps(registered.texts(), ensure_ascii=False), encoding="utf-8")

    def _settings(self, name: str, settings: dict[str, Any]) -> None:
        _private(self.config(name), json.dumps(settings, indent=2))  # JSON is YAML

    def _broker(self, uplink: str | None = None, **login: str) -> dict[str, Any]:
        port = self.broker_port if uplink is None else self.lines[uplink]
        return {"host": HOST, "port": port, "keepalive_s": KEEPALIVE_S, **login}

    def _edge(self, name: str, edge: Edge) -> dict[str, Any]:
        return {
            "inventory": str(self.inventory),
            "nodes": list(edge.nodes),
            "data_dir": str(self.folder / name),
            "broker": self._broker(edge.uplink),
            "spool": {"cap_mib": SPOOL_MIB},
            "pin_factory": "vsm_demo",
            "command_key": command_key.public_of(self.command_key),
            "ocpp": {"host": HOST, "port": self.ocpp_ports[name]},
        }

    def _gateway(self) -> dict[str, Any]:
        return {
            "inventory": str(self.inventory),
            "rules": str(self.rules),
            "database": f"sqlite:///{self.database}",
            "embedded_telemetry": str(self.folder / "telemetry.db"),
            "broker": self._broker(username="gateway", password=self.passwords["gateway"]),
            "channels": channels.settings(self.doors),
            "dispatch": {"public_url": self.page},
        }

    def _page(self) -> dict[str, Any]:
        outline = village.OUTLINES.get(self.village.id)
        return {
            **({"outline": str(outline)} if outline else {}),
            "inventory": str(self.inventory),
            "rules": str(self.rules),
            "database": f"sqlite:///{self.database}",
            "embedded_telemetry": str(self.folder / "telemetry.db"),
            "host": HOST,
            "port": self.page_port,
            "public_url": self.page,
        }


def _private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
