"""An end never overtakes its beginning, and whoever heard of a beginning hears of its end: in random troubles."""

from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

import pytest
from msgspec import Struct

from demo.vendors import Order, Vendors
from gateway.dispatch.words import Address
from gateway.faults import Rules
from gateway.faults.times import DispatchTimes
from gateway.store import FaultEnd, FaultOpen, FaultRoot, claims, outbox
from tests.integration.proofs.conftest import Open
from tests.integration.proofs.office import HOUR, MINUTE, Arrived, Office, S
from tests.integration.proofs.place import village

# Nothing is summed up here: each message is a letter, so that their order is seen.
RULES = Rules(dispatch=DispatchTimes(storm_messages=1000, escalate_s=(7 * 86_400.0,) * 3))
# Single faults, sites that turn out to be parts of the feeder's, and lights that flap.
SINGLE, PARTS, FLAPPING = range(1, 7), range(7, 11), range(11, 14)
# None after which a room may not have had what counts as told to it: those ends are given up, and nobody is in danger.
TROUBLES = ("429", "errcode", "drop_after", None, None)
SEEDS = [*range(3), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 40))]
Told = Callable[[int], "Verdict"]
Step = Callable[[], None]


class Verdict(Struct, frozen=True):
    """(who, channel, number) of which the beginning came after its end, and (who, number) whose end never came."""

    overtaken: list[tuple[str, str, str]]
    endless: list[tuple[str, str]]


def verdict(arrived: Iterable[Arrived]) -> Verdict:
    """By the vendors' ledgers. The end of the feeder's is that of its parts."""
    begun: dict[tuple[str, str, str], int] = {}
    ended: dict[tuple[str, str, str], int] = {}
    for at, one in enumerate(arrived):
        ends = one.said.kind in {"recovery", "flapping_end"}
        for number in one.said.numbers:
            parts = [f"{part:04d}" for part in PARTS] if ends and number == "feeder" else []
            for about in (number, *parts):
                key = (one.who, one.letter.channel, about)
                (ended.setdefault if ends else begun.__setitem__)(key, at)
    overtaken = [key for key, at in begun.items() if ended.get(key, at) < at]
    over = {(who, number) for who, _, number in ended}
    return Verdict(sorted(overtaken), sorted({(who, number) for who, _, number in begun} - over))


def single(office: Office, number: int) -> list[Step]:
    name = f"light-{number:04d}"
    return [lambda: office.problem(name), lambda: office.over(name)]


def flapping(office: Office, number: int) -> list[Step]:
    """Told of, unsteady, over meanwhile, steady again."""
    name = f"light-{number:04d}"
    end = FaultEnd(name, "stuck_on", None, office.now(), office.now())
    return [
        lambda: office.problem(name),
        lambda: office.write(office.told("flapping", name, "flapping")),
        lambda: office.write(end),
        lambda: office.write(office.told("flapping_end", name, "flapping")),
    ]


def feeder(office: Office) -> list[Step]:
    """Sites go dark one by one; then it is the feeder, and at last all is well."""
    sites = [f"j-{number:04d}" for number in PARTS]

    def turns_out() -> None:
        opened = FaultOpen("f-east", "feeder", "", "feeder_down", None, 2, office.now())
        roots = (FaultRoot(site, "site_dark", None, "f-east", office.now()) for site in sites)
        office.write(opened, *roots, office.told("update", "f-east", "feeder_down"))

    def well() -> None:
        now = office.now()
        office.write(*(FaultEnd(site, "site_dark", "f-east", now, now) for site in sites))
        office.over("f-east", code="feeder_down")

    told = [lambda site=site: office.problem(site, code="site_dark") for site in sites]
    return [*told, turns_out, well]


@pytest.fixture
def told(opened: Open, vendors: Vendors, tmp_path: Path) -> Told:
    """Stories interwoven by chance, channels in trouble by chance; at last the channels are well, and hours pass."""

    def by_chance(seed: int) -> Verdict:
        vendors.ledger.forget()
        chance, office = Random(seed), opened(file=tmp_path / f"{seed}.db", village=village(13), rules=RULES)
        stories = [*(single(office, number) for number in SINGLE), feeder(office)]
        stories += [flapping(office, number) for number in FLAPPING]
        while stories:
            for channel in ("wecom", "sms"):
                how = chance.choice(TROUBLES)
                vendors.misbehave(channel, Order(how, chance.randint(1, 4), code=-1) if how else None)  # type: ignore[arg-type]  # one of them
            story = chance.choice(stories)
            story.pop(0)()
            stories = [one for one in stories if one]
            office.run(office.now() + chance.choice((0, S, 20 * S, 7 * MINUTE)))
        for channel in ("wecom", "sms"):
            vendors.misbehave(channel, None)
        office.run(office.now() + HOUR)
        return verdict(office.arrived)

    return by_chance


@pytest.mark.parametrize("seed", SEEDS)
def test_no_end_overtakes_and_none_is_kept_from_whoever_heard_of_the_beginning(told: Told, seed: int) -> None:
    assert told(seed) == Verdict([], [])


def test_without_waiting_for_what_is_ahead_ends_overtake(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "_blocked", lambda *_: False)
    assert any(told(seed).overtaken for seed in range(10))


def test_where_those_who_were_told_are_forgotten_ends_are_missing(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object) -> list[Address]:
        return []

    monkeypatch.setattr(outbox, "_followers", nobody)
    assert told(0).endless
