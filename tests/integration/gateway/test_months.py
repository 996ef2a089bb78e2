"""Months in a real store: frozen on day 5, revised when late data come, and proof against a changed body."""

import json
from collections.abc import Collection
from datetime import datetime

import pytest

from contracts.inventory import Village
from gateway.months import freeze, verify
from gateway.store import Batch, Conflict, IntervalFill, IntervalRow, MonthRow, Store, WindowCut, WindowSet, open_store
from tests.databases import Stranger

HOUR = 3_600_000


def ms(text: str) -> int:
    return round(datetime.fromisoformat(f"{text}+08:00").timestamp()) * 1000


DAY_5, LATER = ms("2026-11-05T00:00"), ms("2026-11-09T10:00")
OCTOBER = ms("2026-10-01T00:00")


@pytest.fixture
def lived(store: Store) -> Store:
    """A store with an October and a November: cam-01 knows nothing of five hours."""
    for camera in ("cam-01", "cam-02", "light-01"):
        store.record(Batch(0, intervals=[IntervalRow(camera, OCTOBER, None, "up")]))
    dark = [IntervalRow("cam-01", OCTOBER + 5 * HOUR, None, "unknown", None, "lost")]
    store.record(Batch(0, intervals=[*dark, IntervalRow("cam-01", OCTOBER + 10 * HOUR, None, "up")]))
    return store


def late_data(store: Store, at_ms: int = OCTOBER + 6 * HOUR) -> None:
    store.record(Batch(0, intervals=[IntervalFill("cam-01", at_ms, at_ms + 2 * HOUR, "down", "frozen")]))


def device(row: MonthRow, name: str = "cam-01") -> dict[str, object]:
    found: dict[str, object] = json.loads(row.body)["devices"][name]
    return found


def test_a_month_freezes_on_day_5_and_once(lived: Store, village: Village) -> None:
    assert freeze(lived, village, DAY_5 - 1) == []
    (row,) = freeze(lived, village, DAY_5)
    assert (row.month, row.revision, row.frozen_ms, row.diff) == ("2026-10", 1, DAY_5, None)
    assert (device(row)["K"], device(row)["S"]) == (5 * 3600, 31 * 86400)
    assert json.loads(row.body)["devices"].keys() == village.places().keys()
    assert freeze(lived, village, DAY_5 + 1) == []
    assert lived.months() == [row]


def test_late_data_make_a_revision_with_its_differences(lived: Store, village: Village) -> None:
    freeze(lived, village, DAY_5)
    late_data(lived)
    (row,) = freeze(lived, village, LATER)
    assert (row.month, row.revision, device(row)["D"], device(row)["K"]) == ("2026-10", 2, 7200, 3 * 3600)
    assert row.diff is not None
    changed = {item["field"]: (item["device"], item["before"], item["after"]) for item in json.loads(row.diff)}
    assert changed["D"] == ("cam-01", 0, 7200)
    assert changed["down_by.frozen"] == ("cam-01", None, 7200)
    assert list(verify(lived.months())) == []
    assert freeze(lived, village, LATER + 1) == []


def test_a_window_makes_a_revision_too(lived: Store, village: Village) -> None:
    freeze(lived, village, DAY_5)
    out = WindowSet("out_of_service", "j-01", OCTOBER, OCTOBER + HOUR, LATER, "li")
    lived.record(Batch(0, windows=[out]))
    (row,) = freeze(lived, village, LATER)
    assert [device(row, name)["O"] for name in ("cam-01", "light-01", "cam-02")] == [3600, 3600, 0]
    lived.record(Batch(0, windows=[WindowCut("j-01", OCTOBER, OCTOBER, "out_of_service")]))
    assert [row.revision for row in freeze(lived, village, LATER)] == [3]


def test_what_changes_no_figure_makes_no_revision(lived: Store, village: Village) -> None:
    freeze(lived, village, DAY_5)
    lived.record(
        Batch(0, intervals=[IntervalFill("cam-01", OCTOBER + 6 * HOUR, OCTOBER + 7 * HOUR, "unknown", None, "lost")])
    )
    assert lived.month_marks()[0].stale
    assert freeze(lived, village, LATER) == []
    assert not lived.month_marks()[0].stale


