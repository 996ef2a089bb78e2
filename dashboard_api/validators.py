"""An ETag for every JSON answer of the API, and 304 for who has it: nothing is sent twice over a village's line."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard_api.caching import has, tag

API = "/api/"
JSON = "application/json"


class Validators:
    """Adds what a GET of the API does not say by itself; streams, and answers with an ETag, go through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(API):
            await self._app(scope, receive, send)
            return
        held: Message | None = None
        known = Headers(scope=scope).get("if-none-match", "")

        async def marked(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and _ours(message):
                held = message
                return
            if held is not None:
                start, held = held, None
                message = _marked(start, message, known)
                await send(start)
            await send(message)

        await self._app(scope, receive, marked)


def _ours(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return start["status"] == 200 and headers.get("content-type") == JSON and "etag" not in headers


def _marked(start: Message, body: Message, known: str) -> Message:
    """The body that follows ``start``, which gets its headers."""
    if body.get("more_body"):
        return body
    headers = MutableHeaders(raw=start["headers"])
    etag = tag(body.get("body", b""))
    headers["ETag"] = etag
    headers.setdefault("Cache-Control", "private, no-cache")
    if not has(known, etag):
        return body
    start["status"] = 304
    for name in ("content-length", "content-type"):
        del headers[name]
    return {**body, "body": b""}
