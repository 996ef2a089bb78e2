"""A day of data that came late, walked through as its readers do: the archive, what changed, and the proofs of both."""

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from gateway.main import main
from gateway.months import freeze
from gateway.store import Batch, IntervalFill
from tests.integration.dashboard_api.conftest import Town, bearer
from tests.integration.dashboard_api.test_access import sign_in_by_page
from tests.integration.dashboard_api.test_police_month import DAY, HOUR, NOVEMBER, OCTOBER
from tests.integration.dashboard_api.test_police_statement import words

STATEMENT = "/api/v1/cameras/cam-01/statement"
WINDOW = {"from": "2026-10-05T00:00:00+08:00", "to": "2026-10-06T00:00:00+08:00"}
Say = Callable[..., tuple[int, str]]


@pytest.fixture
def town(still_town: Town) -> Town:
    """cam-01 was not heard of for the whole of 5 October, and nobody knew more when October froze."""
    begin, end = OCTOBER + 4 * DAY, OCTOBER + 5 * DAY
    still_town.was("cam-01", (OCTOBER, begin, "up", None), (begin, end, "unknown", None), (end, None, "up", None))
    still_town.was("cam-02", (OCTOBER, None, "up", None))
    freeze(still_town.store, still_town.village, NOVEMBER + 4 * DAY)
    return still_town


@pytest.fixture
def police(town: Town, resident: TestClient) -> TestClient:
    sign_in_by_page(town, resident, "police")
    resident.headers.update(bearer(town, resident, "police"))
    resident.get("/?lang=en")
    return resident


@pytest.fixture
def say(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """A command of the gateway: its status and all it says."""
    config, inventory = tmp_path / "gateway.yaml", root / "firmware_config" / "villages" / "three-junctions.yaml"
    config.write_text(f"inventory: {inventory}\ndatabase: sqlite:///{tmp_path}/gateway.db\n", encoding="utf-8")

    def run(*argv: str) -> tuple[int, str]:
        status = main([*argv, "--config", str(config)])
        return status, "".join(capsys.readouterr())

    return run


def late_day(town: Town) -> None:
    """What its node had kept of the day: black from six to eight, well for the rest."""
    day = OCTOBER + 4 * DAY
    black = IntervalFill("cam-01", day + 6 * HOUR, day + 8 * HOUR, "down", "black")
    well = [IntervalFill("cam-01", day, day + 6 * HOUR, "up"), IntervalFill("cam-01", day + 8 * HOUR, day + DAY, "up")]
    town.store.record(Batch(NOVEMBER + 8 * DAY, intervals=[black, *well]))
    freeze(town.store, town.village, NOVEMBER + 8 * DAY)


def test_a_late_day_makes_a_second_revision_that_says_what_it_changed(town: Town, police: TestClient) -> None:
    before = words(police.get("/police/archive").text)
    late_day(town)
    after = words(police.get("/police/archive").text)
    assert ("Revision 2" in before, "Revision 2 newest" in after) == (False, True)
    first, second = town.store.months()
    assert first.hash in before
    assert first.hash in after
    assert second.hash in after
    changed = words(police.get("/police/archive/2026-10/2").text)
    for line in ("Unknown K 1 d 0 s", "Down D 0 s 2 h", "Down: picture is black — 2 h"):
        assert line in changed, changed


def test_what_was_frozen_first_is_still_there_to_the_byte(town: Town, police: TestClient) -> None:
    file = police.get("/police/archive/2026-10/1.json").content
    late_day(town)
    again = police.get("/police/archive/2026-10/1.json").content
    assert file == again
    assert hashlib.sha256(again).hexdigest() == town.store.months()[0].hash
    shown = [police.get("/api/v1/reports/2026-10", params={"revision": n}).json()["cameras"][0] for n in (1, 2)]
    assert [(one["K"], one["D"]) for one in shown] == [(86_400, 0), (0, 7200)]


def test_both_revisions_and_the_statement_of_before_are_proven_on_the_command_line(
    town: Town, police: TestClient, say: Say, tmp_path: Path
) -> None:
    paper = tmp_path / "statement.json"
    paper.write_bytes(police.get(STATEMENT, params=WINDOW).content)
    late_day(town)
    status, told = say("months", "--verify")
    assert (status, "verified: 2 revision(s) are as they were frozen" in told) == (0, True)
    status, told = say("statement", "--verify", str(paper))
    assert (status, "its hash is that of what it says" in told) == (0, True)
    assert "drawn again today it would differ in D, K, U" in told
    assert json.loads(paper.read_bytes())["statement"]["months"][0]["revision"] == 1


def test_a_revision_that_somebody_changes_is_found_out_on_both(
    town: Town, police: TestClient, say: Say, tmp_path: Path
) -> None:
    late_day(town)
    with closing(sqlite3.connect(tmp_path / "gateway.db")) as db, db:
        db.execute("UPDATE months SET body = replace(body, '\"D\":0', '\"D\":1') WHERE revision = 1")
    status, told = say("months", "--verify")
    assert (status, "2026-10 revision 1: its hash is not that of its body" in told) == (1, True)
    page = police.get("/police/archive").text
    assert len(re.findall("not as it was frozen", page)) == 1
