"""The gateway's own ailments, from its machine's figures."""

from dataclasses import dataclass

import pytest
from msgspec.structs import fields
from msgspec.structs import replace as with_

from contracts.codes import OWN
from gateway.faults import Rules
from gateway.faults.village.own import Certificate, Silent, Vitals, own, unchecked

NOW = 1_795_644_600_000
HOUR, DAY = 3_600_000, 86_400_000
GB = 10**9
WELL = Vitals(
    at_ms=NOW,
    broker_lost_ms=0,
    waiting=12,
    disk_free=20 * GB,
    disk_size=64 * GB,
    synchronised=True,
    off_ms=3.5,
    certificates=(Certificate("gateway", NOW + 3000 * DAY), Certificate("authority", NOW + 3000 * DAY)),
    backup_ms=NOW - 20 * HOUR,
    channels=(),
)


DEAD = (Silent("sms", NOW - 20_000), Silent("mail", NOW - 60_000))


@dataclass(frozen=True)
class Case:
    """Figures of which the code follows, the nearest ones of which it does not, its age and its reason."""

    code: str
    bad: dict[str, object]
    good: dict[str, object]
    since_s: float
    why: str


def ending(*days: float) -> tuple[Certificate, ...]:
    return tuple(
        Certificate(name, NOW + round(day * DAY)) for name, day in zip(("gateway", "authority"), days, strict=True)
    )


CASES = [
    Case("broker_away", {"broker_lost_ms": NOW - 5000}, {"broker_lost_ms": 0}, 5, "no connection"),
    Case("telemetry_backlog", {"waiting": 100_000}, {"waiting": 99_999}, 0, "100000 points waiting"),
    Case(
        "gateway_disk_full",
        {"disk_free": 6_399_000_000},
        {"disk_free": 6_400_000_000},
        0,
        "6399 MB free of 64000",
    ),
    Case(
        "store_full",
        {"disk_free": 199_999_999, "disk_size": None},
        {"disk_free": 200_000_000, "disk_size": None},
        0,
        "199 MB free",
    ),
    Case("gateway_clock_off", {"synchronised": False, "off_ms": 0.0}, {"off_ms": 1000.0}, 0, "not synchronised"),
    Case("gateway_clock_off", {"off_ms": -1000.5}, {"off_ms": -1000.0}, 0, "1000 ms off"),
    Case(
        "certificate_ends",
        {"certificates": ending(59, 3000)},
        {"certificates": ending(60, 3000)},
        86_400,
        "gateway: 59 days left",
    ),
    Case(
        "certificate_ends",
        {"certificates": ending(-1, 30)},
        {"certificates": ending(60, 60)},
        61 * 86_400,
        "gateway: ended, authority: 30 days left",
    ),
    Case("backup_old", {"backup_ms": NOW - 50 * HOUR}, {"backup_ms": NOW - 47 * HOUR}, 7200, "the newest is 50 h old"),
    Case("channel_dead", {"channels": DEAD}, {"channels": ()}, 60, "sms, mail"),
]
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}: {case.why}")


def codes(vitals: Vitals, rules: Rules | None = None) -> list[str]:
    return [finding.code for finding in own(vitals, rules or Rules())]


def test_a_gateway_that_is_well_has_nothing() -> None:
    assert own(WELL, Rules()) == ()
    assert unchecked(WELL) == ()


@EACH
def test_each_ailment_is_found_with_its_age_and_its_reason(case: Case) -> None:
    (found,) = own(with_(WELL, **case.bad), Rules())
    assert (found.code, found.since_s, found.raw) == (case.code, case.since_s, case.why)


@EACH
def test_a_figure_just_short_of_its_limit_is_none(case: Case) -> None:
    assert codes(with_(WELL, **case.good)) == []


def test_every_ailment_that_the_gateway_can_judge_of_itself_is_tried() -> None:
    assert {case.code for case in CASES} == OWN


@pytest.mark.parametrize("name", [field.name for field in fields(Vitals) if field.name != "at_ms"])
def test_what_cannot_be_told_is_neither_good_nor_bad(name: str) -> None:
    blind = with_(WELL, **{name: None})
    assert codes(blind) == []
    assert bool(unchecked(blind)) is (name != "off_ms")


def test_a_gateway_of_which_nothing_is_known_is_not_judged() -> None:
    assert own(Vitals(NOW), Rules()) == ()
    assert {*unchecked(Vitals(NOW))} == OWN


def test_several_ailments_are_told_together() -> None:
    ill = with_(
        WELL, **{key: value for case in CASES[:4] for key, value in case.bad.items()}, certificates=ending(1, 2)
    )
    assert codes(with_(ill, disk_size=64 * GB)) == [
        "broker_away",
        "telemetry_backlog",
        "store_full",
        "gateway_disk_full",
        "certificate_ends",
    ]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"backlog_points": 10}, "telemetry_backlog"),
        ({"disk_free_share": 0.5}, "gateway_disk_full"),
        ({"disk_free_mb": 30_000}, "store_full"),
        ({"clock_off_ms": 3}, "gateway_clock_off"),
        ({"certificate_days": 3001}, "certificate_ends"),
        ({"backup_hours": 20}, "backup_old"),
    ],
)
def test_each_limit_is_a_rule(rule: dict[str, float], code: str) -> None:
    assert codes(WELL, Rules(**rule)) == [code]  # type: ignore[arg-type]  # one rule each
