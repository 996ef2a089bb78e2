from collections.abc import Sequence
from typing import Any

from demo.plan import Cue, Expected
from demo.scenario import Acknowledge, Break
from demo.timeline import Fault, Timeline, why

DARK = Expected("wl-01", "dark")


def cue(expected: Sequence[Expected] = (DARK,), **other: Any) -> Cue:
    fields = {"at_s": 5, "mend_at_s": 20, "within_s": 10, "close_within_s": 8} | other
    return Cue("a light goes dark", break_=Break(what="dark", device="wl-01"), expected=tuple(expected), **fields)


def timeline(*cues: Cue) -> Timeline:
    return Timeline(cues or (cue(),))


def fault(cleared: bool = False, closed: bool = False, **other: Any) -> Fault:
    fields: dict[str, Any] = {"number": "F-1", "asset": "wl-01", "code": "dark", "cleared": cleared, "closed": closed}
    return Fault(**fields | other)


def does(line: Timeline, now: float, *faults: Fault) -> list[str]:
    return [action.do for action in line.tick(now, faults)]


def reasons(line: Timeline) -> list[str]:
    return list(why(line.steps[0]))


def test_a_step_breaks_and_mends_once_each_on_its_time() -> None:
    line = timeline()
    assert does(line, 4.9) == []
    assert does(line, 5.1) == ["break"]
    assert does(line, 6) == []
    assert does(line, 20.2) == ["mend"]
    assert does(line, 21) == []


def test_a_fault_that_opens_and_closes_in_time_is_ok() -> None:
    line = timeline()
    line.tick(5, [])
    line.tick(8, [fault()])
    line.tick(20, [fault()])
    line.tick(25, [fault(cleared=True, closed=True)])
    step = line.steps[0]
    times = (step.opened_after_s(step.awaited[0]), step.closed_after_s(step.awaited[0]))
    assert (*times, step.ok, step.late) == (3, 5, True, False)
    assert line.unexpected() == []


def test_what_is_not_told_anew_stays_as_it_was() -> None:
    line = timeline()
    line.tick(5, [])
    line.tick(8, [fault()])
    line.tick(20, [])
    line.tick(25, [fault(cleared=True, closed=True)])
    line.tick(40, [])
    assert line.steps[0].ok
    assert not line.steps[0].late


def test_a_fault_that_never_opens_is_late_and_says_so() -> None:
    line = timeline()
    line.tick(5, [])
    line.tick(15.1, [])
    assert line.steps[0].late
    assert reasons(line) == ["dark of wl-01 never opened (due within 10 s of the break)"]


def test_a_fault_that_opens_late_is_no_pass() -> None:
    line = timeline()
    line.tick(5, [])
    line.tick(16, [fault()])
    line.tick(20, [fault()])
    line.tick(21, [fault(cleared=True, closed=True)])
    assert not line.steps[0].ok
    assert "opened after 11.0 s" in reasons(line)[0]


def test_a_fault_that_closes_before_the_mend_is_no_pass() -> None:
    line = timeline()
    line.tick(5, [])
    line.tick(8, [fault()])
    line.tick(12, [fault(cleared=True, closed=True)])
    assert not line.steps[0].ok
    assert reasons(line) == ["dark of wl-01 closed before anything was mended"]


def test_a_fault_from_before_the_break_is_nobodys_doing() -> None:
    line = timeline()
    line.tick(1, [fault()])
    line.tick(5, [fault()])
    assert [found.number for found in line.unexpected()] == ["F-1"]
    assert line.steps[0].awaited[0].opened_s is None


def test_another_fault_of_the_same_asset_is_unexpected() -> None:
    line = timeline()
    line.tick(5, [])
    line.tick(8, [fault(), fault(number="F-2", code="stuck_on")])
    assert [found.code for found in line.unexpected()] == ["stuck_on"]


def test_the_same_number_opened_again_is_unexpected() -> None:
    line = timeline()
    line.tick(5, [])
    line.tick(8, [fault()])
    line.tick(30, [fault(reopened=1)])
    assert [found.reopened for found in line.unexpected()] == [1]


