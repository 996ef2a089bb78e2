"""Payloads: the fixed part from the spool, finished at each sending."""

import pytest

from contracts.messages import Finding, Prev, Reading, Up, decode
from edge import records
from edge.spool import Record

BOOT, OLD, STREAM = "b0" * 8, "a1" * 8, "5e" * 8
READING = Reading("cam-01", "down", 4.5, 3, f=(Finding("frozen", "down", 4.5, 3),), m={"fps": 24.9})
BODY = records.fixed([READING], ts=1_795_000_000_000, mono=5_000, tq="ntp")


def sent(record: Record, mono: int = 5_120, *, live: bool = False) -> Up:
    return decode(Up, records.payload(record, STREAM, BOOT, mono, live=live))


def test_a_record_of_this_boot_says_how_old_it_is() -> None:
    up = sent(Record(481, BOOT, BODY, 480, BOOT))
    assert (up.stream, up.n, up.boot, up.age_ms, up.tq) == (STREAM, 481, BOOT, 120, "ntp")
    assert (up.ts, up.mono, up.r) == (1_795_000_000_000, 5_000, (READING,))


def test_nobody_knows_the_age_of_another_boots_record() -> None:
    assert sent(Record(481, OLD, BODY, 480, OLD)).age_ms is None


def test_the_predecessor_is_named_unless_it_is_the_number_before() -> None:
    assert b"prev" not in records.payload(Record(481, BOOT, BODY, 480, BOOT), STREAM, BOOT, 0)
    assert sent(Record(481, BOOT, BODY, 480, OLD)).prev == Prev(480, OLD)
    assert sent(Record(481, BOOT, BODY, 470, BOOT)).prev == Prev(470, BOOT)
    assert sent(Record(1, BOOT, BODY, 0, None)).prev == Prev(0, None)


def test_a_record_ahead_of_its_turn_says_so() -> None:
    assert sent(Record(481, BOOT, BODY, 480, BOOT), live=True).live
    assert not sent(Record(481, BOOT, BODY, 480, BOOT)).live


def test_a_record_without_readings_is_a_record() -> None:
    assert sent(Record(1, BOOT, records.fixed([], 1, 1, "none"), 0, None)).r == ()


@pytest.mark.parametrize(
    "reading",
    [
        Reading("Not An Id", "up"),
        Reading("cam-01", "up", looks=0),
        Reading("cam-01", "up", word="w" * 33),
        Reading("cam-01", "up", m={"fps": float("nan")}),
        Reading("cam-01", "up", f=(Finding("\ud800", "down"),)),
    ],
    ids=["id", "looks", "word", "not a number", "half a character"],
)
def test_what_the_gateway_would_refuse_is_refused_here(reading: Reading) -> None:
    with pytest.raises(records.Unsendable, match=reading.d):
        records.check(reading)
