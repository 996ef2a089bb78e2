"""The journal as a history: ordered, readable by replay, late records as stretches, and what cannot be is counted."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from contracts.inventory import Village
from contracts.messages import Finding, Reading, Up, encode
from gateway.replay import read
from gateway.replay.events import LateLine, Readings
from gateway.replay.expand import expand
from gateway.replay.export import Export, Nothing, Wanted
from gateway.store import HappeningRow, JournalRow

ZERO = 1_790_784_000_000
CARD, BOOT = "1" * 16, "b" * 16
UP = Reading("cam-01", "up", 0.0, 5)
BLACK = Reading("cam-01", "down", 4.25, 2, f=(Finding("black", "down", 4.25, 2),))


def row(at_s: float, *readings: Reading, lag_s: float = 0.1, node: str = "n-01", unsure: bool = False) -> JournalRow:
    event_ms = ZERO + round(at_s * 1000)
    up = Up(1, CARD, 1, BOOT, event_ms, 0, "ntp", readings)
    return JournalRow(node, CARD, 1, event_ms + round(lag_s * 1000), event_ms, unsure, encode(up))


def note(at_s: float, **line: Any) -> HappeningRow:
    at_ms = ZERO + round(at_s * 1000)
    text = f"2026-10-01T00:{at_s // 60:02.0f}:{at_s % 60:02.0f}+08:00"
    return HappeningRow(at_ms, json.dumps({"t": text, **line}).encode())


class Out:
    """Exports: each one's lines as objects, and what it says it left out."""

    def __init__(self, village: Village, folder: Path, until_s: int = 3600, from_s: int | None = 0) -> None:
        from_ms = None if from_s is None else ZERO + from_s * 1000
        self._wanted = Wanted(village, "three.yaml", from_ms, ZERO + until_s * 1000)
        self.path = folder / "out.jsonl"

    def lines(self, rows: Iterable[JournalRow], notes: Sequence[HappeningRow] = ()) -> list[dict[str, Any]]:
        self.work = Export(self._wanted)
        texts = list(self.work.lines(rows, notes))
        self.path.write_bytes(b"\n".join(texts))
        read(self.path)  # whatever comes out can be read
        return [json.loads(text) for text in texts[1:]]


@pytest.fixture
def out(village: Village, tmp_path: Path) -> Out:
    return Out(village, tmp_path)


def test_a_record_becomes_a_line_a_device(out: Out) -> None:
    word = Reading("cp-01.1", "up", 3.0, 1, "free", nc=("Faulted",))
    assert out.lines([row(60, BLACK), row(61.5, word, node="n-02")]) == [
        {
            "t": "2026-10-01T00:01:00+08:00",
            "device": "cam-01",
            "state": "down",
            "since_s": 4.25,
            "looks": 2,
            "f": [{"code": "black", "s": "down", "since_s": 4.25, "looks": 2}],
        },
        {
            "t": "2026-10-01T00:01:01.500+08:00",
            "device": "cp-01.1",
            "state": "up",
            "since_s": 3.0,
            "nc": ["Faulted"],
            "word": "free",
        },
    ]


def test_readings_come_back_as_they_were(out: Out) -> None:
    out.lines([row(60, BLACK, Reading("wl-01", "down", 0.0, 1)), row(120, Reading("n-01", "up", 7.0, 3))])
    found = [event.readings for event in expand(read(out.path)) if isinstance(event, Readings)]
    black = Reading("cam-01", "down", 5.0, 2, f=(Finding("black", "down", 5.0, 2),))  # of its second
    assert found == [(black, Reading("wl-01", "down", 0.0, 1)), (Reading("n-01", "up", 7.0, 3),)]


def test_lines_are_ordered_by_event_time_over_all_nodes(out: Out) -> None:
    rows = [row(60, UP, lag_s=20), row(70, Reading("cam-02", "up"), node="n-02", lag_s=10.5), row(75, UP, lag_s=6)]
    notes = [note(65, node="n-03", link="up"), note(80, gateway="broker_lost")]
    found = out.lines(rows, notes)
    assert [line["t"][14:19] for line in found] == ["01:00", "01:05", "01:10", "01:15", "01:20"]


def late(at_s: float, reading: Reading, arrived_s: float) -> JournalRow:
    return row(at_s, reading, lag_s=arrived_s - at_s)


def stretches(lines: list[dict[str, Any]]) -> list[tuple[str, str, str, str, str | None]]:
    found = [(line["t"], line["late"]) for line in lines if "late" in line]
    return [(t[14:19], p["from"][14:19], p["to"][14:19], p["state"], p.get("code")) for t, p in found]


