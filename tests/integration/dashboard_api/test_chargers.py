"""The public JSON of the chargers, and OCPI's form of it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from contracts.states import WORDS
from dashboard_api.public import models, ocpi_models
from dashboard_api.public.ocpi import STATUS
from gateway.store import Batch, WindowSet
from tests.integration.dashboard_api.conftest import Town

SCHEMA = Path(__file__).parents[2] / "contract" / "ocpi" / "locations.schema.json"
OCPI = "/ocpi/2.2.1/locations"
ALLOWED: dict[type[BaseModel], set[str]] = {
    models.PublicChargers: {"newest", "silent", "items"},
    models.PublicCharger: {"id", "name", "site", "vehicle", "sockets"},
    models.PublicSite: {"id", "name", "lat", "lon"},
    models.PublicSocket: {"number", "word", "since", "seen", "last_known", "power_kw"},
}


def sockets(client: TestClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/public/chargers").json()["items"][0]["sockets"]
    return found


def evses(client: TestClient) -> list[dict[str, Any]]:
    """As they are now, and not as they were up to five seconds ago."""
    client.app.state.desk.cache._made.clear()  # type: ignore[attr-defined]  # our application has a desk
    found: list[dict[str, Any]] = client.get(OCPI).json()["data"][0]["evses"]
    return found


def test_the_public_models_are_the_allow_list() -> None:
    for model, fields in ALLOWED.items():
        assert set(model.model_fields) == fields


def test_state_place_and_age_are_there(town: Town, resident: TestClient) -> None:
    town.all_well()
    answer = resident.get("/public/chargers")
    pile = answer.json()["items"][0]
    assert pile["site"] == {
        "id": "j-02",
        "name": {"zh": "公共服务点", "en": "Public-service point"},
        "lat": 31.3312,
        "lon": 119.1224,
    }
    assert [(one["number"], one["word"], one["power_kw"]) for one in pile["sockets"]] == [
        (1, "free", 7.0),
        (2, "in_use", 7.0),
    ]
    assert all(one["seen"] and one["since"] for one in pile["sockets"])
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.usefixtures("still_town")
def test_who_has_it_is_not_sent_it_again(resident: TestClient) -> None:
    first = resident.get("/public/chargers")
    again = resident.get("/public/chargers", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_stale_free_is_unknown_and_says_what_it_was(town: Town, resident: TestClient) -> None:
    town.sees("cp-01.1", word="free", age_s=500)
    first = sockets(resident)[0]
    assert (first["word"], first["since"], first["last_known"]) == ("unknown", None, "free")
    assert resident.get("/public/chargers").json()["silent"] is True


def test_a_latched_socket_is_out_of_order_since_the_danger(town: Town, resident: TestClient) -> None:
    town.all_well()
    fault = town.breaks("cp-01.1", "GroundFailure", ago_s=600)
    town.mends("cp-01.1", "GroundFailure")
    town.sees("cp-01.1", word="free", for_s=60)
    first = sockets(resident)[0]
    assert first["word"] == "out_of_order"
    assert first["since"].startswith(
        resident.get("/api/v1/charge-points").json()["items"][0]["connectors"][0]["since"][:10]
    )
    assert fault.opened_ms < town.now_ms() - 500_000


@pytest.mark.parametrize("word", WORDS)
def test_every_word_has_its_status_and_the_answer_is_ocpi(
    town: Town, resident: TestClient, tmp_path: Path, word: str
) -> None:
    town.all_well()
    town.sees("cp-01.1", word=word)
    assert evses(resident)[0]["status"] == STATUS[word]  # type: ignore[index]  # it is one of WORDS
    file = tmp_path / "answer.json"
    file.write_text(resident.get(OCPI).text, encoding="utf-8")
    program = Path(sys.executable).parent / "check-jsonschema"
    said = subprocess.run(
        [program, "--schemafile", SCHEMA, file], capture_output=True, text=True, check=False, timeout=60
    )
    assert said.returncode == 0, said.stdout


def test_a_meter_that_sees_no_charging_does_not_say_available() -> None:
    assert [word for word, status in STATUS.items() if status == "AVAILABLE"] == ["free"]
    assert STATUS["not_charging"] == "UNKNOWN"


def test_last_updated_moves_with_the_state_alone(town: Town, resident: TestClient) -> None:
    town.all_well()
    before = evses(resident)
    town.sees("cp-01.1", word="free", age_s=0)
    assert evses(resident) == before
    now = town.now_ms()
    town.store.record(Batch(at_ms=now, windows=[WindowSet("out_of_service", "cp-01.1", now, None, now)]))
    closed = evses(resident)
    assert (closed[0]["status"], closed[1]) == ("INOPERATIVE", before[1])
    assert closed[0]["last_updated"] > before[0]["last_updated"]


def test_the_list_is_paged(town: Town, resident: TestClient) -> None:
    town.all_well()
    whole = resident.get(OCPI, params={"limit": 500})
    assert (whole.headers["x-total-count"], whole.headers["x-limit"], whole.headers.get("link")) == ("1", "100", None)
    beyond = resident.get(OCPI, params={"offset": 1})
    assert (beyond.json()["data"], beyond.headers["x-total-count"]) == ([], "1")
    updated = whole.json()["data"][0]["last_updated"]
    assert len(resident.get(OCPI, params={"date_from": updated}).json()["data"]) == 1
    assert resident.get(OCPI, params={"date_to": updated}).json()["data"] == []


@pytest.mark.parametrize(
    "bad", ["offset=-1", "offset=x", "limit=0", "limit=1e3", "date_from=yesterday", "date_to=2026-13-01T00:00:00Z"]
)
def test_a_parameter_that_cannot_be_read_is_said_in_ocpis_words(resident: TestClient, bad: str) -> None:
    answer = resident.get(f"{OCPI}?{bad}")
    body = answer.json()
    assert (answer.status_code, body["status_code"], body["data"]) == (200, 2001, [])
    assert body["status_message"].startswith(bad.partition("=")[0] + ": must be")


SECRETS = ("Wang", "F-20", "n-02", "n-01", "CP-01", "g-1", "GroundFailure", "maintenance", "breaker", "u-mobile")


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize("path", ["/public/chargers", OCPI, "/", "/c/cp-01", "/?lang=en"])
def test_no_person_no_fault_number_no_node_and_no_serial_is_public(town: Town, staff: TestClient, path: str) -> None:
    town.all_well()
    fault = town.breaks("cp-01.1", "GroundFailure")
    assert staff.post(f"/api/v1/faults/{fault.id}/acknowledge", json={"comment": "Wang is going"}).status_code == 200
    said = staff.get(path, headers={"Authorization": ""}).text
    assert "OUTOFORDER" in said or "out_of_order" in said or "请勿触碰" in said or "do not touch" in said
    assert [word for word in SECRETS if word in said] == []


def test_the_ocpi_models_have_no_field_the_standard_lacks() -> None:
    defs = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]
    for model, name in ((ocpi_models.Location, "Location"), (ocpi_models.Evse, "EVSE")):
        assert set(model.model_fields) <= set(defs[name]["properties"])
