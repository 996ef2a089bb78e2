"""From the chargers as residents see them to OCPI's Locations. Pure but for what was published before."""

import hashlib
from datetime import UTC, datetime

from contracts.connectors import Connector
from contracts.states import Word
from dashboard_api.public.look import only
from dashboard_api.public.ocpi_models import (
    BusinessDetails,
    DisplayText,
    Evse,
    GeoLocation,
    Location,
    OcpiConnector,
    Status,
)
from dashboard_api.published import Published
from dashboard_api.sheet import Charger, Home, Look, Site, Socket

ID_MAX, ADDRESS_MAX, REFERENCE_MAX = 36, 45, 16
STATUS: dict[Word, Status] = {
    "free": "AVAILABLE",
    "in_use": "CHARGING",
    "finishing": "CHARGING",
    "reserved": "RESERVED",
    "closed": "INOPERATIVE",
    "out_of_order": "OUTOFORDER",
    # A meter does not see whether a car stands there.
    "not_charging": "UNKNOWN",
    "unknown": "UNKNOWN",
}


def locations(party: str, seen: Look, published: Published) -> list[Location]:
    """Every place with chargers, in the order of the inventory."""
    return [_location(seen.home, party, seen, site, published) for site in seen.sites]


def _location(home: Home, party: str, seen: Look, site: Site, published: Published) -> Location:
    evses = [_evse(charger, socket, published, seen.now_ms) for charger in site.chargers for socket in charger.sockets]
    operator = only({one.id: one for charger in site.chargers if (one := charger.operator)}.values())
    return Location(
        country_code="CN",
        party_id=party,
        id=short(site.id),
        publish=True,
        name=site.name.zh,
        address=f"{home.name.zh}{site.name.zh}"[:ADDRESS_MAX],
        city=(home.city or home.name.zh)[:ADDRESS_MAX],
        country="CHN",
        coordinates=GeoLocation(latitude=f"{site.lat:.6f}", longitude=f"{site.lon:.6f}"),
        evses=evses,
        operator=None if operator is None else BusinessDetails(name=operator.name.zh),
        time_zone=home.timezone,
        last_updated=max(evse.last_updated for evse in evses),
    )


def _evse(charger: Charger, socket: Socket, published: Published, now_ms: int) -> Evse:
    status = STATUS[socket.word]
    begun_ms = socket.seen_ms if socket.word == "unknown" else socket.since_ms
    updated = utc(published.since_ms(socket.id, status, begun_ms, now_ms))
    return Evse(
        uid=short(socket.id),
        status=status,
        connectors=[_connector(socket.plate, updated)],
        physical_reference=str(socket.plate.number)[:REFERENCE_MAX],
        directions=[
            DisplayText(language="zh", text=socket.place.zh),
            DisplayText(language="en", text=socket.place.en),
        ],
        parking_restrictions=["MOTORCYCLES"] if charger.vehicle == "e_bike" else None,
        last_updated=updated,
    )


def _connector(plate: Connector, updated: str) -> OcpiConnector:
    return OcpiConnector(
        id=str(plate.number),
        standard=plate.plug,
        format="SOCKET" if plate.plug == "DOMESTIC_I" else "CABLE",
        power_type="DC" if plate.plug == "GBT_DC" else "AC_3_PHASE" if plate.phases == 3 else "AC_1_PHASE",
        max_voltage=plate.volts,
        max_amperage=plate.amps,
        max_electric_power=None if plate.power_kw is None else round(plate.power_kw * 1000),
        last_updated=updated,
    )


def short(name: str) -> str:
    """An id as OCPI takes it: a longer one is cut, and stays one of its own."""
    if len(name) <= ID_MAX:
        return name
    return f"{name[: ID_MAX - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def utc(at_ms: int) -> str:
    """OCPI's DateTime: UTC, to the millisecond."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
