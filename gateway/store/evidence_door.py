"""The store's door for the pictures that nodes send as evidence."""

from sqlalchemy import Engine

from gateway.store import evidence
from gateway.store.evidence_rows import EvidenceRow
from gateway.store.sql import transaction


class EvidenceDoor:
    """A part of :class:`~gateway.store.Store`; every method is one transaction."""

    _read: Engine
    _write: Engine

    def evidence(self, device: str, code: str, from_ms: int, to_ms: int, limit: int = 10) -> list[EvidenceRow]:
        """Findings in ``[from_ms, to_ms)`` of which any picture is there, newest first."""
        with transaction(self._read) as db:
            return evidence.read(db, device, code, from_ms, to_ms, limit)

    def evidence_picture(self, number: int, *, after: bool) -> bytes | None:
        """The JPEG of a finding, that of now or that of before; None if it is not there, or not any more."""
        with transaction(self._read) as db:
            return evidence.picture(db, number, after)

    def sweep_evidence(self, now_ms: int, keep_days: int) -> int:
        """Forget some of what is older than ``keep_days``; while it returns anything there may be more."""
        with transaction(self._write) as db:
            return evidence.sweep(db, now_ms - keep_days * evidence.DAY_MS)
