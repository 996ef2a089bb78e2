"""OCPI 2.2.1, module Locations: the objects as this village can fill them. A field that is not known is left out.

The standard: https://github.com/ocpi/ocpi, release 2.2.1, mod_locations.asciidoc and transport_and_format.asciidoc.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.connectors import Plug

Status = Literal["AVAILABLE", "CHARGING", "RESERVED", "INOPERATIVE", "OUTOFORDER", "UNKNOWN"]
UtcExample = "2026-11-23T06:02:31Z"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DisplayText(_Model):
    """A text in one language."""

    language: Literal["zh", "en"]
    text: str = Field(max_length=512)


class GeoLocation(_Model):
    """WGS-84, as text."""

    latitude: str = Field(examples=["31.331200"])
    longitude: str = Field(examples=["119.122400"])


class BusinessDetails(_Model):
    """A firm or an office; no person."""

    name: str = Field(max_length=100)


class OcpiConnector(_Model):
    """What fits into an EVSE."""

    id: str = Field(max_length=36)
    standard: Plug
    format: Literal["SOCKET", "CABLE"]
    power_type: Literal["AC_1_PHASE", "AC_3_PHASE", "DC"]
    max_voltage: int
    max_amperage: int
    max_electric_power: int | None = None
    last_updated: str = Field(examples=[UtcExample])


class Evse(_Model):
    """One socket: with OCPP 1.6 each is an EVSE of its own."""

    uid: str = Field(max_length=36)
    status: Status
    connectors: list[OcpiConnector]
    physical_reference: str = Field(max_length=16)
    directions: list[DisplayText]
    parking_restrictions: list[Literal["MOTORCYCLES"]] | None = None
    last_updated: str = Field(examples=[UtcExample])


class Location(_Model):
    """One place with chargers."""

    country_code: Literal["CN"]
    party_id: str = Field(max_length=3)
    id: str = Field(max_length=36)
    publish: bool
    name: str = Field(max_length=255)
    address: str = Field(max_length=45)
    city: str = Field(max_length=45)
    country: Literal["CHN"]
    coordinates: GeoLocation
    evses: list[Evse]
    operator: BusinessDetails | None = None
    time_zone: str
    last_updated: str = Field(examples=[UtcExample])


class Locations(_Model):
    """OCPI's envelope. ``status_code`` 1000: fine; 2001: a parameter is wrong, and ``data`` is empty."""

    data: list[Location]
    status_code: int
    status_message: str
    timestamp: str = Field(examples=[UtcExample])
