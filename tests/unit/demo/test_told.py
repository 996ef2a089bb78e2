"""Messages of a run, held against what the steps state."""

from typing import Any

from demo.plan import Cue, Expected, Told
from demo.scenario import Break
from demo.timeline import Fault, Timeline, why
from demo.told import Message

PROBLEM, RECOVERY = Told("problem", "wl-01", "dark"), Told("recovery", "wl-01", "dark")
OPEN = Fault("F-1", "wl-01", "dark", cleared=False, closed=False)
CLOSED = Fault("F-1", "wl-01", "dark", cleared=True, closed=True)


def timeline(*messages: Told, **other: Any) -> Timeline:
    fields = {"at_s": 5, "mend_at_s": 20, "within_s": 10, "close_within_s": 8, "tell_within_s": 10}
    what = {"expected": (Expected("wl-01", "dark"),), "messages": messages}
    return Timeline([Cue("x", break_=Break(what="dark", device="wl-01"), **{**fields, **what, **other})])


def sent(*told: Told) -> list[Message]:
    return [Message(number, *one) for number, one in enumerate(told, 1)]


def played(line: Timeline, *messages: Message) -> Timeline:
    line.tick(5, [])
    line.tick(8, [OPEN], messages[:1])
    line.tick(20, [])
    line.tick(25, [CLOSED], messages[1:])
    line.tick(31, [])
    return line


def test_a_step_of_which_all_was_told_is_ok() -> None:
    line = played(timeline(PROBLEM, RECOVERY), *sent(PROBLEM, RECOVERY))
    step = line.steps[0]
    assert [step.told_after_s(owed) for owed in step.ear.owed] == [3, 20]
    assert (step.ok, step.late, line.stray) == (True, False, [])


def test_what_was_not_told_is_missed_by_its_name() -> None:
    line = played(timeline(PROBLEM, RECOVERY), *sent(PROBLEM))
    assert (line.steps[0].ok, line.steps[0].late) == (False, True)
    assert list(why(line.steps[0])) == ["recovery of wl-01 dark was not sent (due within 10 s of the mend)"]


def test_what_is_told_twice_is_unexpected_the_second_time() -> None:
    line = played(timeline(PROBLEM, RECOVERY), *sent(PROBLEM, PROBLEM, RECOVERY))
    assert line.steps[0].ok
    assert [message.number for message in line.stray] == [2]


def test_what_is_told_before_the_break_is_of_no_step() -> None:
    line = timeline(PROBLEM)
    line.tick(1, [], sent(PROBLEM))
    line.tick(5, [])
    assert len(line.stray) == 1
    assert line.steps[0].ear.waits


def test_a_step_that_tells_nobody_takes_nothing() -> None:
    line = played(timeline(), *sent(PROBLEM, RECOVERY))
    assert len(line.stray) == len(line.told) == 2


def test_a_step_that_states_nothing_takes_what_is_told_of_its_own_faults_alone() -> None:
    line = played(timeline(messages=None), *sent(PROBLEM, RECOVERY, Told("update", "f-1", "feeder_down")))
    assert line.steps[0].ok
    assert [message.asset for message in line.stray] == ["f-1"]


def test_a_fault_that_is_listed_under_another_cause_than_expected_is_no_pass() -> None:
    line = timeline(messages=None)
    line.tick(5, [])
    line.tick(8, [OPEN])
    line.tick(20, [])
    line.tick(25, [Fault("F-1", "wl-01", "dark", True, True, root="f-1")])
    assert not line.steps[0].ok
    assert list(why(line.steps[0])) == ["dark of wl-01 was listed under f-1"]


def test_a_cause_that_turns_out_late_is_as_expected() -> None:
    line = timeline(messages=None, expected=(Expected("wl-01", "dark", "f-1"),))
    line.tick(5, [])
    line.tick(8, [OPEN])
    line.tick(20, [Fault("F-1", "wl-01", "dark", False, False, root="f-1")])
    line.tick(25, [Fault("F-1", "wl-01", "dark", True, True, root="f-1")])
    assert line.steps[0].ok
