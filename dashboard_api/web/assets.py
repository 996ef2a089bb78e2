"""Files the page loads. Addresses carry a hash of the content: browsers keep them for good and never use an old one."""

import hashlib
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"


class _Kept(StaticFiles):
    """Static files that do not change under their address, where it carries their hash."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        hashed = scope["query_string"].startswith(b"v=")
        # What a module imports by its plain name is asked for again each time, and answered with 304.
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        return answer


def app() -> StaticFiles:
    """Serves the folder."""
    return _Kept(directory=FOLDER)


@cache
def url(name: str) -> str:
    """The address of a file; fails for one that is not there."""
    content = (FOLDER / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def worker(name: str, scope: str) -> Response:
    """A service worker for the pages below ``scope``: asked for again each time, so that a new one is there at the next
    visit."""
    content = (FOLDER / name).read_bytes()
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": scope}
    return Response(content, media_type="text/javascript", headers=headers)
