"""A world of a node, a broker and a gateway, all of the product but the wire between them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.wire.world import ROOMY, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """On a database in a file, with a card that holds about two thousand records."""
    made = World(tmp_path, f"sqlite:///{tmp_path}/gateway.db", cap=ROOMY)
    yield made
    made.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[World]:
    """With a card that holds about forty records."""
    made = World(tmp_path, f"sqlite:///{tmp_path}/gateway.db")
    yield made
    made.close()
