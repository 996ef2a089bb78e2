"""What docs/hardware.md tells people to buy and to build agrees with the inventory, the code and Ohm's law."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from contracts.inventory import (
    Camera,
    ChargePoint,
    Contact,
    ContactRole,
    Device,
    Isolation,
    Node,
    Village,
    WarningLight,
    load_inventory,
)

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "docs" / "hardware.md", ROOT / "docs" / "hardware.zh-CN.md"]
BEIGU = ROOT / "firmware_config" / "villages" / "beigu.yaml"
SHEET = ROOT / "docs" / "drawings" / "04-supervised-loop.svg"
METERED = "u-mobile"
pages = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)


def counted(village: Village) -> dict[str, int]:
    """What a village has of each thing that is bought by number."""
    nodes = [node for _, _, node in village.nodes()]
    devices = [device for node in nodes for device in node.devices]
    piles = [device for device in devices if isinstance(device, ChargePoint)]
    lights = [device for device in devices if isinstance(device, WarningLight)]
    return {
        "junctions": len(list(village.junctions())),
        "nodes": len(nodes),
        "computers": len({_computer(node) for node in nodes}),
        "mains_lights": sum(light.supply == "mains" for light in lights),
        "solar_lights": sum(light.supply == "solar" for light in lights),
        "cameras": sum(isinstance(device, Camera) for device in devices),
        "metered": len({_computer(node) for node in nodes if node.uplink == METERED}),
        "fibre": len({_computer(node) for node in nodes if node.uplink != METERED}),
        "charging_nodes": sum(any(isinstance(device, ChargePoint) for device in node.devices) for node in nodes),
        "charge_points": len(piles),
        "connectors": sum(len(pile.connectors) for pile in piles),
        "ups_nodes": sum(node.ups for node in nodes),
        "gateways": 1,
    }


def _computer(node: Node) -> str:
    return node.computer or node.id


def _said(page: str) -> dict[str, int]:
    """Rows ``| `key` | what | quantity |``."""
    return {key: int(n) for key, n in re.findall(r"^\| `(\w+)` \|[^|]+\| (\d+) \|$", page, re.MULTILINE)}


def _lights(village: Village) -> Iterator[WarningLight]:
    devices: list[Device] = [device for _, _, node in village.nodes() for device in node.devices]
    return (device for device in devices if isinstance(device, WarningLight))


@pages
def test_the_quantities_are_those_of_the_inventory(page: Path) -> None:
    assert _said(page.read_text(encoding="utf-8")) == counted(load_inventory(BEIGU))


def test_a_light_more_changes_the_quantities(tmp_path: Path) -> None:
    copy = tmp_path / "beigu.yaml"
    copy.write_text(BEIGU.read_text(encoding="utf-8").replace("supply: mains", "supply: solar", 1), encoding="utf-8")
    assert counted(load_inventory(copy)) != _said(PAGES[0].read_text(encoding="utf-8"))


def test_only_cameras_with_a_card_of_their_own_are_metered_and_they_stand_where_no_line_is() -> None:
    cameras = [
        (node.uplink, device.link)
        for _, _, node in load_inventory(BEIGU).nodes()
        for device in node.devices
        if isinstance(device, Camera)
    ]
    assert [uplink for uplink, link in cameras if link == "metered"] == [METERED, METERED]


@pages
def test_each_isolation_and_the_level_of_a_lit_lamp_are_those_of_the_schema(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert f"isolation: {' | '.join(get_args(Isolation))}" in text
    assert f"active: {WarningLight.model_fields['active'].default}" in text


@pages
def test_every_pin_of_a_light_is_in_the_table(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert {light.pin for light in _lights(load_inventory(BEIGU))} <= set(re.findall(r"GPIO\d+", text))


# GPIO: pin of the 40-pin header, as every Raspberry Pi with that header has it.
HEADER = {5: 29, 6: 31, 12: 32, 16: 36, 17: 11, 22: 15, 23: 16, 24: 18, 25: 22, 26: 37}


@pages
def test_pins_and_what_they_start_as_are_those_of_the_header(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    rows = re.findall(r"^\| GPIO(\d+) \| (\d+) \|[^|]+\| ([^|]+) \|$", text, re.MULTILINE)
    assert {int(gpio): int(pin) for gpio, pin, _ in rows} == HEADER
    assert all((start in {"pulled up", "上拉"}) == (int(gpio) <= 8) for gpio, _, start in rows)


@pages
def test_the_contacts_are_an_inventory_that_loads_with_every_role_on_its_pin(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    contacts = _contacts(text, tmp_path)
    assert {contact.role for contact in contacts} == set(get_args(ContactRole))
    assert all(f"| {contact.pin} | {HEADER[int(contact.pin[4:])]} |" in text for contact in contacts)
    assert all(contact.active == "low" for contact in contacts)


def test_the_sheet_of_contacts_has_the_same_roles_and_pins(tmp_path: Path) -> None:
    sheet = (ROOT / "docs" / "drawings" / "03-contact-loop.svg").read_text(encoding="utf-8")
    cells = re.findall(r">([a-z_]+)[^<]*</text>\s*<text[^>]*>[^<]*</text>\s*<text[^>]*>(GPIO\d+)<", sheet)
    assert {
        (contact.role, contact.pin) for contact in _contacts(PAGES[0].read_text(encoding="utf-8"), tmp_path)
    } == set(cells)


def _contacts(text: str, folder: Path) -> list[Contact]:
    """The page's example, as the devices of a village of one node."""
    devices = text.partition("```yaml\n")[2].partition("```")[0]
    head = """id: v
name: {zh: 村, en: Village}
grids:
  - id: g
    name: {zh: 网格, en: Grid}
    junctions:
      - id: j
        name: {zh: 路口, en: Junction}
        lat: 31.3
        lon: 118.8
        nodes:
          - id: n
"""
    path = folder / "village.yaml"
    path.write_text(head + "".join(f"            {line}\n" for line in devices.splitlines()), encoding="utf-8")
    [(_, _, node)] = load_inventory(path).nodes()
    return [device for device in node.devices if isinstance(device, Contact)]


