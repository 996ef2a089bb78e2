"""Work orders in the store: each move is judged and done in one transaction, with its line in the audit log."""

import itertools
import threading
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from gateway.delivery.orders import Orders
from gateway.faults import Rules
from gateway.faults.order import ORDER_STATES, PERSON_MOVES, TABLE
from gateway.store import (
    Batch,
    Conflict,
    FaultAcknowledge,
    FaultEnd,
    FaultOpen,
    FaultRoot,
    FaultRow,
    LiveRow,
    MoveWish,
    OrderMove,
    Store,
)
from tests.databases import Stranger

NOW = 1_790_000_000_000
MINUTE, HOUR = 60_000, 3_600_000
DAY = 24 * HOUR
ONE, TWO = "F-2026-0001", "F-2026-0002"
NEEDS: dict[str, dict[str, Any]] = {
    "refused": {"comment": "not ours"},
    "forwarded": {"comment": "a pole of theirs", "department": "traffic_police"},
    "suspended": {"until_ms": NOW + DAY},
    "false_alarm": {"comment": "a leaf on the lens"},
    "duplicate": {"into": TWO},
}
WAYS: dict[str, list[str]] = {
    "open": [],
    "acked": ["acknowledged"],
    "on_site": ["acknowledged", "on_site"],
    "fixed": ["acknowledged", "on_site", "fixed"],
    "refused": ["refused"],
    "suspended": ["acknowledged", "suspended"],
    "closed": ["false_alarm"],
}
Does = Callable[..., tuple[str, str | None]]


@pytest.fixture
def broken(store: Store) -> Store:
    """A dark light and, later, a frozen camera."""
    light = FaultOpen("light-01", "warning_light", "j-01", "dark", None, 2, NOW)
    store.record(Batch(NOW, faults=[light, FaultOpen("cam-01", "camera", "j-01", "frozen", None, 2, NOW + 1)]))
    return store


def move(store: Store, wanted: Any, at_ms: int = NOW, version: int | None = None, **more: Any) -> OrderMove:
    """An input of maintenance-1, and the move it becomes."""
    given = {**NEEDS.get(wanted, {}), **more}
    wish = MoveWish(ONE, wanted, role="maintenance", **given)
    number = store.add_input("move", msgspec.json.encode(wish), "maintenance-1", version, at_ms)
    return OrderMove(ONE, wanted, "maintenance-1", at_ms, number, version, home="maintenance", **given)


@pytest.fixture
def does(broken: Store) -> Does:
    """Somebody moves the light's order: what became of the input, and why."""

    def do(wanted: Any, at_ms: int = NOW, version: int | None = None, **more: Any) -> tuple[str, str | None]:
        item = move(broken, wanted, at_ms, version, **more)
        broken.record(Batch(at_ms, faults=[item]))
        row = broken.input(item.input)
        assert row is not None
        return row.status, row.reason

    return do


def light(store: Store) -> FaultRow:
    row = store.fault(ONE)
    assert row is not None
    return row


@pytest.mark.parametrize(("state", "wanted"), list(itertools.product(ORDER_STATES, PERSON_MOVES)))
def test_each_move_moves_or_changes_nothing(
    broken: Store, does: Does, stranger: Stranger, state: Any, wanted: Any
) -> None:
    for step in WAYS[state]:
        assert does(step) == ("applied", None)
    assert light(broken).order_state == state
    before, history = stranger.holds("inputs", "audit"), len(broken.fault_moves(ONE))
    status, reason = does(wanted)
    if wanted in TABLE[state]:
        assert (status, light(broken).order_state) == ("applied", TABLE[state][wanted])
        assert broken.fault_moves(ONE)[-1].move == wanted
        assert len(broken.fault_moves(ONE)) == history + 1
    else:
        assert (status, "cannot be" in (reason or "")) == ("refused", True)
        assert stranger.holds("inputs", "audit") == before


@pytest.mark.parametrize(("way", "lacks"), [("open", "refused"), ("acked", "suspended"), ("open", "duplicate")])
def test_what_lacks_something_is_refused(broken: Store, does: Does, way: str, lacks: str) -> None:
    for step in WAYS[way]:
        does(step)
    status, reason = does(lacks, **dict.fromkeys(NEEDS[lacks]))
    assert (status, light(broken).order_state) == ("refused", way)
    assert reason is not None
    assert does(lacks) == ("applied", None)


