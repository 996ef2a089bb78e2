"""What is sent when: 200 in flight, acks believed, probes, live records beside a drain."""

from dataclasses import dataclass

from edge.spool import Record
from edge.window import EAGER_PROBES, IDLE_S, MAX_IN_FLIGHT, PATIENT_S, PROBE_S, Window

BOOT = "b0" * 8


@dataclass
class Numbers:
    """A log of consecutive records without content."""

    newest: int = 0

    def after(self, n: int, limit: int) -> list[Record]:
        return [Record(i, BOOT, b"{}", i - 1, BOOT) for i in range(n + 1, min(self.newest, n + limit) + 1)]


def synced(newest: int = 0, acked: int = 0) -> tuple[Window, Numbers]:
    window, log = Window(), Numbers(newest)
    window.connect(0.0)
    window.due(log, 0.0)
    window.ack(acked, 0.0)
    return window, log


def sent(window: Window, log: Numbers, now: float = 0.0) -> list[int]:
    return [send.record.n for send in window.due(log, now) if not send.live]


def sent_live(window: Window, log: Numbers, now: float = 0.0) -> list[int]:
    return [send.record.n for send in window.due(log, now) if send.live]


def test_nothing_is_sent_before_somebody_says_how_far_he_is() -> None:
    window, log = Window(), Numbers(5)
    assert sent(window, log) == []
    window.connect(0.0)
    assert sent(window, log) == []
    window.ack(2, 0.1)
    assert sent(window, log) == [3, 4, 5]
    assert sent(window, log) == []


def test_at_most_200_are_in_flight_and_acks_make_room() -> None:
    window, log = synced(newest=1000)
    assert sent(window, log) == list(range(1, MAX_IN_FLIGHT + 1))
    assert sent(window, log) == []
    window.ack(50, 0.2)
    assert sent(window, log) == list(range(201, 251))


def test_no_progress_for_three_seconds_asks_and_the_same_answer_sends_anew() -> None:
    window, log = synced(newest=3)
    assert sent(window, log, 10.0) == [1, 2, 3]
    assert window.probe_at(log) == 10.0 + PROBE_S
    window.asked(13.0)
    window.ack(0, 13.1)
    assert sent(window, log, 13.1) == [1, 2, 3]


def test_an_answer_that_shows_progress_sends_nothing_twice() -> None:
    window, log = synced(newest=3)
    sent(window, log, 10.0)
    window.asked(13.0)
    window.ack(2, 13.1)
    assert sent(window, log, 13.1) == []
    assert window.probe_at(log) == 13.1 + PROBE_S


def test_an_ack_nobody_asked_for_that_says_the_same_changes_nothing() -> None:
    window, log = synced(newest=3)
    sent(window, log, 10.0)
    window.ack(0, 11.0)
    assert sent(window, log, 11.0) == []
    assert window.probe_at(log) == 10.0 + PROBE_S


def test_a_lower_ack_is_believed() -> None:
    window, log = synced(newest=9, acked=9)
    window.ack(4, 1.0)
    assert sent(window, log, 1.0) == [5, 6, 7, 8, 9]


def test_an_idle_line_is_asked_after_five_minutes() -> None:
    window, log = synced(newest=9, acked=9)
    assert window.probe_at(log) == IDLE_S
    log.newest = 10
    assert sent(window, log, 100.0) == [10]
    window.ack(10, 100.5)
    assert window.probe_at(log) == 100.5 + IDLE_S


def test_a_gateway_that_stays_away_is_asked_less_often() -> None:
    window, log = Window(), Numbers(1)
    window.connect(0.0)
    assert window.probe_at(log) == PROBE_S
    for _ in range(EAGER_PROBES):
        window.asked(60.0)
    assert window.probe_at(log) == 60.0 + PATIENT_S


def test_a_line_that_is_down_asks_nobody() -> None:
    window, log = synced(newest=3)
    window.disconnect()
    assert window.probe_at(log) is None
    assert sent(window, log) == []


def test_while_more_than_200_wait_the_newest_is_also_sent_live() -> None:
    window, log = synced(newest=500)
    assert [send.record.n for send in window.due(log, 0.0)] == [*range(1, 201), 500]
    log.newest = 502
    assert sent_live(window, log) == [501, 502]
    assert sent_live(window, log) == []


def test_with_fewer_waiting_none_is_sent_twice() -> None:
    window, log = synced(newest=200)
    assert sent_live(window, log) == []
    log.newest = 201
    window.ack(150, 1.0)
    assert sent_live(window, log) == []


def test_a_second_outage_in_the_drain_starts_from_the_ack_and_is_live_at_once() -> None:
    window, log = synced(newest=500)
    sent(window, log)
    window.ack(100, 1.0)
    window.disconnect()
    log.newest = 600
    window.connect(50.0)
    assert window.due(log, 50.0) == []
    window.ack(150, 50.2)
    sends = window.due(log, 50.2)
    assert (sends[0].record.n, sends[-1].record.n, sends[-1].live) == (151, 600, True)


def test_a_gateway_that_knows_less_than_before_sees_the_newest_at_once() -> None:
    window, log = synced(newest=500, acked=500)
    sent(window, log)
    window.ack(100, 1.0)
    sends = window.due(log, 1.0)
    assert [send.record.n for send in sends] == [*range(101, 301), 500]
    assert sends[-1].live


def test_an_ack_that_comes_with_the_connection_keeps_the_newest_from_waiting_too() -> None:
    window, log = Window(), Numbers(500)
    window.connect(0.0)
    window.ack(0, 0.0)
    assert sent_live(window, log) == [500]


def test_a_newest_record_lost_ahead_of_its_turn_is_sent_again_with_the_rest() -> None:
    window, log = synced(newest=500)
    assert sent_live(window, log) == [500]
    window.asked(3.0)
    window.ack(0, 3.1)
    assert sent_live(window, log, 3.1) == [500]
