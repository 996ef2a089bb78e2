"""How far cameras' clocks were off, each time that another error was measured."""

from collections.abc import Sequence

from msgspec.structs import astuple
from sqlalchemy import Connection, select

from gateway.store.batch import CameraClock
from gateway.store.schema_evidence import camera_clocks
from gateway.store.sql import upsert


def write(db: Connection, rows: Sequence[CameraClock]) -> None:
    """Of two of one moment the later stands."""
    upsert(db, camera_clocks, [astuple(row) for row in rows])


def read(db: Connection, device: str, from_ms: int, to_ms: int) -> list[CameraClock]:
    """Those of ``[from_ms, to_ms)``, oldest first, and before them the one that stood when it began."""
    mine = select(camera_clocks).where(camera_clocks.c.device == device)
    at = camera_clocks.c.at_ms
    before = db.execute(mine.where(at < from_ms).order_by(at.desc()).limit(1))
    within = db.execute(mine.where(at >= from_ms, at < to_ms).order_by(at))
    return [CameraClock(*row) for row in (*before, *within)]
