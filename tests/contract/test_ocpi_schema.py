"""The schema that OCPI answers are held against says what the standard says: it refuses what the standard refuses."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCHEMA = Path(__file__).parent / "ocpi" / "locations.schema.json"
CONNECTOR = {"id": "1", "standard": "IEC_62196_T2", "format": "SOCKET", "power_type": "AC_3_PHASE"}
CONNECTOR |= {"max_voltage": 220, "max_amperage": 16, "last_updated": "2015-03-18T08:12:01Z"}  # type: ignore[dict-item]  # plain JSON
EVSE = {"uid": "3257", "status": "RESERVED", "connectors": [CONNECTOR], "last_updated": "2015-06-29T20:39:09Z"}
LOCATION = {
    "country_code": "BE",
    "party_id": "BEC",
    "id": "LOC1",
    "publish": True,
    "address": "F.Rooseveltlaan 3A",
    "city": "Gent",
    "country": "BEL",
    "coordinates": {"latitude": "51.047599", "longitude": "3.729944"},
    "evses": [EVSE],
    "time_zone": "Europe/Brussels",
    "last_updated": "2015-06-29T20:39:09Z",
}


def refused(tmp_path: Path, location: dict[str, Any]) -> str:
    """What the schema says against it; "" for nothing."""
    file = tmp_path / "answer.json"
    answer = {"data": [location], "status_code": 1000, "timestamp": "2015-06-30T21:59:59Z"}
    file.write_text(json.dumps(answer), encoding="utf-8")
    program = Path(sys.executable).parent / "check-jsonschema"
    said = subprocess.run(
        [program, "--schemafile", SCHEMA, file], capture_output=True, text=True, check=False, timeout=60
    )
    return "" if said.returncode == 0 else said.stdout


def test_a_location_of_the_standard_is_taken(tmp_path: Path) -> None:
    assert refused(tmp_path, LOCATION) == ""


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"party_id": "BECX"}, "too long"),
        ({"time_zone": None}, "is not of type"),
        ({"coordinates": {"latitude": "51.04", "longitude": "3.72"}}, "does not match"),
        ({"evses": [{**EVSE, "connectors": []}]}, "should be non-empty"),
        ({"evses": [{**EVSE, "status": "FREE"}]}, "is not one of"),
        ({"people": ["Wang"]}, "Additional properties are not allowed"),
        ({"last_updated": "2015-06-29 20:39"}, "does not match"),
    ],
)
def test_what_the_standard_refuses_is_refused(tmp_path: Path, change: dict[str, Any], word: str) -> None:
    assert word in refused(tmp_path, {**LOCATION, **change})
