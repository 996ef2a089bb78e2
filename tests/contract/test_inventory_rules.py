"""Twenty mistakes in one inventory are twenty errors, each with its line, at once."""

from pathlib import Path
from typing import get_args

import pytest

from contracts.inventory import DepartmentRole, Village, load_inventory
from contracts.yamlfile import InputErrors
from firmware_config.main import main
from gateway.faults.catalogue import CATALOGUE
from gateway.faults.catalogue.texts import DEPARTMENT_ROLES

ROOT = Path(__file__).resolve().parents[2]
# Each line that ends in "# !" holds a mistake; the words after it must be in its message.
TWENTY_MISTAKES = """\
id: beigu
name: {zh: 北固村, en: Beigu}
feeders:
  - {id: f-1, name: {zh: 一号台区, en: Feeder 1}}
  - id: f-2
    name: {zh: 二号台区, en: Feeder 2}
    depends_on: [u-1]  # ! f-2 -> u-1 -> f-2
uplinks:
  - {id: u-1, name: {zh: 移动, en: Mobile}, depends_on: [f-2]}
departments:
  - {id: police, name: {zh: 派出所, en: Police}}
routing:
  classes:  # ! class 'link'
    {safety: police, function: police, picture: police, power: police}
  codes:
    occluded: navy  # ! department 'navy'
    ocluded: police  # ! no fault code
grids:
  - id: g-1
    name: {zh: 第一网格, en: Grid 1}
    micro_grids:
      - {id: mg-1, name: {zh: 一号微网格, en: Micro-grid 1}}
    devices:  # ! belong to no node
      - {id: cam-09, kind: camera, driver: opencv, source: usb:0}
    junctions:
      - id: j-01
        name: {zh: 小学门口, en: School gate}
        micro_grid: mg-2  # ! micro-grid 'mg-2'
        lat: 31.3
        lon: 119.1
        speed_limit: 30  # ! unknown key
        nodes:
          - id: n-01
            computer: pi-1
            feeder: f-9  # ! feeder 'f-9'
            depends_on:
              - n-77  # ! 'n-77' is no device
            devices:
              - {id: cam-01, kind: camera, driver: opencv, source: "rtsp://192.0.2.1/1"}
              - id: cam-02
                kind: camera
                driver: opencv
                source: rtsp://192.0.2.1/1  # ! already used in line 39
              - id: wl-01  # ! isolation
                kind: warning_light
                driver: warning_light
                pin: GPIO17
                supply: mains
              - id: wl-02
                kind: warning_light
                driver: warning_light
                pin: GPIO17  # ! already used
                isolation: internal  # ! opto, relay, ct or meter
                supply: mains
              - id: wl-03
                kind: warning_light
                driver: warning_light
                pin: GPIO27
                isolation: opto
                supply: wind  # ! 'mains' or 'solar'
                output_pin: GPIO5  # ! never switched
      - id: j-02
        name: {zh: 桥头, en: Bridge}
        lat: 31.4
        lon: 119.1
        nodes:
          - id: n-02
            computer: pi-1
            devices:
              - id: wl-04
                kind: warning_light
                driver: warning_light
                pin: GPIO27  # ! same computer
                isolation: relay
                supply: solar
                control:  # ! permission
                  inhibit_pin: GPIO22
                  relay: normally_closed
              - id: wl-04  # ! id 'wl-04'
                kind: warning_light
                driver: warning_light
                pin: GPIO23
                isolation: opto
                supply: mains
                volts: 0  # ! greater than 0
              - id: cp-01
                kind: charge_point
                driver: ocpp16
                identity: CP-01
                connectors:
                  - {number: 1}
                  - {number: 1}  # ! connector number 1
"""


def planted() -> dict[int, str]:
    lines = enumerate(TWENTY_MISTAKES.splitlines(), 1)
    return {number: line.partition("# ! ")[2] for number, line in lines if "# ! " in line}


@pytest.fixture
def twenty_mistakes(tmp_path: Path) -> Path:
    file = tmp_path / "village.yaml"
    file.write_text(TWENTY_MISTAKES, encoding="utf-8")
    return file