def test_of_several_faults_each_must_be_seen() -> None:
    line = timeline(cue([Expected("j-07", "site_dark"), Expected("j-08", "site_dark")]))
    one, other = (fault(number=f"F-{n}", asset=f"j-0{n}", code="site_dark") for n in (7, 8))
    line.tick(5, [])
    line.tick(8, [one])
    line.tick(20, [])
    line.tick(22, [fault(True, True, number="F-7", asset="j-07", code="site_dark")])
    line.tick(30, [])
    step = line.steps[0]
    assert [step.seen(awaited) for awaited in step.awaited] == [True, False]
    assert not step.ok
    assert reasons(line) == ["site_dark of j-08 never opened (due within 10 s of the break)"]
    line.tick(31, [other])
    assert "site_dark of j-08 opened after 26.0 s" in reasons(line)[0]


def test_where_nothing_may_come_a_fault_is_unexpected_and_the_mend_is_all() -> None:
    line = timeline(cue([]))
    line.tick(5, [])
    line.tick(8, [fault()])
    before = line.steps[0].ok
    line.tick(20, [])
    assert (before, line.steps[0].ok) == (False, True)
    assert line.unexpected() == [fault()]


def test_what_could_not_be_done_is_no_pass_whatever_was_seen() -> None:
    line = timeline(cue([]))
    line.tick(5, [])
    line.refuse(line.cues[0], "nobody reports over it")
    line.tick(20, [])
    assert not line.steps[0].ok
    assert line.steps[0].late
    assert reasons(line) == ["could not be done: nobody reports over it"]


def test_what_comes_next_is_known() -> None:
    line = timeline()
    assert line.upcoming(1) == (4, "break: a light goes dark")
    line.tick(5, [])
    assert line.upcoming(6) == (14, "mend: a light goes dark")
    line.tick(20, [])
    assert line.upcoming(21) is None
    assert line.end(22) == []


def test_the_end_of_a_run_mends_what_is_broken() -> None:
    line = timeline(cue(), cue(at_s=30, mend_at_s=40))
    line.tick(5, [])
    assert line.end(7) == [line.cues[0]]
    assert [progress.mended_s for progress in line.steps] == [7, None]


def test_a_latched_fault_is_acknowledged_once_cleared_and_again_if_nothing_came_of_it() -> None:
    line = timeline(cue(acknowledge=Acknowledge()))
    line.tick(5, [])
    assert does(line, 8, fault()) == []
    assert does(line, 20, fault()) == ["mend"]
    assert does(line, 24, fault(cleared=True)) == ["acknowledge"]
    assert does(line, 24.3, fault(cleared=True)) == []
    assert does(line, 26.1, fault(cleared=True)) == ["acknowledge"]
    assert does(line, 27, fault(cleared=True, closed=True)) == []
    assert line.steps[0].ok


def test_a_fault_is_taken_on_by_its_link_until_the_page_shows_it() -> None:
    line = timeline(cue(take="anna"))
    line.tick(5, [])
    assert does(line, 8, fault()) == ["take"]
    assert does(line, 9, fault()) == []
    assert does(line, 10.5, fault()) == ["take"]
    assert does(line, 13, fault(taken=True)) == []
    line.tick(20, [fault(taken=True)])
    line.tick(25, [fault(taken=True, cleared=True, closed=True)])
    assert line.steps[0].ok


def test_a_fault_that_nobody_took_on_is_missed() -> None:
    line = timeline(cue(take="anna"))
    line.tick(5, [])
    line.tick(8, [fault()])
    line.tick(20, [fault()])
    assert does(line, 25, fault(cleared=True, closed=True)) == []
    assert not line.steps[0].ok
    assert reasons(line) == ["dark of wl-01 was not taken on by the link in the letter to anna"]


def test_what_is_taken_on_only_after_it_was_over_does_not_count() -> None:
    line = timeline(cue(take="anna"))
    line.tick(5, [])
    line.tick(8, [fault()])
    line.tick(20, [fault()])
    line.tick(25, [fault(taken=True, cleared=True, closed=True)])
    assert not line.steps[0].ok
