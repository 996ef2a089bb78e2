"""The programs of others, and a village that runs on them."""

import shutil
import subprocess
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SYSTEM_PATH, missing
from tests.integration.real import film
from tests.integration.real.inventory import QUICK
from tests.integration.real.site import HERE, Programs, Site
from tests.integration.real.town import Town
from tests.npm import installed

GST = "import gi; gi.require_version('GstRtspServer', '1.0')"
SIMULATOR = Path("node_modules", "em-ocpp-chargepoint-simulator", "build", "src", "main.js")
# Longer than any module of these tests lasts.
FILM_S = 1800


@pytest.fixture(scope="session")
def python_with_gst() -> Path:
    """The operating system's own Python, with GStreamer's RTSP server."""
    python = Path("/usr/bin/python3")
    if not python.exists() or subprocess.run([python, "-c", GST], capture_output=True, check=False).returncode:
        missing("gir1.2-gst-rtsp-server-1.0 and python3-gi are")
    return python


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Debian's street scene, long enough for the tests of a module."""
    if not film.SOURCE.exists():
        missing("opencv-doc is")
    made = tmp_path_factory.mktemp("film") / "street.mkv"
    film.make(made, FILM_S)
    return made


@pytest.fixture(scope="session")
def simulator(pytestconfig: pytest.Config) -> Path:
    """The charge point's program, installed once as its lock says."""
    assert pytestconfig.cache is not None
    folder = Path(pytestconfig.cache.mkdir("charge-point"))
    return installed(folder, HERE, "the charge point simulator") / SIMULATOR


@pytest.fixture(scope="session")
def programs(mosquitto: Path, influxd: Path, python_with_gst: Path, simulator: Path, street: Path) -> Programs:
    """Everything that is not ours."""
    node = Path(str(shutil.which("node", path=SYSTEM_PATH)))
    return Programs(mosquitto, influxd, python_with_gst, node, simulator, street)


@pytest.fixture(scope="module")
def running(programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A village with short times."""
    town = Town(Site(tmp_path_factory.mktemp("real"), programs, QUICK))
    try:
        yield town
    finally:
        town.end()


@pytest.fixture
def town(running: Town) -> Town:
    """The village, everything running and nothing wrong."""
    running.start()
    return running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Shows the logs of all programs when a test fails."""
    report = yield
    found: Any = getattr(item, "funcargs", {}).get("running")
    if report.failed and isinstance(found, Town):
        report.sections.append(("programs", found.words()))
    return report
