from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.codes import CODES, ELECTRICAL
from contracts.inventory import ChargePoint, Connector
from contracts.states import WORDS
from edge.detect import JUDGES
from edge.detect.verdict import Verdicts
from edge.drivers.base import ChargePointSample, ConnectorSample, StatusReport

PILE = ChargePoint(
    id="cp-01",
    kind="charge_point",
    driver="ocpp16",
    identity="CP01",
    heartbeat_s=60,
    connectors=(Connector(number=1), Connector(number=2)),
)
FREE = StatusReport("Available", "NoError")


def connector(
    number: int = 1, status: str | None = "Available", error: str = "NoError", **more: Any
) -> ConnectorSample:
    own = {name: more.pop(name) for name in ("info", "vendor_error") if name in more}
    return ConnectorSample(number, StatusReport(status, error, **own) if status else None, **more)


def judged(*connectors: ConnectorSample, connected: bool = True, **more: Any) -> Verdicts:
    sample = ChargePointSample(connected, **{"listening_s": 500.0, "frame_age_s": 1.0, **more}, connectors=connectors)
    return JUDGES["charge_point"](sample, None, PILE, 1000.0)[0]


@pytest.mark.parametrize(
    ("status", "word", "state"),
    [
        ("Available", "free", "up"),
        ("Preparing", "in_use", "up"),
        ("Charging", "in_use", "up"),
        ("SuspendedEVSE", "in_use", "up"),
        ("SuspendedEV", "in_use", "up"),
        ("Finishing", "finishing", "up"),
        ("Reserved", "reserved", "up"),
        ("Unavailable", "closed", "up"),
        ("Faulted", "out_of_order", "down"),
        ("Rebooting", "unknown", "unknown"),
        (" available", "free", "up"),
        (None, "unknown", "unknown"),
    ],
)
def test_the_word_residents_read(status: str | None, word: str, state: str) -> None:
    verdict = judged(connector(status=status))["cp-01.1"]
    assert (verdict.word, verdict.state) == (word, state)


def test_a_full_battery_is_finishing_after_five_minutes() -> None:
    assert judged(connector(status="SuspendedEV", status_s=299.0))["cp-01.1"].word == "in_use"
    assert judged(connector(status="SuspendedEV", status_s=301.0))["cp-01.1"].word == "finishing"


@pytest.mark.parametrize(
    ("status", "error", "codes", "state"),
    [
        ("Available", "NoError", [], "up"),
        ("Available", "", [], "up"),
        ("Charging", "WeakSignal", ["WeakSignal"], "degraded"),
        ("Charging", "HighTemperature", ["HighTemperature"], "degraded"),
        ("Faulted", "HighTemperature", ["FaultedHighTemperature"], "down"),
        ("Faulted", "NoError", ["Faulted"], "down"),
        ("Faulted", "InternalError", ["InternalError"], "down"),
        ("Faulted", "Error", ["unrecognised", "Faulted"], "down"),
        ("Charging", "Error", ["unrecognised"], "degraded"),
        ("Faulted", "GroundFailure", ["GroundFailure"], "down"),
        ("Charging", "groundfailure ", ["GroundFailure"], "down"),
        ("faulted", "PowerSwitchFailure", ["PowerSwitchFailure"], "down"),
    ],
)
def test_error_codes(status: str, error: str, codes: list[str], state: str) -> None:
    verdict = judged(connector(status=status, error=error))["cp-01.1"]
    assert (list(verdict.findings), verdict.state) == (codes, state)


def test_unknown_words_are_kept_raw() -> None:
    assert judged(connector(error="Error"))["cp-01.1"].findings["unrecognised"] == ("degraded", "errorCode 'Error'")
    assert judged(connector(status="Blink"))["cp-01.1"].findings["unrecognised"][1] == "status 'Blink'"


def test_a_severity_1_word_in_a_vendor_field_is_found() -> None:
    verdict = judged(connector(error="OtherError", vendor_error="GroundFailure"))["cp-01.1"]
    assert list(verdict.findings) == ["GroundFailure"]


def test_offline_beats_the_station_which_beats_the_connector() -> None:
    station = connector(0, "Faulted", "InternalError")
    assert judged(station, connector())["cp-01.1"].word == "out_of_order"
    assert judged(station, connector(), connected=False)["cp-01.1"].word == "unknown"
    assert judged(connector(0, "Unavailable"), connector(status="Charging"))["cp-01.1"].word == "closed"


def test_the_stations_fault_is_its_own_and_not_counted_twice() -> None:
    verdicts = judged(connector(0, "Faulted", "InternalError"), connector())
    assert list(verdicts["cp-01"].findings) == ["InternalError"]
    assert (verdicts["cp-01.1"].state, dict(verdicts["cp-01.1"].findings)) == ("down", {})


def test_station_available_overrides_nothing() -> None:
    verdicts = judged(connector(0), connector(1, "Faulted", "GroundFailure"), connector(2, "Charging"))
    assert [verdicts[f"cp-01.{number}"].word for number in (1, 2)] == ["out_of_order", "in_use"]


def test_offline_is_the_piles_and_its_connectors_are_unknown() -> None:
    verdicts = judged(connector(), connected=False)
    assert (verdicts["cp-01"].state, list(verdicts["cp-01"].findings)) == ("down", ["offline"])
    assert {(verdicts[name].state, verdicts[name].word) for name in ("cp-01.1", "cp-01.2")} == {("unknown", "unknown")}


