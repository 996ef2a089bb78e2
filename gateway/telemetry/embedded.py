"""The time-series store of a village without InfluxDB: one SQLite file, the same questions."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any

from gateway.telemetry import reading
from gateway.telemetry.base import Outcome, Sample, Step, TelemetryError
from gateway.telemetry.line import BadLine, cut, escaped, fields_of, series_of
from gateway.telemetry.rollup import DAY, Level, Sum, Totals, figures_of

# Only a new file takes auto_vacuum; in an older one what is deleted is used again.
_TABLES = """
PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY, measurement TEXT NOT NULL, device TEXT NOT NULL, field TEXT NOT NULL, tags TEXT NOT NULL,
    UNIQUE (measurement, device, field, tags)
);
CREATE TABLE IF NOT EXISTS points (series INTEGER NOT NULL, t INTEGER NOT NULL, value, PRIMARY KEY (series, t)) WITHOUT
ROWID;
"""
# By its series first, then along the key (series, t): a day of one field is one stretch of the file.
_OF = "FROM series CROSS JOIN points ON points.series = series.id WHERE measurement = ?"
_ONE = f"{_OF} AND device = ? AND field = ? AND typeof(value) = 'real'"
_WITHIN = "AND t >= ? AND t < ?"
_STEP = "(t - ?) / ? * ? + ?"
_SUMS = f"SELECT {_STEP} AS step, total(value), count(*), min(value), max(value), 0 {_ONE} {_WITHIN} GROUP BY step"
_ROLLED_SUMS = (
    f"SELECT {_STEP} AS step, total(value) FILTER (WHERE field = ?), total(value) FILTER (WHERE field = ?), "
    "min(value) FILTER (WHERE field = ?), max(value) FILTER (WHERE field = ?), "
    f"count(DISTINCT t) {_OF} AND device = ? AND field IN (?, ?, ?, ?) {_WITHIN} GROUP BY step"
)
_FIGURES = (
    f"SELECT device, tags, {_STEP} AS step, field, total(value), min(value), max(value), count(*) {_OF} "
    f"AND device BETWEEN ? AND ? AND typeof(value) = 'real' {_WITHIN} GROUP BY device, tags, step, field"
)
_DEVICES = "SELECT DISTINCT device FROM series WHERE measurement = ? AND device > ? ORDER BY device LIMIT ?"
_BEFORE = (
    "SELECT max((SELECT max(t) FROM points WHERE points.series = series.id AND t < ?)) FROM series "
    "WHERE measurement = ? AND field = 'n'"
)
_OLDEST = (
    "SELECT min((SELECT min(t) FROM points WHERE points.series = series.id)) FROM series "
    "WHERE measurement = ? AND field = 'n'"
)
_LATEST = (
    "SELECT t, value FROM series CROSS JOIN points ON points.series = series.id "
    "AND t = (SELECT max(t) FROM points WHERE points.series = series.id) "
    "WHERE measurement = ? AND device = ? AND field = ? AND typeof(value) = 'real' ORDER BY t DESC LIMIT 1"
)
_DELETE = (
    "DELETE FROM points WHERE series = ? AND t <= "
    "(SELECT max(t) FROM (SELECT t FROM points WHERE series = ? AND t < ? ORDER BY t LIMIT ?))"
)
_DEVICES_AT_ONCE, _POINTS_AT_ONCE, _PAGES_AT_ONCE = 200, 10_000, 1_000
_Point = tuple[str, dict[str, float | str], int]


class Embedded:
    """Points in a SQLite file; safe for several threads and processes.

    Raises :class:`TelemetryError` when the file cannot be opened; ``read_only``: also when it is not there.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        self._lock = threading.Lock()
        # series as written -> field -> number
        self._heads: dict[str, dict[str, int]] = {}
        try:
            if read_only:
                self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=5, check_same_thread=False)
            # The queue in the gateway's store keeps what is not yet here, so a commit lost to a power cut would be
            # lost: sync each.
            self._db.executescript(_TABLES)
        except (sqlite3.Error, OSError) as error:
            raise TelemetryError(f"embedded telemetry {path}: {error}") from error

    def write(self, lines: Sequence[str]) -> Outcome:
        """Store points; lines that are not ours are parked."""
        points: list[_Point] = []
        parked: list[tuple[str, str]] = []
        for text in lines:
            try:
                head, fields, t = cut(text)
                if head not in self._heads:
                    series_of(head)
                points.append((head, fields_of(fields), t))
            except BadLine as error:
                parked.append((text, str(error)))
        try:
            with self._lock:
                self._store(points)
        except sqlite3.Error as error:
            return Outcome("retry", reason=f"embedded telemetry: {error}")
        return Outcome("ok", tuple(parked))

    def _store(self, points: Sequence[_Point]) -> None:
        # Ids drawn in a transaction that fails are no ids, so they are remembered after it only.
        heads = {head: dict(self._heads.get(head, {})) for head, _, _ in points}
        rows: list[tuple[int, int, float | str]] = []
        with self._db:
            for head, fields, t in points:
                ids = heads[head]
                for field, value in fields.items():
                    if field not in ids:
                        ids[field] = self._draw(head, field)
                    rows.append((ids[field], t, value))
            self._db.executemany("INSERT OR REPLACE INTO points VALUES (?, ?, ?)", rows)
        self._heads |= heads

    def _draw(self, head: str, field: str) -> int:
        measurement, tags = series_of(head)
        text = ",".join(f"{name}={escaped(value)}" for name, value in sorted(tags.items()))
        key = (measurement, tags.get("device", ""), field, text)
        self._db.execute("INSERT OR IGNORE INTO series (measurement, device, field, tags) VALUES (?, ?, ?, ?)", key)
        query = "SELECT id FROM series WHERE measurement = ? AND device = ? AND field = ? AND tags = ?"
        return int(self._db.execute(query, key).fetchone()[0])

    def series(self, measurement: str, device: str, field: str, from_ms: int, to_ms: int, step_ms: int) -> list[Step]:
        """Steps that hold a point."""

        def ask(level: Level | None, begin: int, end: int, step: int) -> dict[int, Sum]:
            offset = level.offset_ms if level else 0
            steps = (offset, step, step, offset)
            if level is None:
                rows = self._ask(_SUMS, (*steps, measurement, device, field, begin, end))
            else:
                names = tuple(f"{how}_{field}" for how in ("sum", "count", "min", "max"))
                rows = self._ask(_ROLLED_SUMS, (*steps, *names, level.of(measurement), device, *names, begin, end))
            return {t: Sum(*figures) for t, *figures in rows}

        return reading.series(ask, from_ms, to_ms, step_ms)

    def latest(self, measurement: str, device: str, field: str) -> Sample | None:
        """The newest value."""
        rows = self._ask(_LATEST, (measurement, device, field))
        return Sample(int(rows[0][0]), rows[0][1]) if rows else None

    def count(self, measurement: str, field: str = "n") -> int:
        """Stored points."""
        query = f"SELECT count(*) {_OF} AND field = ?"
        return int(self._ask(query, (measurement, field))[0][0])

    def newest_before(self, measurement: str, before_ms: int) -> int | None:
        """When the newest of the older points is."""
        newest = self._ask(_BEFORE, (before_ms, measurement))[0][0]
        return None if newest is None else int(newest)

    def oldest(self, measurement: str) -> int | None:
        """When the oldest point is."""
        oldest = self._ask(_OLDEST, (measurement,))[0][0]
        return None if oldest is None else int(oldest)

    def totals(self, measurement: str, level: Level, from_ms: int, to_ms: int) -> Iterator[Totals]:
        """Figures, some devices at a time."""
        source = measurement if level is not DAY else f"{measurement}_5m"
        steps = (level.offset_ms, level.step_ms, level.step_ms, level.offset_ms)
        last = ""
        while devices := [row[0] for row in self._ask(_DEVICES, (source, last, _DEVICES_AT_ONCE))]:
            last = devices[-1]
            rows = self._ask(_FIGURES, (*steps, source, devices[0], last, from_ms, to_ms))
            for (_, tags, t), found in groupby(rows, key=lambda row: row[:3]):
                yield Totals(series_of(f"{source},{tags}")[1], t, figures_of(level, _named(found)))

    def delete(self, measurement: str, before_ms: int) -> None:
        """Delete what is older, in pieces, so that nobody waits long; the file gives room back where it can."""
        for (series,) in self._ask("SELECT id FROM series WHERE measurement = ?", (measurement,)):
            while self._change(_DELETE, (series, series, before_ms, _POINTS_AT_ONCE)) == _POINTS_AT_ONCE:
                pass
        self._ask(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})")

    def _change(self, statement: str, values: Sequence[str | int]) -> int:
        try:
            with self._lock, self._db:
                return self._db.execute(statement, values).rowcount
        except sqlite3.Error as error:
            raise TelemetryError(f"embedded telemetry {self._path}: {error}") from error

    def _ask(self, query: str, values: Sequence[str | int] = ()) -> list[Any]:
        try:
            with self._lock, closing(self._db.execute(query, values)) as rows:
                return rows.fetchall()
        except sqlite3.Error as error:
            raise TelemetryError(f"embedded telemetry {self._path}: {error}") from error

    def describe(self) -> str:
        """What it is."""
        return f"embedded store {self._path} (SQLite {sqlite3.sqlite_version})"

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


def _named(rows: Iterator[Any]) -> dict[str, float | None]:
    """Figures by name, as InfluxDB names them."""
    names = ("sum", "min", "max", "count")
    return {
        f"{how}_{field}": value
        for *_, field, a, b, c, d in rows
        for how, value in zip(names, (a, b, c, d), strict=True)
    }
