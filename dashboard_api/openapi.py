"""The OpenAPI document: FastAPI's, with our error document in it, which FastAPI does not find by itself."""

from typing import Any

from fastapi import FastAPI

from dashboard_api import examples
from dashboard_api.problems import ProblemDocument, responses

REF = "#/components/schemas/{model}"


# What any body may be answered: no text at all, or too long; and whoever writes: too often.
BODY = {str(status): answer for status, answer in responses(400, 413).items()}
WRITES = {str(status): answer for status, answer in responses(429).items()}


def _common(document: dict[str, Any]) -> None:
    for item in document["paths"].values():
        for method, operation in item.items():
            if "requestBody" in operation:
                operation["responses"] = {**BODY, **operation["responses"]}
            if method != "get" and "security" in operation:
                operation["responses"] = {**WRITES, **operation["responses"]}


def install(app: FastAPI) -> None:
    """Complete the document of ``app``, once."""
    plain = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            schemas = plain()["components"]["schemas"]
            problem = ProblemDocument.model_json_schema(ref_template=REF)
            schemas |= {**problem.pop("$defs"), "ProblemDocument": problem}
            _common(plain())
            examples.add(plain())
        return plain()

    app.openapi = complete  # type: ignore[method-assign]  # FastAPI's documented way to extend the document
