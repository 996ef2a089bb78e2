import asyncio
import contextlib
import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from ocpp.v16 import ChargePoint as OcppClient
from ocpp.v16 import call
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from edge.drivers.base import ChargePointSample, Driver
from edge.drivers.ocpp16.session import Timing

RUBBISH: list[str | bytes] = [
    "",
    "rubbish",
    "[2,",
    "{}",
    "[]",
    "[9,9,9,9]",
    '[2,"r1"]',
    '[2,"r2","StatusNotification",[]]',
    b"\x00\xff\xfe",
    "[" * 4000,
]


def sample(driver: Driver) -> ChargePointSample:
    seen = driver.look(time.monotonic())
    assert isinstance(seen, ChargePointSample)
    return seen


def test_a_standard_client_boots_reports_and_charges(site: Any, judged: Callable[..., Any]) -> None:
    driver = site.open()

    async def charge() -> Any:
        async with connect(
            f"ws://127.0.0.1:{site.port}/{site.device.identity}", subprotocols=[Subprotocol("ocpp1.6")], proxy=None
        ) as connection:
            client = OcppClient("CP01", connection)
            reading = asyncio.create_task(client.start())
            booted = await client.call(call.BootNotification("Model", "Vendor"))
            await client.call(call.Authorize("CARD"))
            started = await client.call(call.StartTransaction(1, "CARD", 0, "2026-11-23T00:00:00Z"))
            await client.call(call.StatusNotification(1, "NoError", "Charging"))
            power = {"value": "6.6", "measurand": "Power.Active.Import", "unit": "kW"}
            await client.call(call.MeterValues(1, [{"timestamp": "2026-11-23T00:00:00Z", "sampledValue": [power]}]))
            verdicts = judged(driver, site.device)
            stopped = await client.call(call.StopTransaction(5, "2026-11-23T00:00:00Z", started.transaction_id))
            reading.cancel()
            return booted, stopped, verdicts

    booted, stopped, verdicts = asyncio.run(charge())
    assert (booted.status, booted.interval) == ("Accepted", 60)
    assert stopped.id_tag_info["status"] == "Accepted"
    assert (verdicts["cp-01.1"].word, verdicts["cp-01.1"].m) == ("in_use", {"power_w": 6600.0})
    assert verdicts["cp-01"].state == "up"


def test_ground_failure_is_seen_at_once_and_wakes(site: Any, judged: Callable[..., Any]) -> None:
    driver = site.open()
    pile = site.dial()
    pile.status(1, "Charging")
    site.woken.clear()
    pile.status(1, "Faulted", "GroundFailure")
    assert site.woken.is_set()
    verdict = judged(driver, site.device)["cp-01.1"]
    assert (list(verdict.findings), verdict.word) == (["GroundFailure"], "out_of_order")


def test_what_a_strict_schema_refuses_is_read(site: Any, judged: Callable[..., Any]) -> None:
    driver = site.open()
    pile = site.dial()
    serial = "S" * 34
    booted = pile.call("BootNotification", chargePointModel="M", chargePointVendor="V", chargePointSerialNumber=serial)
    assert booted[2]["status"] == "Accepted"
    pile.status("1", "Faulted", "Error", info="x" * 300, timestamp="yesterday", unheard=[1])
    verdict = judged(driver, site.device)["cp-01.1"]
    assert list(verdict.findings) == ["unrecognised", "Faulted"]


def test_rubbish_is_counted_logged_once_and_the_connection_stays(site: Any, judged: Callable[..., Any]) -> None:
    driver = site.open()
    pile = site.dial()
    with capture_logs() as logs:
        for frame in RUBBISH:
            pile.connection.send(frame)
        assert pile.hear()[:3] == [4, "9", "FormationViolation"]
        assert [pile.hear()[1] for _ in range(1)] == ["r2"]
        pile.status(1, "Available")
    assert sample(driver).rubbish == len(RUBBISH)
    assert len([entry for entry in logs if entry["event"] == "ocpp_rubbish"]) == 1
    assert judged(driver, site.device)["cp-01.1"].word == "free"


def test_an_unknown_action_gets_an_error_and_bytes_that_are_no_text_too(site: Any) -> None:
    site.open()
    pile = site.dial()
    assert pile.call("SolveRiddle")[2] == "NotImplemented"
    pile.connection.send(b'[2,"b","StatusNotification",{"connectorId":1,"status":"\xff"}]', text=True)
    assert pile.hear()[:2] == [3, "b"]


def test_strangers_are_refused_counted_and_logged_once(site: Any) -> None:
    driver = site.open()
    with capture_logs() as logs:
        for _ in range(3):
            with pytest.raises(InvalidStatus):
                site.dial("nobody-I-know")
    assert driver.server.refused == 3
    assert [entry["identity"] for entry in logs if entry["event"] == "ocpp_refused"] == ["nobody-I-know"]


