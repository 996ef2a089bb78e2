"""Who gets what, hour by hand: a night's urgent fault, the morning's digest, and what becomes of work orders.

Each table was written from the rules before the run: the minute and second, who, by what, and what kind of letter.
"""

from gateway.store import FaultEnd, FaultOpen, FaultRoot
from tests.integration.proofs.conftest import Open
from tests.integration.proofs.office import HOUR, MINUTE, Office, S
from tests.integration.proofs.place import staff
from tests.rosters import ms

NIGHT, MORNING = ms("2026-11-11 23:10"), ms("2026-11-12 07:30")
PILE, EARTH = "cp-0001", "GroundFailure"


def table(office: Office, begin_ms: int) -> list[str]:
    rows = sorted(office.arrived, key=lambda one: (one.at_ms, one.who, one.letter.channel))
    clock = [divmod((one.at_ms - begin_ms) // 1000, 60) for one in rows]
    return [
        f"{minute:02}:{second:02} {one.who} {one.letter.channel} {one.said.kind}"
        for (minute, second), one in zip(clock, rows, strict=True)
    ]


# Severity 1


def test_by_night_it_rings_then_it_is_written_and_then_the_room_hears(opened: Open) -> None:
    office = opened(at_ms=NIGHT)
    office.problem(PILE, code=EARTH)
    office.run(NIGHT + 4 * MINUTE)
    assert table(office, NIGHT) == [
        "00:00 desk voice problem",
        "00:00 li voice problem",
        "00:00 sparks voice problem",
        "01:00 desk sms problem",
        "01:00 li sms problem",
        "01:00 sparks sms problem",
        "02:00 group wecom problem",
    ]


def test_whoever_takes_it_after_the_call_ends_what_would_follow(opened: Open) -> None:
    office = opened(at_ms=NIGHT)
    office.problem(PILE, code=EARTH)
    office.run(NIGHT + 90 * S)
    office.ask(PILE, "acknowledged", EARTH)
    office.run(NIGHT + HOUR)
    assert "group" not in {one.who for one in office.arrived}
    assert table(office, NIGHT)[-1] == "01:00 sparks sms problem"


def test_by_day_the_room_and_everybody_on_duty_hear_at_once(opened: Open) -> None:
    office = opened(at_ms=MORNING)
    office.problem(PILE, code=EARTH)
    office.run(MORNING + 4 * MINUTE)
    assert table(office, MORNING) == [
        "00:00 desk sms problem",
        "00:00 group wecom problem",
        "00:00 li sms problem",
        "00:00 sparks sms problem",
    ]


# The digest


def test_what_is_minor_waits_for_the_morning_with_what_was_over_before_it_was_known(opened: Open) -> None:
    office = opened(at_ms=NIGHT)
    office.run(NIGHT)
    office.problem("light-0001", "light-0002", code="flash_rate")
    past = office.begin("light-0003", "stuck_on", NIGHT - 8 * HOUR)
    office.write(past, FaultEnd("light-0003", "stuck_on", None, NIGHT - 7 * HOUR, NIGHT - 7 * HOUR))
    office.run(MORNING - S)
    assert office.arrived == []
    office.run(MORNING + MINUTE)
    (digest,) = office.arrived
    assert (digest.at_ms, digest.who, digest.said.kind) == (MORNING, "group", "digest")
    assert set(digest.said.numbers) == {"0001", "0002", "0003"}


# Work orders


def test_a_fault_that_comes_again_is_told_again_and_is_open_again(opened: Open) -> None:
    office = opened(at_ms=MORNING)
    office.problem("light-0001")
    office.run(MORNING + MINUTE)
    office.ask("light-0001", "acknowledged")
    office.run(MORNING + 2 * MINUTE)
    office.over("light-0001")
    office.run(MORNING + 60 * MINUTE)
    office.problem("light-0001")
    office.run(MORNING + 76 * MINUTE)
    assert table(office, MORNING) == [
        "00:00 group wecom problem",
        "02:00 group wecom recovery",
        "60:00 group wecom problem",
        "75:00 lead sms reminder",
        "75:00 li sms reminder",
    ]
    row = office.store.fault(office.number("light-0001"))
    assert row is not None
    assert (row.reopened, row.order_state, row.acknowledged_by) == (1, "open", None)


def test_a_site_that_turns_out_to_be_a_part_of_the_feeder_is_an_update_and_a_problem_of_the_feeder_s(
    opened: Open,
) -> None:
    office = opened(at_ms=MORNING)
    office.problem("j-0001", "j-0002", code="site_dark")
    office.run(MORNING + 2 * MINUTE)
    roots = [FaultRoot(site, "site_dark", None, "f-east", office.now()) for site in ("j-0001", "j-0002")]
    opened_ = FaultOpen("f-east", "feeder", "", "feeder_down", None, 2, office.now())
    office.write(opened_, *roots, office.told("update", "f-east", "feeder_down"))
    office.run(MORNING + 10 * MINUTE)
    ends = [FaultEnd(site, "site_dark", "f-east", office.now(), office.now()) for site in ("j-0001", "j-0002")]
    office.write(*ends)
    office.over("f-east", code="feeder_down")
    office.run(MORNING + 20 * MINUTE)
    assert table(office, MORNING) == [
        "00:00 group wecom problem",
        "00:00 group wecom problem",
        "02:00 group wecom update",
        "02:00 power sms problem",
        "10:00 group wecom recovery",
        "10:00 power sms recovery",
    ]


def test_a_duplicate_is_reminded_of_no_more_and_its_end_is_told(opened: Open) -> None:
    office = opened(at_ms=MORNING)
    office.problem("light-0001", "light-0002")
    office.run(MORNING + MINUTE)
    office.ask("light-0002", "duplicate", into=office.number("light-0001"))
    office.run(MORNING + 20 * MINUTE)
    office.over("light-0001", "light-0002")
    office.run(MORNING + 30 * MINUTE)
    assert table(office, MORNING) == [
        "00:00 group wecom problem",
        "00:00 group wecom problem",
        "15:00 lead sms reminder",
        "15:00 li sms reminder",
        "20:00 group wecom recovery",
        "20:00 group wecom recovery",
        "20:00 lead sms recovery",
        "20:00 li sms recovery",
    ]


def test_whoever_had_it_before_and_whoever_was_given_it_both_hear_of_its_end(opened: Open) -> None:
    office = opened(at_ms=MORNING, roster=staff("sms"))
    office.problem("light-0001")
    office.run(MORNING + MINUTE)
    office.ask("light-0001", "refused", comment="not ours")
    office.ask("light-0001", "forwarded", department="electrician", comment="theirs")
    office.run(MORNING + 5 * MINUTE)
    office.over("light-0001")
    office.run(MORNING + HOUR)
    assert table(office, MORNING) == [
        "00:00 group wecom problem",
        "01:00 sparks sms problem",
        "05:00 group wecom recovery",
        "05:00 sparks sms recovery",
    ]


def test_one_second_off_is_seen(opened: Open) -> None:
    office = opened(at_ms=NIGHT + S)
    office.problem(PILE, code=EARTH)
    office.run(NIGHT + 4 * MINUTE)
    assert "01:00 li sms problem" not in table(office, NIGHT)
