"""The product's own methods as they would be without a rule of the wire: each takes the place of one, which it gets as
``real``.
"""

from typing import Any

from msgspec import UNSET
from msgspec.structs import replace as but
from sqlalchemy import bindparam, update

from contracts.messages import Prev
from edge import segments
from edge.segments import Segment
from edge.spool import Spool
from edge.uplink import Uplink
from edge.window import Window
from gateway import ingest
from gateway.ingest import Ingest
from gateway.ordering import Card, Decision, Greeting, NodeOrder
from gateway.store import StoreError
from gateway.store.schema import nodes

# 1 to 5: the card


def same_name(real: Any, spool: Spool, aside: int) -> Any:
    spool._draw = lambda size: "f" * 2 * size
    return real(spool, aside)


def from_one(_real: Any, spool: Spool, _last: Segment) -> None:
    for old in spool._segments:
        old.delete()
    spool._segments = []


def one_boot(real: Any, spool: Spool, body: bytes, *, boot: str, event: bool) -> int:  # noqa: ARG001  # as there
    number: int = real(spool, body, boot="b" * 16, event=event)
    return number


def no_sync(real: Any, segment: Segment, data: bytes, added: Any) -> None:
    synced, segments.sync_data = segments.sync_data, lambda _fd: None
    try:
        real(segment, data, added)
    finally:
        segments.sync_data = synced


def newest_too(real: Any, spool: Spool, n: int) -> None:
    real(spool, n)
    if n == spool.newest:
        for segment in spool._segments:
            segment.delete()
        spool._segments, spool._active = [], None


def delete_at_once(real: Any, spool: Spool, n: int) -> None:
    real(spool, n)
    while spool._drop_acked():
        pass


# 6 to 9: the order


def any_predecessor(real: Any, order: NodeOrder, up: Any) -> Any:
    return real(
        order, but(up, prev=Prev(order.card().done, order.card().done_boot)) if up.n > order.card().done else up
    )


def any_boot(real: Any, order: NodeOrder, up: Any) -> Any:
    before = up.n - 1 if up.prev is UNSET else up.prev.n
    return real(order, but(up, prev=Prev(before, order.card().done_boot)))


def never_twice(real: Any, order: NodeOrder, up: Any) -> Any:
    card = order.card()
    if up.stream == order.current and up.n <= card.done:
        return order, Decision("apply")
    return real(order, up)


def any_card(real: Any, order: NodeOrder, up: Any) -> Any:
    return real(NodeOrder(up.stream, order.cards), up)


def no_word_of_loss(real: Any, order: NodeOrder, up: Any) -> Any:
    order, decision = real(order, up)
    return order, but(decision, lost=None)


def all_is_live(real: Any, order: NodeOrder, up: Any) -> Any:
    after, decision = real(order, up)
    card = after.card()
    if decision.fate == "apply":
        after = NodeOrder(after.current, {**after.cards, after.current: but(card, top=up.n)})
    return after, but(decision, moves_live=decision.fate == "apply" or decision.moves_live)


def never_ahead(real: Any, order: NodeOrder, up: Any) -> Any:
    after, decision = real(order, up)
    return (after, decision) if decision.fate == "apply" else (order, but(decision, moves_live=False))


def new_is_nothing(real: Any, order: NodeOrder, stream: str, kept: bool) -> Any:
    order, said = real(order, stream, kept)
    return order, but(said, replaced=False)


def old_cards_forgotten(real: Any, order: NodeOrder, stream: str, kept: bool) -> Any:
    after, said = real(order, stream, kept)
    return (after if after is order else NodeOrder(stream, {stream: Card()})), said


def first_card_stays(real: Any, order: NodeOrder, stream: str, kept: bool) -> Any:
    return real(order, stream, kept) if order.current is None else (order, Greeting(False, False))


# 11 and 12: the commit and the ack

UNCONDITIONAL = (
    update(nodes)
    .where(nodes.c.node == bindparam("at_node"), bindparam("at_version") > 0)
    .values(current=bindparam("to_current"), version=bindparam("to_version"))
)


def counted(real: Any, draft: Any, at_ms: int) -> Any:
    batch = real(draft, at_ms)
    batch.version = max((row.version for row in batch.nodes), default=0) + 1
    return batch


def ack_anyway(real: Any, desk: Ingest, now_ms: int) -> Any:
    try:
        return real(desk, now_ms)
    except StoreError:
        return list(ingest._acks(work for work in desk._draft.works.values() if work.ack))


def unanswered(real: Any, desk: Ingest, work: Any, stream: str, received_ms: int, *more: Any) -> Any:
    said = real(desk, work, stream, received_ms, *more)
    work.ack = False
    return said


def acks_of_any_card(real: Any, line: Uplink, ack: Any, now: float) -> None:
    real(line, but(ack, stream=line.spool.stream), now)


def only_rising(real: Any, sending: Window, n: int, now: float) -> None:
    real(sending, max(n, sending.acked), now)


# 13 and 14: the node's answers


def beyond_alone(_real: Any, line: Uplink, ack: Any) -> bool:
    return bool(ack.n > line.spool.newest)


def boot_alone(_real: Any, line: Uplink, ack: Any) -> bool:
    return line.spool.boot_of(ack.n) not in {None, ack.boot}


def no_count(real: Any, line: Uplink, link: Any, now: float) -> None:
    aside, line.spool.aside = line.spool.aside, 0
    real(line, link, now)
    line.spool.aside = aside


def no_probe(real: Any, sending: Window, log: Any) -> float | None:
    at: float | None = real(sending, log)
    return None if at is None else (at if sending.synced and log.newest <= sending.acked else at + 1e9)


def no_idle_probe(real: Any, sending: Window, log: Any) -> float | None:
    at: float | None = real(sending, log)
    return at if at is None or not (sending.synced and log.newest <= sending.acked) else at + 1e9


def never_anew(real: Any, sending: Window, n: int, now: float) -> None:
    sending._asked = None if sending.synced else sending._asked
    real(sending, n, now)
