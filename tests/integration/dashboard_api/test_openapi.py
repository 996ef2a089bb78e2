"""The document that describes the API."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tests.integration.dashboard_api.conftest import Town


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


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each operation takes and answers as JSON, by a name."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            for holder in (operation.get("requestBody", {}), *answers):
                for kind, content in holder.get("content", {}).items():
                    if kind == "application/json":
                        yield f"{method} {path}", content


def test_every_body_has_an_example_that_fits_its_schema(document: dict[str, Any]) -> None:
    found = list(bodies(document))
    assert len(found) > 30
    for name, content in found:
        schema = {**content["schema"], "components": document["components"]}
        assert not list(Draft202012Validator(schema).iter_errors(content["example"])), name


def test_an_example_that_does_not_fit_would_be_found(document: dict[str, Any]) -> None:
    """The control."""
    schema = {"$ref": "#/components/schemas/Device", "components": document["components"]}
    assert list(Draft202012Validator(schema).iter_errors({"id": 1}))


def test_every_operation_has_a_short_name_of_its_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names), names


def test_who_has_an_answer_already_is_not_sent_it_again(staff: TestClient, document: dict[str, Any]) -> None:
    plain = [path for path, item in document["paths"].items() if "get" in item and "{" not in path]
    tried = 0
    for path in plain:
        if path in {"/api/v1/events", "/api/v1/health", "/api/v1/ready", "/api/v1/system"}:
            continue  # endless, and three that say what time it is
        first = staff.get(path)
        if first.status_code != 200 or "etag" not in first.headers:
            continue
        again = staff.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path
        tried += 1
    assert tried >= 10


def test_a_change_is_a_new_answer(town: Town, staff: TestClient) -> None:
    first = staff.get("/api/v1/devices/cam-01")
    town.sees("cam-01", "down")
    again = staff.get("/api/v1/devices/cam-01", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.json()["state"]) == (200, "down")


def test_a_body_with_several_mistakes_names_them_all(resident: TestClient) -> None:
    answer = resident.post("/api/v1/sign-in", json={"tokn": "x", "also": 1})
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"body.token", "body.tokn", "body.also"}
