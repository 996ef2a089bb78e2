"""Whatever happens to a spool and its card, in any order: what was accepted is there, unaltered, each gap is named."""

import shutil
import tempfile
import zlib
from collections.abc import Callable
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from edge import frames, spool
from edge.spool import Record, Spool, SpoolError
from tests.integration.edge.card import TROUBLES, Card, PowerCut

CAP = 24 * 1024
MEMORY = Path("/dev/shm")
seeds = st.integers(0, 2**32)


class Taken(NamedTuple):
    boot: str
    body: bytes
    event: bool


class Model:
    """One stream as it should be. ``maybe``: what was not accepted, and may yet have reached the card; ``gone``:
    accepted, and known to be dropped or ``damaged``.
    """

    def __init__(self) -> None:
        self.accepted: dict[int, Taken] = {}
        self.maybe: dict[int, list[Taken]] = {}
        self.gone: set[int] = set()
        self.damaged: set[int] = set()

    def missing(self, held: list[Record]) -> set[int]:
        """Accepted numbers that are newly missing; whatever is held must be what was written."""
        for record in held:
            candidates = [self.accepted[record.n]] if record.n in self.accepted else self.maybe.get(record.n, [])
            found = [taken for taken in candidates if (taken.boot, taken.body) == (record.boot, record.body)]
            assert found, f"record {record.n} was never written so"
            self.accepted[record.n] = found[0]
        numbers = {record.n for record in held}
        self.gone -= numbers
        self.damaged -= numbers
        return self.accepted.keys() - numbers - self.gone


class SpoolOnACard(RuleBasedStateMachine):
    """``streams``: whose log it may be; one more after a setting aside that failed.

    ``pressed``: the last thing done was a commit that needed room, so that something may have been dropped.
    """

    def __init__(self) -> None:
        super().__init__()
        # Nothing is synced for real here, so memory will do where the system offers it.
        self.root = Path(tempfile.mkdtemp(prefix="vsm-card-", dir=MEMORY if MEMORY.is_dir() else None))
        self.patch = pytest.MonkeyPatch()
        self.card = Card(self.root, self.patch)
        self.boots, self.draws = count(1), count(1)
        self.streams: list[str] = []
        self.models: dict[str, Model] = {}
        self.pressed = self.restarted = False
        self.acked = 0
        self.open()

    def teardown(self) -> None:
        self.patch.undo()
        self.spool.close()
        shutil.rmtree(self.root)

    def open(self) -> None:
        self.boot = f"{next(self.boots):016x}"
        self.spool = Spool.open(self.root / "n-01", cap_bytes=CAP, draw=self.draw)
        assert self.spool.stream in self.streams

    def draw(self, _: int) -> str:
        self.streams.append(f"{next(self.draws):016x}")
        return self.streams[-1]

    @property
    def model(self) -> Model:
        return self.models.setdefault(self.spool.stream, Model())

    def surviving(self, seed: int, work: Callable[[], None]) -> None:
        """Do it; if the power goes meanwhile, the machine starts anew."""
        self.card.troubled = False
        try:
            work()
        except PowerCut:
            self.cut_power(seed)
        except (SpoolError, OSError):
            assert self.card.troubled

    # --- what happens ---

    @rule(sizes=st.lists(st.tuples(st.integers(1, 900), st.booleans()), min_size=1, max_size=4), seed=seeds)
    def commit(self, sizes: list[tuple[int, bool]], seed: int) -> None:
        model, batch = self.model, dict[int, Taken]()
        for size, event in sizes:
            body = f"{self.boot} {size} ".encode().ljust(size, b"e" if event else b"t")
            batch[self.spool.append(body, boot=self.boot, event=event)] = Taken(self.boot, body, event)
        for n, taken in batch.items():
            assert n not in model.accepted
            model.maybe.setdefault(n, []).append(taken)
        self.pressed = self.spool.size_bytes > CAP - 3 * self.spool._segment_bytes
        self.acked = self.spool.acked

        def work() -> None:
            stored = self.spool.commit()
            assert [(n, body) for n, body in stored] == [(n, taken.body) for n, taken in batch.items()]
            model.accepted.update(batch)

        self.surviving(seed, work)
        self.pressed |= self.card.troubled

    @rule(events=st.booleans(), seed=seeds)
    def commit_a_lot(self, events: bool, seed: int) -> None:
        """As much as a file holds. What became of any of them counts for all: they are looked at together."""
        pressed = troubled = False
        for _ in range(4):
            self.commit([(400, events), (500, False)], seed)
            pressed, troubled = pressed | self.pressed, troubled | self.card.troubled
        self.pressed, self.card.troubled = pressed, troubled

    @rule(share=st.floats(0, 1))
    def ack(self, share: float) -> None:
        self.spool.ack(int(self.spool.newest * share))

    @rule(seed=seeds)
    def restart(self, seed: int) -> None:
        self.spool.close()
        self.surviving(seed, self.open)
        if self.spool._lock is None:  # the card failed
            self.card.trouble = None
            self.surviving(seed, self.open)

    @rule(seed=seeds)
    def cut_power(self, seed: int) -> None:
        self.card.cut(seed)
        self.open()

    @rule(operations=st.integers(1, 60))
    def power_will_be_cut(self, operations: int) -> None:
        self.card.cut_in = operations

    @rule(first=st.integers(1, 30), last=st.integers(1, 30), number=st.sampled_from(TROUBLES))
    def the_card_will_fail(self, first: int, last: int, number: int) -> None:
        self.card.fail(first, last, number)

    @rule()
    def writes_are_short_from_now_on_or_not(self) -> None:
        self.card.short = not self.card.short

    @precondition(lambda self: len(self.files()) > 1)
    @rule(which=st.floats(0, 0.99), bit=st.integers(0, 2**20))
    def a_bit_flips(self, which: float, bit: int) -> None:
        closed = self.files()[:-1]
        if not (file := closed[int(len(closed) * which)]).stat().st_size:
            return
        self.card.flip(file, bit)
        missing = self.model.missing(self.held())
        assert len(missing) <= 1
        self.model.gone |= missing
        self.model.damaged |= missing

    @rule(seed=seeds)
    def set_aside(self, seed: int) -> None:
        aside, held, before = self.spool.aside, len(self.held()), self.spool.stream
        self.surviving(seed, lambda: self.asides(held))
        assert self.spool.aside >= (aside if self.spool.stream == before or self.card.failed else aside + held)

    def asides(self, held: int) -> None:
        assert self.spool.set_aside() == held
        self.streams[:] = [self.spool.stream]  # for good

    # --- what must be so ---

    def files(self) -> list[Path]:
        return sorted((self.root / "n-01" / self.spool.stream).glob("*.seg"))

    def held(self) -> list[Record]:
        with self.card.at_peace():
            return self.spool.after(0, 1_000_000)

    @invariant()
    def what_was_accepted_is_there_or_was_dropped_for_room(self) -> None:
        held, model = self.held(), self.model
        missing = model.missing(held)
        assert self.pressed or not missing
        if events := [n for n in missing if model.accepted[n].event and n > self.acked]:
            kept = [record.n for record in held if not model.accepted[record.n].event]
            assert self.card.troubled or min(kept, default=max(events) + 1) > max(events)
        model.gone |= missing
        assert max(model.accepted, default=0) == self.spool.newest
        # Behind a power cut the newest may lie in a closed file, where a bit of it may have flipped.
        assert max(model.accepted.keys() - model.damaged, default=0) == (held[-1].n if held else 0)

    @invariant()
    def each_gap_is_named_and_nothing_else(self) -> None:
        held = self.held()
        for before, record in pairwise([None, *held]):
            assert record is not None
            assert (record.prev_n, record.prev_boot) == ((before.n, before.boot) if before else (0, None))

    @invariant()
    def it_takes_no_more_than_its_cap(self) -> None:
        if self.card.failed:
            return  # what it did not let go of
        files = [path.stat() for path in (self.root / "n-01").rglob("*") if path.is_file()]
        assert sum({found.st_ino: found.st_size for found in files}.values()) <= CAP
        assert self.spool.size_bytes <= CAP


