"""What the store takes and gives of the pictures that nodes send."""

from msgspec import Struct


class EvidenceNote(Struct, frozen=True):
    """A record of ``node`` named pictures of a finding: their SHA-256; ``before`` None: it had none."""

    node: str
    device: str
    code: str
    at_ms: int
    before: str | None
    after: str


class PictureCome(Struct, frozen=True):
    """A picture came from ``node``. ``id``: its SHA-256, ``body``: a JPEG."""

    node: str
    id: str
    device: str
    at_ms: int
    body: bytes


class EvidenceRow(Struct, frozen=True):
    """A finding with its pictures. ``before`` and ``after``: whether the picture is there."""

    number: int
    node: str
    device: str
    code: str
    at_ms: int
    before: bool
    after: bool
