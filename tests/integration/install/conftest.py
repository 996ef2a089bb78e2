"""A village's gateway with settings, keys and some history, and backups of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from firmware_config.main import main as firmware_config
from gateway.main import main as gateway
from gateway.store import Batch, FaultOpen, JournalRow, NodeRow, open_store

NOW = 1_790_000_000_000
EXAMPLE = Path("firmware_config") / "villages" / "three-junctions.yaml"


@pytest.fixture
def site(root: Path, tmp_path: Path) -> Path:
    """What `generate` makes of the example."""
    out = tmp_path / "site"
    assert firmware_config(["generate", str(root / EXAMPLE), "--out", str(out), "--gateway-host", "localhost"]) == 0
    return out


@pytest.fixture
def config(site: Path, tmp_path: Path) -> Path:
    """The settings of a gateway of that site; its database holds something."""
    file = site / "gateway" / "gateway.yaml"
    text = file.read_text(encoding="utf-8").replace("/var/lib/vsm", f"{tmp_path}/state")
    file.write_text(text, encoding="utf-8")
    (tmp_path / "state").mkdir()
    store = open_store(f"sqlite:///{tmp_path}/state/gateway.db")
    store.record(batch(1))
    store.close()
    return file


def batch(n: int) -> Batch:
    """One record with a fault."""
    fault = FaultOpen(f"light-{n}", "warning_light", "j-01", "dark", None, 2, NOW + n)
    journal = JournalRow("n-01", "1" * 16, n, NOW + n, NOW, False, b"{}")
    return Batch(NOW + n, version=n, nodes=[NodeRow("n-01", "1" * 16, n - 1)], journal=[journal], faults=[fault])


@pytest.fixture
def backup(config: Path, tmp_path: Path) -> Callable[[], Path]:
    """Makes a backup."""

    def make() -> Path:
        out = tmp_path / "backup.tar.gz"
        etc = config.parents[1]
        assert gateway(["backup", "--config", str(config), "--etc", str(etc), "--out", str(out)]) == 0
        return out

    return make
