import pytest
from pydantic import ValidationError

from contracts.connectors import Connector


@pytest.mark.parametrize(
    ("said", "volts", "amps", "phases"),
    [
        ({}, 220, 32, 1),
        ({"power_kw": 7}, 220, 32, 1),
        ({"power_kw": 40}, 220, 61, 3),
        ({"plug": "DOMESTIC_I"}, 220, 10, 1),
        ({"plug": "DOMESTIC_I", "power_kw": 0.5}, 220, 2, 1),
        ({"plug": "GBT_DC", "power_kw": 60, "max_volts": 750, "max_amps": 200}, 750, 200, 1),
    ],
)
def test_what_is_not_on_the_plate_follows_from_the_mains(
    said: dict[str, object], volts: int, amps: int, phases: int
) -> None:
    socket = Connector.model_validate({"number": 1, **said})
    assert (socket.volts, socket.amps, socket.phases) == (volts, amps, phases)


def test_direct_current_says_its_own() -> None:
    with pytest.raises(ValidationError, match="needs max_volts and max_amps, as on the type plate"):
        Connector(number=1, plug="GBT_DC", power_kw=60)