def test_what_happens_after_a_month_does_not_touch_it(lived: Store, village: Village) -> None:
    freeze(lived, village, DAY_5)
    lived.record(Batch(0, intervals=[IntervalRow("cam-01", DAY_5, None, "down", "black")]))
    late_data(lived, DAY_5)
    assert not lived.month_marks()[0].stale


def test_nothing_is_locked_while_a_month_is_counted_and_what_comes_then_is_not_lost(
    lived: Store, village: Village, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, read = open_store(url), Store.intervals_of

    def meanwhile(self: Store, devices: Collection[str], from_ms: int, to_ms: int) -> object:
        found = read(self, devices, from_ms, to_ms)
        late_data(other)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Store, "intervals_of", meanwhile)
        (first,) = freeze(lived, village, DAY_5)
    other.close()
    assert device(first)["D"] == 0
    assert [device(row)["D"] for row in freeze(lived, village, DAY_5)] == [7200]


def test_a_commit_that_fails_leaves_the_month_to_the_next_call(
    lived: Store, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise Conflict("for this test")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "freeze_month", refused)
        with pytest.raises(Conflict):
            freeze(lived, village, DAY_5)
    assert [row.revision for row in freeze(lived, village, DAY_5)] == [1]


def test_a_revision_is_frozen_once_whoever_is_faster(lived: Store, village: Village) -> None:
    (row,) = freeze(lived, village, DAY_5)
    with pytest.raises(Conflict, match="revision 1 of 2026-10"):
        lived.freeze_month(row.month, 0, row)


def test_a_month_keeps_its_devices_when_the_inventory_changes(lived: Store, village: Village) -> None:
    freeze(lived, village, DAY_5)
    late_data(lived)
    junctions = village.grids[0].junctions[1:]
    smaller = village.model_copy(update={"grids": (village.grids[0].model_copy(update={"junctions": junctions}),)})
    (row,) = freeze(lived, smaller, LATER)
    assert device(row)["D"] == 7200
    assert json.loads(row.body)["devices"].keys() == village.places().keys()


def test_several_months_are_frozen_in_a_chain(lived: Store, village: Village) -> None:
    rows = freeze(lived, village, ms("2027-01-05T00:00"))
    assert [row.month for row in rows] == ["2026-10", "2026-11", "2026-12"]
    assert [json.loads(row.body)["before"] for row in rows] == ["", rows[0].hash, rows[1].hash]
    late_data(lived)
    assert [(row.month, row.revision) for row in freeze(lived, village, LATER)] == [("2026-10", 2)]
    assert list(verify(lived.months())) == []


def test_a_store_without_a_past_freezes_nothing(store: Store, village: Village) -> None:
    assert freeze(store, village, LATER) == []


TAMPERED = [
    ("UPDATE months SET body = ? WHERE month = '2026-10' AND revision = 1", "hash is not that"),
    ("DELETE FROM months WHERE revision = 1 AND month = '2026-10'", "does not follow"),
    ("DELETE FROM months WHERE revision = 1 AND month = '2026-10'", "revision before it is missing"),
    ("UPDATE months SET diff = '[]' WHERE revision = 2", "list of changes"),
    ("UPDATE months SET body = 'x' WHERE revision = 2", "is no month"),
]


@pytest.mark.parametrize(("statement", "said"), TAMPERED)
def test_what_was_changed_by_hand_is_noticed(
    lived: Store, village: Village, stranger: Stranger, statement: str, said: str
) -> None:
    freeze(lived, village, ms("2026-12-05T00:00"))
    late_data(lived)
    freeze(lived, village, ms("2026-12-05T00:00"))
    assert list(verify(lived.months())) == []
    forged = lived.months()[0].body.replace(b'"K":18000', b'"K":17000')
    assert stranger.does(statement, *[forged] * statement.count("?")) == 1
    assert any(said in text for text in verify(lived.months()))


def test_a_body_with_a_hash_made_to_fit_breaks_the_chain(lived: Store, village: Village) -> None:
    rows = freeze(lived, village, ms("2026-12-05T00:00"))
    forged = MonthRow("2026-10", 1, rows[0].frozen_ms, "0" * 64, rows[0].body)
    said = list(verify([forged, rows[1]]))
    assert "2026-11 revision 1: it does not follow the month that stands before it" in said[-1]
