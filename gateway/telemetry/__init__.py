"""The only time-series access: InfluxDB or an embedded store behind one small Protocol."""

from gateway.telemetry.base import Outcome, Sample, Telemetry, TelemetryError
from gateway.telemetry.drain import Drain, drain_once
from gateway.telemetry.embedded import Embedded
from gateway.telemetry.influx import Influx

__all__ = ["Drain", "Embedded", "Influx", "Outcome", "Sample", "Telemetry", "TelemetryError", "drain_once"]