def test_a_pile_that_offers_no_subprotocol_is_let_in(site: Any) -> None:
    driver = site.open()
    assert site.dial(subprotocols=None).status(1, "Available")[0] == 3
    assert sample(driver).connected


def test_a_lost_socket_is_offline_at_once_and_after_it_nothing_is_known(
    site: Any, judged: Callable[..., Any], until: Callable[..., float]
) -> None:
    driver = site.open()
    pile = site.dial()
    pile.status(1, "Available")
    pile.connection.socket.shutdown(socket.SHUT_RDWR)
    until(lambda: list(judged(driver, site.device)["cp-01"].findings) == ["offline"], 2)
    site.dial()
    until(lambda: judged(driver, site.device)["cp-01"].state == "up", 2)
    assert judged(driver, site.device)["cp-01.1"].word == "unknown"


def test_a_pile_that_dials_anew_replaces_its_old_connection(site: Any) -> None:
    driver = site.open()
    old, new = site.dial(), site.dial()
    with contextlib.suppress(ConnectionClosed):
        old.hear()
    new.status(1, "Available")
    assert sample(driver).connected


def test_a_frozen_pile_is_found_by_its_missing_pong(site: Any, until: Callable[..., float]) -> None:
    driver = site.open(Timing(ping_s=0.3, pong_s=0.3, close_s=0.2))

    async def freeze() -> float:
        url = f"ws://127.0.0.1:{site.port}/{site.device.identity}"
        async with connect(url, ping_interval=None, proxy=None) as connection:
            await asyncio.sleep(0.8)
            assert sample(driver).connected
            connection.transport.pause_reading()
            frozen_at = time.monotonic()
            await asyncio.to_thread(until, lambda: not sample(driver).connected, 3)
            connection.transport.abort()
        return time.monotonic() - frozen_at

    assert asyncio.run(freeze()) < 3


def test_a_pile_that_never_pongs_is_not_pinged_for_ever_but_hears_from_us(site: Any) -> None:
    site.open(Timing(ping_s=0.05, pong_s=0.05, pings=3))
    asked = f"GET /{site.device.identity} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    heard: list[int] = []
    with socket.create_connection(("127.0.0.1", site.port), 2) as pile:
        pile.sendall(f"{asked}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {'A' * 22}==\r\n\r\n".encode())
        stream = pile.makefile("rb")
        while stream.readline().strip():
            continue
        while len(heard) < 8:
            kind, length = stream.read(2)
            stream.read(length)
            heard.append(kind)
    ping, pong = 0x89, 0x8A
    assert heard == [ping] * 3 + [pong] * 5


def test_a_pile_that_says_nothing_is_asked_and_then_given_up(site: Any, until: Callable[..., float]) -> None:
    driver = site.open(Timing(status_s=0.2, close_s=0.2), heartbeat_s=0.5)
    pile = site.dial()
    asked = [pile.hear() for _ in range(3)]
    assert [(frame[2], frame[3].get("connectorId")) for frame in asked] == [
        ("TriggerMessage", 1),
        ("TriggerMessage", 2),
        ("TriggerMessage", None),
    ]
    assert asked[2][3] == {"requestedMessage": "Heartbeat"}
    until(lambda: not sample(driver).connected, 3)


def test_a_pile_that_answers_anything_is_kept(site: Any) -> None:
    driver = site.open(Timing(status_s=0.2), heartbeat_s=0.4)
    pile = site.dial()
    end = time.monotonic() + 2.5
    while time.monotonic() < end:
        heard = pile.hear()
        pile.send(4, heard[1], "NotImplemented", "", {})
        if heard[3].get("requestedMessage") == "StatusNotification" and heard[3]["connectorId"] == 2:
            pile.status(2, "Available")
    assert sample(driver).connected


def test_the_end_point_is_shared_and_closed_with_the_last_driver(site: Any) -> None:
    driver = site.open()
    second = site.open(id="cp-02", identity="CP02")
    assert second.server is driver.server
    second.close()
    with pytest.raises(InvalidStatus):
        site.dial("CP02")
    driver.close()
    with pytest.raises(ConnectionRefusedError):
        site.dial()


def test_two_piles_with_one_identity_are_an_error(site: Any) -> None:
    site.open()
    with pytest.raises(ValueError, match="identity"):
        site.open()


def test_frames_are_json_text(site: Any) -> None:
    site.open()
    pile = site.dial()
    pile.send(2, "1", "Heartbeat", {})
    heard = pile.connection.recv(5)
    assert isinstance(heard, str)
    assert json.loads(heard)[2]["currentTime"].endswith("Z")
