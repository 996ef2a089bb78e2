"""The store's door for telemetry: the queue, the lines that were refused, and what is to be computed of the rest."""

from collections.abc import Collection, Sequence

from sqlalchemy import Engine

from gateway.store import parked, rollups, telemetry_queue
from gateway.store.order_door import DAY_MS
from gateway.store.rollups import Window
from gateway.store.rows import ParkedLine, RollupMark
from gateway.store.sql import transaction


class TelemetryDoor:
    """A part of :class:`~gateway.store.Store`; every method is one transaction unless it says otherwise."""

    _read: Engine
    _write: Engine

    # The queue

    def next_lines(self, points: int) -> tuple[list[int], list[str]]:
        """The oldest queue rows, of at least one and about ``points`` points: their ids and lines."""
        with transaction(self._read) as db:
            return telemetry_queue.first(db, points)

    def lines_written(
        self, ids: Collection[int], refused: Collection[tuple[str, str]], at_ms: int, windows: Collection[Window] = ()
    ) -> None:
        """Take rows out of the queue; ``refused`` (line, reason) are kept aside, and ``windows`` (measurement, level,
        begin) that the others lie in are to be computed."""
        with transaction(self._write) as db:
            telemetry_queue.remove(db, ids)
            parked.add(db, refused, at_ms)
            rollups.touch(db, windows, at_ms)

    def waiting_points(self) -> int:
        """How many telemetry points wait."""
        with transaction(self._read) as db:
            return telemetry_queue.waiting(db)

    def trim_lines(self, most: int, at_ms: int) -> int:
        """Drop the oldest readings in the queue, and events only where that is not enough, until ``most`` points wait;
        how many were dropped, which is counted as ``telemetry_dropped``. In short transactions."""
        spare = self.waiting_points() - most
        dropped, after = 0, 0
        while dropped < spare:
            with transaction(self._write) as db:
                piece, last = telemetry_queue.drop(db, after, spare - dropped, at_ms)
            if last is None:
                break
            dropped, after = dropped + piece, last
        while dropped < spare:
            with transaction(self._write) as db:
                piece = telemetry_queue.drop_rows(db, spare - dropped, at_ms)
            if not piece:
                break
            dropped += piece
        return dropped

    # Lines that were refused

    def parked(self, limit: int = 100) -> list[ParkedLine]:
        """Lines the time-series store refused, newest first."""
        with transaction(self._read) as db:
            return parked.newest(db, limit)

    def parked_after(self, number: int, limit: int) -> list[ParkedLine]:
        """Those numbered above ``number``, oldest first."""
        with transaction(self._read) as db:
            return parked.after(db, number, limit)

    def parked_of(self, ids: Collection[int]) -> list[ParkedLine]:
        """Those of ``ids`` that are there, oldest first."""
        with transaction(self._read) as db:
            return parked.some(db, ids)

    def parked_count(self) -> int:
        """How many lines are parked."""
        with transaction(self._read) as db:
            return parked.count(db)

    def replayed(
        self,
        accepted: Sequence[ParkedLine],
        refused: Collection[tuple[ParkedLine, str]],
        windows: Collection[Window],
        at_ms: int,
    ) -> None:
        """The ``accepted`` are stored on the other side, ``windows`` as in :meth:`lines_written`; the ``refused`` stay,
        with the new reason."""
        with transaction(self._write) as db:
            parked.forget(db, [row.id for row in accepted])
            parked.say(db, refused)
            rollups.touch(db, windows, at_ms)

    def forget_parked(self, ids: Sequence[int]) -> int:
        """Delete parked lines; how many of ``ids`` there were."""
        with transaction(self._write) as db:
            return parked.forget(db, ids)

    def sweep_parked(self, now_ms: int, keep_days: int, most: int) -> int:
        """Forget some of the lines parked more than ``keep_days`` ago, and the oldest of more than ``most``; how many:
        while it returns anything there may be more."""
        with transaction(self._write) as db:
            return parked.sweep(db, now_ms - keep_days * DAY_MS, most)

    # Windows to be computed

    def touch_windows(self, windows: Collection[Window], at_ms: int, kept: tuple[str, int] | None = None) -> None:
        """``windows`` are to be computed; in the same transaction ``kept`` (name, moment) is remembered."""
        with transaction(self._write) as db:
            rollups.touch(db, windows, at_ms)
            if kept is not None:
                rollups.set_mark(db, *kept)

    def due_windows(self, level: str, begun_ms: int, quiet_ms: int, limit: int) -> list[RollupMark]:
        """Windows that begin at ``begun_ms`` or before and into which nothing was written after ``quiet_ms``, the
        newest first."""
        with transaction(self._read) as db:
            return rollups.due(db, level, begun_ms, quiet_ms, limit)

    def windows_done(
        self,
        computed: Collection[RollupMark],
        refused: Collection[tuple[str, str]],
        windows: Collection[Window],
        at_ms: int,
    ) -> None:
        """They are computed and stored, but for the ``refused`` lines (with their reason); ``windows`` are to be
        computed from them next. What was written into one meanwhile leaves it as it is."""
        with transaction(self._write) as db:
            rollups.done(db, computed)
            parked.add(db, refused, at_ms)
            rollups.touch(db, windows, at_ms)

    def put_off_windows(self, failed: Collection[RollupMark], at_ms: int) -> None:
        """They could not be computed; others go first."""
        with transaction(self._write) as db:
            rollups.put_off(db, failed, at_ms)

    def windows_wait(self, level: str, since_ms: int, before_ms: int, measurement: str | None = None) -> bool:
        """Whether a window that begins in ``[since_ms, before_ms)`` is still to be computed."""
        with transaction(self._read) as db:
            return rollups.any_before(db, level, before_ms, since_ms, measurement)

    def windows_pending(self) -> int:
        """How many windows are still to be computed."""
        with transaction(self._read) as db:
            return rollups.pending(db)

    def telemetry_mark(self, name: str) -> int | None:
        """A moment that was kept by :meth:`touch_windows` or :meth:`nothing_before`."""
        with transaction(self._read) as db:
            return rollups.mark(db, name)

    def nothing_before(self, level: str, name: str, begin_ms: int) -> None:
        """What windows of ``level`` are computed from is deleted before ``begin_ms``, which is kept as ``name``, so
        none that begins earlier is computed any more."""
        with transaction(self._write) as db:
            rollups.set_mark(db, name, begin_ms)
            rollups.forget(db, level, begin_ms)
