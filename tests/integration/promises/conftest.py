"""What the promises' proofs share: programs, and villages as processes."""

import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.inventory import Village
from tests.conftest import missing
from tests.integration.promises import wall
from tests.integration.promises.callers import light
from tests.integration.promises.house import House

Build = Callable[..., House]


@pytest.fixture(scope="session")
def wall_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What moves a process's wall clock."""
    if shutil.which("gcc") is None:
        missing("gcc is")
    return wall.build(tmp_path_factory.mktemp("wall"))


@pytest.fixture(scope="session")
def village() -> Village:
    """Six junctions with a node and a light each."""
    name = {"zh": "村", "en": "Village"}
    junctions = [
        {"id": f"j-{number:02d}", "name": name, "lat": 30.5, "lon": 120.5, "nodes": [light(number)]}
        for number in range(1, 7)
    ]
    grid = {"id": "g-01", "name": name, "junctions": junctions}
    return Village.model_validate({"id": "v-01", "name": name, "grids": [grid]})


@pytest.fixture
def house(mosquitto: Path, tmp_path: Path, village: Village, request: pytest.FixtureRequest) -> Iterator[House]:
    """The village's programs, the broker started; a parameter: settings of the gateway."""
    made = House(tmp_path, mosquitto, village, **getattr(request, "param", {}))
    try:
        made.start(made.broker)
        yield made
    finally:
        made.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Shows the logs of all programs when a test fails."""
    report = yield
    found: Any = getattr(item, "funcargs", {}).get("house")
    if report.failed and isinstance(found, House):
        report.sections.append(("programs", found.words()))
    return report
