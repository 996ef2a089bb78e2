from collections import Counter
from dataclasses import replace

import pytest

from demo.ledger import Key
from demo.letters import Letters
from demo.plan import Cue, Expected, Told
from demo.report import ReadingKey, Readings, Report, Spread, count, latencies_ms, percentile
from demo.scenario import Break
from demo.timeline import Fault, Progress
from demo.told import Message

WHOLE = Readings(produced=4, acked=4, stored=4, lost=0, duplicated=0)
CUE = Cue(
    "a camera freezes",
    at_s=5,
    break_=Break(what="freeze", device="cam-02"),
    mend_at_s=20,
    expected=(Expected("cam-02", "frozen"),),
    within_s=10,
    close_within_s=8,
)


def key(n: int, device: str = "cam-01", stream: str = "a") -> ReadingKey:
    return ReadingKey(Key("n-01", stream, n), device)


def step(*expected: Expected) -> Progress:
    return Progress(replace(CUE, expected=expected or CUE.expected))


def test_everything_stored_once_is_neither_lost_nor_doubled() -> None:
    made = [key(1), key(1, "light-01"), key(2)]
    assert count(made, {("n-01", "a"): 2}, Counter(made)) == Readings(3, 3, 3, 0, 0)


def test_what_is_not_in_the_store_is_lost() -> None:
    assert count([key(1), key(2)], {}, Counter([key(1)])).lost == 1


def test_a_row_more_than_distinct_keys_is_doubled() -> None:
    assert count([key(1)], {}, Counter([key(1), key(1), key(1)])).duplicated == 2


def test_an_acknowledgement_covers_its_own_card_only() -> None:
    counts = count([key(1), key(2), key(1, stream="b")], {("n-01", "a"): 1}, Counter())
    assert counts.acked == 1


def test_a_stored_reading_that_the_ledger_missed_is_no_loss() -> None:
    counts = count([key(1)], {}, Counter([key(1), key(2)]))
    assert (counts.stored, counts.lost, counts.duplicated) == (2, 0, 0)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 5), (0.95, 10), (1.0, 10)])
def test_percentiles_are_values_that_were_seen(share: float, expected: int) -> None:
    assert percentile(range(1, 11), share) == expected


def test_without_values_there_is_no_percentile() -> None:
    assert percentile([], 0.5) is None


def test_latencies_count_records_that_arrived() -> None:
    begun = {Key("n-01", "a", 1): 10.0, Key("n-01", "a", 2): 11.0}
    assert latencies_ms(begun, {Key("n-01", "a", 1): 10.25}) == [250.0]


def test_a_whole_run_has_no_reason_to_fail() -> None:
    assert Report(WHOLE, [], [], []).reasons() == []


def test_a_missed_step_is_named() -> None:
    (reason,) = Report(WHOLE, [step()], [], []).reasons()
    assert reason.startswith("step missed: a camera freezes: ")


def test_a_run_cut_short_owes_no_step_that_was_not_due() -> None:
    assert Report(WHOLE, [step()], [], [], cut_short=True).reasons() == []


def test_loss_doubling_and_the_unexpected_are_reasons() -> None:
    stray = Fault("F-1", "j-01", "site_dark", cleared=False, closed=False)
    reasons = Report(Readings(4, 4, 4, 1, 2), [], [stray], [stray]).reasons()
    assert len(reasons) == 3
    assert "site_dark of j-01" in reasons[2]


def test_a_run_that_produced_nothing_is_no_pass() -> None:
    assert Report(Readings(0, 0, 0, 0, 0), [], [], []).reasons() == ["nothing was produced"]


def test_the_document_has_the_promised_keys() -> None:
    setting = {"village": "beigu", "scenario": "default", "speed": 20.0}
    document = Report(WHOLE, [step()], [], [], memory_mib=400.04, core_share=0.51234, setting=setting).document()
    promised = ["readings", "steps", "faults", "messages", "letters", "latency_ms", "memory_mib", "core_share"]
    assert list(document) == ["village", "scenario", "speed", *promised, "happened"]
    assert document["steps"][0] == {
        "name": "a camera freezes",
        "expected": {"asset": "cam-02", "code": "frozen", "root": None},
        "opened_after_s": None,
        "closed_after_s": None,
        "ok": False,
    }
    nothing = {"p50": None, "p95": None}
    assert document["latency_ms"] == dict.fromkeys(("stored", "sse", "change_sse", "fault_sse"), nothing)
    assert (document["memory_mib"], document["core_share"]) == (400.0, 0.512)


def test_a_step_is_listed_once_for_each_fault_it_must_cause() -> None:
    two = step(Expected("j-07", "site_dark"), Expected("j-08", "site_dark"))
    rows = Report(WHOLE, [two], [], []).document()["steps"]
    assert [row["expected"]["asset"] for row in rows] == ["j-07", "j-08"]
    assert {row["name"] for row in rows} == {"a camera freezes"}


def test_messages_are_counted_by_kind_and_those_of_a_step_are_listed() -> None:
    progress = Progress(replace(CUE, messages=(Told("problem", "cam-02", "frozen"),)), broken_s=5)
    sent = [Message(1, "problem", "cam-02", "frozen"), Message(2, "update", "weather", "weather")]
    progress.ear.take(sent[0], 40.004)
    found = Report(WHOLE, [progress], [], [], messages=sent, stray=sent[1:]).document()["messages"]
    kinds = {"problem": 1, "recovery": 0, "update": 1, "flapping": 0, "flapping_end": 0}
    (row,) = found.pop("steps")
    assert found == {"sent": 2, **kinds, "unexpected": 1}
    assert row == {
        "name": "a camera freezes",
        "kind": "problem",
        "asset": "cam-02",
        "code": "frozen",
        "sent_after_s": 35.0,
        "ok": True,
    }


def test_an_unexpected_message_is_a_reason() -> None:
    report = Report(WHOLE, [], [], [], stray=[Message(1, "update", "road", "sabotage")])
    assert report.reasons() == ["unexpected: update of road sabotage was sent"]


def test_letters_are_counted_and_what_is_wrong_with_them_is_a_reason() -> None:
    found = Letters(received=5, people=2, confirmed=4, channels={"sms": 5}, missing=["a"], strange=["b"])
    report = Report(WHOLE, [], [], [], letters=found)
    assert report.reasons() == ["a", "b"]
    good, bad = (
        {"received": 5, "people": 2, "confirmed": 4},
        {"missing": 1, "doubled": 0, "disordered": 0, "strange": 1},
    )
    assert report.document()["letters"] == {**good, "channels": {"sms": 5}, "waiting": {}, **bad}


def test_a_step_that_must_cause_nothing_is_listed_too() -> None:
    progress = Progress(replace(CUE, expected=()), broken_s=5, mended_s=20)
    (row,) = Report(WHOLE, [progress], [], []).document()["steps"]
    assert (row["expected"], row["ok"]) == (None, True)


def test_each_latency_is_given_by_its_name() -> None:
    spread = Spread(stored=[1], sse=[2], change_sse=[3], fault_sse=[4])
    document = Report(WHOLE, [], [], [], latency_ms=spread).document()
    assert [found["p95"] for found in document["latency_ms"].values()] == [1, 2, 3, 4]
