from typing import Any

from contracts.inventory import Village
from demo import reach, scenario_file
from demo.edges import Edge, edges, lines
from demo.scenario import Break

DAYUE = ["j-07", "j-08", "j-09", "j-10"]
MOBILE = ["n-11", "n-12", "n-13", "n-14", "n-19", "n-20"]


def broken(what: str, **place: Any) -> Break:
    return Break(what=what, **place)


def test_a_feeder_silences_every_site_on_it(beigu: Village) -> None:
    assert reach.sites(beigu, broken("power", feeder="f-dayue")) == DAYUE


def test_an_uplink_silences_every_site_that_reports_over_it(beigu: Village) -> None:
    assert reach.cut_off(beigu, broken("cut", uplink="u-mobile")) == MOBILE
    assert reach.dead_nodes(beigu, broken("cut", uplink="u-mobile")) == []


def test_who_has_a_battery_or_a_panel_lives_on(beigu: Village) -> None:
    service = broken("power", feeder="f-service")
    assert reach.dead_nodes(beigu, service) == ["n-05", "n-06"]
    dead = reach.dead_devices(beigu, service)
    assert "cam-04" not in dead
    assert {"wl-04", "cp-01", "eb-01"} <= set(dead)
    assert "wl-11" not in reach.dead_devices(beigu, broken("power", feeder="f-polder"))


def test_a_site_is_the_node_where_a_junction_has_several(three: Village) -> None:
    data = three.model_dump(mode="json", exclude_none=True)
    first, second = (data["grids"][0]["junctions"][index] for index in (0, 1))
    first["nodes"] += second["nodes"]
    second["nodes"] = []
    found = Village.model_validate(data)
    assert reach.sites(found, broken("power", junction="j-01")) == ["n-01", "n-02"]


def test_without_breaks_all_nodes_share_one_process(beigu: Village) -> None:
    assert edges(beigu, []) == {"edge-a": Edge(tuple(node.id for _, _, node in beigu.nodes()))}


def test_what_loses_power_runs_by_itself(beigu: Village) -> None:
    found = edges(beigu, [broken("power", junction="j-03"), broken("dark", device="wl-01")])
    assert [len(edge.nodes) for edge in found.values()] == [19, 1]
    assert found["edge-b"] == Edge(("n-03",))


def test_what_shares_a_line_that_is_cut_dials_through_it(beigu: Village) -> None:
    found = edges(beigu, [broken("cut", uplink="u-mobile")])
    assert found["edge-b"] == Edge(tuple(MOBILE), "u-mobile")
    assert found["edge-a"].uplink is None


def test_no_process_is_half_taken_by_any_break_of_the_shipped_scenarios(beigu: Village) -> None:
    for name in scenario_file.names():
        breaks = [step.break_ for step in scenario_file.load(scenario_file.find(name), beigu, 20).steps]
        found = edges(beigu, breaks)
        assert sorted(node for edge in found.values() for node in edge.nodes) == [n.id for _, _, n in beigu.nodes()]
        for one in breaks:
            taken = set(reach.unseen(beigu, one))
            assert all(taken >= set(edge.nodes) or not taken & set(edge.nodes) for edge in found.values())


def test_each_line_is_named_once() -> None:
    breaks = [broken("cut", uplink="u-a"), broken("dark", device="x"), broken("flap", uplink="u-a", down_s=1, up_s=1)]
    assert lines(breaks) == ["u-a"]


def test_a_village_of_many_nodes_has_several_processes(beigu: Village) -> None:
    data = beigu.model_dump(mode="json", exclude_none=True)
    (junction, *_), node = data["grids"][0]["junctions"], data["grids"][0]["junctions"][0]["nodes"][0]
    junction["nodes"] = [{**node, "id": f"n-x{index}", "devices": []} for index in range(41)]
    found = edges(Village.model_validate(data), [])
    assert [len(edge.nodes) for edge in found.values()] == [20, 20, 20]
