"""Commands from the gateway: checked, run once, answered in a record.

Called in the work loop's thread only, as drivers are.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from contracts import commands
from contracts.commands import Command, Reason
from contracts.messages import Answer, BadMessage
from edge.node import Node

log = structlog.get_logger()
# Answers that are kept in mind, so that what is said again is not answered again.
KEPT = 1000
# What is not the gateway's own is answered so often at most: the answer tells people of a wrong key, and whoever sends
# rubbish must not fill the card with it.
FORGED_EVERY_S = 600.0
ANSWER_LENGTH = 200


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer, the spool it was written into, and until when (monotonic ms) the command would be good."""

    answer: Answer
    stream: str
    until: int


@dataclass(slots=True)
class Commands:
    """The commands of one node. ``key``: the gateway's public key, 64 hex digits; ``stream``: the spool's, now.

    ``counts``: how many were done, and refused by the reason's first word.
    """

    village: str
    node: Node
    key: str | None
    stream: Callable[[], str]
    counts: Counter[str] = field(default_factory=Counter)
    _said: dict[str, _Said] = field(default_factory=dict)
    _forged_at: float | None = None

    def take(self, payload: bytes, now: float) -> None:
        """Check one, run it, write its answer down; ``now`` in monotonic seconds. What it holds stops nothing."""
        try:
            envelope = commands.envelope(payload)
            own = self._is_own(envelope)
            order = commands.command(envelope.command)
        except BadMessage as error:
            self._count("malformed", str(error))
            return
        if not own:
            self._strange(order, now)
        elif (order.village, order.node) != (self.village, self.node.id):
            self._count("other_node", f"for {order.village}/{order.node}")
        else:
            self._own(order, now)

    def _is_own(self, envelope: commands.Signed) -> bool:
        if self.key is None:
            return False
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
        try:
            public.verify(bytes.fromhex(envelope.signature), commands.signed_bytes(envelope.command))
        except InvalidSignature:
            return False
        return True

    def _strange(self, order: Command, now: float) -> None:
        reason: Reason = "forged" if self.key else "no_key"
        self._count(reason, "not signed with the key of this node's configuration")
        if self._forged_at is None or now - self._forged_at >= FORGED_EVERY_S:
            self._forged_at = now
            self.node.answer(Answer(order.id, "refused", reason), now)

    def _own(self, order: Command, now: float) -> None:
        said = self._said.get(order.id)
        if said is not None:
            if said.stream != self.stream():  # the card that the answer was on has been set aside
                self._answer(order, said.answer, now)
            return
        why = self._refusal(order, now) or self._run(order)
        if why is None:
            answer = Answer(order.id, "done")
            self.counts["done"] += 1
            log.info("command done", node=self.node.id, device=order.device, command=order.name, id=order.id)
        else:
            answer = Answer(order.id, "refused", why[:ANSWER_LENGTH])
            self._count(why.partition(":")[0], f"{order.name} of {order.device}: {why}")
        self._answer(order, answer, now)

    def _answer(self, order: Command, answer: Answer, now: float) -> None:
        """It is kept in mind also where the card did not take it: what has run must not run again. Then the stream is
        none, and it is written when the command is said again."""
        stored = self.node.answer(answer, now)
        mono = int(now * 1000)
        if len(self._said) >= KEPT:
            self._forget(mono)
        self._said[order.id] = _Said(answer, self.stream() if stored else "", _until(order))

    def _forget(self, mono: int) -> None:
        """What is too late by now is refused without being remembered; of the rest what was refused goes first."""
        self._said = {name: said for name, said in self._said.items() if said.until >= mono}
        for name in [name for name, said in self._said.items() if said.answer.s == "refused"]:
            if len(self._said) < KEPT:
                return
            del self._said[name]

    def _refusal(self, order: Command, now: float) -> str | None:
        if order.boot != self.node.boot:
            return "other_boot"
        if int(now * 1000) > _until(order):
            return "expired"
        return None

    def _run(self, order: Command) -> str | None:
        watch = self.node.watch(order.device)
        if watch is None:
            return "no_such_device"
        if order.name == "look_now":
            watch.wake()
            self.node.report_all()
            return None
        return watch.obey(order.name, order.arguments)

    def _count(self, reason: str, what: str) -> None:
        self.counts[reason] += 1
        if self.counts[reason] == 1:
            log.warning("command refused", node=self.node.id, reason=reason, what=what)


def _until(order: Command) -> int:
    return order.mono + order.ttl_s * 1000
