"""An open loop is what its role says; the bouncing of metal is nothing."""

from typing import get_args

import pytest

from contracts.codes import CODES
from contracts.inventory import Contact, ContactRole
from edge.detect.contact import CODE_OF, judge
from edge.detect.verdict import Verdict
from edge.drivers.base import ContactSample


def contact(role: ContactRole = "smoke") -> Contact:
    return Contact(id="c-01", kind="contact", driver="contact", role=role, pin="GPIO5", isolation="opto")


def judged(sample: ContactSample, role: ContactRole = "smoke") -> Verdict:
    return judge(sample, None, contact(role), 100.0)[0]["c-01"]


def test_a_closed_loop_is_good() -> None:
    verdict = judged(ContactSample(True, 50.0))
    assert (verdict.state, verdict.findings, verdict.m["closed"]) == ("up", {}, 1.0)


@pytest.mark.parametrize("role", get_args(ContactRole))
def test_an_open_loop_is_what_its_role_says(role: ContactRole) -> None:
    verdict = judged(ContactSample(False, 1.0, 1.0, 1), role)
    assert list(verdict.findings) == [CODE_OF[role]]
    assert verdict.state == CODES[CODE_OF[role]].state != "up"


def test_an_opening_that_is_over_by_now_is_not_lost() -> None:
    verdict = judged(ContactSample(True, 0.3, 0.4, 1))
    assert list(verdict.findings) == ["smoke"]


def test_bouncing_metal_is_nothing() -> None:
    assert judged(ContactSample(True, 0.3, 0.02, 7)).findings == {}
    assert judged(ContactSample(False, 0.02, 0.02, 7)).findings == {}
