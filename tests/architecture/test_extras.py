"""Each extra alone, in a fresh environment: all its modules import, and it brings nothing foreign."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HARDWARE = {"opencv-python", "opencv-python-headless", "gpiozero", "lgpio", "numpy", "websockets"}
WEB = {"fastapi", "starlette", "uvicorn", "jinja2"}
SERVER = WEB | {"sqlalchemy", "influxdb-client"}
TOOLS = {"amqtt", "av", "rich", "pytest", "httpx2", "ocpp"}
# extra: what must not come with it, what must import
EXTRAS = {
    "edge": (SERVER | TOOLS, ["contracts", "edge"]),
    "gateway": (HARDWARE | WEB | TOOLS, ["contracts", "gateway"]),
    "api": (
        HARDWARE | TOOLS | {"paho-mqtt"},
        ["contracts", "dashboard_api", "gateway.store", "gateway.telemetry", "gateway.faults", "gateway.uptime"],
    ),
    "config": (HARDWARE | SERVER | TOOLS | {"paho-mqtt"}, ["contracts", "firmware_config"]),
}
LOOK = """
import importlib, importlib.metadata, json, pkgutil, sys
for top in sys.argv[1:]:
    package = importlib.import_module(top)
    for found in pkgutil.walk_packages(getattr(package, "__path__", []), top + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
print(json.dumps([dist.name.lower().replace("_", "-") for dist in importlib.metadata.distributions()]))
"""
Install = Callable[[str], Path]


@pytest.fixture
def install(root: Path, tmp_path: Path) -> Install:
    """Install one extra of the project, as a user would, into a fresh environment; versions are the lock's."""
    uv = Path(sys.executable).parent / "uv"
    tag = f"py{sys.version_info.major}{sys.version_info.minor}"
    python = tmp_path / "venv" / "bin" / "python"

    def pip(*args: str) -> None:
        said = subprocess.run(
            [uv, "pip", "install", "--python", python, *args], capture_output=True, text=True, check=False
        )
        assert said.returncode == 0, said.stderr

    def fresh(extra: str) -> Path:
        subprocess.run([uv, "venv", "--python", sys.executable, tmp_path / "venv"], check=True, capture_output=True)
        pip("--constraint", f"{root}/requirements/{extra}-{tag}.txt", f"{root}[{extra}]")
        # Where the system libraries of a node are missing, as scripts/setup does it.
        if (
            extra == "edge"
            and subprocess.run([python, "-c", "import cv2"], capture_output=True, check=False).returncode
        ):
            pip("--no-deps", "--reinstall", "-r", f"{root}/requirements/opencv-headless.txt")
        return python

    return fresh


@pytest.mark.timeout(600)
@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_imports_alone_and_brings_nothing_foreign(install: Install, tmp_path: Path, extra: str) -> None:
    foreign, packages = EXTRAS[extra]
    python = install(extra)
    said = subprocess.run(
        [python, "-I", "-c", LOOK, *packages], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr
    assert not foreign & set(json.loads(said.stdout))


@pytest.mark.timeout(600)
def test_what_lies_beside_the_code_is_installed_with_it(install: Install, root: Path) -> None:
    installed = next((install("api").parents[1] / "lib").glob("python3*/site-packages"))
    tracked = [
        "git",
        "ls-files",
        "-z",
        "--",
        "contracts",
        "edge",
        "gateway",
        "dashboard_api",
        "firmware_config",
        "demo",
    ]
    names = subprocess.run(tracked, cwd=root, capture_output=True, check=True, text=True).stdout.split("\0")
    assert not [name for name in names if name and not (installed / name).is_file()]
