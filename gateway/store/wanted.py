"""Which rows of a list are wanted; what is left out or empty filters nothing."""

from collections.abc import Iterable

from msgspec import Struct
from sqlalchemy import Column, ColumnElement, and_, or_, true

from gateway.store.schema import faults, messages
from gateway.store.schema_evidence import audit


class Span(Struct, frozen=True):
    """The half-open ``[from_ms, to_ms)``; None: without that end."""

    from_ms: int | None = None
    to_ms: int | None = None


class FaultsWanted(Struct, frozen=True):
    """Of faults. ``span``: that they touch, from their first bad look to their end."""

    severities: tuple[int, ...] = ()
    junctions: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    span: Span = Span()

    def condition(self) -> ColumnElement[bool]:
        """As SQL."""
        t, span = faults.c, self.span
        ends = [] if span.from_ms is None else [or_(t.closed_ms.is_(None), t.closed_ms > span.from_ms)]
        begins = [] if span.to_ms is None else [t.opened_ms < span.to_ms]
        listed = _in(
            (t.severity, self.severities), (t.junction, self.junctions), (t.asset, self.assets), (t.code, self.codes)
        )
        return and_(true(), *listed, *ends, *begins)


class MessagesWanted(Struct, frozen=True):
    """Of what people were told; ``span``: when."""

    faults: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    span: Span = Span()

    def condition(self) -> ColumnElement[bool]:
        """As SQL."""
        t = messages.c
        listed = _in((t.fault, self.faults), (t.asset, self.assets), (t.code, self.codes), (t.kind, self.kinds))
        return and_(true(), *listed, *_within(t.at_ms, self.span))


class AuditWanted(Struct, frozen=True):
    """Of what people did; ``span``: when. ``refused``: only what was not done, or only what was."""

    who: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    span: Span = Span()
    roles: tuple[str, ...] = ()
    refused: bool | None = None

    def condition(self) -> ColumnElement[bool]:
        """As SQL."""
        t = audit.c
        lists = ((t.who, self.who), (t.action, self.actions), (t.subject, self.subjects), (t.role, self.roles))
        not_done = or_(t.action.startswith("refused "), t.action == "sign-in refused")
        result = [] if self.refused is None else [not_done if self.refused else ~not_done]
        return and_(true(), *_in(*lists), *result, *_within(t.at_ms, self.span))


def _in(*lists: tuple[Column[object], Iterable[object]]) -> list[ColumnElement[bool]]:
    return [column.in_(values) for column, values in lists if values]


def _within(column: Column[int], span: Span) -> list[ColumnElement[bool]]:
    begins = [] if span.from_ms is None else [column >= span.from_ms]
    return begins + ([] if span.to_ms is None else [column < span.to_ms])


ALL_FAULTS, ALL_MESSAGES, ALL_AUDIT = FaultsWanted(), MessagesWanted(), AuditWanted()
