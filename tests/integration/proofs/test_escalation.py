"""Who is told when, to the second, across midnight, a change of shifts, and the ends of a month and of a year.

Each table was written by hand from the rules of docs and roster, before the run. ``+`` is the next day.
"""

from collections.abc import Callable

import pytest

from gateway.dispatch.roster import Roster
from gateway.faults import Rules
from gateway.faults.times import DispatchTimes
from tests.integration.proofs.conftest import Open
from tests.integration.proofs.office import HOUR, Office
from tests.integration.proofs.place import english, roster
from tests.rosters import duty, ms

# Evening, and the day after it: the ends of a month, of a year, and of a February without and with a 29th.
NIGHTS = [
    ("2026-01-31", "2026-02-01"),
    ("2026-12-31", "2027-01-01"),
    ("2026-02-28", "2026-03-01"),
    ("2028-02-29", "2028-03-01"),
]
DUTIES = {
    "maintenance.head": "head",
    "electrician": "sparks",
    "fire-squad": "fire",
    "safety-centre": "desk",
    "safety-centre.head": "chief",
}
Evening = tuple[str, str]
ONE_DAY = NIGHTS[0]


def shifts() -> Roster:
    """Li until midnight, Wang from then on, and no rooms."""
    names = ("li", "wang", "lead", *DUTIES.values())
    late = {"from": "16:00", "to": "00:00"}
    duties = [duty(post, one) for post, one in DUTIES.items()] + [duty("grid_lead", "lead", "g-1")]
    duties += [duty("maintenance", "li", **late), duty("maintenance", "wang", **{"from": "00:00", "to": "16:00"})]
    return roster([english(one) for one in names], duties)


def table(office: Office, night: Evening) -> list[str]:
    """What came, as the tables are written."""
    midnight = ms(f"{night[1]} 00:00")
    rows = []
    for at_ms, who, letter in sorted(office.arrived, key=lambda one: (one.at_ms, one.who, one.letter.channel)):
        day, at = divmod((at_ms - midnight) // 1000 + 86_400, 86_400)
        clock = f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}"
        rows.append(f"{'+' * day}{clock} {who} {letter.channel} {'' if letter.template[:5] == 'fault' else 'again'}")
    return [row.strip() for row in rows]


@pytest.fixture
def evening(opened: Open) -> Callable[..., Office]:
    """An office at 23:40, with a fault of that moment."""

    def begin(night: Evening, code: str = "stuck_on", asset: str = "light-0001", **times: object) -> Office:
        rules = Rules(dispatch=DispatchTimes(**times))  # type: ignore[arg-type]  # what a test gives fits
        office = opened(roster=shifts(), at_ms=ms(f"{night[0]} 23:40"), rules=rules)
        office.problem(asset, code=code)
        return office

    return begin


Begin = Callable[..., Office]


@pytest.mark.parametrize("night", NIGHTS)
def test_nobody_takes_a_fault_of_severity_2(evening: Begin, night: Evening) -> None:
    office = evening(night)
    office.run(ms(f"{night[1]} 23:00"))
    assert table(office, night) == [
        "23:40:00 li sms",
        "23:55:00 lead sms again",
        "23:55:00 li voice again",
        "+00:25:00 head sms again",
        "+02:25:00 chief sms again",
    ]


def test_a_step_after_the_shift_changed_is_for_who_came(evening: Begin) -> None:
    office = evening(ONE_DAY, escalate_s=(1200, 2700, 9900))
    office.run(ms("2026-02-01 00:20"))
    assert table(office, ONE_DAY) == [
        "23:40:00 li sms",
        "+00:00:00 lead sms again",
        "+00:00:00 wang sms again",
    ]


def test_a_step_one_second_before_is_for_who_leaves(evening: Begin) -> None:
    office = evening(ONE_DAY, escalate_s=(1199, 2700, 9900))
    office.run(ms("2026-02-01 00:20"))
    assert table(office, ONE_DAY) == [
        "23:40:00 li sms",
        "23:59:59 lead sms again",
        "23:59:59 li voice again",
    ]


