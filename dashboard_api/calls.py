"""Calls that the duty desk made about a fault: each outcome is a row of the audit log, which nobody can alter."""

import threading
from collections import deque
from dataclasses import dataclass
from typing import Literal, get_args

import msgspec

from gateway.store import AuditRow, Deed, Store
from gateway.store.wanted import AuditWanted

# What came of a call. ``spoke``: they have it and go on with it; ``waiting``: for a part or a day, then it goes on.
Outcome = Literal[
    "taken",
    "spoke",
    "no_answer",
    "refused",
    "forwarded",
    "on_site",
    "fixed",
    "waiting",
    "resumed",
    "false_alarm",
    "wrong_number",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
# Nobody was reached by these.
UNREACHED: frozenset[Outcome] = frozenset({"no_answer", "wrong_number"})
ACTIONS = tuple(f"call {outcome}" for outcome in OUTCOMES)
KEPT = 5_000


class Detail(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands beside it in the log. ``person``: an id of the roster, "" where nobody was rung; ``post``: as what
    they were rung; ``said``: what was typed."""

    person: str = ""
    post: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, or what the desk did after it. ``by``: who recorded it."""

    id: int
    at_ms: int
    by: str
    fault: str
    outcome: Outcome
    person: str
    post: str
    said: str


class Calls:
    """The newest :data:`KEPT` calls. Only what is new is read from the log. Safe for several threads."""

    def __init__(self, store: Store) -> None:
        self._store, self._guard = store, threading.Lock()
        self._seen = 0
        self._known: deque[Call] = deque(maxlen=KEPT)

    def __call__(self) -> list[Call]:
        """All of them, oldest first. Raises StoreError."""
        with self._guard:
            rows, self._seen = self._store.audit_since(self._seen, AuditWanted(actions=ACTIONS))
            self._known.extend(call_of(row) for row in rows)
            return list(self._known)

    def of(self, fault: str) -> list[Call]:
        """Those about one fault, oldest first."""
        return [one for one in self() if one.fault == fault]

    def since(self, at_ms: int) -> list[Call]:
        """Those from a moment on, oldest first."""
        return [one for one in self() if one.at_ms >= at_ms]


def call_of(row: AuditRow) -> Call:
    """A row of the log as a call."""
    detail = msgspec.json.decode(row.detail or "{}", type=Detail)
    outcome = next(one for one in OUTCOMES if row.action == f"call {one}")
    return Call(row.id, row.at_ms, row.who, row.subject, outcome, detail.person, detail.post, detail.said)


def deed(at_ms: int, who: tuple[str, str], fault: str, outcome: Outcome, detail: Detail) -> Deed:
    """Its line for the log. ``who``: name and role of whoever records it."""
    return Deed(at_ms, *who, f"call {outcome}", fault, detail=msgspec.json.encode(detail).decode())


def of_fault(fault: str) -> AuditWanted:
    """Which rows are calls about one fault."""
    return AuditWanted(actions=ACTIONS, subjects=(fault,))