def test_late_records_become_stretches_at_the_moment_they_arrived(out: Out) -> None:
    up, black = Reading("cam-01", "up"), Reading("cam-01", "down", 0.0, f=(Finding("black", "down"),))
    drained = [late(120, up, 1200), late(180, up, 1200), late(230, black, 1201), late(240, black, 1201)]
    found = out.lines([row(60, UP), *drained, row(1210, UP)])
    assert stretches(found) == [("20:00", "01:00", "03:50", "up", None), ("20:01", "03:50", "04:00", "down", "black")]
    assert [line["t"][14:19] for line in found if "device" in line] == ["01:00", "20:10"]


def test_a_late_stretch_reaches_back_as_far_as_its_first_reading_says_and_no_further_than_the_last_known(
    out: Out,
) -> None:
    found = out.lines([row(60, UP), late(300, Reading("cam-01", "up", 100.0), 1200), row(1210, UP)])
    assert stretches(found)[0][1:3] == ("03:20", "05:00")
    found = out.lines([row(60, UP), late(300, Reading("cam-01", "up", 900.0), 1200), row(1210, UP)])
    assert stretches(found)[0][1:3] == ("01:00", "05:00")


def test_a_silence_between_late_records_stays_a_gap(out: Out) -> None:
    up = Reading("cam-01", "up")
    found = out.lines([late(120, up, 2000), late(180, up, 2000), late(900, up, 2000), late(960, up, 2000)])
    assert [piece[1:3] for piece in stretches(found)] == [("02:00", "03:00"), ("15:00", "16:00")]


def test_one_late_look_knows_its_second(out: Out) -> None:
    assert stretches(out.lines([late(120, Reading("cam-01", "up"), 2000)])) == [("33:20", "02:00", "02:01", "up", None)]


def test_of_several_late_codes_the_gravest_is_kept(out: Out) -> None:
    found = (Finding("moved", "degraded"), Finding("black", "down"), Finding("blur", "degraded"))
    assert stretches(out.lines([late(120, Reading("cam-01", "down", f=found), 2000)]))[0][3:] == ("down", "black")
    pile = Reading("cp-01.1", "down", f=(Finding("Faulted", "down"), Finding("GroundFailure", "down")))
    lines = out.lines([row(120, pile, lag_s=900, node="n-02")])
    assert stretches(lines)[0][4] == "GroundFailure"


def test_what_was_written_while_the_gateway_was_deaf_is_late(out: Out) -> None:
    notes = [note(100, gateway="stop"), note(150, gateway="start")]
    found = out.lines([row(60, UP), late(140, UP, 151), row(160, Reading("cam-01", "up", 100.0))], notes)
    assert [line["t"][14:19] for line in found] == ["01:00", "01:40", "02:30", "02:31", "02:40"]
    assert stretches(found) == [("02:31", "01:00", "02:20", "up", None)]


def test_what_was_seen_last_in_time_lasts_until_the_first_late_reading_if_no_silence_lies_between(out: Out) -> None:
    black = Reading("cam-01", "down", 3.0, f=(Finding("black", "down", 3.0),))
    found = out.lines([row(60, UP), late(63.4, black, 1200), late(70, black, 1200), row(1210, UP)])
    assert [piece[1:] for piece in stretches(found)] == [("01:00", "01:10", "down", "black")]
    found = out.lines([row(60, UP), late(65.4, black, 1200), late(70, black, 1200), row(1210, UP)])
    assert [piece[1:] for piece in stretches(found)] == [
        ("01:00", "01:02", "up", None),
        ("01:02", "01:10", "down", "black"),
    ]
    found = out.lines([row(60, UP), late(900, black, 1200), row(1210, UP)])
    assert [piece[1:] for piece in stretches(found)] == [("14:57", "15:00", "down", "black")]


def test_a_late_state_lasts_until_the_next_reading_s_start_if_no_silence_lies_between(out: Out) -> None:
    notes = [note(100, gateway="stop"), note(150, gateway="start")]
    black = Reading("cam-01", "down", 2.0, f=(Finding("black", "down", 2.0),))
    found = out.lines([late(120, UP, 151), late(140, UP, 151), row(160, black)], notes)
    assert stretches(found) == [("02:38", "02:00", "02:38", "up", None)]
    found = out.lines([late(120, UP, 151), late(140, UP, 151), row(2000, black)], notes)
    assert stretches(found) == [("02:31", "02:00", "02:20", "up", None)]


def test_late_lines_are_understood_by_replay(out: Out) -> None:
    out.lines([row(60, UP), late(120, BLACK, 1200), late(180, BLACK, 1200), row(1210, UP)])
    _, event = (event for event in expand(read(out.path)) if isinstance(event, LateLine))
    assert (event.device, event.state, event.code, event.to_ms - event.from_ms) == ("cam-01", "down", "black", 65_000)


