from collections.abc import Callable
from typing import Any

Wait = Callable[..., None]


def test_after_each_dialling_it_boots_says_its_states_and_beats(fakes: Any, wait: Wait) -> None:
    wait(lambda: fakes.end_point.connection)
    with fakes.broken("offline", device="cp-01"):
        wait(lambda: fakes.end_point.connection is None)
        fakes.end_point.heard.clear()
    wait(lambda: fakes.end_point.said("Heartbeat"))
    assert fakes.end_point.heard[0][0] == "BootNotification"
    assert [payload["connectorId"] for _, payload in fakes.end_point.heard[1:4]] == [0, 1, 2]
    assert fakes.end_point.paths[0] == "/DEMO-CP-01"


def test_a_ground_failure_is_reported_and_taken_back(fakes: Any, wait: Wait) -> None:
    with fakes.broken("fault", device="cp-01.1", code="GroundFailure"):
        fault = {"connectorId": 1, "status": "Faulted", "errorCode": "GroundFailure"}
        wait(lambda: fakes.end_point.said("StatusNotification", **fault))
        fakes.end_point.heard.clear()
    mended = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}
    wait(lambda: fakes.end_point.said("StatusNotification", **mended))


def test_it_answers_what_it_knows_and_refuses_the_rest(fakes: Any, wait: Wait) -> None:
    wait(lambda: fakes.end_point.connection)
    fakes.end_point.heard.clear()
    fakes.end_point.answers.clear()
    fakes.end_point.call("TriggerMessage", {"requestedMessage": "MeterValues", "connectorId": 2})
    wait(lambda: fakes.end_point.said("MeterValues", connectorId=2))
    fakes.end_point.call("NoSuchThing", {})
    wait(lambda: len(fakes.end_point.answers) >= 2)
    assert fakes.end_point.answers[0][2] == {"status": "Accepted"}
    assert fakes.end_point.answers[1][2] == "NotImplemented"


def test_rubbish_is_sent_while_it_is_broken(fakes: Any, wait: Wait) -> None:
    with fakes.broken("rubbish", device="cp-01"):
        wait(lambda: len(fakes.end_point.rubbish) >= 3)
    fakes.end_point.heard.clear()
    wait(lambda: fakes.end_point.said("Heartbeat"))


def test_a_junction_without_power_takes_its_pile_along(fakes: Any, wait: Wait) -> None:
    wait(lambda: fakes.end_point.connection)
    with fakes.broken("power", junction="j-02"):
        wait(lambda: fakes.end_point.connection is None)
        fakes.end_point.heard.clear()
    wait(lambda: fakes.end_point.said("BootNotification"))
