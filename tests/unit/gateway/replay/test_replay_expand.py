"""From lines to timed events: what is left out is put in, what is said again is said again, in order."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import UNSET

from contracts.messages import Finding, Reading
from gateway.replay import History
from gateway.replay.events import LateLine, LinkLine, OutOfServiceLine, PlannedLine, Readings, TimedEvent
from gateway.replay.expand import expand

MIDNIGHT = 1_790_784_000_000
Read = Callable[..., History]


def line(clock: str, device: str = "cam-01", state: str = "up", **more: Any) -> dict[str, Any]:
    return {"t": t(clock), "device": device, "state": state, **more}


def t(clock: str) -> str:
    return f"2026-10-01T{clock}+08:00"


def readings(history: History) -> list[tuple[int, Reading]]:
    """Seconds since midnight and readings."""
    events = [event for event in expand(history) if isinstance(event, Readings)]
    return [((event.at_ms - MIDNIGHT) // 1000, reading) for event in events for reading in event.readings]


def seconds(history: History, device: str = "cam-01") -> list[int]:
    return [at_s for at_s, reading in readings(history) if reading.d == device]


def test_what_is_left_out_is_put_in(history: Read) -> None:
    ((at_s, reading),) = readings(history(line("00:01:00")))
    assert (at_s, reading) == (60, Reading("cam-01", "up", 0.0, 1, UNSET, (), ()))


@pytest.mark.parametrize(
    ("device", "code"), [("cam-01", "unreachable"), ("wl-01", "dark"), ("cp-01", "Faulted"), ("cp-01.1", "Faulted")]
)
def test_down_without_a_code_is_the_usual_one(history: Read, device: str, code: str) -> None:
    ((_, reading),) = readings(history(line("00:01:00", device, "down", since_s=2, looks=3)))
    assert reading.f == (Finding(code, "down", 2.0, 3),)


def test_a_finding_has_its_code_s_state_unless_it_says_another(history: Read) -> None:
    found = [{"code": "moved"}, {"code": "black", "s": "unknown"}]
    ((_, reading),) = readings(history(line("00:01:00", state="unknown", f=found)))
    assert [(finding.code, finding.s) for finding in reading.f] == [("moved", "degraded"), ("black", "unknown")]


def test_times_and_starts_are_rounded_down_to_their_second(history: Read) -> None:
    ((at_s, reading),) = readings(history(line("00:01:00.900", state="down", since_s=1.2)))
    assert (at_s, reading.since_s, reading.f[0].since_s) == (60, 1.0, 1.0)


def test_until_says_it_again_each_interval_with_the_same_start_and_one_look_more(history: Read) -> None:
    found = readings(history(line("00:01:00", state="down", since_s=5, looks=4, until=t("00:03:00"))))
    assert [(at_s, r.since_s, r.looks) for at_s, r in found] == [(60, 5.0, 4), (120, 65.0, 5), (180, 125.0, 6)]
    assert [(r.f[0].since_s, r.f[0].looks) for _, r in found] == [(5.0, 4), (65.0, 5), (125.0, 6)]


def test_until_includes_its_own_moment_and_nothing_after_the_end(history: Read) -> None:
    assert seconds(history(line("00:01:00", until=t("00:02:59")))) == [60, 120]
    assert seconds(history(line("23:59:00", until="2026-11-01T00:00:00+08:00")))[-1] == 24 * 3600


ENDS = [
    ({"t": t("00:03:00"), "node": "n-01", "link": "lost"}, [60, 120]),
    ({"t": t("00:03:00"), "node": "n-01", "link": "disconnected"}, [60, 120]),
    ({"t": t("00:03:00"), "gateway": "stop"}, [60, 120]),
    (line("00:03:00", state="down"), [60, 120, 180]),
    ({"t": t("00:03:00"), "node": "n-02", "link": "lost"}, [60, 120, 180, 240, 300]),
    ({"t": t("00:03:00"), "node": "n-01", "link": "up"}, [60, 120, 180, 240, 300]),
    ({"t": t("00:03:00"), "node": "n-01", "mains": "lost"}, [60, 120, 180, 240, 300]),
    ({"t": t("00:03:00"), "gateway": "broker_lost"}, [60, 120, 180, 240, 300]),
    (line("00:03:00", "wl-01"), [60, 120, 180, 240, 300]),
]


@pytest.mark.parametrize(("end", "expected"), ENDS, ids=lambda value: str(value)[:80])
def test_what_ends_a_repetition(history: Read, end: dict[str, Any], expected: list[int]) -> None:
    assert seconds(history(line("00:01:00", until=t("00:05:00")), end)) == expected


def test_readings_of_a_node_and_second_are_one_record(history: Read) -> None:
    until = {"until": t("00:03:00")}
    lines = [line("00:01:00", device, **until) for device in ("cam-01", "wl-01", "cam-02")]
    events = list(expand(history(*lines, line("00:02:00", "wl-01", "down"))))
    said = [(event.node, [reading.d for reading in event.readings]) for event in events if isinstance(event, Readings)]
    assert said == [
        ("n-01", ["cam-01", "wl-01"]),
        ("n-02", ["cam-02"]),
        ("n-01", ["cam-01"]),
        ("n-02", ["cam-02"]),
        ("n-01", ["wl-01"]),
        ("n-01", ["cam-01"]),
        ("n-02", ["cam-02"]),
    ]


def test_at_one_second_lines_stand_in_file_order(history: Read) -> None:
    lost = {"t": t("00:01:00"), "node": "n-01", "link": "lost"}
    events = list(expand(history(line("00:01:00"), lost, line("00:01:00", "wl-01"), line("00:01:00", "wl-01", "down"))))
    kinds = [(type(event), getattr(event, "readings", ())) for event in events]
    assert [kind for kind, _ in kinds] == [Readings, LinkLine, Readings, Readings]
    assert [[reading.s for reading in found] for _, found in kinds] == [["up"], [], ["up"], ["down"]]


def only(history: History) -> TimedEvent:
    (event,) = expand(history)
    return event


def test_what_people_and_outages_say(history: Read) -> None:
    span = {"from": t("01:00:00"), "to": t("02:00:00")}
    at_ms, span_ms = MIDNIGHT + 3 * 3_600_000, (MIDNIGHT + 3_600_000, MIDNIGHT + 7_200_000)
    late = only(history({"t": t("03:00:00"), "late": {"device": "wl-01", "state": "down", **span}}))
    assert late == LateLine(at_ms, "n-01", "wl-01", *span_ms, "down", "dark")
    planned = only(history({"t": t("03:00:00"), "planned": {"site": "n-02", **span}}))
    assert planned == PlannedLine(at_ms, True, "n-02", *span_ms)
    out = only(history({"t": t("03:00:00"), "out_of_service": {"device": "wl-01", "from": t("01:00:00")}}))
    assert out == OutOfServiceLine(at_ms, "wl-01", span_ms[0], None)


def test_a_month_of_twenty_lines_is_never_held(history: Read) -> None:
    header = {"inventory": "three.yaml", "from": "2026-10-01T00:00:00+08:00", "to": "2026-11-01T00:00:00+08:00"}
    lines = [line("00:00:00", device, until="2026-11-01T00:00:00+08:00") for device in ("cam-01", "wl-01")]
    events = expand(history(*lines, header=header))
    assert sum(1 for _ in events) == 31 * 24 * 60 + 1
