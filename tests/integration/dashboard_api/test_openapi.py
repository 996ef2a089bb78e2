"""The document that describes the API."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from openapi_spec_validator import validate


@pytest.fixture
def document(resident: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = resident.get("/api/v1/openapi.json").json()
    return found


def test_it_is_a_valid_document_of_version_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_error_is_a_problem_document(document: dict[str, Any]) -> None:
    for item in document["paths"].values():
        for operation in item.values():
            errors = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
            assert all(list(answer["content"]) == ["application/problem+json"] for answer in errors.values()), operation


def test_every_route_says_what_it_is_for(document: dict[str, Any]) -> None:
    for item in document["paths"].values():
        for operation in item.values():
            assert operation["summary"]
            assert operation["description"]
            assert operation["tags"]


def test_models_carry_examples(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for name in (
        "Device",
        "Fault",
        "Order",
        "Move",
        "AuditEntry",
        "WholeFault",
        "Message",
        "Window",
        "PublicChargePoint",
        "Uptime",
        "Health",
        "SignedIn",
    ):
        assert any("examples" in field for field in schemas[name]["properties"].values()), name
    for name in ("Acknowledge", "MakeMove", "PlanMaintenance", "TakeOut", "SignIn", "ProblemDocument"):
        assert schemas[name]["examples"], name


def test_a_body_with_several_mistakes_names_them_all(resident: TestClient) -> None:
    answer = resident.post("/api/v1/sign-in", json={"tokn": "x", "also": 1})
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"body.token", "body.tokn", "body.also"}
