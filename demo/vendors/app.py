"""The HTTP side: vendors' addresses, the ledger, and orders to misbehave."""

import asyncio
import json
import secrets
from typing import Any, Literal

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from demo.vendors import adapter, webhook, wecom
from demo.vendors.ledger import HOWS, Ledger, Order
from demo.vendors.page import HEADERS, STATIC, Page, People, static

CHANNELS = ("wecom", "sms", "voice", "webhook", "smtp")
FOREVER_S = 3_600
Answer = tuple[int, dict[str, Any]]


class App:
    """An ASGI application over one ledger. ``answered``: whether somebody picks up when it rings."""

    def __init__(self, ledger: Ledger, secret: str, templates: adapter.Templates) -> None:
        self.ledger, self.secret, self.templates, self.answered = ledger, secret, templates, True
        self._people, self._life = People(), secrets.token_hex(4)
        self._control = Starlette(
            routes=[
                Route("/", self._phones),
                *(Route(path, self._static) for path in STATIC),
                Route("/received", self._received, methods=["GET", "DELETE"]),
                Route("/misbehave", self._misbehave, methods=["POST"]),
            ]
        )

    def show(self, people: People) -> None:
        """Whose the phones of the page are; without it they go by their addresses."""
        self._people = people

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Vendors' addresses are answered here, since they must be able to cut the line."""
        vendors = {"/cgi-bin/webhook/send": "wecom", "/adapter": "adapter", "/webhook": "webhook"}
        if scope["type"] != "http" or scope["path"] not in vendors:
            await self._control(scope, receive, send)
            return
        request = Request(scope, receive)
        raw = await request.body()
        channel, body = vendors[scope["path"]], _object(raw)
        if channel == "adapter":
            channel = "voice" if body and body.get("kind") == "voice" else "sms"
        answer = await self._ordered(channel, request, raw, body)
        if answer is None:
            # The line itself, which ASGI does not show: uvicorn's `receive` belongs to the connection's cycle.
            receive.__self__.transport.abort()  # type: ignore[attr-defined]  # as above
            return
        status, content = answer
        headers = {"Retry-After": "7"} if status == 429 else {}
        await JSONResponse(content, status, headers)(scope, receive, send)

    async def _ordered(self, channel: str, request: Request, raw: bytes, body: dict[str, Any] | None) -> Answer | None:
        """The answer, by the order if there is one; None: the line is cut."""
        order = self.ledger.order(channel)
        match order.how if order else None:
            case "500" | "429" as status:
                return int(status), {}
            case "errcode" if order:
                return 200, _refusal(channel, order.code, request.query_params.get("key", ""))
            case "close":
                return None
            case "timeout":
                await asyncio.sleep(FOREVER_S)
            case "slow" if order:
                await asyncio.sleep(order.seconds)
        answer = self._taken(channel, request, raw, body)
        return None if order and order.how == "drop_after" else answer

    def _taken(self, channel: str, request: Request, raw: bytes, body: dict[str, Any] | None) -> Answer:
        if channel == "wecom":
            return 200, wecom.receive(self.ledger, self.secret, request.query_params.get("key", ""), body)
        apprise = channel == "webhook" and request.query_params.get("key") == self.secret
        if not apprise and not webhook.genuine(self.secret, request.headers, raw):
            return (200, {"code": 13}) if channel != "webhook" else (401, {"ok": False, "error": "signature"})
        if channel == "webhook":
            key = request.headers.get("idempotency-key") or f"apprise-{len(self.ledger.received())}"
            return 200, webhook.receive(self.ledger, key, body)
        return 200, adapter.receive(self.ledger, self.templates, body, answered=self.answered)

    async def _phones(self, request: Request) -> Response:
        """The phones, or 304 while nothing came."""
        lang: Literal["zh", "en"] = "en" if request.query_params.get("lang") == "en" else "zh"
        headers = {**HEADERS, "ETag": f'"{self._life}-{self.ledger.changes}-{lang}"', "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return HTMLResponse(Page(self._people, self.templates).html(self.ledger.received(), lang), headers=headers)

    async def _static(self, request: Request) -> Response:
        found = static(request.url.path)
        if found is None:
            return Response(status_code=404)
        return Response(found[0], media_type=found[1], headers={**HEADERS, "Cache-Control": "no-cache"})

    async def _received(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.ledger.forget()
        return Response(self.ledger.as_json(), media_type="application/json")

    async def _misbehave(self, request: Request) -> Response:
        """``{"channel", "how", "count", "code", "seconds"}``; without ``how``: behave again."""
        wanted = _object(await request.body()) or {}
        channel = wanted.pop("channel", None)
        if channel not in CHANNELS:
            return JSONResponse({"error": f"channel is one of {', '.join(CHANNELS)}"}, 422)
        try:
            order = msgspec.convert(wanted, Order) if wanted.get("how") else None
        except msgspec.ValidationError as error:
            return JSONResponse({"error": f"{error}; how is one of {', '.join(HOWS)}"}, 422)
        self.ledger.misbehave(channel, order)
        return JSONResponse({"channel": channel, "how": order.how if order else None})


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(raw)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _refusal(channel: str, code: int, key: str) -> dict[str, Any]:
    if channel == "wecom":
        return wecom.said(code, key)
    return {"ok": False, "error": f"code {code}"} if channel == "webhook" else {"code": code}
