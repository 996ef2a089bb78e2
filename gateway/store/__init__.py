"""The only SQL: SQLite by default, PostgreSQL by URL."""

from gateway.store.batch import Bad, Batch, FaultAcknowledge, FaultEnd, FaultOpen, FaultWrite, InputDone, IntervalFill
from gateway.store.engine import open_store
from gateway.store.migrate import migrate
from gateway.store.rows import (
    Account,
    Acknowledgement,
    ChangeRow,
    CounterRow,
    FaultFilter,
    FaultRow,
    InputRow,
    IntervalRow,
    Invite,
    JournalRow,
    LiveRow,
    LostRange,
    MoveRow,
    NodeRow,
    ParkedLine,
    Session,
    SessionKind,
    StreamRow,
    WatchRow,
)
from gateway.store.sql import Conflict, NotThere, StoreError
from gateway.store.store import Store

__all__ = [
    "Account",
    "Acknowledgement",
    "Bad",
    "Batch",
    "ChangeRow",
    "Conflict",
    "CounterRow",
    "FaultAcknowledge",
    "FaultEnd",
    "FaultFilter",
    "FaultOpen",
    "FaultRow",
    "FaultWrite",
    "InputDone",
    "InputRow",
    "IntervalFill",
    "IntervalRow",
    "Invite",
    "JournalRow",
    "LiveRow",
    "LostRange",
    "MoveRow",
    "NodeRow",
    "NotThere",
    "ParkedLine",
    "Session",
    "SessionKind",
    "Store",
    "StoreError",
    "StreamRow",
    "WatchRow",
    "migrate",
    "open_store",
]
