"""The OpenAPI document: FastAPI's, with our error document in it, which FastAPI does not find by itself."""

from typing import Any

from fastapi import FastAPI

from dashboard_api import examples
from dashboard_api.problems import ProblemDocument

REF = "#/components/schemas/{model}"


def install(app: FastAPI) -> None:
    """Complete the document of ``app``, once."""
    plain = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            schemas = plain()["components"]["schemas"]
            problem = ProblemDocument.model_json_schema(ref_template=REF)
            schemas |= {**problem.pop("$defs"), "ProblemDocument": problem}
            examples.add(plain())
        return plain()

    app.openapi = complete  # type: ignore[method-assign]  # FastAPI's documented way to extend the document
