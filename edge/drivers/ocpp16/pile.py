"""What one pile has said since it connected. Written by the server's thread, read by looks from another."""

import random
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog

from edge.drivers.base import ChargePointSample, ConnectorSample, StatusReport
from edge.drivers.ocpp16 import frames
from edge.drivers.ocpp16.frames import Rubbish, text, whole
from edge.drivers.ocpp16.meter import power_w

log = structlog.get_logger(__name__)

STATION = 0
LAST_CONNECTOR = 64
# Between two looks, a few seconds apart; a pile that says more has said it before.
HEARD = 200
ACCEPTED = {"idTagInfo": {"status": "Accepted"}}
FIXED: dict[str, dict[str, Any]] = {
    "authorize": ACCEPTED,
    "datatransfer": {"status": "UnknownVendorId"},
    "diagnosticsstatusnotification": {},
    "firmwarestatusnotification": {},
}
# From a random number on: after a restart a pile may still end transactions of before.
_FIRST_TRANSACTION = random.randrange(1, 2**30)


@dataclass(slots=True)
class _Connector:
    number: int
    now: StatusReport | None = None
    status_at: float = 0.0
    power_w: float | None = None
    power_at: float = 0.0
    transaction: int | None = None
    heard: deque[StatusReport] = field(default_factory=lambda: deque(maxlen=HEARD))

    def sample(self, now: float) -> ConnectorSample:
        """The facts; what was heard is handed over once."""
        heard = tuple(self.heard)
        self.heard.clear()
        status_s = max(0.0, now - self.status_at) if self.now else 0.0
        power_age_s = None if self.power_w is None else max(0.0, now - self.power_at)
        return ConnectorSample(self.number, self.now, status_s, self.power_w, power_age_s, heard)


class Pile:
    """``identity``: what it dials. ``numbers``: its connectors in the inventory. ``wake``: asks for a look at once."""

    def __init__(
        self, identity: str, numbers: tuple[int, ...], heartbeat_s: float, wake: Callable[[], None], now: float
    ) -> None:
        self.identity, self.numbers, self.heartbeat_s = identity, numbers, heartbeat_s
        self._wake, self._started = wake, now
        self._guard = threading.Lock()
        self._connected = False
        self._frame_at: float | None = None
        self._rubbish = 0
        self._transactions = 0
        self._station_speaks = False
        self._connectors = self._blank()
        self._reads: dict[str, Callable[[dict[str, Any], float], dict[str, Any]]] = {
            "statusnotification": self._status,
            "metervalues": self._meter,
            "starttransaction": self._start,
            "stoptransaction": self._stop,
        }

    def sample(self, now: float) -> ChargePointSample:
        """Everything known now."""
        with self._guard:
            connectors = tuple(connector.sample(now) for connector in self._connectors.values())
            age_s = None if self._frame_at is None else max(0.0, now - self._frame_at)
            return ChargePointSample(self._connected, max(0.0, now - self._started), age_s, connectors, self._rubbish)

    def connected(self) -> None:
        """A new connection: what was said on the old one holds no longer, but what nobody has looked at yet is kept."""
        with self._guard:
            fresh = self._blank()
            for number, old in self._connectors.items():
                if old.heard:
                    fresh.setdefault(number, _Connector(number)).heard.extend(old.heard)
            self._connectors, self._connected = fresh, True
        self._wake()

    def disconnected(self) -> None:
        """The connection has ended."""
        with self._guard:
            self._connected = False
        self._wake()

    def touched(self, now: float) -> None:
        """A frame came, whatever was in it."""
        with self._guard:
            self._frame_at = now

    def unread(self) -> list[int]:
        """Connectors whose status is not known since the connection was made; the station, if it ever told its own."""
        with self._guard:
            wanted = (*self.numbers, STATION) if self._station_speaks else self.numbers
            return [number for number in wanted if self._connectors[number].now is None]

    def rubbish(self, rubbish: Rubbish) -> None:
        """Count a frame that is no OCPP; the first is logged. Severity 1 words in it are kept."""
        with self._guard:
            self._rubbish += 1
            first = self._rubbish == 1
            told = [StatusReport(error=word, info="in a frame that cannot be read") for word in rubbish.safety]
            self._connectors[STATION].heard.extend(told)
        if first:
            log.warning(
                "ocpp_rubbish", pile=self.identity, reason=rubbish.reason[:200], note="only the first is logged"
            )
        if told:
            self._wake()

    def take(self, action: str, payload: dict[str, Any], now: float) -> dict[str, Any] | None:
        """Read one call and give the answer's payload; None for an action that OCPP 1.6 piles do not send."""
        name = "".join(letter for letter in action.casefold() if letter.isalnum())
        if name in self._reads:
            return self._reads[name](payload, now)
        if name == "bootnotification":
            return {"status": "Accepted", "currentTime": _utc(), "interval": max(1, round(self.heartbeat_s))}
        if name == "heartbeat":
            return {"currentTime": _utc()}
        if name not in FIXED and frames.field(payload, "errorCode") is not None:
            self._status(payload, now)  # whatever the pile calls it: an error code is not lost to its name
        return dict(FIXED[name]) if name in FIXED else None

    def _blank(self) -> dict[int, _Connector]:
        return {number: _Connector(number) for number in (STATION, *self.numbers)}

    def _connector(self, payload: dict[str, Any]) -> _Connector:
        """The connector a payload speaks of; the station when it does not say which."""
        number = whole(frames.field(payload, "connectorId"))
        if number is None or not STATION <= number <= LAST_CONNECTOR:
            number = STATION
        return self._connectors.setdefault(number, _Connector(number))

    def _status(self, payload: dict[str, Any], now: float) -> dict[str, Any]:
        with self._guard:
            connector = self._connector(payload)
            self._station_speaks = self._station_speaks or connector.number == STATION
            before = connector.now
            report = StatusReport(
                status=text(frames.field(payload, "status")) or (before.status if before else None),
                error=text(frames.field(payload, "errorCode")),
                info=text(frames.field(payload, "info")),
                vendor_error=text(frames.field(payload, "vendorErrorCode")),
            )
            if before is None or before.status != report.status:
                connector.status_at = now
            connector.now = report
            if report not in connector.heard:  # a flood of one word must not push out another
                connector.heard.append(report)
        if report != before:
            self._wake()
        return {}

    def _meter(self, payload: dict[str, Any], now: float) -> dict[str, Any]:
        watts = power_w(payload)
        with self._guard:
            if watts is not None:
                connector = self._connector(payload)
                connector.power_w, connector.power_at = watts, now
        return {}

    def _start(self, payload: dict[str, Any], _now: float) -> dict[str, Any]:
        with self._guard:
            self._transactions += 1
            number = _FIRST_TRANSACTION + self._transactions
            self._connector(payload).transaction = number
        return {"transactionId": number, **ACCEPTED}

    def _stop(self, payload: dict[str, Any], _now: float) -> dict[str, Any]:
        with self._guard:
            connector = self._of_transaction(whole(frames.field(payload, "transactionId")))
            connector.transaction, connector.power_w = None, None
            reason = text(frames.field(payload, "reason"))
            if reason:
                connector.heard.append(StatusReport(stop_reason=reason))
        if reason:
            self._wake()
        return dict(ACCEPTED)

    def _of_transaction(self, transaction: int | None) -> _Connector:
        """Transactions of before a restart are not known here: then it is the only connector, or the station."""
        if transaction is not None:
            for connector in self._connectors.values():
                if connector.transaction == transaction:
                    return connector
        return self._connectors[self.numbers[0] if len(self.numbers) == 1 else STATION]


def _utc() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
