"""Reading a history: every mistake is named, with file, line, key and limit, and all of them at once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.yamlfile import InputErrors
from gateway.replay import History, read

Write = Callable[..., Path]
UP = {"t": "2026-10-01T08:00:00+08:00", "device": "cam-01", "state": "up"}
LATE = {"device": "cam-01", "from": "2026-10-01T06:00:00+08:00", "to": "2026-10-01T07:00:00+08:00", "state": "up"}
PLAN = {"site": "j-01", "from": "2026-10-01T09:00:00+08:00", "to": "2026-10-01T10:00:00+08:00"}
TAKEN = {"device": "cp-01.1", "code": "GroundFailure", "by": "li"}


def of(key: str, value: Any) -> dict[str, Any]:
    return {"t": "2026-10-01T08:00:00+08:00", key: value}


def said(path: Path, inventory: Path | None = None) -> list[tuple[int, str, str]]:
    with pytest.raises(InputErrors) as caught:
        read(path, inventory)
    return [(error.line, error.key, error.text) for error in caught.value.errors]


GOOD = [
    UP,
    {**UP, "state": "down"},
    {**UP, "state": "unknown"},
    {**UP, "state": "down", "code": "black", "since_s": 3.5, "looks": 2, "until": "2026-10-01T08:00:00Z"},
    {**UP, "state": "degraded", "f": [{"code": "moved"}, {"code": "blur", "s": "degraded", "since_s": 1, "looks": 9}]},
    {**UP, "state": "degraded", "f": [{"code": "of_a_newer_node", "s": "degraded"}], "nc": ["moved"]},
    {**UP, "device": "cp-01.1", "word": "charging", "code": None, "until": None},
    {**UP, "device": "n-01", "state": "degraded", "code": "disk_full"},
    {"t": UP["t"], "node": "n-01", "link": "disconnected"},
    {"t": UP["t"], "node": "n-01", "mains": "lost"},
    of("gateway", "broker_lost"),
    of("late", LATE),
    of("late", {**LATE, "state": "down", "code": "unreachable"}),
    of("planned", PLAN),
    of("cancel", {"device": "cam-01", "from": PLAN["from"]}),
    of("out_of_service", {"device": "cam-01", "from": PLAN["from"], "to": PLAN["to"]}),
    of("out_of_service", {"device": "cam-01", "from": PLAN["from"]}),
    of("in_service", {"device": "cam-01", "from": PLAN["from"]}),
    of("acknowledge", {**TAKEN, "measured_dead": True}),
    of("acknowledge", {**TAKEN, "device": "f-east", "code": "feeder_down"}),
]


@pytest.mark.parametrize("line", GOOD, ids=str)
def test_a_good_line_is_taken(history: Callable[..., History], line: dict[str, Any]) -> None:
    read_back = history(line)
    assert [number for number, _ in read_back.lines()] == [2]


BAD: list[tuple[Any, str, str]] = [
    (b"{", "", "not JSON"),
    (b"[]", "", "must be a JSON object"),
    (b'{"t":"2026-10-01T08:00:00+08:00"}', "", "says nothing known"),
    ({**UP, "link": "up"}, "", "device, link"),
    ({"t": UP["t"], "node": "n-01"}, "node", "`link`"),
    ({**UP, "stat": "up"}, "stat", "unknown key"),
    ({"device": "cam-01", "state": "up"}, "t", "required"),
    ({**UP, "t": "2026-10-01T08:00:00"}, "t", "offset"),
    ({**UP, "t": 5}, "t", "offset"),
    ({**UP, "state": "offline"}, "state", "up, degraded, down, unknown"),
    ({**UP, "device": "cam-1"}, "device", "did you mean 'cam-01'?"),
    ({**UP, "looks": 0}, "looks", ">= 1"),
    ({**UP, "since_s": -1}, "since_s", ">= 0"),
    ({**UP, "until": "2026-10-01T07:59:59+08:00"}, "until", "before `t`"),
    ({**UP, "code": "black"}, "state", "is 'up'"),
    ({**UP, "state": "down", "code": "black_"}, "code", "did you mean 'black'?"),
    ({**UP, "state": "down", "code": "dark"}, "code", "code of warning_light"),
    ({**UP, "state": "degraded"}, "code", "one of"),
    ({**UP, "device": "n-01", "state": "down"}, "code", "needs a code"),
    ({**UP, "state": "down", "code": "black", "f": []}, "code", "not both"),
    ({**UP, "f": [{"code": "moved"}]}, "state", "'degraded'"),
    ({**UP, "state": "down", "f": [{"code": "black_"}]}, "f[0].code", "or give its `s`"),
    ({**UP, "state": "down", "f": [{"code": "black"}] * 2}, "f[1].code", "twice"),
    ({**UP, "nc": ["mooved"]}, "nc", "did you mean 'moved'?"),
    ({"t": UP["t"], "node": "n-09", "link": "up"}, "node", "there is no node"),
    ({"t": UP["t"], "node": "n-01", "link": "gone"}, "link", "up, lost, disconnected"),
    ({"t": UP["t"], "node": "n-01", "mains": "gone"}, "mains", "lost, back"),
    (of("gateway", "halt"), "gateway", "start, stop, broker_lost, broker_back"),
    (of("late", {**LATE, "to": LATE["from"]}), "late.to", "after `from`"),
    (of("late", {**LATE, "to": "2026-10-01T08:00:01+08:00"}), "late.to", "after `t`"),
    (of("late", {**LATE, "device": "x"}), "late.device", "there is no device"),
    (of("planned", {**PLAN, "device": "cam-01"}), "planned", "one of them"),
    (of("planned", {**PLAN, "site": "j-9"}), "planned.site", "there is no site"),
    (of("planned", {**PLAN, "to": PLAN["from"]}), "planned.to", "after `from`"),
    (of("cancel", {"from": PLAN["from"]}), "cancel", "one of them"),
    (of("out_of_service", {"device": "n-01", "from": PLAN["from"]}), "out_of_service.device", "there is no device"),
    (of("in_service", {"device": "cam-01"}), "in_service.from", "required"),
    (of("acknowledge", {**TAKEN, "device": "x"}), "acknowledge.device", "there is no"),
    (of("acknowledge", {**TAKEN, "code": "x"}), "acknowledge.code", "there is no code"),
    (of("acknowledge", {**TAKEN, "by": ""}), "acknowledge.by", "length >= 1"),
    ({**UP, "t": "2026-09-30T23:59:59+08:00"}, "t", "before the header's `from`"),
    ({**UP, "t": "2026-10-02T00:00:01+08:00"}, "t", "after the header's `to`"),
]


@pytest.mark.parametrize(("line", "key", "text"), BAD, ids=lambda value: str(value)[:60])
def test_a_bad_line_is_explained(write: Write, line: Any, key: str, text: str) -> None:
    ((number, where, what),) = said(write(line))
    assert (number, where) == (2, key)
    assert text in what


def test_all_mistakes_of_a_file_are_named_at_once(write: Write) -> None:
    path = write({**UP, "state": "bad", "looks": 0, "x": 1}, UP, {**UP, "device": "cam-9"}, b"nonsense")
    assert [(line, key) for line, key, _ in said(path)] == [
        (2, "state"),
        (2, "looks"),
        (2, "x"),
        (4, "device"),
        (5, ""),
    ]


def test_a_mistake_names_its_file(write: Write) -> None:
    path = write({**UP, "state": "bad"})
    with pytest.raises(InputErrors) as caught:
        read(path)
    assert str(caught.value) == f"{path}:2: state: must be one of up, degraded, down, unknown"


def test_lines_are_ordered_by_their_second(write: Write, history: Callable[..., History]) -> None:
    later = {**UP, "t": "2026-10-01T08:00:01.200+08:00"}
    assert history(UP, later, {**later, "t": "2026-10-01T08:00:01.100+08:00"}).count == 3
    ((line, key, text),) = said(write(later, UP))
    assert (line, key) == (3, "t")
    assert "before line 2 (2026-10-01T08:00:01+08:00)" in text


def test_people_may_announce_before_the_period(history: Callable[..., History]) -> None:
    assert history({**of("planned", PLAN), "t": "2026-09-01T00:00:00+08:00"}).count == 1


HEADERS: list[tuple[Any, str, str]] = [
    ({"inventory": "three.yaml", "from": "2026-10-01T00:00:00+08:00"}, "to", "required"),
    ({"inventory": "three.yaml", "from": "x", "to": "2026-10-01T00:00:00+08:00"}, "from", "offset"),
    ({"inventory": "three.yaml", "from": "2026-10-02T00:00:00Z", "to": "2026-10-01T00:00:00Z"}, "to", "after `from`"),
    ({"from": "2026-10-01T00:00:00Z", "to": "2026-10-02T00:00:00Z"}, "inventory", "--inventory"),
    (UP, "device", "unknown key"),
    (b"nothing", "", "must be the header"),
]


@pytest.mark.parametrize(("header", "key", "text"), HEADERS, ids=lambda value: str(value)[:60])
def test_a_bad_header_is_explained(write: Write, header: Any, key: str, text: str) -> None:
    found = said(write(header=header))
    assert any((line, where) == (1, key) and text in what for line, where, what in found)


def test_a_header_and_a_line_are_judged_together(write: Write) -> None:
    found = said(write({**UP, "looks": 0}, header={"inventory": "three.yaml"}))
    assert [(line, key) for line, key, _ in found] == [(1, "from"), (1, "to"), (2, "looks")]


def test_another_inventory_takes_the_place_of_the_header_s(write: Write, inventory: Path) -> None:
    path = write(UP, header={"from": "2026-10-01T00:00:00+08:00", "to": "2026-10-02T00:00:00+08:00"})
    assert read(path, inventory).count == 1


def test_a_missing_file_or_inventory_is_named(write: Write, tmp_path: Path) -> None:
    assert "cannot be read" in said(tmp_path / "none.jsonl")[0][2]
    assert "cannot be read" in said(write(UP), tmp_path / "none.yaml")[0][2]


def test_of_very_many_mistakes_the_first_are_shown(write: Write) -> None:
    found = said(write(*[{**UP, "state": "bad"}] * 150))
    assert (len(found), found[-1][2]) == (101, "and 50 more mistakes")
