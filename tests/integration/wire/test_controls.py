"""A rule of the wire is taken out by one line: a scenario must fail, and random histories must find it too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from edge import window
from tests.integration.wire.controls import CONTROLS, Control
from tests.integration.wire.machine import Wire
from tests.integration.wire.node import CAP
from tests.integration.wire.world import ROOMY, World

every_control = pytest.mark.parametrize("control", CONTROLS, ids=lambda control: f"{control.rule} {control.name}")
FIRST_FAILURE = settings(
    max_examples=500, stateful_step_count=80, phases=[Phase.generate], derandomize=True, report_multiple_bugs=False
)


@pytest.fixture
def mutant(control: Control, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world without the rule."""
    control.take_out(monkeypatch)
    world = World(tmp_path, cap=CAP if control.small else ROOMY)
    yield world
    world.close()


@every_control
def test_without_its_rule_a_scenario_fails(control: Control, mutant: World) -> None:
    with pytest.raises(AssertionError):
        control.scenario(mutant)


def test_every_rule_has_a_control() -> None:
    assert {control.rule for control in CONTROLS} == set(range(1, 15))


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("control", [one for one in CONTROLS if one.machine], ids=lambda control: control.name)
def test_random_histories_find_it_too(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "MAX_IN_FLIGHT", 12)
    control.take_out(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Wire, settings=FIRST_FAILURE)
