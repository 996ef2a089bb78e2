"""Pictures that people took of what they did. The bytes stay as they are: what a phone wrote into them about when and
where is part of the evidence."""

from sqlalchemy import Connection, delete, exists, select

from gateway.store.order_rows import PhotoRow
from gateway.store.schema import fault_moves
from gateway.store.schema_evidence import photos

LARGEST = 2 * 1024 * 1024
# A sweep forgets so many at once: they are large.
PIECE = 50
_WEBP = 12


def media_type(body: bytes) -> str | None:
    """What its first bytes say it is; None if it is no picture that is kept."""
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if len(body) > _WEBP and body.startswith(b"RIFF") and body[8:_WEBP] == b"WEBP":
        return "image/webp"
    return None


def wrong(body: bytes) -> str | None:
    """Why it cannot be kept; None if it can."""
    if len(body) > LARGEST:
        return f"is {len(body)} bytes long; at most {LARGEST} (2 MB) are kept, make it smaller"
    if media_type(body) is None:
        return "is no JPEG, PNG or WebP picture"
    return None


def add(db: Connection, fault: str, at_ms: int, by: str, body: bytes) -> int:
    """Keep a picture; its number. Raises ValueError for what cannot be kept."""
    reason = wrong(body)
    if reason is not None:
        raise ValueError(f"the photo {reason}")
    values = {"fault": fault, "at_ms": at_ms, "by": by, "type": media_type(body), "body": body}
    key = db.execute(photos.insert().values(values)).inserted_primary_key
    assert key is not None  # noqa: S101  # narrows for mypy: an insert of one row has its key
    return int(key[0])


def one(db: Connection, number: int) -> PhotoRow | None:
    """One picture."""
    row = db.execute(select(*photos.columns).where(photos.c.id == number)).one_or_none()
    return PhotoRow(*row) if row else None


def belongs(db: Connection, number: int, fault: str) -> bool:
    """Whether it is a picture of this fault."""
    mine = select(photos.c.id).where(photos.c.id == number, photos.c.fault == fault)
    return db.execute(mine).first() is not None


def drop(db: Connection, number: int) -> None:
    """Forget a picture that no move names, as its move was refused."""
    named = exists().where(fault_moves.c.photo == photos.c.id)
    db.execute(delete(photos).where(photos.c.id == number, ~named))


def sweep(db: Connection, before_ms: int) -> int:
    """Forget some of what was taken before ``before_ms``; how many that were. The moves they belong to stay."""
    oldest = select(photos.c.id).where(photos.c.at_ms < before_ms).order_by(photos.c.id).limit(PIECE)
    ids = list(db.execute(oldest).scalars())
    if ids:
        db.execute(delete(photos).where(photos.c.id.in_(ids)))
    return len(ids)
