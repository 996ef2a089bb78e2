"""Circles among parents."""

from contracts.dependencies import circles
from contracts.responsibility import KNOWN_CODES
from gateway.faults.catalogue import CATALOGUE


def test_a_net_without_circles_has_none() -> None:
    assert circles({"cam": ["node"], "node": ["feeder", "uplink"], "uplink": ["feeder"], "feeder": []}) == []


def test_each_circle_is_found_once() -> None:
    found = circles({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a", "d"], "e": ["d"]})
    assert [sorted(circle) for circle in found] == [["a", "b", "c"], ["d"]]


def test_a_long_chain_is_no_problem() -> None:
    assert circles({str(n): [str(n + 1)] for n in range(50_000)}) == []


def test_every_code_the_gateway_knows_can_be_routed() -> None:
    assert CATALOGUE.keys() <= KNOWN_CODES
