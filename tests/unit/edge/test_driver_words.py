"""The parts of drivers that need no hardware: OCPP frames and meters, RTSP logins, waiting times."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.drivers.base import StatusReport
from edge.drivers.ocpp16 import frames
from edge.drivers.ocpp16.frames import Answer, Call, Rubbish
from edge.drivers.ocpp16.meter import power_w
from edge.drivers.ocpp16.pile import Pile
from edge.drivers.opencv.login import Login, authorization
from edge.drivers.opencv.retry import Failure, Retry

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=8,
)
ACTIONS = ["StatusNotification", "MeterValues", "StartTransaction", "StopTransaction", "BootNotification", "Heartbeat"]
KEYS = ["connectorId", "status", "errorCode", "info", "vendorErrorCode", "meterValue", "transactionId", "reason"]


def pile(*, woken: list[int] | None = None) -> Pile:
    calls = [] if woken is None else woken
    return Pile("CP01", (1, 2), 60.0, lambda: calls.append(1), 0.0)


def test_frames_are_told_apart() -> None:
    assert frames.read(b'[2,"7","Heartbeat",{}]') == Call("7", "Heartbeat", {})
    assert frames.read(b'[3,"7",{"status":"Accepted"}]') == Answer("7", "Accepted")
    assert frames.read(b'[4,"7","NotImplemented","",{}]') == Answer("7", None)
    assert frames.read(b'[2,7,"Heartbeat",{}]') == Call("7", "Heartbeat", {})


@pytest.mark.parametrize(
    "frame", [b"", b"{}", b"[2,", b"\x00\xff", b"[" * 5000, b'[2,"r",7,{}]', b'[9,"r",{}]', b'[2,"r","X"]']
)
def test_rubbish_is_rubbish(frame: bytes) -> None:
    assert isinstance(frames.read(frame), Rubbish)


def test_a_broken_frame_still_gives_up_its_safety_words() -> None:
    read = frames.read(b'[2,"1","StatusNotification",{"connectorId":1,"errorCode":"GroundFailure","status":"Faul')
    assert isinstance(read, Rubbish)
    assert read.safety == ("GroundFailure",)
    seen = pile()
    seen.rubbish(read)
    assert [report.error for report in seen.sample(1.0).connectors[0].heard] == ["GroundFailure"]


@given(st.binary())
def test_reading_never_raises(frame: bytes) -> None:
    frames.read(frame)


@settings(max_examples=50)
@given(st.sampled_from(ACTIONS), st.dictionaries(st.sampled_from(KEYS), json_values), st.integers(0, 3))
def test_any_payload_is_survived_and_can_be_told(action: str, payload: dict[str, Any], more: int) -> None:
    seen = pile()
    read = frames.read(json.dumps([2, "1", action, payload]).encode())
    assert isinstance(read, Call)
    assert seen.take(action, read.payload, float(more)) is not None
    for connector in seen.sample(5.0).connectors:
        for report in connector.heard:
            assert all(len(word.encode()) <= 400 for word in (report.status, report.error, report.info) if word)


def test_half_a_character_is_told_as_a_question_mark() -> None:
    seen = pile()
    call = frames.read(b'[2,"1","StatusNotification",{"connectorId":1,"errorCode":"GroundFailure","info":"\\ud800"}]')
    assert isinstance(call, Call)
    seen.take(call.action, call.payload, 1.0)
    assert seen.sample(2.0).connectors[1].heard[0].info == "?"


def test_only_what_is_new_wakes() -> None:
    woken: list[int] = []
    seen = pile(woken=woken)
    for _ in range(3):
        seen.take("StatusNotification", {"connectorId": 1, "status": "Charging", "errorCode": "NoError"}, 1.0)
    assert len(woken) == 1


def test_what_nobody_has_looked_at_survives_a_reconnect() -> None:
    seen = pile()
    seen.take("StatusNotification", {"connectorId": "2", "status": "Faulted", "errorCode": "GroundFailure"}, 1.0)
    seen.connected()
    connector = next(connector for connector in seen.sample(2.0).connectors if connector.number == 2)
    assert connector.now is None
    assert [report.error for report in connector.heard] == ["GroundFailure"]
    assert not any(connector.heard for connector in seen.sample(3.0).connectors)


def test_a_stop_reason_finds_its_connector() -> None:
    seen = pile()
    started = seen.take("StartTransaction", {"connectorId": 2, "idTag": "x"}, 1.0) or {}
    seen.take("StopTransaction", {"transactionId": started["transactionId"], "reason": "EmergencyStop"}, 2.0)
    heard = {connector.number: connector.heard for connector in seen.sample(3.0).connectors}
    assert [report.stop_reason for report in heard[2]] == ["EmergencyStop"]


def sampled(**values: Any) -> dict[str, Any]:
    return {"measurand": "Power.Active.Import", **values}


@pytest.mark.parametrize(
    ("items", "watts"),
    [
        ([sampled(value="6600.5", unit="W")], 6600.5),
        ([sampled(value="6.6", unit="kW")], 6600.0),
        ([sampled(value=7)], 7.0),
        ([sampled(value="1", unit="kW", phase="L1"), sampled(value="2", unit="kW", phase="L2")], 3000.0),
        ([sampled(value="1", phase="L1"), sampled(value="9")], 9.0),
        ([sampled(value="nan")], None),
        ([sampled(value="1", unit="Wh")], None),
        ([{"value": "5"}], None),
        ([7, None], None),
    ],
)
def test_power_of_meter_values(items: list[Any], watts: float | None) -> None:
    assert power_w({"meterValue": [{"sampledValue": items}]}) == watts


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def test_digest_is_answered_as_the_standard_says() -> None:
    challenge = 'Digest realm="cam", nonce="abc", algorithm=MD5'
    login = Login.parse("vsm:pass:word")
    answer = authorization(login, ['Basic realm="cam"', challenge], "DESCRIBE", "rtsp://h/live") or ""
    expected = md5(":".join([md5("vsm:cam:pass:word"), "abc", md5("DESCRIBE:rtsp://h/live")]))
    assert f'response="{expected}"' in answer
    assert "pass:word" not in answer + repr(login)


def test_basic_is_used_when_nothing_better_is_offered() -> None:
    assert authorization(Login("u", "p"), ['Basic realm="c"'], "DESCRIBE", "x") == "Basic dTpw"
    assert authorization(Login("u", "p"), ["Negotiate"], "DESCRIBE", "x") is None


@pytest.mark.parametrize(("failure", "waits"), [("unreachable", [0.5, 1, 2, 4, 8, 8]), ("busy", [300, 300])])
def test_back_off(failure: Failure, waits: list[float]) -> None:
    retry = Retry()
    assert [retry.wait_s(failure) for _ in waits] == waits
    retry.succeeded()
    assert retry.wait_s(failure) == waits[0]


def test_a_broken_frame_gives_up_its_safety_words_in_any_spelling() -> None:
    read = frames.read(b'[2,"1","StatusNotification",{"errorCode":"groundfailure"')
    assert isinstance(read, Rubbish)
    assert read.safety == ("GroundFailure",)


@pytest.mark.parametrize("action", ["Status Notification", "StatusNotify", "VendorAlarm"])
def test_an_error_code_is_not_lost_to_the_name_of_its_call(action: str) -> None:
    seen = pile()
    seen.take(action, {"connectorId": 1, "errorCode": "GroundFailure", "status": "Faulted"}, 1.0)
    assert seen.sample(1.0).connectors[1].heard == (StatusReport("Faulted", "GroundFailure"),)


def test_a_flood_of_one_word_pushes_out_no_other() -> None:
    seen = pile()
    for status, error in [("Faulted", "GroundFailure")] + [("Available", "NoError"), ("Preparing", "NoError")] * 300:
        seen.take("StatusNotification", {"connectorId": 1, "errorCode": error, "status": status}, 1.0)
    assert "GroundFailure" in {report.error for report in seen.sample(1.0).connectors[1].heard}


def test_a_station_that_spoke_before_is_asked_again() -> None:
    seen = pile()
    assert seen.unread() == [1, 2]
    seen.take("StatusNotification", {"connectorId": 0, "status": "Faulted"}, 1.0)
    seen.connected()
    assert seen.unread() == [1, 2, 0]
