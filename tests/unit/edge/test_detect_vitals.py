"""The node's own computer: too hot, too little voltage, no room; what it does not tell is not checkable."""

from dataclasses import replace

import pytest

from edge.detect.verdict import Verdict
from edge.detect.vitals import judge
from edge.drivers.base import NodeItself, VitalsSample

NODE = NodeItself("n-01", 300, 60)
PI = VitalsSample(9e4, 0.4, 0.3, 0.2, 10**9, 2**28, 3, pi_c=55.0, undervoltage=False, throttled=False)


def judged(sample: VitalsSample) -> Verdict:
    return judge(sample, None, NODE, 100.0)[0]["n-01"]


def test_a_healthy_pi_is_up_with_all_it_measured() -> None:
    verdict = judged(PI)
    assert (verdict.state, verdict.findings, verdict.nc) == ("up", {}, frozenset())
    assert verdict.m["cpu_c"] == 55.0
    assert verdict.m["spool_records"] == 3.0


@pytest.mark.parametrize(
    ("sample", "code"),
    [
        (replace(PI, pi_c=81.0), "node_hot"),
        (replace(PI, undervoltage=True), "supply_low"),
        (replace(PI, disk_free=2**27), "disk_full"),
        (replace(PI, memory_share=0.97), "memory_low"),
    ],
)
def test_each_trouble_has_its_code(sample: VitalsSample, code: str) -> None:
    verdict = judged(sample)
    assert list(verdict.findings) == [code]
    assert verdict.state == "degraded"


def test_another_computer_is_measured_and_not_judged_by_a_pis_limits() -> None:
    verdict = judged(replace(PI, pi_c=None, other_c=95.0, undervoltage=None, throttled=None))
    assert verdict.state == "up"
    assert verdict.m["cpu_c"] == 95.0
    assert verdict.nc == {"node_hot", "supply_low"}
    assert "undervoltage" not in verdict.m
