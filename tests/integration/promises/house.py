"""A village's programs as processes: a real Mosquitto, the gateway, the page, and nodes; each on files of its own."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from contracts.inventory import Village
from demo.watcher import Api
from tests.integration.real.parts import ROOT, Part, until
from tests.servers import free_port

# Confirmed at once, told and cleared after a second or two; on a busy machine nobody is silent for long enough.
RULES: Mapping[str, Any] = {
    "keep_s": 1,
    "limit_extra_s": 60,
    "lost_confirm_s": 600,
    "grace_extra_s": 1,
    "hold_s": 1,
    "silent_s": 3600,
    "gateway_away_s": 600,
    "flapping_start": 99,
    "flapping_stop": 98,
    "intermittent_episodes": 100,
    "for_s": {"black": 0, "dark": 0, "unreachable": 0, "flash_rate": 3600},
}


class House:
    """``broker``, ``gateway`` and ``page``, none of them started."""

    def __init__(self, folder: Path, mosquitto: Path, village: Village, **settings: Any) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.village = folder, village
        self.port = free_port()
        self.page_port = free_port()
        self._write(settings)
        self.broker = Part("broker", [str(mosquitto), "-c", str(folder / "mosquitto.conf")], folder, self.port)
        self.gateway = self.ours("gateway")
        self.page = self.ours("dashboard_api", self.page_port)
        self.api = Api("127.0.0.1", self.page_port)

    def _write(self, settings: dict[str, Any]) -> None:
        broker = {"host": "127.0.0.1", "port": self.port, "keepalive_s": 30}
        inventory = self.village.model_dump_json(exclude_none=True)
        files: dict[str, Any] = {
            "rules.yaml": {**RULES, **settings.pop("rules", {})},
            "gateway.yaml": {"broker": broker, "batch_ms": 20, **settings},
            "dashboard_api.yaml": {"host": "127.0.0.1", "port": self.page_port},
            "edge.yaml": {"data_dir": "data", "broker": broker, "pin_factory": "vsm_demo", "spool": {"cap_mib": 4}},
        }
        common = {"inventory": "village.yaml", "rules": "rules.yaml", "database": "sqlite:///gateway.db"}
        for name, content in files.items():
            wanted = {} if name == "rules.yaml" else common
            if name == "edge.yaml":
                wanted = {"inventory": "village.yaml"}
            (self.folder / name).write_text(json.dumps({**wanted, **content}))  # JSON is YAML
        (self.folder / "village.yaml").write_text(inventory)
        nodes = len(list(self.village.nodes()))  # the limits are those that firmware_config writes
        (self.folder / "mosquitto.conf").write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_packet_size 266240\n"
            f"max_inflight_messages 1000\nmax_queued_messages {400 * nodes}\nmax_queued_bytes 67108864\n"
        )

    def ours(self, module: str, port: int = 0, env: Mapping[str, str] | None = None) -> Part:
        argv = [sys.executable, "-m", module, "--config", str(self.folder / f"{module}.yaml")]
        return Part(module, argv, self.folder, port, env or {})

    def start(self, *parts: Part) -> None:
        """One after the other, each until it listens."""
        for part in parts:
            part.launch()
            if part.port:
                until(part._listens, f"{part.name} listens", 240)

    def stop(self) -> None:
        """Everything."""
        for part in (self.page, self.gateway, self.broker):
            part.stop()

    def sign_in(self) -> None:
        """As maintenance."""
        argv = [*self.page.argv[:3], "invite", *self.page.argv[3:], "--role", "maintenance"]
        said = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True, timeout=240)
        self.api.sign_in(said.stdout.strip().rpartition("/")[2])

    # What is stored, past the product's own reading

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        file = self.folder / "gateway.db"
        if not file.exists():
            return []
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as db:
            if not db.execute("select 1 from sqlite_master where name = 'alembic_version'").fetchone():
                return []
            return db.execute(query, values).fetchall()

    def forget(self, *tables: str) -> None:
        """Empty tables, while the gateway is down."""
        with closing(sqlite3.connect(self.folder / "gateway.db", timeout=30)) as db, db:
            for table in tables:
                db.execute(f"DELETE FROM {table}")  # noqa: S608  # a test's own words

    def faults(self) -> list[tuple[str, str, bool]]:
        """Asset, code and whether it is closed, of all but the gateway's own, oldest first."""
        query = "select asset, code, closed_ms is not null from faults where asset <> 'gateway' order by id"
        return [(asset, code, bool(closed)) for asset, code, closed in self.rows(query)]

    def messages(self) -> list[tuple[str, str, str]]:
        """Kind, asset and code of all but the gateway's own, in order."""
        return self.rows("select kind, asset, code from messages where asset <> 'gateway' order by id")

    def state(self, device: str) -> str | None:
        found = self.rows("select state from live where device = ?", device)
        return str(found[0][0]) if found else None

    def words(self) -> str:
        """The end of every log."""
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in self.folder.glob("*.log")
        )