def run(examples: int, steps: int = 30, **others: object) -> None:
    run_state_machine_as_test(
        SpoolOnACard,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            suppress_health_check=list(HealthCheck),
            deadline=None,
            **others,  # type: ignore[arg-type]  # settings of many types
        ),
    )


@pytest.mark.parametrize("examples", [30, pytest.param(400, marks=[pytest.mark.long, pytest.mark.timeout(900)])])
def test_a_spool_keeps_its_promises_on_any_card(examples: int) -> None:
    run(examples)


def test_the_newest_that_is_damaged_in_a_closed_file_keeps_its_number() -> None:
    """Found by the machine: after a power cut an empty file follows the one that holds the newest record."""
    state = SpoolOnACard()
    try:
        for step in (
            partial(state.power_will_be_cut, operations=2),
            partial(state.commit, sizes=[(1, False)], seed=0),
            partial(state.commit_a_lot, events=False, seed=0),
            partial(state.power_will_be_cut, operations=2),
            partial(state.commit, sizes=[(1, False)] * 3, seed=0),
            partial(state.a_bit_flips, which=0.0, bit=26312),
            partial(state.commit, sizes=[(1, False)], seed=0),
            partial(state.restart, seed=0),
            partial(state.commit, sizes=[(1, False)], seed=0),
        ):
            step()
            state.what_was_accepted_is_there_or_was_dropped_for_room()
            state.each_gap_is_named_and_nothing_else()
        assert len(state.model.gone) == 1
        assert max(state.model.gone) < state.spool.newest
    finally:
        state.teardown()


def run_again_and_again() -> None:
    for _ in range(8):
        run(300, phases=[Phase.generate])


def neighbour(frame: frames.Frame, body: bytes, _prev: object) -> Record:
    return Record(frame.n, frame.boot, body, frame.n - 1, frame.boot)


def with_the_newest(self: Spool) -> range:
    return range(len(self._segments) if len(self._segments) > 1 else 0)


BREAKS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "no sync": lambda patch: patch.setattr(Card, "fdatasync", lambda *_: None),
    "the number before is the predecessor": lambda patch: patch.setattr(spool, "_record", neighbour),
    "no checksum": lambda patch: patch.setattr(zlib, "crc32", lambda *_: 0),
    "the newest may go": lambda patch: patch.setattr(Spool, "_older", with_the_newest),
    "the cap is not kept": lambda patch: patch.setattr(Spool, "_keep_below", lambda *_: None),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_control_a_spool_without_one_of_its_rules_is_found_out(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five of six runs find the rarest; what a fixed seed finds depends on what else the process has imported."""
    BREAKS[broken](monkeypatch)
    with pytest.raises(AssertionError):
        run_again_and_again()
