"""Opening the time-series store that the settings name: to write, or only to be asked."""

from pathlib import Path

from gateway.telemetry.base import Reading, Telemetry
from gateway.telemetry.embedded import Embedded
from gateway.telemetry.settings import TelemetrySettings


def opened(settings: TelemetrySettings | None, embedded: Path) -> Telemetry:
    """InfluxDB if one is configured, else the embedded store. Raises TelemetryError."""
    return Embedded(embedded) if settings is None else _influx(settings)


def reading(settings: TelemetrySettings | None, embedded: Path, within_s: float) -> Reading:
    """The same for who asks only; an embedded store that is not there yet is none. Raises TelemetryError.

    ``within_s``: how long a question may take.
    """
    return Embedded(embedded, read_only=True) if settings is None else _influx(settings, within_s)


def _influx(settings: TelemetrySettings, within_s: float | None = None) -> Telemetry:
    from gateway.telemetry.influx import ASKING_S, Influx  # noqa: PLC0415  # a second and 25 MiB, for those who have one

    login = settings.token.get_secret_value() if settings.token else ""
    if settings.username and settings.password:
        login = f"{settings.username}:{settings.password.get_secret_value()}"
    return Influx(
        settings.url,
        settings.bucket,
        org=settings.org,
        login=login,
        basic=settings.username is not None,
        version=settings.version,
        asking_s=ASKING_S if within_s is None else within_s,
    )
