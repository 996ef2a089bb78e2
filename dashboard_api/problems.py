"""Errors as RFC 9457 problem documents: what is wrong in one sentence, and for bad input every field at once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema
from starlette.exceptions import HTTPException

from gateway.store import StoreError

MEDIA_TYPE = "application/problem+json"
# Below these programs ask; everywhere else it is people.
ROOTS = ("/api/", "/metrics", "/public/", "/ocpi/")
log = structlog.get_logger()
Responses = dict[int | str, dict[str, Any]]
PageOf = Callable[[Request, int, str | None], Response]


class FieldProblem(BaseModel):
    """One value that cannot be used."""

    field: str = Field(description="where it stood: `query.from`, `body.comment`", examples=["query.from"])
    detail: str = Field(examples=["Input should have timezone info"])
    # For our own pages, which say it in the reader's language; it is no part of the document.
    reason: SkipJsonSchema[str | None] = Field(default=None, exclude=True)


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
    allowed: list[str] | None = Field(default=None, description="the moves that a work order can make now")
    version: int | None = Field(default=None, description="the version that the fault has now")


@dataclass(frozen=True, slots=True)
class Now:
    """Where a work order stands: the moves it can make, and its fault's version."""

    allowed: Sequence[str]
    version: int


class Problem(Exception):
    """Raised below any route; becomes a problem document. ``reason``: a word for programs, ``errors``: the fields;
    ``now``: what can be done instead."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        reason: str | None = None,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
        now: Now | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.reason, self.errors = status, detail, reason, tuple(errors)
        self.headers = headers or {}
        self.now = now


def answer(problem: Problem) -> Response:
    """A problem document."""
    document = ProblemDocument(
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        detail=problem.detail,
        reason=problem.reason,
        errors=list(problem.errors) or None,
        allowed=None if problem.now is None else list(problem.now.allowed),
        version=None if problem.now is None else problem.now.version,
    )
    headers = {"Cache-Control": "no-store", **problem.headers}
    return JSONResponse(document.model_dump(exclude_none=True), problem.status, headers, MEDIA_TYPE)


def responses(*statuses: int) -> Responses:
    """The error answers of a route, for its OpenAPI entry."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def install(app: FastAPI, page: PageOf, sign_in: Callable[[Request], Awaitable[Response]]) -> None:
    """Make every error told to programs a problem document, and every other one a ``page`` for people; who has to sign
    in, first or again, gets the page ``sign_in``."""

    def said(request: Request, problem: Problem) -> Response:
        if request.url.path.startswith(ROOTS):
            return answer(problem)
        made = page(request, problem.status, problem.reason)
        made.headers.update(problem.headers)
        return made

    @app.exception_handler(Problem)
    async def known(request: Request, error: Problem) -> Response:
        if error.reason == "need_sign_in" and not request.url.path.startswith(ROOTS):
            return await sign_in(request)
        return await asyncio.to_thread(said, request, error)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [FieldProblem(field=_place(item["loc"]), detail=item["msg"]) for item in error.errors()]
        return said(request, Problem(422, f"{len(errors)} value(s) cannot be used", errors=errors))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        return said(request, Problem(error.status_code, str(error.detail), headers=error.headers))

    @app.exception_handler(StoreError)
    def store(request: Request, error: StoreError) -> Response:
        log.error("store failed", error=str(error))
        text = "the store cannot be reached; try again in a moment"
        return said(request, Problem(503, text, headers={"Retry-After": "5"}))

    @app.exception_handler(Exception)
    def bug(request: Request, _error: Exception) -> Response:
        return said(request, Problem(500, "something went wrong here; it has been written to the log"))


def _place(loc: Sequence[Any]) -> str:
    return ".".join(str(step) for step in loc)
