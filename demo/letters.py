"""What people received, counted from the vendors' own ledger and held against what the store has to tell. Pure.

A vendor that is given a key (SMS, call, webhook, mail) tells by it which row of the outbox a letter is of. A room's
robot is given none: its letters are laid beside the rows in their order, by how they begin and the numbers in them.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from demo.people import Phone
from demo.told import Message, sentence
from demo.vendors.cards import tone
from demo.vendors.ledger import Received

ENDS = frozenset({"recovery", "flapping_end"})
COVERS = frozenset({"digest", "summary"})
DIGEST = "digest:"
UNSENT = frozenset({"waiting", "sending"})


class Row(NamedTuple):
    """One row of the outbox. ``channel``: its kind; ``into``: the row whose letter holds its words."""

    id: int
    message: int | None
    fault: str | None
    kind: str
    recipient: str
    channel: str
    bundle: str
    state: str
    made_ms: int
    sent_ms: int | None
    into: int | None
    confirmed: bool


class Storm(NamedTuple):
    """The storm guard's limit: so many letters within so many seconds."""

    letters: int
    window_s: float


class Post(NamedTuple):
    """All that is held against each other. ``messages``: what people had to be told of."""

    village: str
    phones: Sequence[Phone]
    messages: Sequence[Message]
    rows: Sequence[Row]
    received: Sequence[Received]
    storm: Storm


class Letters(NamedTuple):
    """What came of it. ``waiting``: messages that nobody has yet, by what they wait for; the rest are sentences."""

    received: int = 0
    people: int = 0
    confirmed: int = 0
    channels: Mapping[str, int] = {}
    waiting: Mapping[str, int] = {}
    missing: Sequence[str] = ()
    doubled: Sequence[str] = ()
    disordered: Sequence[str] = ()
    strange: Sequence[str] = ()

    def reasons(self) -> Iterator[str]:
        """Why the run is no pass."""
        for what in (self.missing, self.doubled, self.disordered, self.strange):
            yield from what


def count(post: Post) -> Letters:
    """Hold what was received against what had to be told."""
    letters = [one for one in post.received if one.text]
    owners = {at: phone for phone in post.phones for at in phone.at}
    found = _matched(post, letters, owners)
    named = [(one, row) for one, row in found if row is not None]
    waiting, untold = _untold(post, named)
    to = {owners[one.channel, one.to].id for one in letters if (one.channel, one.to) in owners}
    return Letters(
        received=len(letters),
        people=len(to),
        confirmed=len({row.id for _, row in named if row.confirmed}),
        channels=Counter(one.channel for one in letters),
        waiting=waiting,
        missing=[*untold, *_unseen(post, named)],
        doubled=list(_doubled(named)),
        disordered=list(_disordered(post, named)),
        strange=list(_strange(found, owners)),
    )


Found = list[tuple[Received, Row | None]]
Named = Sequence[tuple[Received, Row]]


def _matched(post: Post, letters: Sequence[Received], owners: Mapping[tuple[str, str], Phone]) -> Found:
    keys, rooms = _keys(post), _rooms(post)
    had: dict[tuple[str, str], Row] = {}
    found: Found = []
    for one in letters:
        owner = owners.get((one.channel, one.to))
        of = keys.get(one.key.strip("<>").partition("@")[0])
        if one.channel == "wecom" and owner is not None:
            of = _next(one, rooms[owner.id]) or had.get((one.to, one.text))  # the same over again
        if of is not None:
            had[one.to, one.text] = of
        found.append((one, of))
    return found


def _keys(post: Post) -> dict[str, Row]:
    """Rows by the key that their vendor is given, and by that of a mail."""
    keys = {f"{post.village}-{row.id}-{row.made_ms}": row for row in post.rows}
    return keys | {hashlib.sha256(key.encode()).hexdigest()[:32]: row for key, row in keys.items()}


def _rooms(post: Post) -> dict[str, list[Row]]:
    """Rows of each room, as they were sent; those that were not stand last."""
    rooms: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(post.rows, key=lambda row: (row.sent_ms is None, row.sent_ms or 0, row.id)):
        if row.channel == "wecom":
            rooms[row.recipient].append(row)
    return rooms


