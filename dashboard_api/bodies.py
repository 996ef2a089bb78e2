"""No request is longer than the longest that means anything: what is more is refused before it fills the memory."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard_api.order_models import PHOTO_CHARACTERS
from dashboard_api.problems import Problem, answer

# A photo, and what is said beside it.
LARGEST = PHOTO_CHARACTERS + 65_536
TEXT = f"the request is longer than {LARGEST} bytes"


class BodyLimit:
    """Answers 413 at once to a request that says that it is too long, and to any other where it gets too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "0")
        if said.isdecimal() and int(said[:20]) > LARGEST:
            await answer(Problem(413, TEXT, headers={"Connection": "close"}))(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > LARGEST:
                raise HTTPException(413, TEXT, {"Connection": "close"})
            return message

        await self._app(scope, counted, send)
