"""A history in a file of its own, beside the inventory of three junctions."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.inventory import Village, load_inventory
from gateway.replay import History, read

HEADER = {"inventory": "three.yaml", "from": "2026-10-01T00:00:00+08:00", "to": "2026-10-02T00:00:00+08:00"}
Write = Callable[..., Path]


@pytest.fixture
def inventory(root: Path, tmp_path: Path) -> Path:
    """Nodes n-01, n-02, n-03 of a camera and a light each, a charge point at n-02, reporting each 60 s."""
    shipped = root / "firmware_config" / "villages" / "three-junctions.yaml"
    copy = tmp_path / "three.yaml"
    copy.write_bytes(shipped.read_bytes())
    return copy


@pytest.fixture
def village(inventory: Path) -> Village:
    return load_inventory(inventory)


@pytest.fixture
def write(inventory: Path) -> Write:
    """Write a history: a header and lines (mappings, or bytes as they are); its path."""

    def written(*lines: Any, header: Any = HEADER) -> Path:
        path = inventory.with_name("history.jsonl")
        texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in (header, *lines)]
        path.write_bytes(b"\n".join(texts) + b"\n")
        return path

    return written


@pytest.fixture
def history(write: Write) -> Callable[..., History]:
    """Write a history and read it."""
    return lambda *lines, **fields: read(write(*lines, **fields))
