"""Which record is next: one number line a card, one mark, one live register. Values in, values out.

A card (a spool of one node) draws a random ``stream`` and numbers its records 1, 2, 3 … for ever. Messages may be
lost, doubled, delayed and reordered; what is applied is each record at most once, in rising order, with every gap named
as lost by the node's own word (``prev``).
"""

from collections.abc import Mapping
from typing import Literal

from msgspec import UNSET, Struct

from contracts.messages import Up

Fate = Literal["apply", "duplicate", "ignore"]


class Card(Struct, frozen=True):
    """Applied up to and with ``done``, which boot ``done_boot`` wrote; the live view stands at record ``top``."""

    done: int = 0
    done_boot: str | None = None
    top: int = 0


class NodeOrder(Struct, frozen=True):
    """All cards a node ever had; records of the ``current`` one count."""

    current: str | None = None
    cards: Mapping[str, Card] = {}

    def card(self) -> Card:
        """Where the current card stands."""
        return self.cards.get(self.current or "", Card())


class Greeting(Struct, frozen=True):
    """What a birth or probe meant: ``replaced`` = a card never seen before took the place of another; ``switched`` =
    another than the last; ``new`` = never seen before, be it the first of all."""

    replaced: bool
    switched: bool
    new: bool = False


class Decision(Struct, frozen=True):
    """What becomes of a record; ``lost`` are the numbers (first, last) that no longer exist; ``moves_live`` if it is
    the newest word."""

    fate: Fate
    lost: tuple[int, int] | None = None
    moves_live: bool = False


_DUPLICATE = Decision("duplicate")
_IGNORE = Decision("ignore")
_AHEAD = Decision("ignore", moves_live=True)


def greet(order: NodeOrder, stream: str, kept: bool = False) -> tuple[NodeOrder, Greeting]:
    """A birth or probe of ``stream`` makes it the current card; rows of other cards stay, so that one put back goes on
    where it was.

    ``kept``: a birth that the broker remembers. It may be older than the last one heard, so it brings in a card that
    was never seen, and puts back none: the node itself says so when it is asked.
    """
    known = stream in order.cards
    if kept and known and order.current is not None:
        return order, Greeting(False, False)
    said = Greeting(
        replaced=not known and bool(order.cards), switched=order.current not in (None, stream), new=not known
    )
    if known and order.current == stream:
        return order, said
    cards = order.cards if known else {**order.cards, stream: Card()}
    return NodeOrder(stream, cards), said


def place(order: NodeOrder, up: Up) -> tuple[NodeOrder, Decision]:
    """Decide on one record.

    It is next only if the node says that nothing exists between what is applied and it, and if the record it follows is
    the very one applied here: the same number of another boot means that numbers were used twice.
    """
    if up.stream != order.current:
        return order, _IGNORE
    card = order.card()
    if up.n <= card.done:
        return order, _DUPLICATE
    before, before_boot = (up.n - 1, up.boot) if up.prev is UNSET else (up.prev.n, up.prev.boot)
    newest = up.n > card.top
    if before > card.done or (before == card.done and before_boot != card.done_boot):
        ahead = newest and up.live
        return (_with(order, Card(card.done, card.done_boot, up.n)), _AHEAD) if ahead else (order, _IGNORE)
    lost = (card.done + 1, up.n - 1) if up.n > card.done + 1 else None
    moved = Card(up.n, up.boot, max(card.top, up.n))
    return _with(order, moved), Decision("apply", lost, newest)


def _with(order: NodeOrder, card: Card) -> NodeOrder:
    return NodeOrder(order.current, {**order.cards, order.current or "": card})
