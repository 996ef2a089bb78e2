"""What was accepted, held against what is stored: what is lost, doubled, disordered, and which promise that breaks.

A promise that broke is a sentence that begins with "FAILED", with examples. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from demo.chaos.books import Content, Key
from demo.chaos.stored import Range

EXAMPLES = 5


@dataclass
class Counts:
    """Of one run. ``named``: how many ranges name each number that they name; ``measured``: readings by measurement."""

    accepted: dict[Key, Content] = field(default_factory=dict)
    twice: list[Key] = field(default_factory=list)
    stored: Counter[Key] = field(default_factory=Counter)
    altered: list[Key] = field(default_factory=list)
    strange: list[Key] = field(default_factory=list)
    disordered: list[Key] = field(default_factory=list)
    named: Counter[Key] = field(default_factory=Counter)
    measured: Counter[str] = field(default_factory=Counter)

    @property
    def lost(self) -> list[Key]:
        """Accepted and not stored."""
        return sorted(key for key in self.accepted if key not in self.stored)

    @property
    def lost_named(self) -> list[Key]:
        """Of those, what exactly one range names."""
        return [key for key in self.lost if self.named[key] == 1]

    @property
    def lost_events(self) -> list[Key]:
        """Of those, what told of a change."""
        return [key for key in self.lost if self.accepted[key].event]

    @property
    def given_up(self) -> list[str]:
        """Nodes that gave up a log with accepted records and began another, once for each."""
        cards = Counter(node for node, _ in {(key.node, key.stream) for key in self.accepted})
        return sorted((cards - Counter(cards.keys())).elements())

    @property
    def named_torn(self) -> list[Key]:
        """Named, and never accepted: a power cut tore them out of a batch of which later records were whole, and the
        spool cannot tell those from damaged ones.
        """
        return [key for key in self.named if key not in self.accepted]

    @property
    def duplicated(self) -> int:
        """Rows beyond the first of a record."""
        return self.stored.total() - len(self.stored)


def count(
    accepted: Iterable[tuple[Key, Content]],
    stored: Iterable[tuple[Key, Content]],
    ranges: Sequence[Range],
    kinds: Mapping[str, str],
) -> Counts:
    """``kinds``: the measurement of each device."""
    found = Counts()
    for key, said in accepted:
        if key in found.accepted:
            found.twice.append(key)
        found.accepted[key] = said
    newest: dict[tuple[str, str], int] = {}
    for key, said in stored:
        _take(found, key, said, newest)
        found.measured.update(kinds[device] for device in said.devices)
    found.named.update(Key(one.node, one.stream, n) for one in ranges for n in range(one.first, one.last + 1))
    return found


def _take(found: Counts, key: Key, said: Content, newest: dict[tuple[str, str], int]) -> None:
    card = (key.node, key.stream)
    if key.n <= newest.get(card, 0) and key not in found.stored:
        found.disordered.append(key)
    newest[card] = max(key.n, newest.get(card, 0))
    found.stored[key] += 1
    if key not in found.accepted:
        found.strange.append(key)
    elif found.accepted[key] != said:
        found.altered.append(key)


@dataclass(frozen=True)
class Outcome:
    """What else a run has shown. ``acked_s``: when all was acknowledged, ``drained_s``: when InfluxDB had it too,
    None = not in time; ``early``: acks of records that the store did not have; ``influx``: points by measurement,
    None without a real one; ``cap``: records may be dropped, ``small``: they must be.
    """

    acked_s: float | None
    drained_s: float | None
    limit_s: float
    early: Sequence[str] = ()
    influx: Mapping[str, int] | None = None
    cap: bool = False
    small: bool = False


def broken(counts: Counts, outcome: Outcome) -> list[str]:
    """The promises that did not hold; empty if all did."""
    return [f"FAILED {text}" for text in (*_losses(counts, outcome), *_order(counts), *_time(counts, outcome))]


def _losses(counts: Counts, outcome: Outcome) -> Iterator[str]:
    unnamed = [key for key in counts.lost if counts.named[key] != 1]
    if unnamed:
        yield f"no silent loss: accepted, not stored and not named by exactly one lost range: {_some(unnamed)}"
    if counts.lost and not outcome.cap:
        yield f"nothing is lost: accepted and not stored: {_some(counts.lost)}"
    if not counts.lost and outcome.small:
        yield "the run was to be forced past its cap, and lost nothing; make it longer, or the cap smaller"
    if counts.lost_events and outcome.small:
        yield f"telemetry goes before events: events were lost: {_some(counts.lost_events)}"
    false = [key for key in counts.named if key in counts.stored]
    if false:
        yield f"a lost range names only what is lost: these are stored: {_some(false)}"
    if not counts.accepted:
        yield "nothing was accepted"


def _order(counts: Counts) -> Iterator[str]:
    doubled = [key for key, times in counts.stored.items() if times > 1]
    sentences = {
        "each record takes effect once: stored more than once": doubled,
        "order: stored after a later record of its card": counts.disordered,
        "content: stored with another content than was accepted": counts.altered,
        "stored without ever having been accepted": counts.strange,
        "accepted survives a power cut: a number was given to two records": counts.twice,
    }
    yield from (f"{text}: {_some(keys)}" for text, keys in sentences.items() if keys)


def _time(counts: Counts, outcome: Outcome) -> Iterator[str]:
    if outcome.early:
        yield f"acknowledged only once committed: {len(outcome.early)} times it was not, such as {outcome.early[0]}"
    if counts.given_up:
        yield f"accepted survives a power cut: nodes began new logs: {', '.join(counts.given_up[:EXAMPLES])}"
    if outcome.influx is not None and Counter(outcome.influx) != counts.measured:
        yield f"telemetry is exact: InfluxDB counts {dict(outcome.influx)}, stored are {dict(counts.measured)}"
    if outcome.drained_s is None or outcome.drained_s > outcome.limit_s:
        took = "not at all" if outcome.drained_s is None else f"{outcome.drained_s:.1f} s"
        acked = "not acknowledged" if outcome.acked_s is None else f"acknowledged after {outcome.acked_s:.1f} s"
        yield f"drained within {outcome.limit_s:g} s of the last fault's end: {took} ({acked})"


def _some(keys: Sequence[Key]) -> str:
    more = f" and {len(keys) - EXAMPLES} more" if len(keys) > EXAMPLES else ""
    return ", ".join(f"{key.node}/{key.stream[:6]}…/{key.n}" for key in keys[:EXAMPLES]) + more
