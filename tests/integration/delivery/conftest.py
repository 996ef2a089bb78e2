"""Vendors over real sockets, a clock that does not wait, and a watch over what may not be said anywhere."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import TypeAdapter

from demo.vendors import SECRET, Order, Vendors
from gateway.delivery.channels import Channel, ChannelSettings, open_channel
from gateway.dispatch.words import Letter

NUMBER = "13800138000"
TEMPLATES = {"SMS_1": "【村安】${place}${what}"}
Open = Callable[..., Channel]
READ: TypeAdapter[ChannelSettings] = TypeAdapter(ChannelSettings)


@dataclass
class Clock:
    """Sleeping moves it, and nothing else; ``now_ms`` is close to the vendors' own time."""

    at_s: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def mono_s(self) -> float:
        return self.at_s

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at_s += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vendors() -> Iterator[Vendors]:
    with Vendors(templates=TEMPLATES, login=("gateway", SECRET)) as found:
        yield found


def letter(**other: Any) -> Letter:
    usual: dict[str, Any] = {
        "key": "m-1",
        "to": "",
        "lang": "zh",
        "kind": "problem",
        "severity": 2,
        "title": "北沽路口：摄像机",
        "text": "北沽路口 cam-01 无画面。\nhttps://vsm.example/o/1",
        "template": "problem",
        "variables": {"place": "北沽路口", "what": "摄像机无画面"},
        "link": "https://vsm.example/o/1",
    }
    return Letter(**(usual | other))


@pytest.fixture
def opened(vendors: Vendors, clock: Clock) -> Iterator[Open]:
    """Open a channel of this kind at the vendors."""
    channels: list[Channel] = []
    usual: dict[str, dict[str, Any]] = {
        "wecom": {"url": f"{vendors.url}/cgi-bin/webhook/send", "secret": f"{SECRET}.duty"},
        "webhook": {"url": f"{vendors.url}/webhook", "secret": SECRET},
        "sms": {"url": f"{vendors.url}/adapter", "secret": SECRET, "templates": {"problem": "SMS_1"}},
        "voice": {"url": f"{vendors.url}/adapter", "secret": SECRET, "templates": {"problem": {"zh": "SMS_1"}}},
        "smtp": {
            "host": "127.0.0.1",
            "port": vendors.smtp_port,
            "security": "plain",
            "sender": "vsm@village.example",
            "username": "gateway",
            "secret": SECRET,
        },
        "apprise": {"secret": f"{vendors.url.replace('http', 'json')}/webhook?-key={SECRET}"},
        "console": {},
    }

    def opener(kind: str, **other: Any) -> Channel:
        settings = READ.validate_python({"kind": kind} | usual.get(kind, {}) | other)
        channels.append(open_channel("duty", settings, clock))
        return channels[-1]

    yield opener
    for channel in channels:
        channel.close()


@pytest.fixture(autouse=True)
def nothing_leaks(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """No log, at whatever level, and no terminal ever holds a secret or a number."""
    caplog.set_level(logging.DEBUG)
    yield
    logged = [record.getMessage() for record in caplog.get_records("call")]
    said = "\n".join(logged) + "".join(capfd.readouterr())
    assert SECRET not in said
    assert NUMBER not in said


def order(how: Any, **other: Any) -> Order:
    return Order(how, **other)
