"""A sender in a process of its own, which kills itself at a chosen moment of a chosen letter."""

import os
import signal
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal, NamedTuple

from demo.vendors.ledger import Received
from gateway.delivery.courier import Courier
from gateway.dispatch.roster import Roster
from gateway.dispatch.words import Letter, Outcome
from gateway.faults import Rules
from gateway.faults.times import DispatchTimes
from tests.integration.proofs.office import Office, Premises, S, ways
from tests.integration.proofs.place import english, roster, staff, village
from tests.rosters import duty

# `claimed`: with its lease, before it is sent. `sent`: the vendor has answered, it is not marked yet. `marked`: it is.
Moment = Literal["claimed", "sent", "marked"]
MOMENTS: tuple[Moment, ...] = ("claimed", "sent", "sent", "marked")
LEASE_MS = 10 * S
NEVER = (7 * 86_400.0,) * 3
# No other way is taken, and nobody is reminded, while senders still die.
RULES = Rules(dispatch=DispatchTimes(lease_s=10, storm_messages=1000, undelivered_s=3600, escalate_s=NEVER))
LETTERS = 300
# Made once, in the process that all senders are forked from.
VILLAGE = village(LETTERS)
CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])


@dataclass
class Door:
    """The vendors, from another process."""

    url: str
    smtp_port: int

    def received(self, channel: str | None = None) -> list[Received]:  # noqa: ARG002  # as vendors have it
        return []


class Death(NamedTuple):
    """When to die: at this moment of the letter of that number, 1 = the first. ``marks_first``: the mutant."""

    moment: Moment
    letter: int
    marks_first: bool = False


def people(channel: str) -> Roster:
    """Everything goes to the maintenance firm, by this channel; by SMS if that fails."""
    if channel == "wecom":
        return staff("sms")
    return roster([english("li", channel, "sms")], [duty("maintenance", "li")])


def carry(file: Path, door: Door, channel: str, at_ms: int, death: Death) -> None:
    """Send what may be sent, until then."""
    office = Office(Premises(file, door, VILLAGE, people(channel), RULES, at_ms, {channel: ways(door)[channel]}))
    courier = office.couriers[channel]
    _arm(courier, death)
    while (Courier.once if not death.marks_first else mark_first)(courier):
        pass


def run(*asked: Any) -> int | None:
    """:func:`carry` in a process of its own; how that ended."""
    process = CONTEXT.Process(target=carry, args=asked)
    process.start()
    process.join()
    return process.exitcode


def _arm(courier: Courier, death: Death) -> None:
    send, say, turn = courier.channel.send, courier._mark, iter(range(1, 1 << 30))
    current = 0

    def sending(letter: Letter) -> Outcome:
        nonlocal current
        current = next(turn)
        die("claimed")
        outcome = send(letter)
        die("sent")
        return outcome

    def marking(*given: Any) -> None:
        say(*given)
        die("marked")

    def die(moment: Moment) -> None:
        if (moment, current) == (death.moment, death.letter):
            os.kill(os.getpid(), signal.SIGKILL)

    courier.channel.send = sending  # type: ignore[method-assign]  # the kill is what this is about
    courier._mark = marking  # type: ignore[assignment,method-assign]  # as above


def mark_first(courier: Courier) -> bool:
    """The mutant: says that it is sent, and then sends it."""
    claimed = courier._letters.claim(courier._sender, courier._now_ms(), courier._desk.times)
    if claimed is None:
        return False
    letter = courier._desk.write(claimed)
    assert isinstance(letter, Letter)
    courier._letters.sent(claimed.row.id, courier._sender.lease, courier._now_ms(), confirmed=True)
    courier.channel.send(letter)
    return True
