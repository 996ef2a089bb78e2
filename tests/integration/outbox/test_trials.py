"""Trials of channels that people ask for: sent by the channel's own courier, answered once, and given up in time."""

from collections.abc import Callable
from itertools import count

import msgspec
import pytest

from contracts.inventory import Village, load_inventory
from gateway.delivery.trials import LONGEST_MS, Trials
from gateway.dispatch import Setup
from gateway.dispatch.words import Failed, Outcome, Sent
from gateway.faults.times import DispatchTimes
from gateway.store import ChannelTest, TrialRow
from tests.integration.outbox.conftest import Town, Vendor
from tests.rosters import ROOT, person, roster

Ask = Callable[..., int]


class Office:
    """Senders of one channel, turn by turn."""

    def __init__(self, town: Town, vendor: Vendor, village: Village) -> None:
        self.town, self.vendor = town, vendor
        self.courier = town.courier(vendor)
        setup = Setup(village, roster(person("li")), {"sms": vendor.kind}, DispatchTimes())
        self.trials = Trials(town.store, lambda: setup, {vendor.name: self.courier}, lambda: town.now)

    def ask(self, channel: str = "sms", to: str = "li") -> int:
        payload = msgspec.json.encode(ChannelTest(channel, to, "en", "maintenance"))
        return self.town.store.add_input("channel_test", payload, "maintenance-1", None, self.town.now)

    def turn(self) -> None:
        self.trials.once()
        self.courier.once()

    def test(self, number: int) -> TrialRow:
        return next(test for test in self.town.store.channel_tests() if test.id == number)


@pytest.fixture
def office(town: Town) -> Office:
    return Office(town, Vendor(), load_inventory(ROOT / "three-junctions.yaml"))


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (Sent(True, "77"), ("confirmed", "77")),
        (Sent(False), ("taken", "")),
        (Failed(True, "no answer", unknown=True), ("unknown", "no answer")),
        (Failed(False, "wrong key"), ("failed", "wrong key")),
    ],
)
def test_a_trial_is_sent_once_and_what_the_channel_says_is_its_answer(
    office: Office, said: Outcome, outcome: tuple[str, str]
) -> None:
    office.vendor.answers = [said]
    number = office.ask()
    assert office.test(number).waits
    for _ in range(3):
        office.turn()
    tried = office.test(number).tried
    assert tried is not None
    assert (tried.outcome, tried.detail) == outcome
    assert [(letter.kind, letter.title) for letter in office.vendor.got] == [("test", "Channel test")]
    assert office.vendor.got[0].to.startswith("+86100")


def test_a_trial_that_got_through_shows_that_the_channel_is_well(office: Office) -> None:
    office.vendor.answers = [Failed(True, "no answer")]
    office.ask()
    office.turn()
    assert silent(office)
    office.ask()
    office.turn()
    assert not silent(office)
    assert office.town.store.letters.worked_ms("sms") == office.town.now


def silent(office: Office) -> bool:
    return office.courier.trouble is not None


@pytest.mark.parametrize(
    ("channel", "to", "why"),
    [
        ("pigeon", "li", "there is no channel 'pigeon'; there are: sms"),
        ("sms", "", "reaches one person"),
        ("sms", "nobody", "reaches one person"),
    ],
)
def test_what_cannot_be_tried_is_refused_with_the_reason(office: Office, channel: str, to: str, why: str) -> None:
    number = office.ask(channel, to)
    office.turn()
    assert why in (office.test(number).refused or "")
    assert office.vendor.got == []


def test_nobody_waits_for_a_trial_for_ever(office: Office) -> None:
    number = office.ask()
    office.trials.once()  # given to the sender, which does not come to it
    office.town.now += LONGEST_MS
    office.trials.once()
    assert office.test(number).waits
    office.town.now += 1
    office.trials.once()
    assert "it may have arrived" in (office.test(number).refused or "")
    office.courier.once()  # it comes to it after all; the answer stays
    assert office.test(number).refused


def test_a_trial_is_no_matter_of_the_engine_and_stands_in_the_audit_log(office: Office) -> None:
    number = office.ask()
    assert office.town.store.waiting_inputs() == []
    office.turn()
    (entry,) = office.town.store.audit()
    assert (entry.who, entry.role) == ("maintenance-1", "maintenance")
    assert (entry.action, entry.subject) == ("channel_test", "sms")
    assert f'"input":{number}' in entry.detail
    assert "confirmed" in entry.detail


def test_the_channels_are_those_that_were_opened_last(office: Office) -> None:
    store, turn = office.town.store, count(1)
    store.channels_opened({"sms": "sms", "old": "file"}, next(turn))
    store.channels_opened({"sms": "sms", "wecom": "wecom"}, next(turn))
    found = [(row.name, row.kind, row.opened_ms) for row in store.channels()]
    assert found == [("sms", "sms", 2), ("wecom", "wecom", 2)]


def test_a_channel_says_what_waits_and_what_was_not_taken(office: Office) -> None:
    town = office.town
    town.store.channels_opened({"sms": "sms"}, town.now)
    town.opened("wl-01", town.to("li"))
    (before,) = town.store.channels()
    assert (before.waiting, before.due_ms, before.sent_ms, before.failed) == (1, town.now, None, None)
    office.vendor.answers = [Failed(True, "no answer")]
    office.courier.once()
    (failed,) = town.store.channels()
    assert (failed.waiting, failed.failed) == (1, "no answer")
