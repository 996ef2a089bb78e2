"""What integration tests of several folders share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Postgres, postgresql


@pytest.fixture(scope="session")
def postgres(initdb: Path) -> Iterator[Postgres]:
    """A running PostgreSQL that nobody kills; each test takes a schema of its own."""
    with postgresql(initdb) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/gateway.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.emptied("shared")