@pytest.mark.parametrize(("listening_s", "state"), [(59.0, "unknown"), (61.0, "down")])
def test_after_a_start_piles_may_take_a_heartbeat_to_dial_in(listening_s: float, state: str) -> None:
    assert judged(connected=False, listening_s=listening_s, frame_age_s=None)["cp-01"].state == state


@pytest.mark.parametrize("code", sorted(ELECTRICAL))
@pytest.mark.parametrize("connected", [True, False])
def test_a_severity_1_word_that_came_and_went_is_a_finding_of_one_look(code: str, connected: bool) -> None:
    told = StatusReport("Faulted", code)
    seen = replace(connector(), heard=(told, FREE))
    assert judged(seen, connected=connected)["cp-01.1"].findings[code][0] == "down"
    assert code not in judged(connector(), connected=connected)["cp-01.1"].findings


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Smoke", "pile_smoke"),
        ("smoke_alarm", "pile_smoke"),
        ("Water Immersion", "pile_water"),
        ("TILT", "tilt"),
        ("LeakageCurrent", "residual_current"),
        ("over-temperature", "over_temperature"),
    ],
)
def test_a_makers_own_word_for_a_danger_is_one(word: str, code: str) -> None:
    for told in (StatusReport("Faulted", "OtherError", vendor_error=word), StatusReport("Faulted", word)):
        assert list(judged(replace(connector(), now=told))["cp-01.1"].findings) == [code]
        gone = judged(replace(connector(), heard=(told, FREE)))["cp-01.1"]
        assert gone.findings[code][0] == "down"


@pytest.mark.parametrize(
    ("reason", "codes"),
    [("EmergencyStop", ["EmergencyStop"]), ("Local", []), ("EVDisconnected", []), ("Gremlins", ["unrecognised"])],
)
def test_stop_reasons(reason: str, codes: list[str]) -> None:
    seen = replace(connector(), heard=(StatusReport(stop_reason=reason),))
    assert list(judged(seen)["cp-01.1"].findings) == codes


def test_a_connector_the_inventory_does_not_list_counts_for_the_pile() -> None:
    assert list(judged(connector(7, "Faulted", "GroundFailure"))["cp-01"].findings) == ["GroundFailure"]


def test_power_is_reported_during_a_session_while_it_is_fresh() -> None:
    charging = connector(status="Charging", power_w=6600.0, power_age_s=5.0)
    assert judged(charging)["cp-01.1"].m == {"power_w": 6600.0}
    assert judged(replace(charging, power_age_s=901.0))["cp-01.1"].m == {}
    assert judged(replace(charging, now=FREE))["cp-01.1"].m == {}


words = st.none() | st.text(max_size=40) | st.sampled_from([*CODES, "Faulted", "Available", "NoError"])
reports = st.builds(StatusReport, words, words, words, words, words)


@given(
    st.lists(st.builds(ConnectorSample, st.integers(0, 9), st.none() | reports, heard=st.tuples(reports))),
    st.booleans(),
)
def test_whatever_a_pile_says_gets_a_verdict(connectors: list[ConnectorSample], connected: bool) -> None:
    verdicts = judged(*connectors, connected=connected)
    assert list(verdicts) == ["cp-01", "cp-01.1", "cp-01.2"]
    for verdict in verdicts.values():
        assert verdict.word in {None, *WORDS}
        assert all(code in CODES for code in verdict.findings)


@given(words, words, words, st.sampled_from(sorted(ELECTRICAL)), st.integers(0, 70))
def test_no_severity_1_word_is_ever_lost(
    status: str | None, info: str | None, vendor: str | None, code: str, number: int
) -> None:
    told = StatusReport(status, code, info, vendor)
    for seen in (ConnectorSample(number, told), ConnectorSample(number, FREE, heard=(told,))):
        findings = {name for verdict in judged(seen).values() for name in verdict.findings}
        assert code in findings


def test_a_new_connection_heals_nothing_of_the_station() -> None:
    def look(memory: Any, *said: ConnectorSample, connected: bool = True) -> tuple[Any, Any]:
        seen, memory = JUDGES["charge_point"](
            ChargePointSample(connected, 500.0, 1.0, (*said, connector())), memory, PILE, 1000.0
        )
        return seen["cp-01"], memory

    verdict, memory = look(None, connector(0, "Faulted", "GroundFailure"))
    assert "GroundFailure" in verdict.findings
    _, memory = look(memory, connector(0, "Faulted", "GroundFailure"), connected=False)
    verdict, memory = look(memory, connector(0, None))
    assert (verdict.findings, verdict.nc) == ({}, {"GroundFailure"})
    verdict, _ = look(memory, connector(0))
    assert (verdict.state, verdict.nc) == ("up", set())


def test_a_faulted_station_that_was_not_read_again_leaves_no_socket_free() -> None:
    def words(memory: Any, *said: ConnectorSample) -> tuple[list[str | None], Any]:
        sample = ChargePointSample(True, 500.0, 1.0, (*said, connector(), connector(2, "Faulted", "OtherError")))
        seen, memory = JUDGES["charge_point"](sample, memory, PILE, 1000.0)
        return [seen[name].word for name in ("cp-01.1", "cp-01.2")], memory

    before, memory = words(None, connector(0, "Faulted", "InternalError"))
    dialled_anew, memory = words(memory, connector(0, None))
    read_again, _ = words(memory, connector(0))
    assert before == ["out_of_order", "out_of_order"]
    assert dialled_anew == ["unknown", "out_of_order"]
    assert read_again == ["free", "out_of_order"]