def _next(letter: Received, rows: list[Row]) -> Row | None:
    """The first row of the room that the letter may be of; it is used up."""
    for index, row in enumerate(rows):
        if row.into is None and row.state != "dropped" and _fits(letter, row):
            return rows.pop(index)
    return None


def _fits(letter: Received, row: Row) -> bool:
    if row.kind in COVERS:
        return True
    look = tone(letter.text)
    alike = (look == "over") == (row.kind in ENDS) and (look == "reminder") == (row.kind == "reminder")
    return alike and (row.fault is None or row.fault in letter.text)


def _untold(post: Post, named: Named) -> tuple[dict[str, int], list[str]]:
    """Messages that reached nobody: those that wait, and those that are missing."""
    seen = {row.id for _, row in named}
    reached = {row.message for row in post.rows if row.id in seen or row.into in seen}
    waiting: Counter[str] = Counter()
    missing = []
    for message in post.messages:
        if message.number in reached:
            continue
        why = _waits(post, [row for row in post.rows if row.message == message.number], named)
        if why is None:
            missing.append(f"letter missing: {sentence(message.told)} reached nobody")
        else:
            waiting[why] += 1
    return dict(waiting), missing


def _waits(post: Post, rows: Sequence[Row], named: Named) -> str | None:
    unsent = [row for row in rows if row.state in UNSENT]
    if any(row.bundle.startswith(DIGEST) for row in unsent):
        return "digest"
    return "storm" if any(_held(post, row, named) for row in unsent) else None


def _held(post: Post, row: Row, named: Named) -> bool:
    """Whether its recipient had as many letters as the storm guard lets through in one window."""
    theirs = [one.at_ms for one, other in named if other.recipient == row.recipient]
    recent = [at_ms for at_ms in theirs if at_ms > max(theirs) - 1000 * post.storm.window_s]
    return len(recent) >= post.storm.letters


def _unseen(post: Post, named: Named) -> Iterator[str]:
    """Letters that the store says were sent, and no vendor has."""
    seen = {row.id for _, row in named}
    for row in post.rows:
        if row.state == "sent" and row.id not in seen:
            about = f" about {row.fault}" if row.fault else ""
            yield f"letter missing: {row.kind}{about} to {row.recipient} by {row.channel} was sent and never came"


def _doubled(named: Named) -> Iterator[str]:
    """What somebody was shown twice; the same key that came again was not."""
    for row, times in Counter(row for _, row in named).items():
        if times > 1:
            yield f"letter doubled: {row.kind} about {row.fault} to {row.recipient} by {row.channel}: {times} times"


def _disordered(post: Post, named: Named) -> Iterator[str]:
    """Ends that somebody heard of before, or without, the beginning."""
    messages = {message.number: message for message in post.messages}
    parts: dict[int, list[Row]] = defaultdict(list)
    for row in post.rows:
        parts[row.into if row.into is not None else row.id].append(row)
    begun: dict[str, set[str]] = defaultdict(set)
    for _, lead in sorted(named, key=lambda pair: pair[0].at_ms):
        told = [messages[row.message] for row in parts[lead.id] if row.message in messages]
        begun[lead.recipient] |= {message.asset for message in told if message.kind not in ENDS}
        for message in told:
            if message.asset not in begun[lead.recipient]:
                yield f"letter out of order: {sentence(message.told)} came to {lead.recipient} before its beginning"


def _strange(found: Found, owners: Mapping[tuple[str, str], Phone]) -> Iterator[str]:
    for one, row in found:
        owner = owners.get((one.channel, one.to))
        if row is None:
            yield f"letter from nowhere: {one.channel} to {owner.id if owner else 'nobody known'}: {_head(one)}"
        elif owner is None or owner.id != row.recipient:
            yield f"letter to the wrong one: {row.kind} for {row.recipient} came to {owner.id if owner else 'nobody'}"


def _head(letter: Received) -> str:
    return next(iter(letter.text.splitlines()), "")[:60]
