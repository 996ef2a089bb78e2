"""Where the village's judgement begins again: after the clock was put back, and where a node is not remembered."""

from gateway import faults
from gateway.faults import Dismissed, Ended, Flapping, VillageWatch
from gateway.faults.village.cases import Case, Doubt, Window

NOW = 1_800_000_000_000
DAY = 86_400_000
CASE = Case("cam-1", "camera", "occluded", "j-1", "n-1", NOW, NOW)


def test_after_the_clock_was_put_back_nothing_that_has_been_lies_ahead() -> None:
    before = VillageWatch(
        now_ms=NOW + DAY,
        graces={"n-1": (NOW + DAY, "j-1")},
        episodes={"cam-1/unreachable": (NOW - DAY, NOW + DAY)},
        away=((NOW + DAY - 1, NOW + DAY),),
    )
    after = faults.begin((), NOW, before)
    assert after.graces == {"n-1": (NOW, "j-1")}
    assert after.episodes == {"cam-1/unreachable": (NOW - DAY, NOW)}
    assert after.away == ((NOW, NOW),)
    assert after.now_ms == NOW


def test_what_was_planned_stays_where_it_is_when_the_clock_is_put_back() -> None:
    window = Window("planned", "j-1", NOW + 2 * DAY, NOW + 3 * DAY, NOW - DAY)
    assert faults.begin((), NOW, VillageWatch(now_ms=NOW + DAY, windows=(window,))).windows == (window,)


def test_what_no_node_remembers_ends_and_neither_votes_nor_keeps_quiet_any_more() -> None:
    watch = VillageWatch(
        now_ms=NOW,
        cases={CASE.key: CASE},
        doubts={"cam-2/blur": Doubt("cam-2", "blur", NOW)},
        flapping={"cam-3": NOW},
    )
    assert faults.orphans(watch, ()) == [
        Ended("cam-1", "occluded", NOW, NOW, NOW),
        Dismissed("cam-2", "blur", NOW),
        Flapping("cam-3", "node", False, NOW),
    ]
