"""Which lines of a refused write are bad: each server's words, and how many requests it takes to tell."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.telemetry.refusal import MOST, Sorting

Post = Callable[[Sequence[str]], str | None]


class Server:
    """Takes what is not bad; ``whole``: of a batch with something bad it stores nothing, as 2.x of what does not parse;
    ``counts``: it says how many lines it dropped, as both do of types and limits."""

    def __init__(self, bad: Sequence[str], whole: bool, counts: bool) -> None:
        self.bad, self.whole, self.counts = set(bad), whole, counts
        self.stored: set[str] = set()
        self.requests = 0

    def post(self, lines: Sequence[str]) -> str | None:
        self.requests += 1
        refused = [text for text in lines if text in self.bad]
        if not (refused and self.whole):
            self.stored |= set(lines) - self.bad
        if not refused:
            return None
        return f"partial write: no dropped={len(refused)}" if self.counts else f"unable to parse '{refused[0]}'"


def lines(count: int) -> list[str]:
    return [f"camera,device=c-{n % 7} fps={n}.0 {n}" for n in range(count)]


@given(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1), min_size=1))),
    st.booleans(),
    st.booleans(),
)
def test_every_good_line_is_stored_and_every_bad_one_parked(
    which: tuple[int, set[int]], whole: bool, counts: bool
) -> None:
    count, bad = which
    text = lines(count)
    server = Server([text[n] for n in bad], whole, counts)
    outcome = Sorting(server.post, set()).out(text, str(server.post(text)))
    assert {line for line, _ in outcome.parked} == server.bad
    assert server.stored == set(text) - server.bad
    assert outcome.status == "ok"


@pytest.mark.parametrize(("whole", "counts"), [(True, False), (False, True)])
def test_one_bad_line_takes_two_requests_a_halving(whole: bool, counts: bool) -> None:
    text = lines(4_096)
    server = Server([text[1234]], whole, counts)
    Sorting(server.post, set()).out(text, "partial write: no dropped=1")
    assert server.requests <= 2 * 12


def test_a_batch_that_is_bad_altogether_takes_one_request_where_the_server_counts() -> None:
    text = lines(4_096)
    server = Server(text, whole=False, counts=True)
    outcome = Sorting(server.post, set()).out(text, str(server.post(text)))
    assert (len(outcome.parked), server.requests) == (4_096, 1)


def test_what_is_refused_for_one_reason_is_found_together() -> None:
    other = [text.replace("camera", "contact") for text in lines(2_000)]
    server = Server(other, whole=False, counts=True)
    mixed = [text for pair in zip(lines(2_000), other, strict=True) for text in pair]
    outcome = Sorting(server.post, set()).out(mixed, str(server.post(mixed)))
    assert (len(outcome.parked), len(server.stored)) == (2_000, 2_000)
    assert server.requests < 30


def test_a_batch_ends_even_if_every_second_line_is_bad_and_nothing_is_lost() -> None:
    text = lines(4_000)
    server = Server(text[::2], whole=True, counts=False)
    outcome = Sorting(server.post, set()).out(text, str(server.post(text)))
    assert server.requests <= MOST + 30
    assert {line for line, _ in outcome.parked} | server.stored == set(text)


def test_series_that_were_refused_before_are_found_at_once() -> None:
    text = [f"camera,device=c-{n:04} fps=1.0 {n}" for n in range(4_000)]
    server = Server(text[::100], whole=False, counts=True)
    suspects: set[str] = set()
    for most in (MOST, MOST, 25):
        server.requests = 0
        Sorting(server.post, suspects).out(text, str(server.post(text)))
        assert server.requests <= most + 30
    assert suspects == {line.partition(" ")[0] for line in text[::100]}
