"""The same story with its messages doubled, out of order or of a wrong clock: the same faults, messages and times."""

from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.inventory import Village
from contracts.messages import Reading, Up
from gateway.store import Store, open_store
from tests.deliveries import BOOTS, NOW, Disturbed, Sent, Story, Told, birth, bursts, outcome, record, story

HOUR_MS, DAY_MS, YEAR_MS = 3_600_000, 86_400_000, 366 * 86_400_000


def is_up(sent: Sent) -> bool:
    return isinstance(sent.what, Up)


def times(count: int) -> Disturbed:
    """Each message so many times."""
    return lambda sent: [one for one in sent for _ in range(count)]


def whole_bursts_again(sent: Story) -> Story:
    """As a node that hears no ack: after every twenty messages their records come again, twice."""
    found: Story = []
    for burst in bursts(sent, 20):
        again = [one._replace(at_s=burst[-1].at_s) for one in burst if is_up(one)]
        found += [*burst, *again, *again]
    return found


def old_records_again(sent: Story) -> Story:
    """A broker that brings the last ten records once more after each message."""
    found: Story = []
    for at, one in enumerate(sent):
        old = [before._replace(at_s=one.at_s) for before in sent[max(0, at - 10) : at] if is_up(before)]
        found += [one, *old]
    return found


def backwards_first(sent: Story) -> Story:
    """All that comes in one second comes backwards first, and in order when the node sends again."""
    found: Story = []
    for _, group in groupby(sent, lambda one: one.at_s):
        burst = list(group)
        records = [one for one in burst if is_up(one)]
        found += [*(one for one in burst if not is_up(one)), *records[::-1], *records]
    return found


def clock(ahead_ms: int, from_s: int = 20) -> Disturbed:
    """From some second on the wall clock of n-01 is off by so much (before 1970: at zero)."""

    def stepped(one: Sent) -> Sent:
        if not isinstance(one.what, Up) or one.node != "n-01" or one.made_s < from_s:
            return one
        return one._replace(what=replace(one.what, ts=max(0, one.what.ts + ahead_ms)))

    return lambda sent: [stepped(one) for one in sent]


DISTURBED: dict[str, Disturbed] = {
    "twice": times(2),
    "three times": times(3),
    "whole bursts again": whole_bursts_again,
    "old records again": old_records_again,
    "backwards first": backwards_first,
    "backwards and three times": lambda sent: times(3)(backwards_first(sent)),
    "stamped an hour after their arrival": clock(HOUR_MS, 0),
    "a clock that begins anew in 1970": clock(-NOW),
    "a clock a year ahead": clock(YEAR_MS),
    "a step of a day forward": clock(DAY_MS),
    "a step of a day back": clock(-DAY_MS),
}


@pytest.fixture(scope="module")
def clean(village: Village, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What comes of the story where nothing disturbs it."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('clean')}/gateway.db")
    Told(village, store).all(story())
    found = outcome(store, village)
    store.close()
    return found


def test_the_story_has_faults_of_all_sorts(clean: dict[str, Any]) -> None:
    assert sorted((asset, code, root) for _, asset, code, root, *_ in clean["faults"]) == [
        ("cam-01", "unreachable", "n-01"),
        ("cam-02", "black", None),
        ("cp-02.1", "GroundFailure", None),
        ("j-01", "site_dark", "n-01"),
        ("light-01", "dark", None),
        ("n-01", "uplink_down", None),
    ]
    assert [kind for kind, *_ in clean["messages"]].count("problem") == 4


@pytest.mark.parametrize("how", DISTURBED)
def test_what_disturbs_the_line_changes_nothing(
    how: str, clean: dict[str, Any], village: Village, store: Store
) -> None:
    disturbed = DISTURBED[how](story())
    assert disturbed != story()
    Told(village, store).all(disturbed)
    assert outcome(store, village) == clean
    assert {row.reason for row in store.counters()} <= {"clock_skew"}


def test_a_record_that_is_missing_would_be_noticed(clean: dict[str, Any], village: Village, store: Store) -> None:
    Told(village, store).all([one for one in story() if one.made_s != 40])
    assert outcome(store, village) != clean


# ---- a boot that is over: nobody knows how old its records are


