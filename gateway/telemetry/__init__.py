"""The only time-series access: InfluxDB (:mod:`gateway.telemetry.influx`, imported where one is configured, as it is
heavy) or an embedded store, behind one small Protocol.
"""

from gateway.telemetry.base import Outcome, Sample, Telemetry, TelemetryError
from gateway.telemetry.drain import Drain, drain_once
from gateway.telemetry.embedded import Embedded
from gateway.telemetry.keeper import Keeper

__all__ = ["Drain", "Embedded", "Keeper", "Outcome", "Sample", "Telemetry", "TelemetryError", "drain_once"]
