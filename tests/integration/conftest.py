"""What integration tests of several folders share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Stranger
from tests.servers import Postgres, postgresql

# Where the store itself is what is tested, each test runs on both databases.
ON_BOTH = {
    "test_store_access",
    "test_audit",
    "test_fates",
    "test_heartbeat_and_roster",
    "test_ingest",
    "test_months",
    "test_one_effect",
    "test_order_inputs",
    "test_outbox",
    "test_photos",
    "test_rounds",
    "test_steady",
    "test_store",
    "test_store_faults",
    "test_store_orders",
    "test_store_telemetry",
    "test_store_windows",
}
# But where a table of cases is gone through that is no matter of the database, or SQLite says how it reads.
ON_ONE = {"test_each_move_moves_or_changes_nothing", "test_no_look_at_the_outbox_reads_all_that_was_ever_sent"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that wants a database gets SQLite, and in the files above PostgreSQL as well."""
    both = Path(metafunc.module.__file__).stem in ON_BOTH and metafunc.function.__name__ not in ON_ONE
    if "url" in metafunc.fixturenames and both:
        metafunc.parametrize("url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session")
def postgres(initdb: Path) -> Iterator[Postgres]:
    """A running PostgreSQL that nobody kills; each test takes a schema of its own."""
    with postgresql(initdb) as server:
        yield server


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{tmp_path}/gateway.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.emptied("shared")


@pytest.fixture
def stranger(url: str) -> Stranger:
    """Somebody who sees and changes that database by hand."""
    return Stranger(url)
