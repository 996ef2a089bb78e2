"""A command over a real Mosquitto: run exactly once, or refused with a word. Beside each proof stands its control: with
the mechanism taken out of the node, or of the gateway, the same proof fails.
"""

import time
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from tests.integration.commands.conftest import Street, signed
from tests.integration.real.parts import until

pytestmark = pytest.mark.timeout(300)
FRESH = "f" * 16
Proof = Callable[[Street], None]


def test_it_is_asked_through_the_api_run_once_and_answered_and_all_of_it_is_audited(street: Street) -> None:
    street.start_node()
    number = street.ask()
    assert street.ends(number) == ("done", None)
    street.settle()
    assert street.runs() == 1
    row = street.house.api.ask("/api/v1/commands?device=cam-01")["items"][0]
    assert (row["number"], row["state"], row["by"], row["node"]) == (number, "done", "maintenance-1", "n-01")
    deeds = street.house.rows("select who, action, subject from audit where action like '%command%' order by id")
    assert deeds[-2:] == [("maintenance-1", "command asked", "cam-01"), ("maintenance-1", "command done", "cam-01")]


def replayed(street: Street) -> None:
    number = street.ask()
    street.ends(number)
    for _ in range(3):
        street.listener.say(street.listener.heard[0])
    street.settle()
    assert (street.runs(), street.outcome(number)) == (1, ("done", None))


def forged(street: Street) -> None:
    query = "select coalesce(max(count), 0), max(sample) from counters where reason = 'command_not_believed'"
    before = street.house.rows(query)[0][0]
    street.ends(street.ask())
    street.listener.say(signed(replace(street.overheard(), id=FRESH), Ed25519PrivateKey.generate()))
    street.settle()
    assert street.runs() == 1
    assert street.house.rows(query) == [(before + 1, f"{FRESH}: forged")]


def of_another_start(street: Street) -> None:
    street.ends(street.ask())
    street.listener.say(signed(replace(street.overheard(), id=FRESH, boot="0" * 16)))
    street.settle()
    assert street.runs() == 1


def too_late(street: Street) -> None:
    street.ends(street.ask())
    order = street.overheard()
    street.listener.say(signed(replace(order, id=FRESH, mono=max(0, order.mono - 60_000), ttl_s=1)))
    street.settle()
    assert street.runs() == 1


def in_a_restart(street: Street) -> None:
    """The node hangs when the command comes, and is started again before it reads it."""
    street.node.freeze()
    number = street.ask()
    until(lambda: bool(street.listener.heard), "the command is on the broker")
    street.node.kill()
    street.start_node(street.without)
    assert street.ends(number) == ("refused", "other_boot")
    assert street.runs() == 0


PROOFS: dict[str, tuple[Proof, str]] = {
    "replayed": (replayed, "memory"),
    "forged": (forged, "signature"),
    "of another start": (of_another_start, "boot"),
    "too late": (too_late, "time"),
    "in a restart": (in_a_restart, "boot"),
}


@pytest.mark.parametrize("name", PROOFS)
def test_a_command_never_runs_twice_or_where_it_must_not(street: Street, name: str) -> None:
    street.start_node()
    PROOFS[name][0](street)


@pytest.mark.parametrize("name", PROOFS)
def test_control_without_the_nodes_check_the_proof_fails(street: Street, name: str) -> None:
    proof, part = PROOFS[name]
    street.start_node(part)
    with pytest.raises(AssertionError):
        proof(street)
    assert street.runs() > 0


def dies_between_row_and_message(street: Street, *then: str) -> tuple[str, str | None]:
    """What a command ends as whose gateway is killed in that moment, with a gateway that is as ``then`` afterwards."""
    street.start_node()
    dying = street.other_gateway("--dies")
    street.settle()
    number = street.ask(ttl_s=20)
    until(lambda: not dying.runs, "the gateway is killed")
    assert (street.outcome(number)[0], street.listener.heard) == ("sent", [])
    if then:
        street.other_gateway(*then)
    else:
        street.real_gateway()
    return street.ends(number, 60)


def test_a_gateway_killed_between_the_row_and_the_message_says_it_afterwards(street: Street) -> None:
    assert dies_between_row_and_message(street) == ("done", None)
    assert street.runs() == 1


@pytest.mark.long
def test_control_a_gateway_that_says_it_once_loses_it(street: Street) -> None:
    assert dies_between_row_and_message(street, "--says-once") == ("expired", None)
    assert street.runs() == 0


def test_an_answer_outlasts_a_gateway_that_is_away_when_it_is_given(street: Street) -> None:
    street.start_node()
    number = street.ask()
    street.ends(number)
    street.gateway.kill()
    again = replace(street.overheard(), id=FRESH, device="cam-99")
    street.listener.say(signed(again))
    time.sleep(2)
    query = "select count(*) from journal where instr(body, ?) > 0"
    assert street.house.rows(query, b"no_such_device") == [(0,)]
    street.real_gateway()
    until(lambda: street.house.rows(query, b"no_such_device")[0][0] == 1, "its answer is in the journal", 60)
