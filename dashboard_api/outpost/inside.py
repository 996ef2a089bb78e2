"""A request to the application from inside its own process: an ask of the front goes the way of every browser."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

import structlog
from starlette.types import ASGIApp, Message

from dashboard_api.exchange import Answer, Ask

log = structlog.get_logger()


@dataclass(slots=True)
class _Said:
    status: int = 500
    body: bytes = b""


async def answer(app: ASGIApp, ask: Ask) -> Answer:
    """The page that whoever asked would have got here. Wrong links count for their address, not for the front's."""
    form = b"" if ask.who is None else urlencode({"who": ask.who}).encode()
    said, sent = _Said(), False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": form, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            said.status = message["status"]
        else:
            said.body += message.get("body", b"")

    try:
        await app(_scope(ask, len(form)), receive, send)
    except Exception:  # a server's loop around its application: it has answered with 500 by now
        log.exception("answering an ask of the front failed")
    return Answer(ask.id, said.status, said.body.decode())


def _scope(ask: Ask, length: int) -> dict[str, object]:
    path = f"/a/{ask.token}"
    cookies = f"lang={'en' if ask.lang == 'en' else 'zh'}; size={'large' if ask.large else 'normal'}"
    headers = [(b"host", b"front"), (b"cookie", cookies.encode())]
    if ask.who is not None:
        kind = b"application/x-www-form-urlencoded"
        headers += [(b"content-type", kind), (b"content-length", str(length).encode())]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET" if ask.who is None else "POST",
        "scheme": "https",
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": (ask.address, 0),
        "server": ("front", 443),
        "state": {},
    }
