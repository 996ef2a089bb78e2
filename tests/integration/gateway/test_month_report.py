"""A month report: of a frozen revision as it was frozen, of the running month as it stands, and why there is none."""

import json
from datetime import datetime
from decimal import Decimal

import pytest

from contracts.inventory import Village
from contracts.states import State
from gateway.months import freeze
from gateway.reports.month import within
from gateway.reports.shelf import NoReport, changes, listed, report
from gateway.store import Batch, FaultAcknowledge, FaultEnd, FaultOpen, IntervalFill, IntervalRow, Store, WindowSet
from gateway.uptime.figures import figures
from tests.databases import Stranger

HOUR = 3_600_000


def ms(text: str) -> int:
    return round(datetime.fromisoformat(f"{text}+08:00").timestamp()) * 1000


OCTOBER, NOVEMBER, DAY_5 = ms("2026-10-01T00:00"), ms("2026-11-01T00:00"), ms("2026-11-05T00:00")
LATER = ms("2026-11-09T10:00")


@pytest.fixture
def lived(store: Store) -> Store:
    """cam-01: 4 h planned, 6 h down, 1 h of them by mains loss; cam-02: nothing known of 5 days, a late approval."""
    for camera in ("cam-01", "cam-02"):
        store.record(Batch(0, intervals=[IntervalRow(camera, OCTOBER, None, "up")]))
    pieces: list[tuple[str, int, State, str | None, str | None]]
    pieces = [("cam-01", 10, "down", "frozen", None), ("cam-01", 15, "down", "unreachable", "mains")]
    pieces += [
        ("cam-01", 16, "up", None, None),
        ("cam-02", 24, "unknown", None, "lost"),
        ("cam-02", 144, "up", None, None),
    ]
    for camera, at, state, code, cause in pieces:
        row = IntervalRow(camera, OCTOBER + at * HOUR, None, state, code, cause)
        store.record(Batch(0, intervals=[row]))
    soon, late = OCTOBER + 99 * HOUR, OCTOBER + 200 * HOUR
    planned = WindowSet("planned", "cam-01", soon, soon + 4 * HOUR, OCTOBER, "li")
    store.record(Batch(0, windows=[planned, WindowSet("planned", "j-02", late, late + HOUR, late, "li")]))
    begun = OCTOBER + 10 * HOUR
    store.record(Batch(0, faults=[FaultOpen("cam-01", "camera", "j-01", "frozen", None, 2, begun)]))
    number = store.faults("open", 1)[0][0].id
    store.record(Batch(0, faults=[FaultAcknowledge(number, "li", begun + 600_000, None, False)]))
    store.record(Batch(0, faults=[FaultEnd("cam-01", "frozen", None, begun + 5 * HOUR, begun + 5 * HOUR)]))
    return store


def test_a_frozen_month_is_told_as_it_was_frozen(lived: Store, village: Village) -> None:
    (row,) = freeze(lived, village, DAY_5)
    found = report(lived, village, "2026-10", None, LATER)
    assert (found.revision, found.hash, found.frozen_ms, found.provisional) == (1, row.hash, DAY_5, False)
    body = json.loads(row.body)["devices"]
    for camera in found.rows:
        told = figures(camera.uptime)
        assert told == {name: body[camera.device][name] for name in told}
    one = found.rows[0]
    assert (one.uptime.down, one.uptime.mains, one.uptime.planned) == (6 * 3600, 3600, 4 * 3600)
    assert (one.uptime.known, one.uptime.known_without_mains) == (Decimal("99.189"), Decimal("99.323"))


def test_too_little_data_is_no_percentage_and_the_fleet_is_no_mean(lived: Store, village: Village) -> None:
    found = report(lived, village, "2026-10", None, NOVEMBER)
    one, other = found.rows
    assert other.uptime.headline.percent is None
    assert other.uptime.headline.between == (Decimal("83.871"), Decimal("100.000"))
    up, down = one.uptime.up + other.uptime.up, one.uptime.down
    assert found.fleet == (Decimal(up) * 100 / (up + down)).quantize(Decimal("0.001"))
    rates = [one.uptime.known, other.uptime.known]
    assert found.fleet != sum(rate for rate in rates if rate is not None) / 2


