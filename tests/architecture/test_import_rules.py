"""Every import rule is broken once, in a copy, and must be reported."""

import configparser
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.architecture.conftest import PACKAGES

Run = Callable[..., "CompletedProcess[str]"]
Plant = Callable[[str, str], None]

# rule, module that breaks it, what it says
VIOLATIONS = [
    ("layers", "edge/planted.py", "import gateway"),
    ("layers", "gateway/planted.py", "import edge.drivers"),
    ("layers", "contracts/planted.py", "import edge"),
    ("layers", "gateway/planted.py", "import dashboard_api"),
    ("layers", "dashboard_api/planted.py", "import demo"),
    ("layers", "edge/planted.py", "import demo"),
    ("face-knows-no-edge", "dashboard_api/planted.py", "import edge.detect"),
    ("face-sees-store-only", "dashboard_api/planted.py", "import gateway.planted_room"),
    ("face-sees-store-only", "dashboard_api/planted.py", "import gateway.telemetry"),
    ("store-is-self-contained", "gateway/store/planted.py", "import gateway.telemetry"),
    ("one-room-speaks-sql", "gateway/planted.py", "import sqlalchemy"),
    ("one-room-speaks-sql", "dashboard_api/planted.py", "import sqlalchemy"),
    ("one-room-speaks-sql", "gateway/faults/planted.py", "import sqlalchemy"),
    ("one-room-speaks-influx", "gateway/planted.py", "import influxdb_client"),
    ("one-room-speaks-influx", "gateway/store/planted.py", "import influxdb_client"),
    ("no-raw-sqlite", "gateway/planted.py", "import sqlite3"),
    ("no-raw-sqlite", "dashboard_api/planted.py", "import sqlite3"),
    ("node-needs-no-server-library", "edge/planted.py", "import fastapi"),
    ("node-needs-no-server-library", "contracts/planted.py", "import sqlalchemy"),
    ("gateway-box-needs-no-hardware-library", "gateway/planted.py", "import cv2"),
    ("gateway-box-needs-no-hardware-library", "dashboard_api/planted.py", "import gpiozero"),
    ("gateway-box-needs-no-hardware-library", "gateway/planted.py", "import websockets"),
    ("gateway-serves-no-pages", "gateway/planted.py", "import fastapi"),
    ("face-speaks-no-mqtt", "dashboard_api/planted.py", "import paho.mqtt"),
    ("words-are-only-words", "contracts/planted.py", "import time"),
    ("words-are-only-words", "contracts/planted.py", "import socket"),
    ("judgement-knows-no-neighbours", "edge/detect/planted.py", "import edge.planted_room"),
    ("judgement-knows-no-neighbours", "gateway/faults/planted.py", "import gateway.store"),
    ("judgement-knows-no-neighbours", "gateway/faults/planted.py", "import contracts.yamlfile"),
    ("judgement-is-pure", "edge/detect/planted.py", "import time"),
    ("judgement-is-pure", "gateway/faults/planted.py", "import logging"),
    ("judgement-is-pure", "gateway/faults/planted.py", "from pathlib import Path"),
    ("judgement-is-pure", "gateway/uptime/count.py", "import socket"),
    ("drivers-are-strangers", "edge/drivers/planted.py", "import edge.drivers.planted_room"),
]


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _, _ in VIOLATIONS))
def test_each_break_of_an_import_rule_is_reported(run: Run, copy: Path, plant: Plant, rule: str) -> None:
    breaks = [(module, line) for broken, module, line in VIOLATIONS if broken == rule]
    for module in {module for module, _ in breaks}:
        plant(module, "\n".join(line for one, line in breaks if one == module))
    said = run(copy, "lint-imports", "--no-cache", "--contract", rule)
    assert said.returncode == 1, said.stdout
    assert "0 kept, 1 broken" in said.stdout
    reported = " ".join(said.stdout.split())
    assert not [(module, line) for module, line in breaks if chain(module, line) not in reported], said.stdout


def chain(module: str, line: str) -> str:
    """How the report tells of a line: who imports what; of a library only its first name."""
    name = line.split()[1]
    imported = name if name.partition(".")[0] in PACKAGES else name.partition(".")[0]
    return f"- {module.removesuffix('.py').replace('/', '.')} -> {imported} (l."


def test_an_import_cycle_is_reported_in_each_package(run: Run, copy: Path, plant: Plant) -> None:
    for package in PACKAGES:
        plant(f"{package}/planted.py", f"import {package}.planted_back")
        plant(f"{package}/planted_back.py", f"import {package}.planted")
    said = run(copy, "lint-imports", "--no-cache", "--contract", "no-cycles")
    assert said.returncode == 1, said.stdout
    assert not [package for package in PACKAGES if f"No cycles are allowed in {package}." not in said.stdout]
    assert said.stdout.count(".planted_back") == len(PACKAGES), said.stdout


def test_every_rule_is_broken_once(root: Path) -> None:
    rules = configparser.ConfigParser()
    rules.read(root / ".importlinter", encoding="utf-8")
    named = {name.removeprefix("importlinter:contract:") for name in rules.sections() if ":contract:" in name}
    assert named == {rule for rule, _, _ in VIOLATIONS} | {"no-cycles"}
