"""An inventory with mistakes is refused with all of them, each with file, line and key."""

import json
from pathlib import Path

import pytest

from contracts.inventory import json_schema, load_inventory
from contracts.yamlfile import InputErrors
from firmware_config.main import main

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "firmware_config" / "villages" / "three-junctions.yaml"
TEN_MISTAKES = """\
id: beigu
name: {zh: 北固村, en: Beigu}
feeders:
  - {id: f-1, name: {zh: 一号台区, en: Feeder 1}}
grids:
  - id: g-1
    name: {zh: 第一网格, en: Grid 1}
    junctions:
      - id: j-01
        name: {zh: 小学门口, en: School gate}
        lat: 131.3
        lon: 119.1
        nodes:
          - id: n-01
            feeder: f-2
            interval_s: 0
            devices:
              - id: cam-01
                kind: camera
                driver: opencv
                source: rtsp://admin:12345@192.0.2.1/1
                resolution: 1080p
              - id: wl-01
                kind: warning_light
                driver: warning_light
                pin: GPIO17
                supply: mains
              - id: wl-01
                kind: warning_light
                driver: warning_light
                pin: GPIO17
                isolation: opto
                supply: wind
              - id: cp-01
                kind: charging_pile
"""
EXPECTED = {
    11: "lat",
    15: "feeder",
    16: "interval_s",
    21: "source",
    22: "resolution",
    23: "isolation",
    28: "id",
    31: "pin",
    33: "supply",
    34: "devices[3]",
}


@pytest.fixture
def ten_mistakes(tmp_path: Path) -> Path:
    file = tmp_path / "village.yaml"
    file.write_text(TEN_MISTAKES, encoding="utf-8")
    return file


def test_ten_mistakes_give_ten_errors_each_with_its_line_and_key(ten_mistakes: Path) -> None:
    with pytest.raises(InputErrors) as found:
        load_inventory(ten_mistakes)
    assert {error.line: error.key.rsplit(".", 1)[-1] for error in found.value.errors} == EXPECTED
    assert len(found.value.errors) == 10


def test_the_command_prints_them_all_and_exits_2(ten_mistakes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ten_mistakes)]) == 2
    printed = capsys.readouterr().err
    assert printed.count(f"{ten_mistakes}:") == 11, "ten errors and a line that counts them"
    assert f"{ten_mistakes}:21:" in printed
    assert "12345" not in printed, "a password in the wrong place is not repeated on the terminal"


def test_the_example_has_no_mistakes_and_names_every_device() -> None:
    village = load_inventory(EXAMPLE)
    places = village.places()
    assert [place for place in places if place.startswith("cp-01")] == ["cp-01", "cp-01.1", "cp-01.2"]
    assert places["cp-01.2"].parent == "cp-01"
    assert places["cam-03"].junction == "j-03"


def test_what_is_not_a_mapping_or_not_yaml_is_one_clear_error(tmp_path: Path) -> None:
    for text in ("- a\n- b\n", "id: [unclosed\n", "\t:"):
        file = tmp_path / "village.yaml"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(InputErrors) as found:
            load_inventory(file)
        assert len(found.value.errors) == 1


def test_the_schema_for_editors_is_the_one_shipped() -> None:
    shipped = json.loads((ROOT / "firmware_config" / "inventory.schema.json").read_text(encoding="utf-8"))
    assert shipped == json_schema(), "run: python -m firmware_config schema --out firmware_config/inventory.schema.json"
