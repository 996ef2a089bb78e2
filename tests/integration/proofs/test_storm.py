"""500 faults at once, through the real ingest: nobody is flooded, and nobody is left in the dark."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import pytest
from fastapi.testclient import TestClient

from contracts.messages import Birth, Finding, Prev, Reading, Up, encode
from dashboard_api.app import create_app
from dashboard_api.settings import Settings
from gateway.dispatch.roster import Roster
from gateway.dispatch.storm import Choice, choose
from gateway.faults import Rules
from gateway.faults.times import DispatchTimes
from gateway.ingest import Ingest
from gateway.store import claims
from tests.integration.dashboard_api.conftest import Town, bearer
from tests.integration.proofs.conftest import Open
from tests.integration.proofs.office import HOUR, START, Arrived, Office, S, most_within
from tests.integration.proofs.place import english, roster, village
from tests.rosters import duty

log = logging.getLogger(__name__)
FAULTS, URGENT = 500, 3
RULES = Rules(dispatch=DispatchTimes(escalate_s=(7 * 86_400.0,) * 3, escalate_urgent_s=(7 * 86_400.0,) * 3))
CAP, WINDOW_MS = RULES.dispatch.storm_messages, round(RULES.dispatch.storm_window_s * 1000)
Storm = Callable[..., Office]


def two() -> Roster:
    """Two of the maintenance firm, and those who are told beside it."""
    others = {"safety-centre": "desk", "electrician": "sparks"}
    duties = [duty("maintenance", "li"), duty("maintenance", "wang")]
    people = [english(one) for one in ("li", "wang", *others.values())]
    return roster(people, duties + [duty(post, one) for post, one in others.items()])


def speak(office: Office, number: int, *wrong: tuple[str, str]) -> None:
    """A node reports for the first time: these (device, code) are wrong since just now."""
    digits = f"{number:016d}"
    birth = Birth(1, digits, digits, 0, "1.0", "c1", ())
    office.ingest.receive(f"vsm/v1/v-01/n-{number:04d}/birth", encode(birth), office.now())
    report(office.ingest, office.now(), number, 1, *wrong)


def report(ingest: Ingest, now_ms: int, number: int, n: int, *wrong: tuple[str, str], since_s: float = 0) -> None:
    """A node's record of that number."""
    digits, prev = f"{number:016d}", Prev(n - 1, f"{number:016d}" if n > 1 else None)
    seen = (Reading(one, "down", since_s, 5, f=(Finding(code, "down", since_s, 5),)) for one, code in wrong)
    up = Up(1, digits, n, digits, now_ms, 1000 * n, "ntp", tuple(seen), age_ms=0, prev=prev)
    ingest.receive(f"vsm/v1/v-01/n-{number:04d}/up", encode(up), now_ms)


@pytest.fixture
def storm(opened: Open) -> Storm:
    """All lights go wrong at one moment, and some charge points; then an hour passes."""

    def strikes(faults: int = FAULTS) -> Office:
        office = opened(village=village(faults), roster=two(), rules=RULES)
        begun_s = time.monotonic()
        for number in range(1, faults + 1):
            urgent = [(f"cp-{number:04d}", "GroundFailure")] if number <= URGENT else []
            speak(office, number, (f"light-{number:04d}", "stuck_on"), *urgent)
        office.ingest.commit(office.now())
        office.carry()
        office.clock.at_ms += 91 * S  # the hold is over
        office.ingest.tick(office.now())
        office.ingest.commit(office.now())
        recorded_s = time.monotonic()
        office.carry()
        sent_s, most_mb = time.monotonic(), getrusage(RUSAGE_SELF).ru_maxrss // 1024
        seen = (recorded_s - begun_s, sent_s - recorded_s, most_mb)
        log.info("heard, judged, stored in %.1f s, letters of the first window out in %.1f s, %d MB at most", *seen)
        office.run(START + HOUR)
        return office

    return strikes


def had(office: Office, who: str) -> list[Arrived]:
    return [one for one in office.arrived if one.who == who]


def told(office: Office, who: str) -> int:
    """Of how many messages below severity 1 somebody was told, by the letters they had."""
    return sum(one.said.stands_for for one in had(office, who) if not one.said.urgent)


def test_everybody_gets_so_many_letters_and_the_last_one_tells_of_all_the_others(storm: Storm) -> None:
    office = storm()
    assert most_within(office.arrived, WINDOW_MS) == CAP
    for who in ("li", "wang"):
        calm = [one for one in had(office, who) if not one.said.urgent]
        assert [one.said.kind for one in calm] == ["problem"] * (CAP - 1) + ["summary"]
        assert sum(one.said.urgent for one in had(office, who)) == URGENT
        assert told(office, who) == FAULTS
    assert len(listed(office)) == FAULTS + URGENT


def listed(office: Office) -> set[str]:
    """What the API lists as open, page by page."""
    app = create_app(office.store, office.village, RULES, Settings(inventory=Path("-"), database="-"), office.now)
    with TestClient(app) as client:
        person = bearer(Town(office.store, office.village, office.now()), client)
        found: set[str] = set()
        following: str | None = ""
        while following is not None:
            asked = {"state": "open", "limit": "100"} | ({"cursor": following} if following else {})
            page = client.get("/api/v1/faults", params=asked, headers=person).json()
            found |= {row["id"] for row in page["items"]}
            following = page["next"]
        return found


def test_without_the_guard_everybody_is_flooded(storm: Storm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "counted", lambda *_: {})
    assert most_within(storm(100).arrived, WINDOW_MS) > CAP


def test_with_a_guard_that_drops_not_all_is_told(storm: Storm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "choose", dropping(choose))
    office = storm(100)
    assert told(office, "li") < 100


def dropping(whole: Callable[..., Choice | None]) -> Callable[..., Choice | None]:
    """The mutant: a summary speaks of the first alone."""

    def chosen(*given: object) -> Choice | None:
        found = whole(*given)
        return Choice(found.joined[0]) if found and found.kind == "summary" else found

    return chosen
