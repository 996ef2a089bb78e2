"""The time-series store of a village without InfluxDB: one SQLite file, the same questions."""

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from gateway.telemetry.base import Outcome, Sample, TelemetryError
from gateway.telemetry.line import BadLine, cut, fields_of, series_of

_TABLES = """
CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY, measurement TEXT NOT NULL, device TEXT NOT NULL, field TEXT NOT NULL, tags TEXT NOT NULL,
    UNIQUE (measurement, device, field, tags)
);
CREATE TABLE IF NOT EXISTS points (series INTEGER NOT NULL, t INTEGER NOT NULL, value, PRIMARY KEY (series, t)) WITHOUT
ROWID;
"""
_OF = "FROM points JOIN series ON series.id = points.series WHERE measurement = ?"
_ONE = f"{_OF} AND device = ? AND field = ? AND typeof(value) = 'real'"
_Point = tuple[str, dict[str, float | str], int]


class Embedded:
    """Points in a SQLite file; safe for several threads.

    Raises :class:`TelemetryError` when the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        # series as written -> field -> number
        self._heads: dict[str, dict[str, int]] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=5, check_same_thread=False)
            # The queue in the gateway's store keeps what is not yet here, so a commit lost to a power cut would be
            # lost: sync each.
            self._db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + _TABLES)
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
        text = ",".join(f"{name}={value}" for name, value in sorted(tags.items()))
        key = (measurement, tags.get("device", ""), field, text)
        self._db.execute("INSERT OR IGNORE INTO series (measurement, device, field, tags) VALUES (?, ?, ?, ?)", key)
        query = "SELECT id FROM series WHERE measurement = ? AND device = ? AND field = ? AND tags = ?"
        return int(self._db.execute(query, key).fetchone()[0])

    def series(self, measurement: str, device: str, field: str, from_ms: int, to_ms: int, step_ms: int) -> list[Sample]:
        """Means of steps that hold a point."""
        query = f"SELECT t / ? * ? AS step, avg(value) {_ONE} AND t >= ? AND t < ? GROUP BY step ORDER BY step"
        rows = self._ask(query, (step_ms, step_ms, measurement, device, field, from_ms, to_ms))
        return [Sample(int(t), value) for t, value in rows]

    def latest(self, measurement: str, device: str, field: str) -> Sample | None:
        """The newest value."""
        query = f"SELECT t, value {_ONE} ORDER BY t DESC LIMIT 1"
        rows = self._ask(query, (measurement, device, field))
        return Sample(int(rows[0][0]), rows[0][1]) if rows else None

    def count(self, measurement: str, field: str = "n") -> int:
        """Stored points."""
        query = f"SELECT count(*) {_OF} AND field = ?"
        return int(self._ask(query, (measurement, field))[0][0])

    def _ask(self, query: str, values: Sequence[str | int]) -> list[tuple[float, float]]:
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
