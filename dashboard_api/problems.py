"""Errors as RFC 9457 problem documents: what is wrong in one sentence, and for bad input every field at once."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from gateway.store import StoreError

MEDIA_TYPE = "application/problem+json"
API_ROOT = "/api/"
log = structlog.get_logger()


class FieldProblem(BaseModel):
    """One value that cannot be used."""

    field: str = Field(description="where it stood: `query.from`, `body.comment`", examples=["query.from"])
    detail: str = Field(examples=["Input should have timezone info"])


class ProblemDocument(BaseModel):
    """The body of every error answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"type": "about:blank", "title": "Not Found", "status": 404, "detail": "no device 'cam-99'"}]
        }
    )

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    reason: str | None = Field(default=None, description="a word for programs, where there is one")
    errors: list[FieldProblem] | None = Field(default=None, description="all fields that cannot be used")


class Problem(Exception):
    """Raised anywhere below a route; becomes a problem document. ``reason`` is a word for programs."""

    def __init__(
        self, status: int, detail: str, *, reason: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.reason, self.headers = status, detail, reason, headers


def answer(
    status: int,
    detail: str,
    *,
    reason: str | None = None,
    errors: Sequence[FieldProblem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document."""
    document = ProblemDocument(
        title=HTTPStatus(status).phrase, status=status, detail=detail, reason=reason, errors=list(errors or ()) or None
    )
    return JSONResponse(
        document.model_dump(exclude_none=True), status, headers={"Cache-Control": "no-store", **(headers or {})}, media_type=MEDIA_TYPE
    )


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route, for its OpenAPI entry."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


PageOf = Callable[[Request, int, str | None], Response]


def install(app: FastAPI, page: PageOf) -> None:
    """Make every error of the API a problem document, and every other one a ``page`` for people."""

    def said(
        request: Request,
        status: int,
        detail: str,
        reason: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        if request.url.path.startswith(API_ROOT):
            return answer(status, detail, reason=reason, headers=headers)
        made = page(request, status, reason)
        made.headers.update(headers or {})
        return made

    @app.exception_handler(Problem)
    def known(request: Request, error: Problem) -> Response:
        return said(request, error.status, error.detail, error.reason, error.headers)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        if not request.url.path.startswith(API_ROOT):
            return page(request, 422, None)
        errors = [FieldProblem(field=_place(item["loc"]), detail=item["msg"]) for item in error.errors()]
        return answer(422, f"{len(errors)} value(s) cannot be used", errors=errors)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        return said(request, error.status_code, str(error.detail), headers=error.headers)

    @app.exception_handler(StoreError)
    def store(request: Request, error: StoreError) -> Response:
        log.error("store failed", error=str(error))
        return said(request, 503, "the store cannot be reached; try again in a moment", headers={"Retry-After": "5"})


def _place(loc: Sequence[Any]) -> str:
    return ".".join(str(step) for step in loc)
