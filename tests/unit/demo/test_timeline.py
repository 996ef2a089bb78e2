from demo.scenario import Scenario
from demo.timeline import Fault, Timeline, why

STEP = {
    "name": "a light goes dark",
    "at_s": 5,
    "break": {"what": "dark", "device": "light-01"},
    "mend_at_s": 20,
    "expect": {"asset": "light-01", "code": "dark"},
    "within_s": 10,
    "close_within_s": 8,
}
LATCHED = STEP | {"acknowledge": {"measured_dead": True}}


def timeline(step: dict[str, object]) -> Timeline:
    return Timeline(Scenario.model_validate({"steps": [step]}))


def fault(cleared: bool = False, closed: bool = False, **other: object) -> Fault:
    fields = {"number": "F-1", "asset": "light-01", "code": "dark", "cleared": cleared, "closed": closed} | other
    return Fault(**fields)  # type: ignore[arg-type]  # a test names few


def does(line: Timeline, now: float, *faults: Fault) -> list[str]:
    return [action.do for action in line.tick(now, faults)]


def test_a_step_breaks_and_mends_once_each_on_its_time() -> None:
    line = timeline(STEP)
    assert does(line, 4.9) == []
    assert does(line, 5.1) == ["break"]
    assert does(line, 6) == []
    assert does(line, 20.2) == ["mend"]
    assert does(line, 21) == []


def test_a_fault_that_opens_and_closes_in_time_is_ok() -> None:
    line = timeline(STEP)
    line.tick(5, [])
    line.tick(8, [fault()])
    line.tick(20, [fault()])
    line.tick(25, [fault(cleared=True, closed=True)])
    step = line.steps[0]
    assert (step.opened_after_s, step.closed_after_s, step.ok, step.late) == (3, 5, True, False)
    assert line.unexpected() == []


def test_a_fault_that_never_opens_is_late_and_says_so() -> None:
    line = timeline(STEP)
    line.tick(5, [])
    line.tick(15.1, [])
    assert line.steps[0].late
    assert why(line.steps[0]) == "dark of light-01 never opened (due within 10 s of the break)"


def test_a_fault_that_opens_late_is_no_pass() -> None:
    line = timeline(STEP)
    line.tick(5, [])
    line.tick(16, [fault()])
    line.tick(20, [fault()])
    line.tick(21, [fault(cleared=True, closed=True)])
    assert not line.steps[0].ok
    assert "opened after 11.0 s" in why(line.steps[0])


def test_a_fault_that_closes_before_the_mend_is_no_pass() -> None:
    line = timeline(STEP)
    line.tick(5, [])
    line.tick(8, [fault()])
    line.tick(12, [fault(cleared=True, closed=True)])
    assert not line.steps[0].ok
    assert why(line.steps[0]) == "dark of light-01 closed before anything was mended"


def test_a_fault_from_before_the_break_is_nobodys_doing() -> None:
    line = timeline(STEP)
    line.tick(1, [fault()])
    line.tick(5, [fault()])
    assert [found.number for found in line.unexpected()] == ["F-1"]
    assert line.steps[0].opened_s is None


def test_another_fault_of_the_same_asset_is_unexpected() -> None:
    line = timeline(STEP)
    line.tick(5, [])
    line.tick(8, [fault(), fault(number="F-2", code="stuck_on")])
    assert [found.code for found in line.unexpected()] == ["stuck_on"]


def test_the_same_number_opened_again_is_unexpected() -> None:
    line = timeline(STEP)
    line.tick(5, [])
    line.tick(8, [fault()])
    line.tick(30, [fault(reopened=1)])
    assert [found.reopened for found in line.unexpected()] == [1]


def test_a_latched_fault_is_acknowledged_once_cleared_and_again_if_nothing_came_of_it() -> None:
    line = timeline(LATCHED)
    line.tick(5, [])
    assert does(line, 8, fault()) == []
    assert does(line, 20, fault()) == ["mend"]
    assert does(line, 24, fault(cleared=True)) == ["acknowledge"]
    assert does(line, 24.3, fault(cleared=True)) == []
    assert does(line, 26.1, fault(cleared=True)) == ["acknowledge"]
    assert does(line, 27, fault(cleared=True, closed=True)) == []
    assert line.steps[0].ok
