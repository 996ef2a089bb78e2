"""Signed links at the front: answered by the village, or written down and passed on once, in order, whatever breaks."""

import re

import pytest

from gateway.store import FaultRow
from tests.integration.front.conftest import Clerk, Pair, until

# Processes that start on a busy machine.
pytestmark = pytest.mark.timeout(400)


@pytest.fixture(autouse=True)
def clerk(pair: Pair) -> object:
    with Clerk(pair.town) as made:
        yield made


def fault(pair: Pair, number: str) -> FaultRow:
    found = pair.town.store.fault(number)
    assert found is not None
    return found


def taken(pair: Pair, number: str) -> str | None:
    return fault(pair, number).acknowledged_by


def presses(pair: Pair) -> int:
    """How often something was taken on, by the audit log."""
    return sum(row.action == "acknowledge" for row in pair.town.store.audit(0, 500))


def test_a_link_shows_the_villages_own_page_and_takes_the_fault_on(pair: Pair) -> None:
    row = pair.town.breaks("cam-01", "frozen")
    path = pair.letter(row.id, "group:maintenance-room")
    status, page = pair.front.ask("GET", path)
    assert (status, "小学门口摄像头画面静止不动" in page) == (200, True)
    status, page = pair.front.post(path, "who=Wang+Fang")
    assert status == 200, page
    assert "Wang Fang" in page
    assert taken(pair, row.id) == "Wang Fang"


def test_pressed_while_cut_off_it_is_passed_on_once_and_in_order(pair: Pair) -> None:
    rows = [pair.town.breaks("cam-01", "frozen"), pair.town.breaks("cam-02", "frozen")]
    paths = [pair.letter(row.id, "group:maintenance-room") for row in rows]
    pair.cut()
    until(lambda: pair.word() == "unknown", "the village is away")
    status, page = pair.front.ask("GET", paths[0])
    assert status in (200, 503)
    assert 'name="who"' in page
    numbers = []
    for path, who in ((paths[0], "Li"), (paths[0], "Li"), (paths[1], "Li"), (paths[0], "Zhao")):
        status, page = pair.front.post(path, f"who={who}")
        assert status == 202, page
        found = re.search(r"第 (\d+) 号", page)
        assert found
        numbers.append(int(found[1]))
    assert numbers == [1, 1, 2, 3]
    assert [taken(pair, row.id) for row in rows] == [None, None]
    pair.front.kill()
    pair.front.start()
    pair.mend()
    until(lambda: all(taken(pair, row.id) for row in rows), "both are passed on")
    assert [taken(pair, row.id) for row in rows] == ["Li", "Li"]
    assert presses(pair) == 2


def test_a_press_without_the_name_it_needs_is_not_written_down(pair: Pair) -> None:
    row = pair.town.breaks("cam-01", "frozen")
    assert pair.front.post(pair.letter(row.id, "group:maintenance-room"), "who=")[0] == 422


def test_what_is_no_token_is_not_written_down(pair: Pair) -> None:
    assert pair.front.post("/a/nonsense")[0] == 404
    assert pair.front.post("/a/" + "A" * 4000)[0] == 404
    kept = pair.front.config.parent / "kept" / "presses"
    assert list(kept.iterdir()) == []


def test_no_link_is_ever_logged(pair: Pair) -> None:
    row = pair.town.breaks("cam-01", "frozen")
    path = pair.letter(row.id, "group:maintenance-room")
    pair.front.get(path)
    pair.front.post(path, "who=Wang")
    said = "".join([*pair.front.said, *pair.box.said])
    assert "listening" in said
    assert path[3:23] not in said
