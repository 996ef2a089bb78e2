"""One socket of a charge point: what is printed on it, and what fits into it."""

from typing import Literal, Self

from pydantic import Field, model_validator

from contracts.fields import Name
from contracts.strict import Strict

# OCPI's own words.
Plug = Literal["GBT_AC", "GBT_DC", "DOMESTIC_I"]
MAINS_VOLTS = 220


class Connector(Strict):
    """One socket of a charge point; a device of its own, named ``<charge point>.<number>``."""

    number: int = Field(ge=1, le=64)
    name: Name | None = None
    power_kw: float | None = Field(default=None, gt=0, le=1000)
    plug: Plug = Field(default="GBT_AC", description="what fits into it: GB/T 20234 AC or DC, or a household plug")
    max_volts: int | None = Field(default=None, ge=1, le=2000, description="highest voltage; AC: 220 when omitted")
    max_amps: int | None = Field(
        default=None,
        ge=1,
        le=2000,
        description="highest current; AC: from power_kw when omitted, else 32 (household: 10)",
    )

    @model_validator(mode="after")
    def _rated(self) -> Self:
        if self.plug == "GBT_DC" and (self.max_volts is None or self.max_amps is None):
            raise ValueError("plug GBT_DC needs max_volts and max_amps, as on the type plate")
        return self

    @property
    def volts(self) -> int:
        """Highest voltage, of AC between a line and neutral."""
        return self.max_volts or MAINS_VOLTS

    @property
    def amps(self) -> int:
        """Highest current."""
        if self.max_amps is not None:
            return self.max_amps
        usual = 10 if self.plug == "DOMESTIC_I" else 32
        return usual if self.power_kw is None else max(1, round(self.power_kw * 1000 / self.volts / self.phases))

    @property
    def phases(self) -> int:
        """A single phase ends at 32 A."""
        return 3 if self.plug == "GBT_AC" and (self.power_kw or 0) * 1000 > MAINS_VOLTS * 33 else 1
