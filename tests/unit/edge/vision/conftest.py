import pytest

from edge.vision.reference import References
from tests.views import Street, street


@pytest.fixture(scope="session")
def by_day() -> References:
    """What is known after ten lessons by day."""
    return street().learns().watch.references


@pytest.fixture
def known(by_day: References) -> Street:
    return street(references=by_day)
