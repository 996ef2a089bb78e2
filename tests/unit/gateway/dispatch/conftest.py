"""One fault to write letters about, and Beigu with invented people: the shipped example of a roster."""

from typing import Any, get_args

import pytest

from contracts.inventory import Name, Village, load_inventory
from gateway.dispatch import Setup
from gateway.dispatch.subject import Reader, Subject
from gateway.dispatch.words import Lang, LetterKind
from gateway.faults.catalogue.texts import Role
from gateway.faults.times import DispatchTimes
from gateway.rosters.file import read_roster
from tests.rosters import CHANNELS, ROOT

# 25 November 2026, 21:15:00 in Shanghai.
NOW = 1_795_612_500_000
MINUTE, HOUR = 60_000, 3_600_000
# Every kind of letter about one thing.
SEVERAL = ("digest", "summary")
KINDS = [kind for one in get_args(LetterKind) for kind in get_args(one) or (one,) if kind not in SEVERAL]
LANGS: tuple[Lang, ...] = ("zh", "en")


def name(zh: str, en: str) -> Name:
    return Name(zh=zh, en=en)


def subject(**more: Any) -> Subject:
    """A charger's earth fault of six minutes ago."""
    usual: dict[str, Any] = {
        "kind": "problem",
        "asset": "cp-02",
        "asset_kind": "charge_point",
        "name": name("二号充电桩", "Charger 2"),
        "place": name("村口广场", "East Square"),
        "grid": name("东网格", "East grid"),
        "codes": ("GroundFailure",),
        "severity": 1,
        "since_ms": NOW - 6 * MINUTE,
        "at_ms": NOW,
        "fault": "F-2026-0001",
    }
    return Subject(**usual | more)


def reader(lang: Lang = "zh", role: Role = "maintenance", now_ms: int = NOW) -> Reader:
    return Reader(lang, role, now_ms)


@pytest.fixture(params=LANGS)
def lang(request: pytest.FixtureRequest) -> Lang:
    found: Lang = request.param
    return found


@pytest.fixture(scope="session")
def beigu() -> Village:
    """The shipped village."""
    return load_inventory(ROOT / "beigu.yaml")


@pytest.fixture(scope="session")
def everybody(beigu: Village) -> Setup:
    """Beigu with the shipped example of a roster."""
    return Setup(beigu, read_roster(ROOT / "roster.example.yaml", beigu, CHANNELS), CHANNELS, DispatchTimes())