def test_twenty_mistakes_are_twenty_errors_with_lines_and_exit_2(
    twenty_mistakes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(twenty_mistakes)]) == 2
    *errors, count = capsys.readouterr().err.splitlines()
    said = {int(error.split(":")[1]): error for error in errors}
    assert len(planted()) == len(errors) == 20
    assert not {line: said.get(line) for line, words in planted().items() if words not in said.get(line, "")}
    assert "20 mistakes" in count


def test_nothing_is_generated_from_an_inventory_with_mistakes(twenty_mistakes: Path, tmp_path: Path) -> None:
    assert main(["generate", str(twenty_mistakes), "--out", str(tmp_path / "site")]) == 2
    assert not (tmp_path / "site").exists()


def test_beigu_is_there_at_full_scale() -> None:
    village = load_inventory(ROOT / "firmware_config" / "villages" / "beigu.yaml")
    kinds = [place.kind for place in village.places().values()]
    assets = [asset.kind for _, junction in village.junctions() for asset in junction.assets]
    assert (len(village.grids), sum(len(grid.micro_grids) for grid in village.grids)) == (9, 14)
    assert (kinds.count("camera"), kinds.count("warning_light"), len(list(village.nodes()))) == (20, 20, 20)
    assert len(assets) == 20
    assert set(assets) == {"mirror", "speed_bump"}


def test_what_a_gateway_may_find_can_be_routed_and_every_class_has_a_department() -> None:
    village = load_inventory(ROOT / "firmware_config" / "villages" / "beigu.yaml")
    assert village.routing
    assert {entry.cls for entry in CATALOGUE.values()} <= set(village.routing.classes)
    assert village.routing.codes.keys() & CATALOGUE.keys()


def test_a_light_may_be_held_back_only_with_a_paper(tmp_path: Path) -> None:
    example = (ROOT / "firmware_config" / "villages" / "three-junctions.yaml").read_text(encoding="utf-8")
    control = (
        "isolation: relay\n                control:\n"
        "                  permitted_by: {office: 交警中队, date: 2026-03-18}\n"
        "                  inhibit_pin: GPIO22\n                  relay: normally_closed\n"
    )
    file = tmp_path / "village.yaml"
    file.write_text(example.replace("isolation: relay\n", control), encoding="utf-8")
    light = load_inventory(file).grids[1].junctions[0].nodes[0].devices[1]
    assert light.kind == "warning_light"
    assert light.control
    assert light.control.permitted_by.office == "交警中队"


def test_no_device_may_have_a_connectors_name(tmp_path: Path) -> None:
    example = (ROOT / "firmware_config" / "villages" / "three-junctions.yaml").read_text(encoding="utf-8")
    file = tmp_path / "village.yaml"
    file.write_text(example.replace("id: cam-02\n", "id: cp-01.2\n"), encoding="utf-8")
    with pytest.raises(InputErrors) as found:
        load_inventory(file)
    (error,) = found.value.errors
    assert error.key.endswith("connectors[1].number")
    assert "'cp-01.2', which is already an id in line 45" in error.text


def read(tmp_path: Path, text: str) -> Village:
    """The small example with ``text`` at its end."""
    example = (ROOT / "firmware_config" / "villages" / "three-junctions.yaml").read_text(encoding="utf-8")
    file = tmp_path / "village.yaml"
    file.write_text(example + text, encoding="utf-8")
    return load_inventory(file)


def test_who_is_sent_for_is_known_by_the_words_the_catalogue_has_first_steps_for() -> None:
    assert get_args(DepartmentRole) == DEPARTMENT_ROLES


def test_a_department_acts_as_it_says_or_as_its_id_says_or_as_one_who_is_no_expert(tmp_path: Path) -> None:
    name = "name: {zh: 甲, en: A}"
    written = (f"{{id: {words}, {name}}}" for words in ("fire-squad", "bank", "x, role: police"))
    village = read(tmp_path, f"departments: [{', '.join(written)}]\n")
    assert [item.acts_as for item in village.departments] == ["fire_squad", "village_committee", "police"]


