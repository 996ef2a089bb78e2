"""The harness's working folder: the village, ports, and the files that the real processes are started with."""

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from contracts.inventory import Village
from demo.chaos import load
from demo.chaos.setting import Setting, Talk
from demo.workplace import HOST, free_port
from firmware_config import broker
from firmware_config.layout import Site

SYSTEM_PATH = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/bin"
DATABASE = "vsm"
KEEPALIVE_S = 5
# What the generated file says of limits is taken over as it is; here nobody has a certificate, and nothing is kept.
_LIMITS = ("max_", "persistent_client_expiration")


class Missing(Exception):
    """A program of the operating system is not there."""


def program(name: str, path: str) -> str:
    """Where it is; raises :class:`Missing`. ``path``: the environment's."""
    found = shutil.which(name, path=f"{path}:{SYSTEM_PATH}")
    if found is None:
        raise Missing(f"{name} is not installed; on Debian: apt install mosquitto influxdb postgresql")
    return found


@dataclass
class Place:
    """Paths and ports below ``folder``, which must exist. ``database``: the store's SQLAlchemy URL; ``influx_url``:
    None: telemetry goes to the embedded store.
    """

    folder: Path
    nodes: tuple[str, ...]
    database: str
    influx_url: str | None = None
    broker_port: int = field(default_factory=free_port)

    @property
    def ledger(self) -> Path:
        """The folder of the books."""
        return self.folder / "ledger"

    def config(self, name: str) -> Path:
        """The file that a process is started with."""
        return self.folder / f"{name}.json"

    def log(self, name: str) -> Path:
        """The log of a process."""
        return self.folder / f"{name}.log"

    @property
    def mosquitto(self) -> Path:
        """The broker's file."""
        return self.folder / "mosquitto.conf"

    def write(self) -> Village:
        """Write what the broker and the gateway need; the village."""
        village = load.village(len(self.nodes))
        text = village.model_dump_json(exclude_defaults=True)
        self.config("village").write_text(text, encoding="utf-8")
        self.mosquitto.write_text(mosquitto(village, text, self.broker_port), encoding="utf-8")
        self.config("gateway").write_text(json.dumps(self._gateway()), encoding="utf-8")
        self.ledger.mkdir()
        return village

    def _gateway(self) -> dict[str, Any]:
        telemetry = {} if self.influx_url is None else {"telemetry": {"url": self.influx_url, "bucket": DATABASE}}
        return {
            "inventory": str(self.config("village")),
            "database": self.database,
            "embedded_telemetry": str(self.folder / "telemetry.db"),
            "broker": {"host": HOST, "port": self.broker_port, "keepalive_s": KEEPALIVE_S},
            **telemetry,
        }

    def write_node(self, node: str, port: int, talk: Talk) -> Path:
        """A node's own file."""
        card, ledger = str(self.folder / "card" / node), str(self.ledger / node)
        setting = Setting(node, str(self.config("village")), port, card, ledger, talk)
        self.config(node).write_bytes(msgspec.json.encode(setting))
        return self.config(node)


def mosquitto(village: Village, text: str, port: int) -> str:
    """The broker's file: the limits of the one that ``firmware_config generate`` makes, and nothing on disk."""
    made = broker.files(Site(village, text, HOST))["broker/mosquitto.conf"].text
    limits = [line for line in made.splitlines() if line.startswith(_LIMITS)]
    return "\n".join([f"listener {port} {HOST}", "allow_anonymous true", "persistence false", *limits, ""])