@pytest.mark.parametrize("night", NIGHTS)
def test_nobody_takes_a_fault_of_severity_1(evening: Begin, night: Evening) -> None:
    office = evening(night, "GroundFailure", "cp-0001")
    office.run(ms(f"{night[1]} 04:00"))
    assert table(office, night) == [
        "23:40:00 desk voice",
        "23:40:00 li voice",
        "23:40:00 sparks voice",
        "23:41:00 desk sms",
        "23:41:00 li sms",
        "23:41:00 sparks sms",
        "23:45:00 lead voice again",
        "23:46:00 lead sms again",
        "+00:15:00 head voice again",
        "+00:16:00 head sms again",
        "+02:15:00 chief voice again",
        "+02:16:00 chief sms again",
    ]


def test_nobody_takes_a_fault_of_severity_3(evening: Begin) -> None:
    office = evening(ONE_DAY, "flash_rate")
    office.run(ms("2026-02-05 12:00"))
    assert table(office, ONE_DAY) == [
        "+07:30:00 wang sms again",
        "++07:30:00 lead sms again",
        "++07:30:00 wang voice again",
        "+++07:30:00 head sms again",
        "++++07:30:00 chief sms again",
    ]


def test_who_takes_it_and_does_nothing_is_gone_past_after_four_hours_and_again(evening: Begin) -> None:
    office = evening(ONE_DAY)
    office.later("2026-02-01 00:00", "light-0001", "acknowledged")
    office.run(ms("2026-02-01 13:00"))
    assert table(office, ONE_DAY)[-3:] == [
        "+04:00:00 head sms again",
        "+08:00:00 chief sms again",
        "+12:00:00 chief voice again",
    ]


def test_who_gets_on_with_it_is_left_alone(evening: Begin) -> None:
    office = evening(ONE_DAY)
    office.later("2026-01-31 23:50", "light-0001", "acknowledged")
    office.later("2026-01-31 23:54", "light-0001", "on_site")
    office.later("2026-02-01 03:53", "light-0001", "fixed")
    office.run(ms("2026-02-01 07:52"))
    assert table(office, ONE_DAY) == [
        "23:40:00 li sms",
    ]


def test_while_it_is_suspended_nothing_is_due_and_from_its_date_on_all_is(evening: Begin) -> None:
    office = evening(ONE_DAY)
    until_ms = ms("2026-02-01 12:00")
    office.later("2026-01-31 23:50", "light-0001", "acknowledged")
    office.later("2026-01-31 23:52", "light-0001", "suspended", until_ms=until_ms)
    office.run(until_ms + 4 * HOUR)
    assert table(office, ONE_DAY) == [
        "23:40:00 li sms",
        "+16:00:00 lead sms again",
        "+16:00:00 li voice again",
    ]


def test_who_refuses_it_hands_it_up_and_who_is_given_it_is_told_as_of_a_new_one(evening: Begin) -> None:
    office = evening(ONE_DAY)
    office.later("2026-01-31 23:50", "light-0001", "refused", comment="no lamp of ours")
    give = {"department": "electrician", "comment": "a matter of the supply"}
    office.later("2026-02-01 00:10", "light-0001", "forwarded", **give)
    office.run(ms("2026-02-01 00:54:59"))
    assert table(office, ONE_DAY) == [
        "23:40:00 li sms",
        "+00:05:00 lead sms again",
        "+00:05:00 wang sms again",
        "+00:10:00 sparks sms",
        "+00:25:00 lead voice again",
        "+00:25:00 sparks voice again",
    ]


@pytest.mark.parametrize("second", [899, 901])
def test_one_second_off_is_seen(evening: Begin, second: int) -> None:
    office = evening(ONE_DAY, escalate_s=(second, 2700, 9900))
    office.run(ms("2026-02-01 00:00"))
    assert table(office, ONE_DAY) != [
        "23:40:00 li sms",
        "23:55:00 lead sms again",
        "23:55:00 li voice again",
    ]
