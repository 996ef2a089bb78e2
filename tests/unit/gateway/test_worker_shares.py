"""A worker begins what is nobody's, and leaves something for those who have less."""

from gateway.store import StoreError
from gateway.workers import LOOK_S, PAUSE_S, TAKEN, Worker

VILLAGES = ("a", "b", "c", "d")


class Process:
    """A village's process that runs until it is told its end."""

    def __init__(self) -> None:
        self.code: int | None = None

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.code = 0

    def kill(self) -> None:
        self.code = -9

    def wait(self, timeout: float) -> int:
        assert timeout
        return self.code or 0


class Street:
    """Some workers in one time; a village is free while no process of it runs."""

    def __init__(self, workers: int) -> None:
        self.now_s, self.away = 0.0, False
        self.running: dict[str, Process] = {}
        databases = {name: name for name in VILLAGES}
        self.workers = [Worker(databases, self.free, self.start, lambda: self.now_s) for _ in range(workers)]

    def free(self, village: str) -> bool:
        if self.away:
            raise StoreError("refused")
        return village not in self.running or self.running[village].code is not None

    def start(self, village: str) -> Process:
        self.running[village] = Process()
        return self.running[village]

    def runs(self, seconds: float) -> list[list[str]]:
        """What each worker has after that time."""
        for _ in range(round(seconds * 2)):
            self.now_s += 0.5
            for worker in self.workers:
                worker.once()
        return [sorted(worker.children) for worker in self.workers]


def test_one_worker_takes_all_in_the_end() -> None:
    assert Street(1).runs(30) == [list(VILLAGES)]


def test_two_that_start_together_share() -> None:
    shares = Street(2).runs(30)
    assert sorted(shares[0] + shares[1]) == list(VILLAGES)
    assert [len(share) for share in shares] == [2, 2]


def test_what_ends_is_begun_again_but_not_at_once_and_what_another_has_is_left_to_it() -> None:
    street = Street(1)
    street.runs(30)
    first = street.running["a"]
    first.code = 1
    assert "a" not in street.runs(LOOK_S)[0]
    assert "a" in street.runs(PAUSE_S + 10)[0]
    assert street.running["a"] is not first
    street.running["a"].code = TAKEN
    street.running["a"] = Process()  # another worker's
    assert "a" not in street.runs(30)[0]


def test_a_database_that_is_away_ends_nothing_and_begins_nothing() -> None:
    street = Street(1)
    street.away = True
    assert street.runs(10) == [[]]
    street.away = False
    assert street.runs(30) == [list(VILLAGES)]
    street.workers[0].end(1)
    assert {process.code for process in street.running.values()} == {0}
