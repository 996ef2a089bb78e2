"""The audit log: one line for each thing that somebody did, chained so that a change shows."""

import pytest
from msgspec.structs import replace

from gateway.store import Batch, Deed, InputDone, Store, WindowSet
from gateway.store.audit import sealed
from tests.databases import Stranger

NOW = 1_790_000_000_000


@pytest.fixture
def log(store: Store) -> Store:
    """A log of three lines."""
    for number in (1, 2, 3):
        store.note(
            Deed(NOW + number, "maintenance-1", "maintenance", "photo viewed", "F-2026-0001", detail=str(number))
        )
    return store


def test_the_log_as_it_was_written_is_whole(log: Store, store: Store) -> None:
    assert [row.id for row in log.audit()] == [1, 2, 3]
    assert [row.id for row in log.audit(after=1, limit=1)] == [2]
    assert len({row.hash for row in log.audit()}) == 3
    assert store.verify_audit() is None


COLUMNS = ("at_ms = at_ms + 1", "who = 'x'", "role = ''", "action = 'x'", "subject = 'x'", "place = 'x'", "detail = ''")


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_row_is_found(log: Store, stranger: Stranger, column: str) -> None:
    stranger.does("UPDATE audit SET COLUMN WHERE id = 2".replace("COLUMN", column))
    assert log.verify_audit() == 2


def test_a_row_that_was_sealed_anew_after_the_change_is_found_by_the_next(log: Store, stranger: Stranger) -> None:
    forged = replace(log.audit()[0], who="somebody else")
    sql = "UPDATE audit SET who = ?, hash = ? WHERE id = 1"
    stranger.does(sql, forged.who, sealed(forged, ""))
    assert log.verify_audit() == 2


@pytest.mark.parametrize(("number", "found"), [(1, 2), (2, 3)])
def test_a_row_taken_out_is_found(log: Store, stranger: Stranger, number: int, found: int) -> None:
    stranger.does("DELETE FROM audit WHERE id = ?", number)
    assert log.verify_audit() == found


def test_a_row_put_in_is_found(log: Store, stranger: Stranger) -> None:
    copied = (
        "INSERT INTO audit SELECT 0, at_ms, who, role, action, subject, place, detail, hash FROM audit WHERE id = 1"
    )
    stranger.does(copied)
    assert log.verify_audit() == 0


def test_more_rows_than_one_piece_are_read_through(
    store: Store, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.store.audit.PIECE", 2)
    for number in range(1, 6):
        store.note(Deed(NOW + number, "li", "admin", "photo viewed", "F-2026-0001"))
    assert store.verify_audit() is None
    stranger.does("UPDATE audit SET who = 'x' WHERE id = 5")
    assert store.verify_audit() == 5


@pytest.mark.parametrize(("status", "action"), [("applied", "planned"), ("refused", "refused planned")])
def test_each_input_leaves_its_line_with_its_effect(store: Store, status: str, action: str) -> None:
    payload = b'{"target":"j-01","from_ms":1,"to_ms":2,"role":"admin"}'
    number = store.add_input("planned", payload, "admin-1", None, NOW)
    done = InputDone(number, status, None if status == "applied" else "too long")  # type: ignore[arg-type]  # two words
    store.record(Batch(NOW + 5, windows=[WindowSet("planned", "j-01", 1, 2, NOW)], inputs=[done]))
    (row,) = store.audit()
    assert (row.at_ms, row.who, row.role, row.action, row.subject) == (NOW + 5, "admin-1", "admin", action, "j-01")
    assert ('"reason":"too long"' in row.detail) == (status == "refused")


def test_an_input_that_nobody_can_read_leaves_its_line_too(store: Store) -> None:
    number = store.add_input("move", b"\xff{", "li", None, NOW)
    store.record(Batch(NOW, inputs=[InputDone(number, "refused", "malformed")]))
    assert [(row.action, row.subject) for row in store.audit()] == [("refused move", "")]


def test_what_is_not_committed_leaves_no_line(store: Store) -> None:
    number = store.add_input("planned", b'{"target":"j-01","from_ms":1}', "li", None, NOW)
    twice = [InputDone(number, "applied"), InputDone(number, "applied")]
    with pytest.raises(Exception, match="another worker"):
        store.record(Batch(NOW, inputs=twice))
    assert store.audit() == []
