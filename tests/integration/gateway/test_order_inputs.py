"""Moves of work orders as people's inputs, through the gateway that judges devices too."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from contracts.inventory import Village
from contracts.messages import Finding, Reading
from gateway.delivery.orders import Orders
from gateway.faults import Rules
from gateway.ingest import Ingest
from gateway.store import InputRow, MoveWish, Store

NOW = 1_790_000_000_000
HALF_HOUR = 30 * 60_000
NUMBER = "F-2026-0001"
Asks = Callable[..., InputRow]


class Lamp:
    """The gateway and n-01, whose light is dark or lit; its clock is moved by hand."""

    def __init__(self, village: Village, rules: Rules, store: Store, pi: Any) -> None:
        self.store, self.pi, self.at_ms = store, pi, NOW
        self.ingest = Ingest(village, rules, store, NOW)
        self.ingest.back(NOW)
        self._hear(pi.birth())

    def shines(self, lit: bool, seconds: int) -> None:
        """For so long; reported each 2 s."""
        since_ms = self.at_ms
        for _ in range(0, seconds, 2):
            self.at_ms += 2000
            since_s = (self.at_ms - since_ms) / 1000
            found = () if lit else (Finding("dark", "down", since_s, round(since_s) + 1),)
            reading = Reading("light-01", "up" if lit else "down", since_s, round(since_s) + 1, f=found)
            self._hear(self.pi.up(reading, ts=self.at_ms))
            self.ingest.tick(self.at_ms)
            self.ingest.commit(self.at_ms)

    def _hear(self, message: tuple[str, bytes]) -> None:
        self.ingest.receive(*message, self.at_ms)

    def state(self) -> str:
        row = self.store.fault(NUMBER)
        assert row is not None
        return row.order_state


@pytest.fixture
def lamp(village: Village, rules: Rules, store: Store, pi: Any) -> Lamp:
    """Its light has been dark for a while."""
    made = Lamp(village, rules, store, pi)
    made.shines(False, 10)
    assert made.state() == "open"
    return made


@pytest.fixture
def asks(lamp: Lamp) -> Asks:
    """Somebody asks for a move; what became of it."""

    def ask(move: Any, version: int | None = None, **fields: Any) -> InputRow:
        payload = msgspec.json.encode(MoveWish(NUMBER, move, role="maintenance", **fields))
        added = lamp.store.add_input("move", payload, "maintenance-1", version, lamp.at_ms)
        for row in lamp.store.waiting_inputs():
            lamp.ingest.person(row, lamp.store.fault(NUMBER), lamp.at_ms)
            lamp.ingest.commit(lamp.at_ms)
        found = lamp.store.input(added)
        assert found is not None
        return found

    return ask


def test_an_order_goes_from_taken_to_verified(lamp: Lamp, asks: Asks) -> None:
    for move in ("acknowledged", "on_site", "fixed"):
        assert asks(move, place="j-01").status == "applied", move
    lamp.shines(True, 10)
    row = lamp.store.fault(NUMBER)
    assert row is not None
    assert row.closed_ms is not None
    lamp.shines(True, 1800)
    assert lamp.state() == "fixed"
    assert Orders(lamp.store, Rules(), lambda: lamp.at_ms).once() == 1
    moves = [move.move for move in lamp.store.fault_moves(NUMBER) if move.move not in {"opened", "closed"}]
    assert moves == ["acknowledged", "on_site", "fixed", "verified"]
    places = [row.place for row in lamp.store.audit() if row.subject == NUMBER]
    assert places == ["j-01"] * 3


def test_a_light_that_is_dark_again_is_not_verified(lamp: Lamp, asks: Asks) -> None:
    for move in ("acknowledged", "on_site", "fixed"):
        asks(move)
    lamp.shines(True, 29 * 60)
    lamp.shines(False, 120)
    assert lamp.state() == "open"
    assert Orders(lamp.store, Rules(), lambda: lamp.at_ms + HALF_HOUR).once() == 0


def test_one_that_is_over_can_still_be_taken_and_is_verified_then(lamp: Lamp, asks: Asks) -> None:
    lamp.shines(True, 1900)
    turn = Orders(lamp.store, Rules(), lambda: lamp.at_ms).once
    assert (turn(), lamp.state()) == (0, "open")
    assert asks("acknowledged").status == "applied"
    assert (turn(), lamp.state()) == (1, "closed")


def test_of_two_who_read_the_same_version_the_second_is_told(lamp: Lamp, asks: Asks) -> None:
    row = lamp.store.fault(NUMBER)
    assert row is not None
    assert asks("acknowledged", row.version).status == "applied"
    second = asks("acknowledged", row.version)
    assert second.reason == f"the fault changed meanwhile: version {row.version + 1}, not {row.version}"
    assert asks("acknowledged").reason == "already acknowledged by maintenance-1"


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"move": "fixed"}, "a work order that is 'open' cannot be 'fixed'; now it can be: acknowledged, refused"),
    ({"move": "refused"}, "comment: say why"),
    ({"move": "refused", "comment": "x", "department": "nobody"}, "there is no department 'nobody'"),
    ({"move": "duplicate", "into": "F-2026-0404"}, "'F-2026-0404' is no other fault"),
]


@pytest.mark.parametrize(("wish", "reason"), REFUSED)
def test_what_cannot_be_is_refused_with_its_reason(lamp: Lamp, asks: Asks, wish: dict[str, Any], reason: str) -> None:
    row = asks(**wish)
    assert (row.status, (row.reason or "").startswith(reason)) == ("refused", True)
    assert lamp.state() == "open"
    assert [line.action for line in lamp.store.audit()] == [f"refused {wish['move']}"]


def test_a_move_of_no_fault_is_refused(lamp: Lamp) -> None:
    added = lamp.store.add_input("move", b'{"fault":"F-2026-0404","move":"fixed"}', "li", None, NOW)
    odd = lamp.store.add_input("move", b'{"fault":"F-2026-0001","move":"dance"}', "li", None, NOW)
    for row in lamp.store.waiting_inputs():
        lamp.ingest.person(row, None, NOW)
    lamp.ingest.commit(NOW)
    found = [lamp.store.input(number) for number in (added, odd)]
    assert [row and (row.reason or "")[:9] for row in found] == ["there is ", "malformed"]


def test_a_move_is_no_line_of_the_journal_but_taking_it_is(lamp: Lamp, asks: Asks) -> None:
    before = len(list(lamp.store.happenings()))
    asks("acknowledged")
    asks("on_site")
    assert len(list(lamp.store.happenings())) == before + 1
