"""The harness asks a store that it has stopped itself."""

import signal
import time
from collections.abc import Iterator

import pytest

from demo.chaos.postgres import CONNECT_S, cut
from demo.chaos.stored import Away, holds_anything, rows
from tests.servers import Postgres


@pytest.fixture
def stopped(postgres: Postgres) -> Iterator[Postgres]:
    """It goes on after the test, and by itself only if the harness waits too long."""
    assert postgres.process is not None
    postgres.process.send_signal(signal.SIGSTOP)
    yield postgres
    postgres.process.send_signal(signal.SIGCONT)


@pytest.mark.timeout(60)
def test_it_does_not_wait_for_whom_it_is_to_let_go_on(stopped: Postgres) -> None:
    begun_s = time.monotonic()
    assert not holds_anything(stopped.url())
    cut(stopped.url())
    assert time.monotonic() - begun_s < 10 * CONNECT_S


@pytest.mark.parametrize("where", ["sqlite:////nowhere/gateway.db?password=geheim", "postgresql+psycopg://{}"])
def test_what_is_away_is_named_without_a_password(where: str) -> None:
    database = where.format("vsm:geheim@127.0.0.1:1/vsm?sslpassword=geheim")
    with pytest.raises(Away) as caught:
        list(rows(database))
    assert "geheim" not in str(caught.value)
