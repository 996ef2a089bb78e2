"""The store's door for work orders: their list and moves, the photos, and the audit log."""

from collections.abc import Collection

from sqlalchemy import Engine, and_

from gateway.store import audit, changes, faults, orders, photos, replies, worklist
from gateway.store.access_rows import Area
from gateway.store.order_rows import AuditRow, Deed, DueOrder, OrderFilter, PhotoRow
from gateway.store.replies import ReplyRow
from gateway.store.rows import FaultRow
from gateway.store.sql import transaction
from gateway.store.wanted import ALL_AUDIT, ALL_FAULTS, AuditWanted, FaultsWanted
from gateway.store.worklist import Rank, Ranked, Wanted

DAY_MS = 24 * 3600 * 1000


class OrderDoor:
    """A part of :class:`~gateway.store.Store`; every method is one transaction."""

    _read: Engine
    _write: Engine

    def orders(
        self,
        state: OrderFilter,
        limit: int,
        cursor: str | None = None,
        area: Area | None = None,
        wanted: FaultsWanted = ALL_FAULTS,
    ) -> tuple[list[FaultRow], str | None]:
        """Faults by the state of their work order, newest first, and the cursor of the next page, as :meth:`faults`.

        ``listed``: every order that is not closed, so one whose condition is over stays until somebody took it. What is
        a part of another fault has no order of its own. ``area``: only those in it.
        """
        with transaction(self._read) as db:
            return orders.page(db, state, and_(faults.within(area), wanted.condition()), limit, cursor)

    def worklist(self, wanted: Wanted, limit: int, cursor: str | None = None) -> tuple[list[Ranked], str | None]:
        """Work orders that go on as one person reads them, and the cursor of the next page. Raises ValueError for a
        foreign cursor."""
        with transaction(self._read) as db:
            return worklist.page(db, wanted, limit, cursor)

    def worklist_counts(self, wanted: Wanted) -> dict[Rank, int]:
        """How many there are of each rank: their own, their department's, the rest."""
        with transaction(self._read) as db:
            return worklist.counts(db, wanted)

    def worklist_before(self, wanted: Wanted, cursor: str) -> int:
        """How many stand before the page that begins at ``cursor``. Raises ValueError for a foreign cursor."""
        with transaction(self._read) as db:
            return worklist.before(db, wanted, cursor)

    def replies(self, from_ms: int, to_ms: int, area: Area | None = None) -> list[ReplyRow]:
        """What became when of the faults opened in ``[from_ms, to_ms)`` that have a work order of their own, by fault
        and moment; ``area``: only those in it."""
        with transaction(self._read) as db:
            return replies.read(db, from_ms, to_ms, area)

    def due_orders(self, now_ms: int, verified_s: float) -> list[DueOrder]:
        """Work orders that the engine is to move by now: ``resumed`` on their date, ``verified`` once the device has
        said for ``verified_s`` that it is well."""
        with transaction(self._read) as db:
            return orders.due(db, now_ms, round(verified_s * 1000))

    def move_orders(self, dues: Collection[DueOrder], at_ms: int) -> None:
        """Move them all, or none: raises :class:`Conflict` if somebody moved one meanwhile."""
        with transaction(self._write) as db:
            orders.move(db, list(dues), at_ms)
            changes.append(db, [], [item.fault for item in dues], [], at_ms)

    def add_photo(self, fault: str, at_ms: int, by: str, body: bytes) -> int:
        """Keep a picture for a move of ``fault`` that is still to come; its number. Raises ValueError for what is no
        JPEG, PNG or WebP, or too large."""
        with transaction(self._write) as db:
            return photos.add(db, fault, at_ms, by, body)

    def photo(self, number: int) -> PhotoRow | None:
        """One picture; None if there is none, or none any more."""
        with transaction(self._read) as db:
            return photos.one(db, number)

    def drop_photo(self, number: int) -> None:
        """Forget a picture whose move was refused; one that a move names stays."""
        with transaction(self._write) as db:
            photos.drop(db, number)

    def note(self, deed: Deed) -> None:
        """A line in the audit log, of what somebody did that is no input. Inputs leave theirs by themselves."""
        with transaction(self._write) as db:
            audit.append(db, deed)

    def audit(self, after: int = 0, limit: int = 100, wanted: AuditWanted = ALL_AUDIT) -> list[AuditRow]:
        """The audit log, rows numbered above ``after``, oldest first."""
        with transaction(self._read) as db:
            return audit.read(db, after, limit, wanted)

    def audit_page(self, before: int | None, limit: int, wanted: AuditWanted) -> tuple[list[AuditRow], int]:
        """Rows numbered below ``before``, newest first, and how many are wanted of the whole log."""
        with transaction(self._read) as db:
            return audit.newest(db, before, limit, wanted), audit.count(db, wanted)

    def audit_known(self) -> tuple[list[str], list[str]]:
        """Who stands in the audit log, and every kind of deed in it."""
        with transaction(self._read) as db:
            return audit.known(db)

    def note_after(self, deed: Deed, seen: int, wanted: AuditWanted) -> AuditRow | None:
        """The same, unless a row that is ``wanted`` was written behind number ``seen``: then that one is given, and
        nothing is written."""
        with transaction(self._write) as db:
            newer = audit.read(db, seen, 1, wanted)
            if newer:
                return newer[0]
            audit.append(db, deed)
            return None

    def audit_since(self, after: int, wanted: AuditWanted) -> tuple[list[AuditRow], int]:
        """Wanted rows numbered above ``after``, oldest first, and the number of the newest row of all."""
        with transaction(self._read) as db:
            return audit.since(db, after, wanted)

    def verify_audit(self) -> int | None:
        """The number of the first row of the audit log that is not as it was written, or before which one is missing;
        None if all are."""
        with transaction(self._read) as db:
            return audit.first_bad(db)

    def audited(self) -> tuple[int, str, int | None]:
        """The same with how many rows were looked through, and the newest one's hash ("" without any)."""
        with transaction(self._read) as db:
            return audit.walked(db)

    def sweep_photos(self, now_ms: int, keep_days: int) -> int:
        """Forget some of the photos older than ``keep_days``; how many: while it returns anything there may be more."""
        with transaction(self._write) as db:
            return photos.sweep(db, now_ms - keep_days * DAY_MS)
