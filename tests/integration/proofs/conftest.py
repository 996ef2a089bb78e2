"""Vendors in the office's time, and offices that are closed again."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from msgspec.structs import replace

from demo.vendors import Vendors
from tests.integration.proofs.office import Office, Premises
from tests.integration.proofs.place import staff, village

Open = Callable[..., Office]


@pytest.fixture
def vendors() -> Iterator[Vendors]:
    """Their own limits of letters a minute are out of the way: the office's minutes are no real ones."""
    with Vendors() as found:
        found.ledger.mono_s = count(step=60).__next__
        yield found


@pytest.fixture
def opened(tmp_path: Path, vendors: Vendors) -> Iterator[Open]:
    """Open an office; by default with nine junctions and one person at each post."""
    offices: list[Office] = []

    def opener(**other: object) -> Office:
        offices.append(Office(replace(Premises(tmp_path / "gateway.db", vendors, village(9), staff()), **other)))
        return offices[-1]

    yield opener
    for office in offices:
        office.close()


@pytest.fixture
def office(opened: Open) -> Office:
    return opened()
