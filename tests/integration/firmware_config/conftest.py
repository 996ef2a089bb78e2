"""A generated site, its paths turned to the test's folder, and a real broker that runs its configuration."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from firmware_config.main import main

Made = Callable[..., Path]


@pytest.fixture
def generated(root: Path, tmp_path: Path) -> Made:
    """Generates the example (or another inventory) into a folder of the test."""

    def make(*options: str, name: str = "site", inventory: Path | None = None) -> Path:
        example = inventory or root / "firmware_config" / "villages" / "three-junctions.yaml"
        assert main(["generate", str(example), "--out", str(tmp_path / name), *options]) == 0
        return tmp_path / name

    return make


def turn(site: Path) -> None:
    """Turns the paths of a machine in the files of a site into those of the site's own folder."""
    places = {f"/etc/vsm/{part.name}/": f"{part}/" for part in (*site.glob("nodes/*"), site / "gateway")}
    places |= {"/etc/vsm/broker/": f"{site}/broker/", "/var/lib/vsm": f"{site}/state"}
    for file in (*site.rglob("*.yaml"), *site.rglob("*.env"), site / "broker" / "mosquitto.conf"):
        text = file.read_text(encoding="utf-8")
        for away, local in places.items():
            text = text.replace(away, local)
        file.write_text(text, encoding="utf-8")
    (site / "state").mkdir(exist_ok=True)


def listen_at(site: Path, port: int) -> Path:
    """The broker's configuration, its port and its own folder turned to the test's."""
    conf = site / "broker" / "mosquitto.conf"
    text = conf.read_text(encoding="utf-8").replace("listener 8883", f"listener {port} 127.0.0.1")
    text = text.replace("/var/lib/mosquitto/", f"{site}/state/")
    # As root it would become another user, who may not read a test's folder.
    conf.write_text(text + "user root\n", encoding="utf-8")
    return conf


@pytest.fixture
def here() -> Callable[[Path], None]:
    """See :func:`turn`."""
    return turn


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
    except OSError:
        return False
    return True


@contextmanager
def run(mosquitto: Path, site: Path) -> Iterator[int]:
    """Runs the broker of a site; its port."""
    port = _free_port()
    turn(site)
    conf, log = listen_at(site, port), site / "broker.log"
    with log.open("wb") as out, subprocess.Popen([mosquitto, "-c", conf], stderr=out) as process:
        deadline = time.monotonic() + 10
        while not _listens(port) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert process.poll() is None, log.read_text(encoding="utf-8")
        yield port
        process.terminate()
        process.wait(10)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if "Warning" in line and "run as root" not in line]


@pytest.fixture
def broker(mosquitto: Path, generated: Made) -> Iterator[tuple[Path, int]]:
    """The site of the example, and the port where a real broker runs its configuration."""
    site = generated()
    with run(mosquitto, site) as port:
        yield site, port
