"""Two minutes of trouble at two junctions: what their nodes say, when they make it, and a gateway that is told.

The junctions are those of ``tests/integration/gateway/conftest.py``.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, NamedTuple

from msgspec.structs import replace

from contracts.inventory import Village
from contracts.messages import Birth, Finding, Prev, Probe, Reading, StateMessage, Up, encode
from gateway.faults import Rules
from gateway.ingest import Ingest
from gateway.store import Store

NOW = 1_790_000_000_000
END_S = 130
BOOTS = {"n-01": "b" * 16, "n-02": "c" * 16}
STREAMS = {"n-01": "1" * 16, "n-02": "2" * 16}
# Short times, so that two minutes hold everything: confirmed at once, told 10 s later, cleared after a second.
RULES = Rules(
    keep_s=1,
    limit_extra_s=1,
    lost_confirm_s=2,
    grace_extra_s=1,
    hold_s=10,
    silent_s=15,
    for_s={"black": 0, "dark": 0, "unreachable": 0},
)
# device: code, state, from second, to second
BAD = {
    "light-01": ("dark", "down", 10, 40),
    "cam-02": ("black", "down", 14, 60),
    "cp-02.1": ("GroundFailure", "down", 30, 36),
    "cam-01": ("unreachable", "down", 72, 78),
}
# The line of n-01; what happens meanwhile comes late.
AWAY = (66, 90)


class Sent(NamedTuple):
    """A message, the second in which it was made and that in which it comes."""

    made_s: int
    node: str
    leaf: Literal["birth", "state", "up", "probe"]
    what: Birth | StateMessage | Up | Probe
    at_s: int

    def payload(self) -> bytes:
        """As it is sent then: a record says how old it is."""
        what = self.what
        if isinstance(what, Up) and what.age_ms is not None:
            what = replace(what, age_ms=(self.at_s - self.made_s) * 1000)
        return encode(what)


Story = list[Sent]
Disturbed = Callable[[Story], Story]


def reading(device: str, at_s: int) -> Reading:
    """What a node sees of a device that is looked at each second."""
    code, state, begin, end = BAD.get(device, ("", "up", 0, 0))
    if begin <= at_s < end:
        age, looks = float(at_s - begin), at_s - begin + 1
        return Reading(device, state, age, looks, f=(Finding(code, state, age, looks),))  # type: ignore[arg-type]  # a state
    since = end if at_s >= end else 0
    return Reading(device, "up", float(at_s - since), at_s - since + 1)


def birth(node: str, at_s: int, boot: str | None = None) -> Sent:
    """The node is there."""
    return Sent(at_s, node, "birth", Birth(1, STREAMS[node], boot or BOOTS[node], 0, "1.0", "c1", ()), at_s)


def lost(node: str, at_s: int) -> Sent:
    """Its will."""
    return Sent(at_s, node, "state", StateMessage("lost", BOOTS[node], 0), at_s)


def record(node: str, at_s: int, come_s: int) -> Sent:
    """All that it sees."""
    number = node[-2:]
    names = (f"cam-{number}", f"light-{number}", f"cp-{number}", f"cp-{number}.1")
    n, boot, ms = at_s // 2 + 1, BOOTS[node], at_s * 1000
    before = Prev(n - 1, boot if n > 1 else None)
    seen = tuple(reading(name, at_s) for name in names)
    up = Up(1, STREAMS[node], n, boot, NOW + ms, 5000 + ms, "ntp", seen, age_ms=0, prev=before)
    return Sent(at_s, node, "up", up, come_s)


def story(away: bool = True) -> Story:
    """As it comes where nothing disturbs it; ``away``: the line of n-01 is, for a while."""
    begin, end = AWAY if away else (0, 0)
    found = [birth("n-01", 0), birth("n-02", 0)]
    found += [lost("n-01", begin), birth("n-01", end)] if away else []
    for at_s in range(0, END_S, 2):
        found.append(record("n-02", at_s, at_s))
        found.append(record("n-01", at_s, end if begin <= at_s < end else at_s))
    return sorted(found, key=lambda sent: (sent.at_s, sent.leaf == "up"))


class Told:
    """A gateway that is told a story, second by second, each of them committed."""

    def __init__(self, village: Village, store: Store, rules: Rules = RULES, at_s: int = 0) -> None:
        self._start: Callable[[int], Ingest] = lambda at_s: Ingest(village, rules, store, NOW + at_s * 1000)
        self.restart(at_s)

    def restart(self, at_s: int) -> None:
        """A new process, with what is stored."""
        self.ingest = self._start(at_s)
        self.ingest.back(NOW + at_s * 1000)

    def tell(self, sent: Iterable[Sent]) -> None:
        """Messages, in this order, without a commit."""
        for one in sent:
            self.ingest.receive(f"vsm/v1/v-01/{one.node}/{one.leaf}", one.payload(), NOW + one.at_s * 1000)

    def second(self, at_s: int, sent: Story) -> None:
        """All that comes in one second, and its end."""
        self.tell(one for one in sent if one.at_s == at_s)
        self.ingest.tick(NOW + at_s * 1000)
        self.ingest.commit(NOW + at_s * 1000)

    def all(self, sent: Story, end_s: int = END_S) -> None:
        """Everything."""
        for at_s in range(end_s):
            self.second(at_s, sent)


def outcome(store: Store, village: Village) -> dict[str, Any]:
    """All that may not differ: faults with their numbers, messages in order, intervals of each device."""
    faults = [
        (row.id, row.asset, row.code, row.root, row.opened_ms, row.cleared_ms, row.closed_ms, row.reopened)
        for row in store.faults("all", 1000)[0]
    ]
    devices = [*village.places(), *BOOTS]
    return {
        "faults": faults,
        "messages": [(row.kind, row.asset, row.code, row.at_ms) for row in store.messages(limit=1000)],
        "intervals": {device: store.intervals(device, 0, 2**60) for device in devices},
    }


def bursts(sent: Story, size: int) -> Iterator[Story]:
    """Its pieces of so many messages."""
    yield from (sent[at : at + size] for at in range(0, len(sent), size))
