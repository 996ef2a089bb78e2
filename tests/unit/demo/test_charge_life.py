from collections.abc import Iterable

from demo.charge_life import Call, Connector

START = 1_795_406_400.0


def lived(connector: Connector, seconds: int) -> list[Call]:
    return [call for second in range(seconds) for call in connector.step(START + second)]


def states(calls: Iterable[Call]) -> list[str]:
    return [call.payload["status"] for call in calls if call.action == "StatusNotification"]


def test_the_same_seed_lives_the_same_life() -> None:
    one, other = (lived(Connector(1, 5, START), 900) for _ in range(2))
    assert one == other
    assert one != lived(Connector(1, 6, START), 900)


def test_cars_come_charge_and_go_in_order() -> None:
    assert states(lived(Connector(1, 5, START), 900))[:5] == [
        "Preparing",
        "Charging",
        "Finishing",
        "Available",
        "Preparing",
    ]


def test_a_charge_is_a_transaction_with_power_and_rising_energy() -> None:
    calls = lived(Connector(1, 5, START), 900)
    actions = [call.action for call in calls if call.action != "StatusNotification"]
    assert actions[0] == "StartTransaction"
    assert set(actions[1 : actions.index("StopTransaction")]) == {"MeterValues"}
    samples = [call.payload["meterValue"][0]["sampledValue"] for call in calls if call.action == "MeterValues"]
    assert all(6000 < float(sample[0]["value"]) < 7000 for sample in samples)
    energies = [float(sample[1]["value"]) for sample in samples]
    assert energies == sorted(energies)


def test_a_fault_ends_the_charge_and_stands_until_mended() -> None:
    connector = Connector(1, 5, START)
    connector.status = "Charging"
    calls = list(connector.fault("GroundFailure", START))
    assert [call.action for call in calls] == ["StopTransaction", "StatusNotification"]
    assert calls[1].payload["errorCode"] == "GroundFailure"
    assert lived(connector, 900) == []
    assert states(connector.mend(START + 901)) == ["Available"]


def test_a_power_cut_ends_a_charge_but_mends_no_fault() -> None:
    charging, faulted = Connector(1, 5, START), Connector(2, 5, START)
    charging.status = "Charging"
    list(faulted.fault("GroundFailure", START))
    charging.restart(START + 9)
    faulted.restart(START + 9)
    assert (charging.status, faulted.status, faulted.error) == ("Available", "Faulted", "GroundFailure")


def test_the_station_itself_has_no_cars() -> None:
    assert lived(Connector(0, 5, START), 900) == []
