"""Each part of a running village is taken away and brought back: the right fault opens and ends, and nothing is lost.

Broker, InfluxDB, RTSP server and charge point are the programs of others; ours are the processes as shipped.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.integration.real.inventory import CAMERA, JUNCTION, PILE, SOCKET
from tests.integration.real.parts import until
from tests.integration.real.relay import BUDGET, month
from tests.integration.real.town import Town


@dataclass
class Break:
    """What happens to one asset from now on."""

    town: Town
    from_ms: int = field(default_factory=lambda: time.time_ns() // 1_000_000)

    def opens(self, asset: str, code: str) -> str:
        """Waits for a fault; its number. One that comes soon after the last of its kind is that one again."""
        until(lambda: self.town.stands(asset, code), f"{asset} {code} opens", instead=self.town.seen)
        found = self.town.stands(asset, code)
        assert found is not None
        return str(found["id"])

    def ends(self, number: str) -> None:
        """Waits for its end."""
        until(lambda: self.town.is_closed(number), "the fault ends", instead=self.town.seen)

    def events(self, number: str) -> list[str]:
        """What InfluxDB has of the fault since."""
        return self.town.influx.events(number, self.from_ms)

    def is_remembered(self, number: str, *moves: str) -> None:
        """Waits until InfluxDB has just these events, read by InfluxQL."""
        until(lambda: self.events(number) == list(moves), f"InfluxDB has {moves}", instead=lambda: self.events(number))


@pytest.fixture
def now(town: Town) -> Break:
    """All is well; what happens is counted from here on."""
    return Break(town)


@pytest.fixture(autouse=True)
def nothing_is_lost(town: Town) -> Iterator[None]:
    """After each test: every record that the spool took is stored once, and InfluxDB has a point for each reading."""
    yield
    town.start()
    town.hush()
    until(town.drained, "everything that the spool took is acknowledged")
    counted = town.readings()
    assert counted.produced == counted.stored > 0
    assert (counted.lost, counted.duplicated) == (0, 0)
    until(lambda: town.influx.points() == counted.stored, f"InfluxDB has {counted.stored} readings")
    town.hush(quiet=False)


def test_a_camera_whose_server_dies_is_unreachable_and_a_pile_that_dies_offline_until_each_is_back(
    town: Town, now: Break
) -> None:
    town.parts["camera"].kill()
    town.parts["pile"].kill()
    camera, pile = now.opens(CAMERA, "unreachable"), now.opens(PILE, "offline")
    assert town.states()[SOCKET] == "unknown"
    town.parts["camera"].start()
    now.ends(camera)
    assert not town.is_closed(pile), "that one is still away"
    town.parts["pile"].start()
    now.ends(pile)
    now.is_remembered(camera, "fault_opened unreachable", "fault_closed unreachable")


def test_a_camera_whose_server_hangs_is_stalled_until_it_goes_on(town: Town, now: Break) -> None:
    town.parts["camera"].freeze()
    number = now.opens(CAMERA, "stalled")
    town.parts["camera"].thaw()
    now.ends(number)


def test_a_ground_failure_is_of_severity_1_and_ends_when_it_was_measured_dead(town: Town, now: Break) -> None:
    assert not town.influx.ask("SELECT code FROM event WHERE code = 'GroundFailure'")
    town.report("Faulted", "GroundFailure")
    number = now.opens(SOCKET, "GroundFailure")
    assert town.fault(number)["severity"] == 1
    town.report("Available", "NoError")
    until(lambda: town.fault(number)["cleared"], "the condition clears")
    assert not town.is_closed(number), "latched: nobody has been there"
    town.measured_dead(number)
    now.ends(number)
    now.is_remembered(
        number, *(f"fault_{move} GroundFailure" for move in ("opened", "cleared", "acknowledged", "closed"))
    )


@pytest.mark.timeout(240)
def test_without_a_broker_everything_is_unknown_and_nothing_is_called_broken(town: Town) -> None:
    known, told, taken = town.numbers(), town.told(), town.readings().produced
    town.parts["broker"].kill()
    until(lambda: set(town.states().values()) == {"unknown"}, "all devices are unknown", within_s=90)
    meanwhile = town.readings()
    assert meanwhile.produced > meanwhile.stored > 0
    town.parts["broker"].start()
    until(town.is_well, "all devices are seen again", within_s=90)
    town.goes_on(rounds=4)
    assert (town.numbers(), town.told()) == (known, told)
    assert "gateway_down" in town.own() <= {"gateway_down", "broker_away"}, "the latter if a look fell into it"
    assert taken < meanwhile.produced <= town.readings().stored


def test_a_node_that_dies_is_missed(town: Town, now: Break) -> None:
    """Beside the test before it: silence whose cause is the node does open a fault."""
    before = town.told("site_dark")
    town.parts["node"].kill()
    number = now.opens(JUNCTION, "site_dark")
    assert set(town.states().values()) == {"unknown"}
    until(lambda: town.told("site_dark") == [*before, "problem"], "the hold is over, and somebody is told")
    town.parts["node"].start()
    now.ends(number)
    assert town.told("site_dark") == [*before, "problem", "recovery"]


def test_without_influxdb_the_gateway_goes_on_and_what_waits_is_written_later(town: Town, now: Break) -> None:
    town.parts["influxdb"].kill()
    stored = town.readings().stored
    town.parts["pile"].kill()
    number = now.opens(PILE, "offline")
    town.parts["pile"].start()
    now.ends(number)
    until(lambda: town.readings().stored > stored + 20, "readings go on being stored")
    # The gateway held still, so that nothing drains yet: the count must show it.
    town.parts["gateway"].freeze()
    town.parts["influxdb"].start()
    until(lambda: town.influx.points() > 0, "InfluxDB has what it had")
    assert town.influx.points() < town.readings().stored
    assert now.events(number) == []
    town.parts["gateway"].thaw()
    now.is_remembered(number, "fault_opened offline", "fault_closed offline")


def test_a_gateway_and_a_page_that_die_come_back_to_where_they_were(town: Town, now: Break) -> None:
    town.parts["camera"].kill()
    number = now.opens(CAMERA, "unreachable")
    town.parts["page"].kill()
    town.parts["gateway"].kill()
    taken = town.readings().produced
    until(lambda: town.readings().produced > taken, "the node goes on")
    town.parts["gateway"].start()
    town.parts["page"].start()
    assert town.stands(CAMERA, "unreachable")
    town.parts["camera"].start()
    now.ends(number)


def test_what_a_record_costs_on_the_line_may_be_spent_each_minute_but_not_each_two_seconds(town: Town) -> None:
    before, records = town.site.wire.count(), town.readings().acked
    town.goes_on(rounds=5)
    passed, told = town.site.wire.count().since(before), (town.readings().acked - records) / len(town.states())
    each = passed.total / told
    assert month(each, 60, 0) < BUDGET < month(each, 2, 0)