def test_a_move_is_in_the_history_with_place_photo_and_words(broken: Store, does: Does) -> None:
    photo = broken.add_photo(ONE, NOW, "maintenance-1", b"\xff\xd8\xff\xe1 a lamp")
    does("acknowledged")
    does("on_site", comment="at the pole", place="j-01", photo=photo)
    last = broken.fault_moves(ONE)[-1]
    assert (last.by, last.comment, last.place, last.photo) == ("maintenance-1", "at the pole", "j-01", photo)


def test_a_photo_of_another_fault_is_refused(broken: Store, does: Does) -> None:
    photo = broken.add_photo(TWO, NOW, "maintenance-1", b"\xff\xd8\xff\xe1 a camera")
    assert does("acknowledged", photo=photo) == ("refused", "there is no such photo of this fault")


@pytest.mark.parametrize("into", [ONE, "F-2026-0009"])
def test_a_duplicate_needs_an_order_that_goes_on(broken: Store, does: Does, into: str) -> None:
    assert does("duplicate", into=into)[0] == "refused"
    assert does("duplicate")[0] == "applied"
    assert broken.fault_moves(ONE)[-1].target == TWO


def test_who_read_an_old_version_is_refused(broken: Store, does: Does) -> None:
    version = light(broken).version
    assert does("acknowledged", version=version)[0] == "applied"
    status, reason = does("on_site", version=version)
    assert (status, reason) == ("refused", f"the fault changed meanwhile: version {version + 1}, not {version}")
    assert does("on_site", version=version + 1)[0] == "applied"


