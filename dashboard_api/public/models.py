"""The public list of chargers. What is not a field here is not said: a test holds the list."""

from pydantic import BaseModel, ConfigDict, Field

from contracts.inventory import Vehicle
from contracts.states import Word
from dashboard_api.models import ExampleTime, Text


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PublicSocket(_Model):
    """One socket in the words residents read."""

    number: int = Field(description="as printed on the charger", examples=[1])
    word: Word
    since: str | None = Field(default=None, description="how long it has been so", examples=[ExampleTime])
    seen: str | None = Field(default=None, description="how old this is", examples=[ExampleTime])
    last_known: Word | None = Field(default=None, description="what it was, where nothing is known of it now")
    power_kw: float | None = Field(default=None, examples=[7])


class PublicSite(_Model):
    """Where chargers stand."""

    id: str = Field(examples=["j-02"])
    name: Text
    lat: float = Field(description="WGS-84", examples=[31.3312])
    lon: float = Field(description="WGS-84", examples=[119.1224])


class PublicCharger(_Model):
    """One charge point."""

    id: str = Field(examples=["cp-01"])
    name: Text
    site: PublicSite
    vehicle: Vehicle
    sockets: list[PublicSocket]


class PublicChargers(_Model):
    """Every charger of the village."""

    newest: str | None = Field(default=None, description="the newest news of any of them", examples=[ExampleTime])
    silent: bool = Field(description="true: no news of anything arrives, so nothing is known")
    items: list[PublicCharger]
