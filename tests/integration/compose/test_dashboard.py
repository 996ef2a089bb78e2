"""Grafana's dashboard on real InfluxDBs: every query of the generated file is answered, with data."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from ruamel.yaml import YAML

from contracts.metrics import METRICS
from gateway.telemetry import line
from gateway.telemetry.rollup import FIVE, Figures, Totals, point
from tests.servers import PASSWORD, Influx1, Influx2, InfluxServer, influx

START = 1_800_000_000_000
TO = START + 3_600_000
INFLUXDBS = [
    pytest.param((Influx1, "influxd"), id="1"),
    pytest.param((Influx2, "influxd2"), id="2", marks=[pytest.mark.long, pytest.mark.timeout(3600)]),
]


def lines() -> Iterator[str]:
    """Of each kind all that is ever measured; one up, one down, or there is nothing to count."""
    for kind, names in METRICS.items():
        for number, state in enumerate(("up", "down"), 1):
            tags = {
                "village": "v",
                "grid": "g",
                "junction": f"j-0{number}",
                "node": "n-01",
                "device": f"{kind}-{number}",
            }
            series = line.series(line.MEASUREMENTS[kind], tags)
            yield line.reading(series, dict.fromkeys(names, 1.0), state, number, START + number)
            figures = dict.fromkeys((*names, "state"), Figures(2.0, 0.5, 1.5, 2.0))
            rolled = point(line.MEASUREMENTS[kind], FIVE, Totals(tags, START, figures))
            assert rolled
            yield rolled
            head = line.series("event", {**tags, "kind": "fault_opened"})
            yield line.event(head, {"code": "dark", "fault": f"F-{number}"}, {"n": number}, START + number)
            head = line.series("event", {**tags, "kind": "state"})
            yield line.event(head, {"state": state, "code": "dark"}, {"n": number}, START + number)


@pytest.fixture(scope="module", params=INFLUXDBS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InfluxServer]:
    """Each InfluxDB in turn, with readings and events in it."""
    kind, program = request.param
    with influx(kind, request.getfixturevalue(program), tmp_path_factory.mktemp("influx") / "x") as started:
        telemetry = started.opened()
        assert telemetry.write(list(lines())).parked == ()
        telemetry.close()
        yield started


@pytest.fixture(scope="module")
def dashboard(site: Path) -> Any:
    """That of the days at hand, as generated."""
    return json.loads((site / "grafana" / "dashboards" / "village.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def months(site: Path) -> Any:
    """That of months and years."""
    return json.loads((site / "grafana" / "dashboards" / "months.json").read_text(encoding="utf-8"))


def asked(query: str, junction: str) -> str:
    """The query as Grafana sends it."""
    filled = query.replace("$timeFilter", f"time >= {START}ms and time <= {TO}ms")
    filled = filled.replace("$__interval", "5m").replace("$junction", junction)
    assert "$" not in filled.replace("$/", "/"), filled
    return filled


def queries(dashboard: Any) -> dict[str, str]:
    targets = [(panel, target) for panel in dashboard["panels"] for target in panel["targets"]]
    return {f"{panel['title']} {target['refId']}": target["query"] for panel, target in targets}


def test_every_query_is_answered_with_data(server: InfluxServer, dashboard: Any) -> None:
    found = queries(dashboard)
    assert len(found) > 20
    for name, query in found.items():
        [result] = server.ask(asked(query, ".*"))["results"]
        assert "error" not in result, (name, result)
        assert result.get("series"), name


def test_months_are_asked_of_rollups_and_answered_with_data(server: InfluxServer, months: Any) -> None:
    found = queries(months)
    assert len(found) > 15
    for name, query in found.items():
        [result] = server.ask(asked(query, ".*"))["results"]
        assert "error" not in result, (name, result)
        assert result.get("series"), name
        assert '_5m"' in query or '"event"' in query, name
    mean = server.ask(asked(found["Frames a second 帧率 A"], ".*"))["results"][0]["series"][0]["values"]
    assert [value for _, value in mean] == [1.0]


def test_what_is_asked_of_one_junction_comes_from_that_one(server: InfluxServer, dashboard: Any) -> None:
    query = queries(dashboard)["Events 事件 A"]
    [series] = server.ask(asked(query, "(j-02)"))["results"][0]["series"]
    place = series["columns"].index("junction")
    assert {row[place] for row in series["values"]} == {"j-02"}


def test_a_query_that_is_no_influxql_would_be_seen(server: InfluxServer) -> None:
    with pytest.raises(HTTPError, match="400"):
        server.ask("SELECT last(state) OF camera")


def test_a_query_that_asks_for_nothing_we_write_would_be_seen(server: InfluxServer, dashboard: Any) -> None:
    query = queries(dashboard)["Frames a second 帧率 A"]
    assert "series" not in server.ask(asked(query.replace('"fps"', '"speed"'), ".*"))["results"][0]


def test_grafana_reaches_influxdb_2_by_the_provisioned_source(
    site: Path, services: dict[str, Any], env: dict[str, str]
) -> None:
    [source] = YAML(typ="safe").load(site / "grafana" / "datasources" / "influxdb.yaml")["datasources"]
    assert source["url"] == services["gateway"]["environment"]["VSM_TELEMETRY__URL"]
    assert source["jsonData"]["dbName"] == env["INFLUXDB_BUCKET"]
    variable = re.search(r"\$\{(\w+)\}", source["secureJsonData"]["httpHeaderValue1"])
    assert variable
    assert services["grafana"]["environment"][variable[1]] == env["INFLUXDB_TOKEN"]
    as_sent = source["secureJsonData"]["httpHeaderValue1"].replace(variable[0], PASSWORD)
    assert {source["jsonData"]["httpHeaderName1"]: as_sent} == Influx2([], 0, site).headers()


def test_every_panel_asks_the_one_provisioned_source(site: Path, dashboard: Any) -> None:
    [source] = YAML(typ="safe").load(site / "grafana" / "datasources" / "influxdb.yaml")["datasources"]
    named = {"type": source["type"], "uid": source["uid"]}
    assert all(panel["datasource"] == named for panel in dashboard["panels"])
    assert all(target["datasource"] == named for panel in dashboard["panels"] for target in panel["targets"])


@pytest.mark.parametrize("name", ["dashboard", "months"])
def test_panels_do_not_cover_each_other(name: str, request: pytest.FixtureRequest) -> None:
    cells = [
        (x, y)
        for panel in request.getfixturevalue(name)["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_junctions_are_chosen_by_their_names(dashboard: Any) -> None:
    [chosen] = dashboard["templating"]["list"]
    assert [option["value"] for option in chosen["options"]] == ["$__all", "j-01", "j-02", "j-03"]
    assert "小学门口 School gate : j-01, " in chosen["query"]