def test_the_running_month_ends_now_and_is_provisional(lived: Store, village: Village) -> None:
    found = report(lived, village, "2026-10", None, OCTOBER + 12 * HOUR)
    assert (found.provisional, found.revision, found.hash, found.to_ms) == (True, None, None, OCTOBER + 12 * HOUR)
    assert [row.uptime.down for row in found.rows] == [2 * 3600, 0]
    assert [row.uptime.service for row in found.rows] == [12 * 3600] * 2


def test_intact_rates_responses_and_late_approvals_are_told(lived: Store, village: Village) -> None:
    freeze(lived, village, DAY_5)
    found = report(lived, village, "2026-10", None, LATER)
    assert found.intact is not None
    assert found.intact_end is not None
    assert (found.intact.whole - found.intact.part, found.intact_end.part) == (5 * 3600, 2)
    response = found.response
    assert (response.faults, response.taken.mean_s, response.ended.most_s) == (1, 600, 5 * 3600)
    assert [(late.target, late.begin[:13]) for late in found.late] == [("j-02", "2026-10-09T08")]


def test_a_camera_that_left_the_inventory_keeps_its_name_in_what_was_frozen(lived: Store, village: Village) -> None:
    freeze(lived, village, DAY_5)
    grid = village.grids[0]
    smaller = village.model_copy(update={"grids": (grid.model_copy(update={"junctions": grid.junctions[1:]}),)})
    assert [row.device for row in report(lived, smaller, "2026-10", None, LATER).rows] == ["cam-01", "cam-02"]
    assert [row.device for row in report(lived, smaller, "2026-11", None, LATER).rows] == ["cam-02"]


def test_somebody_with_an_area_gets_theirs_and_the_whole_revisions_hash(lived: Store, village: Village) -> None:
    freeze(lived, village, DAY_5)
    whole = report(lived, village, "2026-10", None, LATER)
    part = within(whole, {"j-02"}.__contains__)
    assert ([row.device for row in part.rows], part.part, part.hash) == (["cam-02"], True, whole.hash)
    assert part.total.down == 0
    assert within(whole, lambda _: True) == whole


def test_months_are_listed_with_their_revisions_and_the_running_one(lived: Store, village: Village) -> None:
    freeze(lived, village, DAY_5)
    lived.record(
        Batch(0, intervals=[IntervalFill("cam-02", OCTOBER + 30 * HOUR, OCTOBER + 31 * HOUR, "down", "black")])
    )
    freeze(lived, village, LATER)
    assert [(line.month, len(line.revisions)) for line in listed(lived, LATER)] == [("2026-11", 0), ("2026-10", 2)]
    assert ("cam-02", "D", 0, 3600) in {
        (one.device, one.field, one.before, one.after) for one in changes(lived, "2026-10", 1, 2)
    }


REASONS = [
    ("2026-13", None, "bad_name", "'2026-13' is no month; write year and month, such as 2026-10"),
    ("2026-12", None, "future", "2026-12 has not begun: it begins 2026-12-01T00:00:00+08:00"),
    ("2026-09", None, "before", "nothing is stored of 2026-09: the first record is of 2026-10-01T00:00:00+08:00"),
    ("2026-10", 2, "no_revision", "2026-10 has revisions 1 to 1; there is no revision 2"),
    ("2026-11", 1, "no_revision", "2026-11 is not frozen yet; there is no revision 1"),
]


@pytest.mark.parametrize(("name", "revision", "reason", "text"), REASONS)
def test_why_there_is_no_report_is_a_sentence(
    lived: Store, village: Village, name: str, revision: int | None, reason: str, text: str
) -> None:
    freeze(lived, village, DAY_5)
    with pytest.raises(NoReport) as error:
        report(lived, village, name, revision, LATER)
    assert (error.value.reason, str(error.value)) == (reason, text)


def test_a_store_without_a_past_has_no_report(store: Store, village: Village) -> None:
    assert listed(store, LATER) == []
    with pytest.raises(NoReport, match="no camera has anything stored of 2026-11"):
        report(store, village, "2026-11", None, LATER)


def test_a_month_that_was_changed_by_hand_is_not_told(lived: Store, village: Village, stranger: Stranger) -> None:
    (row,) = freeze(lived, village, DAY_5)
    assert stranger.does("UPDATE months SET body = ?", row.body.replace(b'"D":21600', b'"D":0')) == 1
    with pytest.raises(NoReport, match="2026-10 revision 1 cannot be read: it was changed after it was frozen"):
        report(lived, village, "2026-10", None, LATER)