DAYS = """\
holidays:
  - {date: 2026-10-01, days: 7, name: {zh: 国庆节, en: National Day}}
  - {date: 2026-10-07, name: {zh: 国庆节, en: National Day}}  # ! 2026-10-07 is in 'holidays[0].date' already
workdays:
  - 2026-10-10
  - 2026-10-03  # ! is in 'holidays[0].date' already
  - "2026-10-10"  # ! is in 'workdays[0]' already
departments:
  - {id: police, name: {zh: 派出所, en: Police}}
  - {id: police, name: {zh: 派出所, en: Police}}  # ! is in the list already
  - {id: police.head, name: {zh: 派出所, en: Police}}  # ! reads as a post
  - {id: grid_lead, name: {zh: 网格长, en: Lead}}  # ! reads as a post
"""


def test_days_and_departments_that_stand_twice_are_all_told_with_their_lines(tmp_path: Path) -> None:
    with pytest.raises(InputErrors) as found:
        read(tmp_path, DAYS)
    above = (tmp_path / "village.yaml").read_text(encoding="utf-8").count("\n") - DAYS.count("\n")
    wanted = {above + at: line.partition("# ! ")[2] for at, line in enumerate(DAYS.splitlines(), 1) if "# !" in line}
    said = {error.line: error.text for error in found.value.errors}
    assert said.keys() == wanted.keys()
    assert not [line for line, words in wanted.items() if words not in said[line]]


def test_a_line_whose_operator_nobody_knows_is_told(tmp_path: Path) -> None:
    beigu = (ROOT / "firmware_config" / "villages" / "beigu.yaml").read_text(encoding="utf-8")
    file = tmp_path / "village.yaml"
    file.write_text(beigu.replace("fibre}, department: unicom", "fibre}, department: uniconn"), encoding="utf-8")
    with pytest.raises(
        InputErrors, match=r"uplinks\[1\]\.department: department 'uniconn' is not in the list"
    ) as found:
        load_inventory(file)
    assert len(found.value.errors) == 1


def test_a_village_without_mistakes_has_its_holidays(tmp_path: Path) -> None:
    village = read(
        tmp_path, "holidays: [{date: 2026-09-30, days: 2, name: {zh: 节, en: Feast}}]\nworkdays: [2026-10-10]\n"
    )
    assert [f"{day}" for day in village.holidays[0].dates()] == ["2026-09-30", "2026-10-01"]


HOTLINES = """\
departments:
  - {id: charging-operator, name: {zh: 甲, en: A}, hotline: 4000000000}  # ! was read as a number; put it in quotes
  - {id: safety-centre, name: {zh: 乙, en: B}, hotline: "ring us"}  # ! is no telephone number
"""


def test_what_residents_ring_is_a_number_in_quotes(tmp_path: Path) -> None:
    with pytest.raises(InputErrors) as found:
        read(tmp_path, HOTLINES)
    said = [error.text for error in found.value.errors]
    wanted = [line.partition("# ! ")[2] for line in HOTLINES.splitlines() if "# !" in line]
    assert [words in text for words, text in zip(wanted, said, strict=True)] == [True, True]
    good = HOTLINES.replace("4000000000", '"400-000 0000"').replace("ring us", "12345")
    assert [item.hotline for item in read(tmp_path, good).departments] == ["400-000 0000", "12345"]


def test_a_pile_of_an_operator_nobody_knows_is_told(tmp_path: Path) -> None:
    beigu = (ROOT / "firmware_config" / "villages" / "beigu.yaml").read_text(encoding="utf-8")
    file = tmp_path / "village.yaml"
    said = beigu.replace("identity: BG-CP-01", "identity: BG-CP-01\n                operator: nobody")
    file.write_text(said, encoding="utf-8")
    with pytest.raises(InputErrors, match=r"operator: department 'nobody' is not in the list 'departments'"):
        load_inventory(file)
