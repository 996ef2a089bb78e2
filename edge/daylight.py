"""Whether it is night at a place: a solar light is judged dark only then."""

from datetime import UTC, datetime, timedelta

from astral import Observer
from astral.sun import elevation

from edge.clock import Clock

CIVIL_DEG = -6.0
MARGIN = timedelta(minutes=45)


def is_night(lat: float, lon: float, at: datetime) -> bool:
    """Whether ``at`` lies between civil dusk + 45 min and civil dawn - 45 min at WGS-84 ``lat``, ``lon`` (degrees).

    Civil dusk and dawn: the sun's centre 6 degrees below the horizon. So it must be below that both 45 minutes earlier
    and 45 minutes later, which needs no calendar date and holds at any longitude.
    """
    place = Observer(lat, lon)
    return all(elevation(place, moment, with_refraction=False) < CIVIL_DEG for moment in (at - MARGIN, at + MARGIN))


def night_by(clock: Clock, lat: float, lon: float) -> bool | None:
    """The same for now; None while the wall clock cannot be trusted."""
    if clock.quality() == "none":
        return None
    return is_night(lat, lon, datetime.fromtimestamp(clock.wall_ms() / 1000, UTC))
