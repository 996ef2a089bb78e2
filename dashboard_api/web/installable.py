"""The manifest of a page that a phone can keep."""

import json

from contracts.fields import Name
from dashboard_api.web import assets
from dashboard_api.web.texts import HTML_LANG, Lang, say

MANIFEST = "application/manifest+json"
GREEN, PAPER = "#0f6b5c", "#f4f7f5"
SIZES = (192, 512)


def manifest(lang: Lang, village: Name, start: str, product: str) -> bytes:
    """Of the pages that begin at ``start``, named by the text ``product``."""
    name = say(lang, product)
    known = {
        "name": f"{village.text(lang)} · {name}",
        "short_name": name,
        "lang": HTML_LANG[lang],
        "id": start,
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "theme_color": GREEN,
        "background_color": PAPER,
        "icons": [_icon(size, purpose) for size in SIZES for purpose in ("any", "maskable")],
    }
    return json.dumps(known, ensure_ascii=False).encode()


def _icon(size: int, purpose: str) -> dict[str, str]:
    src = assets.url(f"icon-{purpose}-{size}.png")
    return {"src": src, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