SUPPLY, RP, RE, RA, STEPS = 5.0, 2200.0, 2200.0, 4700.0, 4096
STATES = {"short": 0.0, "normal": RE, "alarm": RE + RA, "cut": float("inf")}


def _volts(ohms: float) -> float:
    return SUPPLY if ohms == float("inf") else SUPPLY * ohms / (RP + ohms)


def _thresholds() -> list[float]:
    volts = [_volts(ohms) for ohms in STATES.values()]
    return [round((low + high) / 2, 2) for low, high in pairwise(volts)]


@pages
def test_the_voltages_of_the_supervised_loop_are_computed_right(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert all(f"| {_volts(ohms):.2f} V |" in text for ohms in STATES.values())
    assert all(f"{volts:.2f} V" in text for volts in _thresholds())


def test_the_sheet_has_the_same_voltages_and_counts() -> None:
    sheet = SHEET.read_text(encoding="utf-8")
    counts = [min(STEPS - 1, round(_volts(ohms) / SUPPLY * STEPS)) for ohms in STATES.values()]
    assert all(
        f">{_volts(ohms):.2f} V<" in sheet and f">{n}<" in sheet
        for ohms, n in zip(STATES.values(), counts, strict=True)
    )
    assert all(f"{volts:.2f} V" in sheet for volts in _thresholds())


@pytest.mark.parametrize("cable", [0.0, 100.0])
@pytest.mark.parametrize("leak", [50_000.0, float("inf")])
@pytest.mark.parametrize("tolerance", [0.99, 1.01])
def test_each_state_is_read_right_with_cable_damp_and_tolerance(cable: float, leak: float, tolerance: float) -> None:
    for place, (state, ohms) in enumerate(STATES.items()):
        loop = ohms * tolerance + cable
        seen = loop if leak == float("inf") else leak if loop == float("inf") else loop * leak / (loop + leak)
        above = sum(_volts(seen) >= threshold for threshold in _thresholds())
        assert above == place, state


@pages
def test_the_hold_up_times_are_computed_right(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    held, camera = 15.0, round((12.95 + 2.45) / 0.85 + 3, 1)
    hours = {(25.6, 6): held, (25.6, 8): held + camera}
    assert f"| {10_000 * 0.9 / held:.0f} s = 10 min |" in text
    assert f"| **{held + camera:.1f}** |" in text
    for (volts, charge), watts in hours.items():
        assert f"| {volts * charge * 0.8 * 0.9 / watts:.1f} h |" in text


def test_the_figures_on_the_sheets_are_computed_right() -> None:
    drawings = ROOT / "docs" / "drawings"
    light, loop, bus = (
        next(drawings.glob(f"{number}-*.svg")).read_text(encoding="utf-8") for number in ("01", "03", "05")
    )
    assert f"{230 / 94:.1f} mA" in light
    assert f"{253**2 / 94_000 / 2:.2f} W" in light
    assert f"{(24 - 1.2) / 4.7:.1f} mA" in loop
    assert f"{5 * 60 / (680 + 60 + 680):.2f} V" in bus
