"""Whatever the API's own document allows to be asked, and what it does not: schemathesis asks it, signed in and not."""

from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from limits import RateLimitItemPerSecond
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from dashboard_api import wishes
from dashboard_api.auth import people
from tests.integration.dashboard_api.conftest import Running, Town, bearer

# A stream does not end; who signs out asks nothing more; a trial waits for a gateway that is not there.
SPARED = {"/api/v1/events", "/api/v1/sign-out", "/api/v1/channels/{name}/test"}
EXAMPLES = [
    pytest.param(4, marks=pytest.mark.timeout(300)),
    pytest.param(50, marks=[pytest.mark.long, pytest.mark.timeout(1800)]),
]
Case = schemathesis.Case[Any]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.parametrize("role", [None, "admin"])
@pytest.mark.parametrize("examples", EXAMPLES)
def test_whatever_is_asked_is_answered_as_the_document_says(
    town: Town, running: Running, resident: TestClient, monkeypatch: pytest.MonkeyPatch, role: str | None, examples: int
) -> None:
    monkeypatch.setattr(wishes, "WAIT_S", 0.05)
    # Otherwise most of what writes would be told that it writes too often, and nothing else would be asked of it.
    monkeypatch.setattr(people, "WRITES", RateLimitItemPerSecond(1_000_000))
    town.all_well()
    town.breaks("cam-01", "frozen")
    headers = bearer(town, resident, role) if role else {}
    how = settings(
        max_examples=examples,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    asked = 0
    for found in schemathesis.openapi.from_url(f"{running.address}/api/v1/openapi.json").get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]  # what is wrong with the document has none, and fails
        if operation.path in SPARED:
            continue
        for mode in GenerationMode:

            @how
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: Case) -> None:
                nonlocal asked
                asked += 1
                answer = case.call(headers=headers)
                # 503 with its words: a time-series store that is away, as here.
                if answer.status_code != 503:
                    case.validate_response(answer, checks=CHECKS)

            with suppress(Unsatisfiable):  # who takes nothing can be asked nothing wrong
                ask()
    assert asked > 50 * examples
