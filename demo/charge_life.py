"""What happens at a charge point's connectors when nobody interferes: cars come, charge and go, slowly, as the seed
says. No clock, no I/O.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

# OCPP 1.6, ChargePointErrorCode, without NoError.
ERROR_CODES = frozenset(
    {
        "ConnectorLockFailure",
        "EVCommunicationError",
        "GroundFailure",
        "HighTemperature",
        "InternalError",
        "LocalListConflict",
        "OtherError",
        "OverCurrentFailure",
        "OverVoltage",
        "PowerMeterFailure",
        "PowerSwitchFailure",
        "ReaderFailure",
        "ResetFailure",
        "UnderVoltage",
        "WeakSignal",
    }
)
PHASES = (("Available", 45.0, 120.0), ("Preparing", 4.0, 9.0), ("Charging", 60.0, 180.0), ("Finishing", 5.0, 12.0))
SAMPLE_S = 10.0
POWER_W = 6600.0


@dataclass(frozen=True, slots=True)
class Call:
    """A message to the other side: an OCPP action and its payload."""

    action: str
    payload: dict[str, Any]
    connector: int | None = None

    @property
    def must_arrive(self) -> bool:
        """Transactions are kept while there is no connection, as the standard asks."""
        return self.action in {"StartTransaction", "StopTransaction"}


def timestamp(t: float) -> str:
    """``t`` in Unix seconds as OCPP writes it."""
    return datetime.fromtimestamp(t, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Connector:
    """One socket. Number 0 is the charge point as a whole: it has a state and no cars. Times in Unix seconds."""

    number: int
    seed: int
    now: float
    status: str = "Available"
    error: str = "NoError"
    inoperative: bool = False
    transaction: int | None = None
    energy_wh: float = 0.0
    _phase: int = 0
    _until: float = 0.0
    _sampled: float = 0.0
    _dice: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self._dice = random.Random(f"connector {self.seed} {self.number}")
        self._until = self.now + self._dice.uniform(8, 200)

    def step(self, now: float) -> Iterator[Call]:
        """What the connector says at ``now``; call it each second or so."""
        passed, self.now = now - self.now, now
        if self.number == 0 or self.error != "NoError" or self.inoperative:
            return
        if self.status == "Charging":
            self.energy_wh += self.power_w(now) * passed / 3600
            if now - self._sampled >= SAMPLE_S:
                self._sampled = now
                yield self.meter_values(now)
        if now >= self._until:
            yield from self._enter((self._phase + 1) % len(PHASES), now)

    def fault(self, error: str, now: float) -> Iterator[Call]:
        """Become Faulted with the OCPP code ``error``; a charge that runs ends."""
        if self.status == "Charging":
            yield self._stop(now, "Other")
        self.status, self.error = "Faulted", error
        yield self.notification(now)

    def mend(self, now: float) -> Iterator[Call]:
        """Be free again."""
        self.error = "NoError"
        yield from self._enter(0, now)

    def allow(self, operative: bool, now: float) -> Iterator[Call]:
        """ChangeAvailability: closed for cars, or open again."""
        if self.status == "Charging" and not operative:
            yield self._stop(now, "Other")
        self.inoperative = not operative
        yield from self._enter(0, now)

    def go_to(self, status: str, now: float) -> Iterator[Call]:
        """Jump to a phase: a remote start or stop."""
        yield from self._enter([name for name, *_ in PHASES].index(status), now)

    def restart(self, now: float) -> None:
        """After a power cut: whatever was charging is gone, a fault is not."""
        self.transaction, self._phase, self.now = None, 0, now
        self.status = "Faulted" if self.error != "NoError" else "Available"
        self._until = now + self._dice.uniform(*PHASES[0][1:])

    def power_w(self, now: float) -> float:
        """Power it delivers, in watts."""
        return POWER_W + 300 * ((now / 7 + self.number) % 1 - 0.5) if self.status == "Charging" else 0.0

    def notification(self, now: float) -> Call:
        """Its StatusNotification."""
        payload = {
            "connectorId": self.number,
            "errorCode": self.error,
            "status": self.status,
            "timestamp": timestamp(now),
        }
        return Call("StatusNotification", payload, self.number)

    def meter_values(self, now: float) -> Call:
        """Its MeterValues: power and the energy register."""
        values = (
            ("Power.Active.Import", self.power_w(now), "W"),
            ("Energy.Active.Import.Register", self.energy_wh, "Wh"),
        )
        sampled = [
            {"value": f"{value:.1f}", "measurand": name, "unit": unit, "context": "Sample.Periodic"}
            for name, value, unit in values
        ]
        payload = {"connectorId": self.number, "meterValue": [{"timestamp": timestamp(now), "sampledValue": sampled}]}
        return Call("MeterValues", payload, self.number)

    def _enter(self, phase: int, now: float) -> Iterator[Call]:
        name, shortest, longest = PHASES[phase]
        if self.status == "Charging" and name != "Charging":
            yield self._stop(now, "EVDisconnected")
        self._phase, self._until = phase, now + self._dice.uniform(shortest, longest)
        self.status = "Unavailable" if self.inoperative else name
        if self.status == "Charging":
            self._sampled = now - SAMPLE_S / 2
            start = {
                "connectorId": self.number,
                "idTag": f"CARD{self.number:04d}",
                "meterStart": round(self.energy_wh),
                "timestamp": timestamp(now),
            }
            yield Call("StartTransaction", start, self.number)
        yield self.notification(now)

    def _stop(self, now: float, reason: str) -> Call:
        return Call(
            "StopTransaction",
            {"meterStop": round(self.energy_wh), "timestamp": timestamp(now), "reason": reason},
            self.number,
        )
