"""How soon the gateway asks a broker again that was away."""

import time

import pytest

from contracts.settings import BrokerSettings
from gateway.uplink import Uplink


def test_a_broker_that_is_away_is_asked_again_within_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now, waits = 0.0, list[float]()

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr("paho.mqtt.client.time_func", lambda: now)
    monkeypatch.setattr(time, "sleep", sleep)
    line = Uplink(BrokerSettings(), "v-01", "b" * 16, lambda: 0, 50.0)
    for _ in range(6):
        begun = now
        line._client._reconnect_wait()
        waits.append(now - begun)
    assert waits == [1.0, 2.0, 2.0, 2.0, 2.0, 2.0]
