"""Judging a charging pile and its connectors.

Offline beats a station-level Faulted or Unavailable, which beats the connector. Connector 0 "Available" overrides
nothing. After a reconnect a connector is unknown until it was read again, and all are while a station that was faulted
before it has not been.
"""

from collections.abc import Iterable

from contracts.inventory import ChargePoint, connector_id
from contracts.states import Word
from edge.detect.ocpp_words import SESSION, Found, condition, events, status_of, word_for
from edge.detect.verdict import Verdict, Verdicts, found, state_of
from edge.drivers.base import ChargePointSample, ConnectorSample

STATION = 0
# MeterValues may stop while a session goes on: an old power is no power of now.
POWER_AGE_S = 900.0


# What the station, and connectors that the inventory does not list, said when last read: their codes by number.
Standing = dict[int, frozenset[str]]


def judge(
    sample: ChargePointSample,
    memory: Standing | None,
    device: ChargePoint,
    now: float,  # noqa: ARG001  # one signature for all
) -> tuple[Verdicts, Standing]:
    """Verdicts for the charge point and each of its connectors."""
    by_number = {connector.number: connector for connector in sample.connectors}
    known = {connector.number for connector in device.connectors}
    unlisted = [connector for connector in sample.connectors if connector.number not in known]
    read = {c.number: frozenset(condition(c.now)) for c in unlisted if sample.connected and c.now is not None}
    standing = (memory or {}) | read
    # A new connection heals nothing: what stood before it is not checkable until the pile speaks of it again.
    unread = frozenset[str]().union(*(codes for number, codes in standing.items() if number not in read))
    verdicts = {device.id: _charge_point(sample, device, unlisted, unread)}
    station = by_number.get(STATION) if sample.connected else None
    in_doubt = STATION not in read and bool(standing.get(STATION))
    for number in sorted(known):
        seen = by_number.get(number, ConnectorSample(number))
        verdicts[connector_id(device.id, number)] = _connector(seen, station, sample.connected, in_doubt)
    return verdicts, standing


def _charge_point(
    sample: ChargePointSample, device: ChargePoint, unlisted: Iterable[ConnectorSample], unread: frozenset[str]
) -> Verdict:
    """The pile itself; what it says of the station and of connectors that the inventory does not list counts here."""
    findings: Found = {}
    for connector in unlisted:
        findings |= events(connector.heard) | (condition(connector.now) if sample.connected else {})
    m = {"connected": float(sample.connected), "rubbish": float(sample.rubbish)}
    if sample.connected:
        return Verdict(state_of(findings), findings=findings, nc=unread - findings.keys(), m=m)
    if sample.frame_age_s is None and sample.listening_s <= device.heartbeat_s:
        # The node has just started: piles take a while to dial in again.
        return Verdict("unknown", findings=findings, m=m)
    findings |= found("offline")
    return Verdict(state_of(findings), findings=findings, m=m)


def _connector(seen: ConnectorSample, station: ConnectorSample | None, connected: bool, in_doubt: bool) -> Verdict:
    heard = events(seen.heard)
    if not connected:
        return Verdict(state_of(heard) if heard else "unknown", "unknown", heard)
    findings = heard | condition(seen.now)
    word = _station_word(station) or word_for(seen.now, seen.status_s)
    if in_doubt and word != "out_of_order":
        word = "unknown"
    m = _measured(seen)
    if word == "out_of_order":
        # Also without a finding of its own: the whole station may be faulted.
        return Verdict("down", word, findings, m=m)
    if word == "unknown" and state_of(findings) != "down":
        return Verdict("unknown", word, findings, m=m)
    return Verdict(state_of(findings), word, findings, m=m)


def _station_word(station: ConnectorSample | None) -> Word | None:
    overriding: dict[str, Word] = {"Faulted": "out_of_order", "Unavailable": "closed"}
    return overriding.get(status_of(station.now) or "") if station else None


def _measured(seen: ConnectorSample) -> dict[str, float]:
    if seen.power_w is None or seen.power_age_s is None or seen.power_age_s > POWER_AGE_S:
        return {}
    return {"power_w": round(seen.power_w, 1)} if status_of(seen.now) in SESSION else {}
