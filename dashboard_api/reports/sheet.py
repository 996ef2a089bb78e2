"""What a PDF is made from."""

from msgspec import Struct


class Sheet(Struct, frozen=True):
    """``html``: the page; ``attached``: files that go along in the PDF, text by name, made at ``at_ms`` (Unix ms)."""

    html: str
    attached: dict[str, str] = {}
    at_ms: int = 0
