"""What goes out: sorted, rounded, in China's time, and the same bytes each time."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from contracts.inventory import Village
from contracts.states import State
from gateway.faults import Message, Rules, Veiled
from gateway.replay import History, Json, judge
from gateway.replay.differs import differs
from gateway.replay.events import CancelLine, InServiceLine, OutOfServiceLine, PlannedLine, TimedEvent
from gateway.replay.keeper import Keeper
from gateway.replay.outcome import Outcome, OutFault, Stay
from gateway.replay.report import report, text
from gateway.replay.table import Tables
from gateway.uptime import Window

ZERO = 1_790_784_000_000
HOUR = 3_600_000
DAY = 24 * HOUR


def fault(asset: str, code: str, opened: int, closed: int | None = None, **more: Any) -> OutFault:
    return OutFault(asset, code, more.pop("root", None), 2, ZERO + opened, closed and ZERO + closed, **more)


def outcome(**fields: Any) -> Outcome:
    return Outcome(**{"faults": [], "messages": [], "intervals": {}, "windows": [], **fields})


def reported(village: Village, **fields: Any) -> Json:
    return report(outcome(**fields), village, ZERO, ZERO + 30 * DAY)


def test_faults_are_sorted_and_in_china_s_time(village: Village) -> None:
    faults = [fault("b", "x", 500), fault("a", "z", 999), fault("a", "y", 0, HOUR, reopened=1, root="n-01")]
    first, *others = reported(village, faults=faults)["faults"]
    assert first == {
        "asset": "a",
        "code": "y",
        "root": "n-01",
        "severity": 2,
        "opened": "2026-10-01T00:00:00+08:00",
        "closed": "2026-10-01T01:00:00+08:00",
        "reopened": 1,
    }
    assert [(other["asset"], other["closed"]) for other in others] == [("a", None), ("b", None)]


def test_messages_are_sorted_by_time_asset_and_code(village: Village) -> None:
    said = [("b", "x", 0), ("a", "z", 0), ("a", "y", 0), ("a", "y", -1000)]
    messages = [Message("problem", asset, code, ZERO + at) for asset, code, at in said]
    found = reported(village, messages=messages)["messages"]
    assert [(m["t"][11:19], m["asset"], m["code"]) for m in found] == [
        ("23:59:59", "a", "y"),
        ("00:00:00", "a", "y"),
        ("00:00:00", "a", "z"),
        ("00:00:00", "b", "x"),
    ]


def test_the_worked_example_of_a_month(village: Village) -> None:
    """720 h, of them 4 h planned in time, 6 h down, 20 h unknown."""
    at = [ZERO + hours * HOUR for hours in (0, 100, 106, 200, 220)]
    states: tuple[State, ...] = ("up", "down", "up", "unknown", "up")
    stays = [Stay(start, end, state) for start, end, state in zip(at, [*at[1:], None], states, strict=True)]
    planned = Window("planned", "j-01", ZERO + 300 * HOUR, ZERO + 304 * HOUR, ZERO)
    found = reported(village, intervals={"cam-01": stays}, windows=[planned])["uptime"]["cam-01"]
    assert [found[key] for key in "SUDKMO"] == [seconds * 3600 for seconds in (716, 690, 6, 20, 4, 0)]
    assert [found[key] for key in ("known", "strict", "upper", "coverage")] == [99.138, 96.369, 99.162, 97.207]


def test_every_device_is_there_connectors_too_and_nodes_are_not(village: Village) -> None:
    found = reported(village)["uptime"]
    assert set(found) == set(village.places())
    assert "cp-01.2" in found
    assert found["cam-01"]["K"] == 30 * 24 * 3600


def test_where_the_divisor_is_0_there_is_no_percentage(village: Village) -> None:
    window = Window("out_of_service", "cam-01", ZERO, None, ZERO)
    found = reported(village, windows=[window])["uptime"]["cam-01"]
    assert [found[key] for key in ("S", "known", "strict", "upper", "coverage")] == [0, None, None, None, None]
    assert reported(village)["uptime"]["cam-01"]["known"] is None


PLAN = PlannedLine(ZERO - DAY, True, "n-02", ZERO + HOUR, ZERO + 5 * HOUR)
OUT = OutOfServiceLine(ZERO, "cp-01", ZERO + HOUR, None)
WINDOWS: list[tuple[list[TimedEvent], str, dict[str, int]]] = [
    ([PLAN], "cam-02", {"M": 4}),
    ([PLAN], "cam-01", {}),
    ([PlannedLine(ZERO + HOUR, True, "n-02", ZERO + HOUR, ZERO + 5 * HOUR)], "cam-02", {}),
    ([PLAN, CancelLine(ZERO + 2 * HOUR, True, "n-02", ZERO + HOUR)], "cam-02", {"M": 1}),
    ([PLAN, CancelLine(ZERO, True, "n-02", ZERO + HOUR)], "cam-02", {}),
    ([PLAN, CancelLine(ZERO + 2 * HOUR, True, "n-02", ZERO)], "cam-02", {"M": 4}),
    ([OUT], "cp-01.1", {"O": 719}),
    ([OUT, InServiceLine(ZERO, "cp-01", ZERO + 2 * HOUR)], "cp-01", {"O": 1}),
    ([OUT, PLAN], "cp-01", {"O": 719}),
]


@pytest.mark.parametrize(("events", "device", "hours"), WINDOWS)
def test_windows_take_their_time(
    village: Village, events: list[TimedEvent], device: str, hours: dict[str, int]
) -> None:
    keeper = Keeper(Rules())
    for event in events:
        keeper.note(event)
    found = report(keeper.outcome(), village, ZERO, ZERO + 30 * DAY)["uptime"][device]
    assert {key: found[key] // 3600 for key in "MO" if found[key]} == hours


def test_what_the_weather_hid_was_up(village: Village) -> None:
    keeper = Keeper(Rules())
    keeper.apply(Veiled("cam-01", ZERO, None))
    keeper.apply(Veiled("cam-01", ZERO, ZERO + HOUR))
    hidden = {"cam-01": [Stay(ZERO, None, "down", "over_exposed")]}
    found = reported(village, intervals=hidden, windows=keeper.outcome().windows)["uptime"]["cam-01"]
    assert (found["U"], found["D"]) == (3600, 719 * 3600)


DAY_OF = [
    {"t": "2026-10-01T00:00:00+08:00", "node": "n-01", "link": "up"},
    {"t": "2026-10-01T00:00:00+08:00", "device": "cam-01", "state": "up", "until": "2026-10-01T12:00:00+08:00"},
    {"t": "2026-10-01T05:00:00+08:00", "device": "cam-01", "state": "down", "until": "2026-10-01T06:00:00+08:00"},
    {"t": "2026-10-01T06:00:00+08:00", "device": "cam-01", "state": "up", "until": "2026-10-01T12:00:00+08:00"},
    {"t": "2026-10-01T12:00:00+08:00", "node": "n-01", "link": "lost"},
]


def test_the_same_file_gives_the_same_bytes(history: Callable[..., History]) -> None:
    first, second = (text(judge(history(*DAY_OF))) for _ in range(2))
    assert first == second
    assert text(judge(history(*DAY_OF[:-1]))) != first


def test_the_order_in_which_the_engine_spoke_changes_no_byte(village: Village) -> None:
    faults = [fault(asset, code, 0, root=root) for asset in "ab" for code in "xy" for root in (None, "r")]
    shuffled = Random(1).sample(faults, len(faults))
    assert shuffled != faults
    assert text(reported(village, faults=faults)) == text(reported(village, faults=shuffled))


def test_what_differs_stands_on_one_side_each() -> None:
    one, two, three = ({"asset": name} for name in "abc")
    judged = {"faults": [one, two, two], "messages": []}
    compared = {"faults": [two, three], "messages": [one]}
    assert differs(judged, compared) == {
        "faults": {"+": [one, two], "-": [three]},
        "messages": {"+": [], "-": [one]},
    }


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ["故障", "小学门口摄像头", "在线率"]), ("en", ["Faults", "cannot be reached"])]
)
def test_tables_speak_both_languages(village: Village, lang: Any, words: list[str]) -> None:
    given = reported(village, faults=[fault("cam-01", "unreachable", 0)])
    shown = Tables(village, lang).report(given)
    assert all(word in shown for word in words)
    assert "cam-01" in shown


def test_columns_line_up_where_letters_are_wide(village: Village) -> None:
    faults = [fault("cam-01", "unreachable", 0), fault("j-01", "site_dark", 0, HOUR)]
    lines = Tables(village, "zh").report(reported(village, faults=faults)).splitlines()
    rows = [line.encode("gbk") for line in lines if "unreachable" in line or "site_dark" in line]
    assert rows[0].index(b"unreachable") == rows[1].index(b"site_dark")