def test_of_two_at_once_one_wins(broken: Store) -> None:
    version = light(broken).version
    both = [move(broken, wanted, version=version) for wanted in ("refused", "false_alarm")]
    start = threading.Barrier(2)

    def go(item: OrderMove) -> None:
        start.wait()
        broken.record(Batch(NOW, faults=[item]))

    threads = [threading.Thread(target=go, args=(item,)) for item in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = {item.move: broken.input(item.input) for item in both}
    assert sorted(row.status for row in found.values() if row) == ["applied", "refused"]
    won = next(name for name, row in found.items() if row and row.status == "applied")
    assert [told.move for told in broken.fault_moves(ONE)] == ["opened", won]
    assert light(broken).version == version + 1
    assert broken.verify_audit() is None


def test_what_is_refused_is_nobodys_and_what_is_forwarded_waits_there(broken: Store, does: Does) -> None:
    does("acknowledged")
    assert light(broken).acknowledged_by == "maintenance-1"
    does("refused")
    assert light(broken).acknowledged_by is None
    assert does("forwarded", department="maintenance")[0] == "refused"  # its own
    does("forwarded")
    row = light(broken)
    assert (row.order_state, row.department, row.acknowledged_by) == ("open", "traffic_police", None)
    assert broken.fault_moves(ONE)[-1].target == "traffic_police"


# ---- what the engine moves


def over(broken: Store, at_ms: int) -> None:
    broken.record(Batch(at_ms, faults=[FaultEnd("light-01", "dark", None, at_ms, at_ms)]))


def begins(store: Store, at_ms: int) -> None:
    store.record(Batch(at_ms, faults=[FaultOpen("light-01", "warning_light", "j-01", "dark", None, 2, at_ms)]))


def turn(store: Store, at_ms: int) -> int:
    return Orders(store, Rules(), lambda: at_ms).once()


@pytest.mark.parametrize("state", ["acked", "on_site", "fixed"])
def test_it_is_verified_when_it_was_well_for_half_an_hour(broken: Store, does: Does, state: str) -> None:
    for step in WAYS[state]:
        does(step)
    over(broken, NOW + HOUR)
    assert turn(broken, NOW + HOUR + 30 * MINUTE - 1) == 0
    assert turn(broken, NOW + HOUR + 30 * MINUTE) == 1
    assert (light(broken).order_state, broken.fault_moves(ONE)[-1].move) == ("closed", "verified")
    assert broken.changes_after(0, 100)[-1].id == ONE
    assert turn(broken, NOW + DAY) == 0


def test_a_relapse_after_29_minutes_opens_it_again(broken: Store, does: Does) -> None:
    for step in WAYS["fixed"]:
        does(step)
    over(broken, NOW + HOUR)
    begins(broken, NOW + HOUR + 29 * MINUTE)
    assert turn(broken, NOW + 3 * HOUR) == 0
    row = light(broken)
    assert (row.order_state, row.acknowledged_by, row.closed_ms) == ("open", None, None)


@pytest.mark.parametrize(("state", "seen", "moved"), [("unknown", 31, 0), ("up", 29, 0), ("up", 30, 1)])
def test_silence_verifies_nothing(broken: Store, does: Does, state: Any, seen: int, moved: int) -> None:
    does("acknowledged")
    over(broken, NOW)
    row = LiveRow("light-01", "warning_light", "j-01", "n-01", state, seen_ms=NOW + seen * MINUTE)
    broken.record(Batch(NOW, live=[row]))
    assert turn(broken, NOW + HOUR) == moved


@pytest.mark.parametrize("state", ["open", "refused"])
def test_what_nobody_took_stays_listed_when_it_is_over(broken: Store, does: Does, state: str) -> None:
    for step in WAYS[state]:
        does(step)
    over(broken, NOW + HOUR)
    assert turn(broken, NOW + DAY) == 0
    assert ONE in {row.id for row in broken.orders("listed", 10)[0]}


def test_a_suspended_one_goes_on_on_its_date_and_not_before(broken: Store, does: Does) -> None:
    does("acknowledged")
    does("suspended")
    assert (light(broken).until_ms, broken.fault_moves(ONE)[-1].target) == (NOW + DAY, str(NOW + DAY))
    assert turn(broken, NOW + DAY - 1) == 0
    assert turn(broken, NOW + DAY) == 1
    row = light(broken)
    assert (row.order_state, row.until_ms, row.acknowledged_by) == ("acked", None, "maintenance-1")
    assert broken.fault_moves(ONE)[-1].by is None


def test_the_engine_leaves_alone_what_somebody_moved_meanwhile(broken: Store, does: Does, stranger: Stranger) -> None:
    does("acknowledged")
    does("suspended")
    due = broken.due_orders(NOW + DAY, 1800)
    does("resumed", NOW + DAY)
    before = stranger.holds()
    with pytest.raises(Conflict):
        broken.move_orders(due, NOW + DAY)
    assert stranger.holds() == before


def test_a_conflict_is_put_off_to_the_next_turn(broken: Store, does: Does, monkeypatch: pytest.MonkeyPatch) -> None:
    does("acknowledged")
    does("suspended")
    old = broken.due_orders(NOW + DAY, 1800)
    does("resumed", NOW + DAY)
    does("suspended", NOW + DAY, until_ms=NOW + 2 * DAY)
    with monkeypatch.context() as patched:
        patched.setattr(broken, "due_orders", lambda *_: old)
        assert turn(broken, NOW + DAY) == 0
    assert turn(broken, NOW + 2 * DAY) == 1


def test_a_thing_without_a_wire_is_verified_by_its_photo(store: Store) -> None:
    store.record(Batch(NOW, faults=[FaultOpen("mirror-01", "mirror", "j-01", "broken", None, 3, NOW)]))
    for wanted in ("acknowledged", "on_site", "fixed"):
        store.record(Batch(NOW, faults=[move(store, wanted)]))
    assert light(store).order_state == "on_site"  # no photo yet
    assert turn(store, NOW + DAY) == 0
    photo = store.add_photo(ONE, NOW, "maintenance-1", b"\xff\xd8\xff\xe1 a mirror")
    store.record(Batch(NOW, faults=[move(store, "fixed", photo=photo)]))
    assert turn(store, NOW + HOUR) == 1
    row = light(store)
    assert (row.order_state, row.closed_ms) == ("closed", NOW + HOUR)


# ---- what the fault itself does to its order


@pytest.mark.parametrize("state", ORDER_STATES)
def test_it_begins_anew_when_it_comes_back_within_a_day(broken: Store, does: Does, state: str) -> None:
    for step in WAYS[state]:
        does(step)
    over(broken, NOW + HOUR)
    begins(broken, NOW + HOUR + DAY)
    row = light(broken)
    assert (row.id, row.reopened, row.order_state, row.department, row.until_ms) == (ONE, 1, "open", None, None)
    assert (row.acknowledged_by, row.acknowledged_ms) == (None, None)


def test_later_than_a_day_it_is_another_number_and_the_old_order_stays(broken: Store, does: Does) -> None:
    does("acknowledged")
    over(broken, NOW + HOUR)
    begins(broken, NOW + HOUR + DAY + 1)
    assert light(broken).order_state == "acked"
    assert {row.id for row in broken.orders("listed", 10)[0]} == {ONE, TWO, "F-2026-0003"}


def test_a_latched_one_that_relapses_has_to_be_taken_again(store: Store) -> None:
    earth = FaultOpen("cp-01.1", "connector", "j-01", "GroundFailure", None, 1, NOW, latched=True)
    store.record(Batch(NOW, faults=[earth]))
    early = FaultAcknowledge(ONE, "li", NOW + 1, None, measured_dead=True)
    store.record(Batch(NOW, faults=[early, FaultEnd("cp-01.1", "GroundFailure", None, NOW + 2, None)]))
    assert light(store).order_state == "acked"
    again = FaultOpen("cp-01.1", "connector", "j-01", "GroundFailure", None, 1, NOW + 3, latched=True)
    store.record(Batch(NOW, faults=[again]))
    row = light(store)
    assert (row.order_state, row.acknowledged_by, row.measured_dead, row.cleared_ms) == ("open", None, False, None)


def test_fixed_releases_no_latch(store: Store) -> None:
    earth = FaultOpen("cp-01.1", "connector", "j-01", "GroundFailure", None, 1, NOW, latched=True)
    store.record(Batch(NOW, faults=[earth, FaultEnd("cp-01.1", "GroundFailure", None, NOW + 1, None)]))
    for wanted in ("acknowledged", "on_site", "fixed"):
        store.record(Batch(NOW, faults=[move(store, wanted)]))
    row = light(store)
    assert (row.order_state, row.closed_ms, row.measured_dead) == ("fixed", None, False)
    assert turn(store, NOW + DAY) == 0
    release = FaultAcknowledge(ONE, "li", NOW + DAY, None, measured_dead=True)
    over_now = FaultEnd("cp-01.1", "GroundFailure", None, NOW + 1, NOW + DAY)
    store.record(Batch(NOW, faults=[release, over_now]))
    assert light(store).order_state == "fixed"  # a release is no step back
    assert turn(store, NOW + DAY + HOUR) == 1


def test_a_part_of_another_leaves_the_list_and_moves_no_more(broken: Store, does: Does) -> None:
    does("acknowledged")
    broken.record(Batch(NOW, faults=[FaultRoot("light-01", "dark", None, "j-01", NOW)]))
    assert {row.id for row in broken.orders("listed", 10)[0]} == {TWO}
    status, reason = does("on_site")
    assert (status, "part of 'j-01'" in (reason or "")) == ("refused", True)


def test_of_two_that_become_one_the_further_order_goes_on(store: Store) -> None:
    part = FaultOpen("cam-01", "camera", "j-01", "frozen", "road-1", 2, NOW)
    own = FaultOpen("cam-01", "camera", "j-01", "frozen", None, 2, NOW + 5)
    taken = FaultAcknowledge(TWO, "li", NOW + 5, None, measured_dead=False)
    store.record(Batch(NOW, faults=[part, own, taken]))
    store.record(Batch(NOW, faults=[FaultRoot("cam-01", "frozen", "road-1", None, NOW + 6)]))
    kept, gone = light(store), store.fault(TWO)
    assert (kept.root, kept.order_state, kept.acknowledged_by) == (None, "acked", "li")
    assert (gone and gone.order_state, [row.id for row in store.orders("listed", 10)[0]]) == ("closed", [ONE])


def test_the_list_is_read_in_pages_and_by_state(broken: Store, does: Does) -> None:
    does("acknowledged")
    rows, cursor = broken.orders("listed", 1)
    more, end = broken.orders("listed", 1, cursor)
    assert ([row.id for row in [*rows, *more]], end) == ([TWO, ONE], None)
    assert [[row.id for row in broken.orders(state, 9)[0]] for state in ("acked", "open", "closed")] == [
        [ONE],
        [TWO],
        [],
    ]
