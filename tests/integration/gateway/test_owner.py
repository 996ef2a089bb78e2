"""A village's process ends in time, whatever its database does."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from gateway.owner import BEAT_S, Owner
from gateway.store.ownership import FRESH_S, Ownership, take
from tests.servers import Postgres


class Clock:
    """Seconds, as the test says."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def owned(postgres: Postgres, clock: Clock, request: pytest.FixtureRequest) -> Ownership:
    taken = take(postgres.url(request.node.name[:30]), clock)
    assert taken is not None
    return taken


@pytest.fixture
def hanging(owned: Ownership) -> Iterator[None]:
    """The server's process that has the lock's session answers nothing, and its computer says that it is there."""
    pid = owned._db.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    assert isinstance(pid, int)
    os.kill(pid, signal.SIGSTOP)
    yield
    os.kill(pid, signal.SIGCONT)


@pytest.mark.usefixtures("hanging")
def test_an_owner_whose_database_hangs_is_told_when_the_village_is_no_more_its_own(
    owned: Ownership, clock: Clock
) -> None:
    lost = threading.Event()
    Owner(owned, lost.set, lambda: False).start()
    assert not lost.wait(2 * BEAT_S), "it hangs, and is still its own"
    clock.now_s += FRESH_S
    assert lost.wait(10)


def test_one_whose_worker_has_ended_is_told(owned: Ownership) -> None:
    lost, orphaned = threading.Event(), threading.Event()
    owner = Owner(owned, lost.set, orphaned.is_set)
    owner.start()
    assert not lost.wait(BEAT_S)
    orphaned.set()
    assert lost.wait(10)
    owner.stop()