def test_what_no_line_can_hold_is_counted(out: Out) -> None:
    ghost, foreign = Reading("ghost", "up"), Reading("cam-02", "up")
    broken = JournalRow("n-01", CARD, 1, ZERO + 60_000, ZERO + 60_000, False, b"{}")
    sure = late(120, Reading("cam-01", "down"), 1200)
    unsure = row(130, UP, lag_s=1100, unsure=True)
    assert out.lines([row(60, ghost, foreign, UP), broken, sure, unsure])[0]["device"] == "cam-01"
    assert out.work.left_out == (2, 1, 2, 0)


def test_codes_that_are_not_of_a_device_are_not_passed_on(out: Out) -> None:
    odd = (Finding("dark", "down"), Finding("moved", "degraded"), Finding("of_a_newer_node", "degraded"))
    (line,) = out.lines([row(60, Reading("cam-01", "down", f=odd, nc=("of_a_newer_node", "blur")))])
    assert (line["state"], line["nc"]) == ("degraded", ["blur"])
    assert [finding["code"] for finding in line["f"]] == ["moved", "of_a_newer_node"]


def test_a_clock_put_back_leaves_the_lines_in_order(out: Out) -> None:
    found = out.lines([row(2000, UP), row(3000, UP), row(600, UP), row(660, UP), row(3060, UP)])
    assert [line["t"][14:19] for line in found] == ["33:20", "33:20", "33:20", "50:00", "51:00"]
    assert out.work.left_out.moved == 2


def test_a_period_holds_its_lines_and_what_people_announced_before_it(village: Village, tmp_path: Path) -> None:
    out = Out(village, tmp_path, until_s=300, from_s=120)
    plan = {"site": "j-01", "from": "2026-10-01T03:00:00+08:00", "to": "2026-10-01T04:00:00+08:00"}
    notes = [note(10, planned=plan), note(20, node="n-01", link="up"), note(130, node="n-01", link="up")]
    found = out.lines([row(at_s, UP) for at_s in (60, 119, 120, 299, 300, 301)], notes)
    assert [line["t"][14:19] for line in found] == ["00:10", "02:00", "02:10", "04:59"]


def test_without_a_beginning_it_is_that_of_the_first_line(village: Village, tmp_path: Path) -> None:
    out = Out(village, tmp_path, from_s=None)
    out.lines([row(60.5, UP)])
    assert json.loads(out.path.read_bytes().partition(b"\n")[0]) == {
        "inventory": "three.yaml",
        "from": "2026-10-01T00:01:00+08:00",
        "to": "2026-10-01T01:00:00+08:00",
    }
    with pytest.raises(Nothing):
        out.lines([])


def test_only_what_may_still_change_places_is_held(village: Village) -> None:
    work = Export(Wanted(village, "three.yaml", ZERO, ZERO + 10**9))
    rows = (row(at_s, UP) for at_s in range(0, 600_000, 60))
    most = max(len(work._held) for _ in work.lines(rows, []))
    assert most < 10


def test_at_one_moment_a_record_stands_behind_a_beginning_and_before_an_end(out: Out) -> None:
    up, lost = note(60, node="n-01", link="up"), note(60, node="n-01", link="lost")
    rows = [row(60, UP, lag_s=0)]
    said = [[line.get("link", "record") for line in out.lines(rows, notes)] for notes in ([up, lost], [lost, up])]
    assert said == [["up", "record", "lost"], ["record", "lost", "up"]]


def test_a_late_fault_that_goes_on_is_told_by_the_reading_that_says_so(out: Out) -> None:
    black = [Reading("cam-01", "down", f=(Finding("black", "down", float(age)),)) for age in (0, 60, 1000)]
    up = Reading("cam-01", "up")
    found = out.lines([late(200, up, 1200), late(230, black[0], 1200), late(290, black[1], 1200), row(1230, black[2])])
    assert [piece[1:] for piece in stretches(found)] == [("03:20", "03:50", "up", None)]
    found = out.lines([late(230, black[0], 1200), late(290, black[1], 1200), row(1230, UP)])
    assert [piece[1:] for piece in stretches(found)] == [("03:50", "04:50", "down", "black")]


def test_a_late_look_that_another_state_follows_in_its_second_has_no_second_of_its_own(out: Out) -> None:
    notes = [note(100, gateway="stop"), note(150, gateway="start")]
    unknown, up = late(140.2, Reading("cam-01", "unknown"), 151), late(140.8, Reading("cam-01", "up"), 151)
    assert [one[1:4] for one in stretches(out.lines([unknown, up], notes))] == [("02:20", "02:21", "up")]
