import pytest

from contracts.yamlfile import load_yaml
from demo.workplace import RULES
from gateway.faults.catalogue import CATALOGUE
from gateway.faults.rules import Rules

SPEED = 20
TIMES = sorted(name for name in Rules.model_fields if name.endswith("_s") and name != "for_s")


@pytest.mark.parametrize("name", TIMES)
def test_every_time_of_the_rules_is_divided(name: str) -> None:
    assert getattr(load_yaml(RULES, Rules), name) == pytest.approx(getattr(Rules(), name) / SPEED)


def test_every_confirmation_time_of_the_catalogue_is_divided() -> None:
    expected = {code: row.for_s / SPEED for code, row in CATALOGUE.items() if row.for_s}
    assert load_yaml(RULES, Rules).for_s == expected


def test_counts_are_not_divided() -> None:
    assert load_yaml(RULES, Rules).limit_intervals == Rules().limit_intervals
