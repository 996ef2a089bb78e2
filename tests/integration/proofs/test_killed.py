"""Senders that are killed at the worst moments: nothing is lost, and each letter is shown once, or at most twice."""

import logging
import signal
from collections import Counter
from collections.abc import Callable, Iterable
from random import Random
from typing import NamedTuple

import pytest
from msgspec import Struct

from demo.vendors import Vendors
from demo.vendors.ledger import Received
from tests.integration.proofs.conftest import Open
from tests.integration.proofs.killed import LEASE_MS, LETTERS, MOMENTS, RULES, VILLAGE, Death, Door, Moment, people, run
from tests.integration.proofs.office import HOUR, MINUTE, START, Office
from tests.integration.proofs.place import said

log = logging.getLogger(__name__)


class Verdict(Struct, frozen=True):
    """What is wrong: accepted and shown nowhere, shown more often than it may be on one channel, never accepted."""

    lost: list[str]
    too_often: list[str]
    strangers: list[str]


WELL = Verdict([], [], [])
# So many senders are killed over so many letters.
MANY = [(20, 100), pytest.param((200, LETTERS), marks=[pytest.mark.long, pytest.mark.timeout(600)])]


def verdict(accepted: Iterable[str], shown: Iterable[Received], most: int) -> Verdict:
    """By the generator's list and the vendors' own ledger, and by nothing of the product's."""
    times = Counter((letter.channel, number) for letter in shown for number in said(letter).numbers)
    numbers = Counter(number for _, number in times)
    lost = [number for number in accepted if number not in numbers]
    often = [f"{number} by {channel}" for (channel, number), count in times.items() if count > most]
    return Verdict(lost, sorted(often), sorted(numbers.keys() - set(accepted)))


class Harassed(NamedTuple):
    office: Office
    accepted: list[str]
    killed: Counter[str]


Harass = Callable[..., Harassed]


@pytest.fixture
def harass(opened: Open, vendors: Vendors) -> Harass:
    """So many senders of a channel, killed one after the other, and one at the end that is left alone."""

    def harassed(channel: str, kills: int, faults: int, only: Moment | None = None) -> Harassed:
        office = opened(village=VILLAGE, roster=people(channel), rules=RULES)
        accepted = [f"{number + 1:04d}" for number in range(faults)]
        office.problem(*(f"light-{number}" for number in accepted))
        chance, door, killed = Random(kills), Door(vendors.url, vendors.smtp_port), Counter[str]()
        for _ in range(kills):
            moment: Moment = chance.choice((only,) if only else MOMENTS)
            death = Death(moment, chance.choice((1, 1, 2)), marks_first=only is not None)
            assert run(office.file, door, channel, office.now(), death) == -signal.SIGKILL
            killed[death.moment] += 1
            office.clock.at_ms += LEASE_MS
        office.run(START + HOUR + 2 * MINUTE)
        return Harassed(office, accepted, killed)

    return harassed


@pytest.mark.parametrize("many", MANY, ids=str)
def test_where_the_receiver_knows_keys_every_letter_is_shown_exactly_once(
    harass: Harass, vendors: Vendors, many: tuple[int, int]
) -> None:
    kills, faults = many
    office, accepted, killed = harass("hook", kills, faults)
    shown = vendors.received("webhook")
    assert verdict(accepted, vendors.received(), most=1) == WELL
    assert len(shown) == faults == len(office.rows("select id from outbox where state = 'sent' and channel = 'hook'"))
    again = sum(letter.times - 1 for letter in shown)
    assert again == killed["sent"]
    log.info("%d kills %s: %d came again by their keys and were shown once, none lost", kills, dict(killed), again)


@pytest.mark.parametrize("many", MANY, ids=str)
def test_where_it_knows_none_a_letter_is_at_most_doubled_and_its_way_is_changed(
    harass: Harass, vendors: Vendors, many: tuple[int, int]
) -> None:
    kills, faults = many
    office, accepted, killed = harass("wecom", kills, faults)
    assert verdict(accepted, vendors.received(), most=2) == WELL
    times = Counter(said(letter).numbers for letter in vendors.received("wecom"))
    dead = office.rows("select id from outbox where state = 'dead'")
    elsewhere = vendors.received("sms")
    assert len(elsewhere) == len(dead) > 0
    doubled = sum(count == 2 for count in times.values())
    assert 0 < doubled <= killed["sent"]
    log.info("%d kills %s: %d doubled, %d went another way, none lost", kills, dict(killed), doubled, len(dead))


def test_the_same_check_finds_what_a_sender_loses_that_marks_first(harass: Harass, vendors: Vendors) -> None:
    _, accepted, _ = harass("hook", 20, faults=40, only="claimed")
    assert verdict(accepted, vendors.received(), most=1).lost
