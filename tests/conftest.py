"""What all tests share: the programs that only the operating system can bring."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
import structlog
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# No test is timed: a busy machine is not a failure. Spools and stores of a property lie in files of one test's folder.
settings.register_profile(
    "project",
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("project")


# Whole systems at speed run one after another: each takes what the machine has; and first: they take longest.
HEAVY = ("chaos", "demo", "power", "promises")


def _heavy(nodeid: str) -> bool:
    return nodeid.startswith(tuple(f"tests/integration/{name}/" for name in HEAVY))


class Rooms(LoadScopeScheduling):
    """What stays in one process where several run the tests: a file, and all whole systems."""

    def _split_scope(self, nodeid: str) -> str:
        return "heavy" if _heavy(nodeid) else nodeid.partition("::")[0]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the tests that are marked long."""
    parser.addoption(
        "--wall-seconds",
        type=float,
        default=1800.0,
        help="for how long the wall is watched (default 1800)",
    )


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Rooms:
    """Called by pytest-xdist."""
    return Rooms(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole systems first."""
    items.sort(key=lambda item: not _heavy(item.nodeid))


@pytest.fixture(autouse=True)
def quiet_logs() -> Iterator[None]:
    """Logging as it was: a process's main points it at the test's own, soon closed, standard error."""
    yield
    structlog.reset_defaults()


SYSTEM_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


def missing(what: str) -> NoReturn:
    """Skips the test, since ``what`` ("mosquitto is") not there; where CI=true is set it fails."""
    reason = f"{what} not installed (scripts/test says how)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _program(*names: str) -> Path:
    for name in names:
        found = shutil.which(name, path=SYSTEM_PATH)
        if found:
            return Path(found)
    missing(f"{names[0]} is")


@pytest.fixture(scope="session")
def mosquitto() -> Path:
    """The broker of a real gateway box."""
    return _program("mosquitto")


@pytest.fixture(scope="session")
def influxd() -> Path:
    """The time-series database of a real gateway box."""
    return _program("influxd")


@pytest.fixture(scope="session")
def influxd2(root: Path) -> Path:
    """InfluxDB 2.x; built, which takes minutes, where it is not there yet and can be."""
    build = [root / "scripts" / "get-influxdb2"]
    said = subprocess.run(build, capture_output=True, text=True, check=False)
    if said.returncode:
        pytest.skip(f"no InfluxDB 2.x: {said.stderr.strip()[-400:]}")
    return Path(said.stdout.strip())


@pytest.fixture(scope="session")
def initdb() -> Path:
    """PostgreSQL's maker of databases; the server lies beside it, which Debian keeps out of everybody's path."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return packaged[-1] if packaged else _program("initdb")


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser that tests drive; start it with ``--no-sandbox`` (CI runs as root)."""
    return _program("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the project."""
    return Path(__file__).parents[1]