def rebooted(tq: str, ts_ahead_ms: int, from_s: int = 0) -> Story:
    """n-01 lost its power in its outage: a new boot sends what the old one wrote, whose age it cannot know."""
    after = "d" * 16
    found: Story = []
    for one in story():
        what = one.what
        if one.node == "n-01" and one.leaf == "birth" and one.at_s:
            found.append(birth("n-01", one.at_s, after))
        elif one.node == "n-01" and isinstance(what, Up) and one.at_s > one.made_s:
            ts = max(0, what.ts + (ts_ahead_ms if one.made_s >= from_s else 0))
            found.append(one._replace(what=replace(what, age_ms=None, tq=tq, ts=ts)))
        elif one.node == "n-01" and isinstance(what, Up) and one.made_s >= one.at_s >= 90:
            before = replace(what.prev, boot=BOOTS["n-01"] if one.made_s == 90 else after)  # type: ignore[type-var]  # set
            found.append(one._replace(what=replace(what, boot=after, prev=before, mono=one.made_s * 1000 - 90_000)))
        else:
            found.append(one)
    return found


CLOCKS = {
    "none, in 1970": ("none", -NOW),
    "none, a year ahead": ("none", YEAR_MS),
    "believed, an hour ahead": ("ntp", HOUR_MS),
    "believed, a year ahead": ("rtc", YEAR_MS),
}


@pytest.mark.parametrize("how", CLOCKS)
def test_the_records_of_a_boot_that_is_over_have_their_times(
    how: str, village: Village, store: Store, tmp_path: Path
) -> None:
    right = open_store(f"sqlite:///{tmp_path}/right.db")
    Told(village, right).all(rebooted("ntp", 0))
    Told(village, store).all(rebooted(*CLOCKS[how]))
    found, wanted = outcome(store, village), outcome(right, village)
    right.close()
    assert found == wanted
    assert "unreachable" in {row[2] for row in found["faults"]}, "what happened in the outage is among them"


@pytest.mark.parametrize("step_ms", [-DAY_MS, DAY_MS, -NOW])
def test_a_believed_clock_that_stepped_in_the_outage_opens_nothing(
    step_ms: int, village: Village, store: Store, tmp_path: Path
) -> None:
    right = open_store(f"sqlite:///{tmp_path}/right.db")
    Told(village, right).all(rebooted("ntp", 0))
    Told(village, store).all(rebooted("ntp", step_ms, from_s=74))
    found, wanted = outcome(store, village), outcome(right, village)
    right.close()
    assert {row[1:3] for row in found["faults"]} <= {row[1:3] for row in wanted["faults"]}
    assert found["messages"] == wanted["messages"]


# ---- a device that nobody knows


def test_a_device_that_nobody_knows_is_a_fault_of_its_node_and_nothing_else_is_lost(
    clean: dict[str, Any], village: Village, store: Store
) -> None:
    def with_stranger(one: Sent) -> Sent:
        if not isinstance(one.what, Up) or one.node != "n-02":
            return one
        return one._replace(what=replace(one.what, r=(Reading("ghost-01", "down"), *one.what.r)))

    Told(village, store).all([with_stranger(one) for one in story()])
    found = outcome(store, village)
    strange = [row for row in found["faults"] if row[2] == "unknown_device"]
    assert [row[1:5] for row in strange] == [("n-02", "unknown_device", None, NOW)]
    without = [row[1:] for row in found["faults"] if row not in strange]
    assert (without, found["intervals"]) == ([row[1:] for row in clean["faults"]], clean["intervals"])
    assert {(row.reason, row.node) for row in store.counters()} == {("unknown_device", "n-02")}
    assert [row for row in found["messages"] if row[2] != "unknown_device"] == clean["messages"]


def test_all_of_a_record_with_a_stranger_is_stored(village: Village, store: Store) -> None:
    told = Told(village, store)
    one = record("n-02", 0, 0)
    assert isinstance(one.what, Up)
    told.second(
        0, [birth("n-02", 0), one._replace(what=replace(one.what, r=(Reading("ghost-01", "down"), *one.what.r)))]
    )
    assert [row.n for row in store.journal()] == [1]
    states = {device.device: device.state for device in store.devices()}
    assert {name: states[name] for name in ("cam-02", "light-02", "cp-02", "cp-02.1")} == dict.fromkeys(
        ("cam-02", "light-02", "cp-02", "cp-02.1"), "up"
    )
    assert "ghost-01" not in states
