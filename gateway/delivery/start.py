"""Puts together what carries letters, from the settings."""

import random
import threading
from collections.abc import Callable, Mapping

from msgspec import Struct

from contracts.inventory import Village
from gateway.clocks import Clocks
from gateway.delivery.channels import ChannelSettings, open_channel
from gateway.delivery.courier import Courier, Desk
from gateway.delivery.directory import Directory
from gateway.delivery.dispatcher import Dispatcher, Rounds
from gateway.delivery.heartbeat import Heartbeat
from gateway.delivery.settings import DispatchSettings
from gateway.delivery.trials import Trials
from gateway.delivery.writing import Writer
from gateway.faults import Rules
from gateway.store import Store


class ChannelClock:
    """The gateway's clocks as a channel takes them; its waits end when the gateway does."""

    def __init__(self, clocks: Clocks, stop: threading.Event) -> None:
        self.now_ms, self.mono_s = clocks.now_ms, clocks.mono_s
        self.sleep: Callable[[float], object] = stop.wait


Channels = Mapping[str, ChannelSettings]


def directory(channels: Channels, village: Village, rules: Rules, store: Store) -> Directory:
    """How the village stands for dispatch, its roster read."""
    kinds = {name: channel.kind for name, channel in channels.items()}
    made = Directory(store, village, kinds, rules.dispatch)
    made.refresh()
    return made


class Gateway(Struct, frozen=True):
    """What the senders need of the rest. ``lease``: a name of this process among all that ever were; ``well``: whether
    the rest of it is, for the outward heartbeat.
    """

    settings: DispatchSettings
    channels: Channels
    rules: Rules
    store: Store
    known: Directory
    clocks: Clocks
    lease: str
    well: Callable[[], bool]


def dispatcher(gateway: Gateway) -> Dispatcher:
    """All senders and the rounds, not started yet. Raises ChannelError for a channel that cannot be used."""
    settings, store, setup, now_ms = gateway.settings, gateway.store, gateway.known.setup, gateway.clocks.now_ms
    stop, times = threading.Event(), gateway.rules.dispatch
    clock = ChannelClock(gateway.clocks, stop)
    channels = [open_channel(name, channel, clock) for name, channel in gateway.channels.items()]
    writer = Writer(setup().village, store, setup, settings, now_ms)
    desk = Desk(store.letters, writer.write, times, now_ms, random.random, gateway.lease)
    couriers = [Courier(channel, desk) for channel in channels]
    rounds = Rounds(store, gateway.known, gateway.rules, now_ms)
    rounds.trials = Trials(store, setup, {one.channel.name: one for one in couriers}, now_ms)
    store.channels_opened({channel.name: channel.kind for channel in channels}, now_ms())
    made = Dispatcher(rounds, couriers, stop)
    url = settings.heartbeat_url
    if url is not None:
        beat = (url.get_secret_value(), settings.heartbeat_s)
        made.report(Heartbeat(*beat, lambda: gateway.well() and made.alive()), now_ms)
    return made
