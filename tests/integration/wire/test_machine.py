"""Random histories of everything that can happen on the wire; the long run takes minutes."""

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from edge import window
from tests.integration.wire.machine import Wire

# A failure is told at once with all its steps, and how to run it again: to find the fewest that fail takes over five
# minutes. Who looks into one adds `Phase.shrink`.
TOLD_AT_ONCE = settings(phases=[Phase.reuse, Phase.generate], report_multiple_bugs=False, print_blob=True)


@pytest.fixture(autouse=True)
def few_in_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that a few dozen records reach."""
    monkeypatch.setattr(window, "MAX_IN_FLIGHT", 12)


@pytest.mark.timeout(900)
def test_nothing_is_lost_without_a_word() -> None:
    run_state_machine_as_test(
        Wire, settings=settings(TOLD_AT_ONCE, max_examples=40, stateful_step_count=50, derandomize=True)
    )


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_nothing_is_lost_without_a_word_in_many_histories() -> None:
    run_state_machine_as_test(Wire, settings=settings(TOLD_AT_ONCE, max_examples=90, stateful_step_count=80))
