"""What a PDF is made from."""

from msgspec import Struct


class Sheet(Struct, frozen=True):
    """``html``: the page; ``attached``: files that go along in the PDF, text by name."""

    html: str
    attached: dict[str, str] = {}
