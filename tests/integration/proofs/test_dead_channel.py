"""One channel is dead for an hour, in each of the ways in which channels are: everything arrives by another one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest

from demo.vendors import Order, Vendors
from gateway.delivery.auditor import Auditor
from gateway.faults import Rules
from gateway.faults.times import DispatchTimes
from gateway.store import claims
from tests.integration.proofs.conftest import Open
from tests.integration.proofs.office import HOUR, MINUTE, START, Arrived, Office, S, most_within, ways
from tests.integration.proofs.place import village
from tests.servers import free_port

# Nobody reminds, and no node speaks here: the silence of all of them is no matter of this.
RULES = Rules(silent_s=7 * 86_400, dispatch=DispatchTimes(escalate_s=(7 * 86_400.0,) * 3))
WINDOW_MS = round(RULES.dispatch.storm_window_s * 1000)
# Due at once, looked for after five minutes, each minute.
LATEST_MS = (300 + 60) * S
FAULTS, EACH_MS = 8, 7 * MINUTE + 7 * S
# How it is ordered, and what it takes nothing of: the way to it, or the letter.
HOWS = {
    "refused": None,
    "500": Order("500"),
    "timeout": Order("timeout"),
    "drop_after": Order("drop_after"),
    "busy": Order("errcode", code=-1),
    "no robot": Order("errcode", code=93000),
    "429": Order("429"),
}
Hour = Callable[[str], Office]


@contextmanager
def vendor_at(port: int) -> Iterator[Vendors]:
    with Vendors(ports=(port, 0)) as found:
        found.ledger.mono_s = count(step=60).__next__
        yield found


@pytest.fixture
def hour(opened: Open, vendors: Vendors) -> Hour:
    """An office whose room's robot is dead like that for an hour, with a fault each seven minutes."""

    def dead(how: str) -> Office:
        here: dict[str, Any] = {"read_s": 0.1}
        order = HOWS[how]
        if order is None:
            here["url"] = f"http://127.0.0.1:{free_port()}/cgi-bin/webhook/send"
        vendors.misbehave("wecom", order)
        office = opened(village=village(FAULTS), rules=RULES, channels=ways(vendors, wecom=here))
        office.watch()
        for number in range(1, FAULTS + 1):
            office.problem(f"light-{number:04d}")
            office.run(office.now() + EACH_MS)
        office.run(START + HOUR + 5 * MINUTE)
        return office

    return dead


def late(office: Office) -> list[str]:
    """Faults of which nobody was told in time by a channel that lives."""
    rows = office.rows("select substr(asset, -4), opened_ms from faults where asset like 'light%'")
    told = {number: one.at_ms for one in reversed(by(office, "sms")) for number in one.said.numbers}
    return [number for number, at_ms in rows if told.get(number, 2**60) > at_ms + LATEST_MS]


def by(office: Office, channel: str) -> list[Arrived]:
    return [one for one in office.arrived if one.letter.channel == channel]


@pytest.mark.parametrize("how", HOWS)
def test_everything_arrives_by_another_channel_in_time_and_once_and_so_does_that_it_is_dead(
    hour: Hour, how: str
) -> None:
    office = hour(how)
    assert late(office) == []
    texts = by(office, "sms")
    assert {one.who for one in texts} == {"li"}
    (dead,) = [one for one in texts if not one.said.numbers]
    assert len(texts) == FAULTS + 1
    trouble = office.couriers["wecom"].trouble
    assert trouble is not None
    # One letter that is refused for good is that letter's matter; the third one is the channel's.
    assert trouble.since_ms == START + (2 * EACH_MS if how == "no robot" else 0)
    # Its own five minutes, and what a round and its hold take.
    assert dead.at_ms - trouble.since_ms <= (300 + 60 + 90 + 60) * S + LATEST_MS
    told = office.rows("select kind from messages where asset = 'gateway' and code = 'channel_dead'")
    assert told == [("problem",)]


def test_without_the_auditor_nobody_is_told(hour: Hour, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Auditor, "once", lambda *_: 0)
    assert len(late(hour("refused"))) == FAULTS


# After the hour


Back = Callable[[], list[Arrived]]


@pytest.fixture
def back(opened: Open, vendors: Vendors) -> Back:
    """The room's robot refused connections for an hour in which 30 faults came, and then takes what comes: that."""

    def after() -> list[Arrived]:
        port = free_port()
        here = {"url": f"http://127.0.0.1:{port}/cgi-bin/webhook/send"}
        office = opened(village=village(30), rules=RULES, channels=ways(vendors, wecom=here))
        for number in range(1, 31):
            office.problem(f"light-{number:04d}")
            office.run(office.now() + 2 * MINUTE)
        office.over(*(f"light-{number:04d}" for number in range(1, 11)))
        with vendor_at(port) as robot:
            office.ledgers.append(robot)
            office.run(office.now() + HOUR)
        return by(office, "wecom")

    return after


def spoken_of(letters: list[Arrived], kinds: tuple[str, ...]) -> int:
    """Of how many messages they are."""
    return sum(one.said.stands_for for one in letters if one.said.kind in kinds)


def test_when_it_is_back_all_that_waited_comes_and_no_more_at_once_than_anybody_gets(back: Back) -> None:
    letters = back()
    assert spoken_of(letters, ("problem", "summary", "recovery")) == 30 + 10
    assert 1 < most_within(letters, WINDOW_MS) <= RULES.dispatch.storm_messages


def test_without_the_guard_it_pours_out(back: Back, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "counted", lambda *_: {})
    assert most_within(back(), WINDOW_MS) > RULES.dispatch.storm_messages
