"""``--check``: reach everything the gateway would reach, once, and say how it went."""

import sys
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any

from contracts.inventory import Village
from contracts.settings import BrokerSettings
from contracts.yamlfile import InputErrors
from gateway.delivery.channels import ChannelError, ChannelSettings, Clock, missing_templates, open_channel
from gateway.rosters.file import stored
from gateway.rosters.findings import AHEAD_DAYS, channel_kinds, findings
from gateway.settings import GatewaySettings
from gateway.store import NotThere, StoreError, open_store
from gateway.telemetry import Telemetry, TelemetryError
from gateway.uplink import client_for

WAIT_S = 5.0


class CheckError(Exception):
    """Something cannot be reached; the text says why."""


def check(settings: GatewaySettings, village: Village, telemetry: Callable[[], Telemetry], clock: Clock) -> bool:
    """Print one line a thing; True if all are well."""
    devices, nodes = len(village.places()), sum(1 for _ in village.nodes())
    _say("settings, inventory, rules", f"ok: village {village.id}, {nodes} nodes, {devices} devices")
    results = [
        _try("database", lambda: _database(settings.database)),
        _try(f"broker {settings.broker.host}:{settings.broker.port}", lambda: _broker(settings.broker, village.id)),
        _try("telemetry", lambda: _telemetry(settings, telemetry, clock.now_ms())),
        _roster(settings, village, clock.now_ms()),
        *(
            _try(f"channel {name}", partial(_channel, name, channel, clock))
            for name, channel in sorted(settings.channels.items())
        ),
    ]
    return all(results)


def _say(what: str, how: str) -> None:
    sys.stdout.write(f"{what}: {how}\n")


def _try(what: str, reach: Callable[[], str]) -> bool:
    try:
        _say(what, f"ok: {reach()}")
    except (ChannelError, CheckError, StoreError, TelemetryError) as error:
        _say(what, f"failed: {error}")
        return False
    return True


def _database(url: str) -> str:
    """A check makes nothing."""
    try:
        store = open_store(url, create=False)
    except NotThere:
        return "not there yet: it is made at the first start"
    try:
        waiting = f"{store.waiting_points()} telemetry points waiting, {store.parked_count()} parked"
        return f"{len(store.devices())} devices known, {waiting}"
    finally:
        store.close()


def _roster(settings: GatewaySettings, village: Village, now_ms: int) -> bool:
    """A line for each post that has nobody. An installation without channels may do without a roster."""
    channels = channel_kinds(settings)
    try:
        with closing(open_store(settings.database, create=False)) as store:
            roster = stored(store.roster())
    except NotThere:
        roster = None
    except (StoreError, InputErrors) as error:
        _say("roster", f"failed: {error}")
        return False
    if roster is None:
        how = "failed: channels, but nobody to be told" if channels else "none: nobody is told of anything"
        _say("roster", f"{how}; `python -m gateway roster load` takes one")
        return not channels
    found = list(findings(village, roster, channels, now_ms))
    for line in found or [f"every post has somebody in the next {AHEAD_DAYS} days"]:
        _say("roster", f"failed: {line}" if found else f"ok: {line}")
    return not found


def _broker(broker: BrokerSettings, village: str) -> str:
    answered = threading.Event()
    said: list[str] = []

    def on_connect(_client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        said.append("" if not reason.is_failure else str(reason))
        answered.set()

    try:
        client = client_for(broker, f"gateway-{village}-check")
    except OSError as error:
        raise CheckError(f"{error}; broker.tls names files this user can read") from error
    client.on_connect = on_connect
    try:
        client.connect(broker.host, broker.port)
        client.loop_start()
        answered.wait(WAIT_S)
    except ConnectionRefusedError as error:
        raise CheckError("refused; does the broker run there (broker.host, broker.port)?") from error
    except OSError as error:
        raise CheckError(str(error)) from error
    finally:
        client.disconnect()
        client.loop_stop()
    if not said or said[0]:
        raise CheckError(said[0] if said else f"no answer in {WAIT_S:.0f} s")
    # By its certificate this was the gateway: a broker that takes names from them let the running one go for it.
    return "logged in" + ("; a gateway that runs was cut off for it, and is back in a second" if broker.tls else "")


def _channel(name: str, channel: ChannelSettings, clock: Clock) -> str:
    """Nothing is sent: that is test-channel's."""
    open_channel(name, channel, clock).close()
    if missing := missing_templates(channel):
        raise CheckError(f"no template id for {', '.join(missing)}; set them in channels.{name}.templates")
    return f"settings fit ({channel.kind}); `python -m gateway test-channel {name}` sends a trial"


def _telemetry(settings: GatewaySettings, open_telemetry: Callable[[], Telemetry], now_ms: int) -> str:
    if settings.telemetry is None and not settings.embedded_telemetry.exists():
        return f"embedded store {settings.embedded_telemetry}, not there yet: it is made at the first start"
    telemetry = open_telemetry()
    try:
        outcome = telemetry.write([f"check,device=gateway n=1.0 {now_ms}"])
        if outcome.status != "ok" or outcome.parked:
            raise CheckError(outcome.reason or outcome.parked[0][1])
        newest = telemetry.latest("check", "gateway", "n")
        if newest is None or newest.t < now_ms:
            raise CheckError("a point was written but does not come back")
        return f"a point written and read back, {telemetry.describe()}"
    finally:
        telemetry.close()
