import pytest

from contracts.inventory import Village, load_inventory
from demo import village


@pytest.fixture(scope="session")
def beigu() -> Village:
    return load_inventory(village.find("beigu"))


@pytest.fixture(scope="session")
def three() -> Village:
    return load_inventory(village.find("three"))
