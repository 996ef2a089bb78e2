"""The store's door for months: what is frozen, and what is watched until it is."""

from sqlalchemy import Engine

from gateway.store import months
from gateway.store.rows import MonthHead, MonthMark, MonthRow
from gateway.store.sql import transaction


class MonthDoor:
    """A part of :class:`~gateway.store.Store`; every method is one transaction."""

    _read: Engine
    _write: Engine

    def first_interval_ms(self, device: str | None = None) -> int | None:
        """When the oldest interval begins; None without any. Of a ``device``: the oldest in which it had spoken."""
        with transaction(self._read) as db:
            return months.first_ms(db, device)

    def months(self) -> list[MonthRow]:
        """Every revision of every frozen month, in the order they were frozen."""
        with transaction(self._read) as db:
            return months.read(db)

    def month_heads(self) -> list[MonthHead]:
        """The same without their bodies, which are large."""
        with transaction(self._read) as db:
            return months.heads(db)

    def month(self, month: str, revision: int | None = None) -> MonthRow | None:
        """One revision of a month, the newest if none is named; None if there is none."""
        with transaction(self._read) as db:
            return months.one(db, month, revision)

    def last_month(self) -> MonthRow | None:
        """The revision that was frozen last, of any month."""
        with transaction(self._read) as db:
            return months.last(db)

    def month_marks(self) -> list[MonthMark]:
        """Which months are watched, and whether something was written into them since their newest revision."""
        with transaction(self._read) as db:
            return months.marks(db)

    def watch_month(self, month: str, from_ms: int, to_ms: int) -> None:
        """Count from now on what is written into the time of ``month``."""
        with transaction(self._write) as db:
            months.watch(db, month, from_ms, to_ms)

    def month_position(self, month: str, from_ms: int, to_ms: int) -> tuple[int, int]:
        """While this stays the same, nothing was written that the figures of ``month`` are made from; it is watched
        from the first call on.
        """
        with transaction(self._read) as db:
            found = months.position(db, month)
        if found is not None:
            return found
        self.watch_month(month, from_ms, to_ms)
        with transaction(self._read) as db:
            return months.position(db, month) or (0, 0)

    def freeze_month(self, month: str, changed: int, revision: MonthRow | None) -> None:
        """The newest revision of ``month``, which is ``revision`` if given, holds what was written up to ``changed``.

        Raises :class:`Conflict` if another process froze the same revision first.
        """
        with transaction(self._write) as db:
            if revision is not None:
                months.append(db, revision)
            months.seen(db, month, changed)
