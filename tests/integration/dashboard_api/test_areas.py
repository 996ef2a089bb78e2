"""Whoever has an area sees and moves what is there, and nothing else: held for every route, by the same village."""

import pytest
from fastapi.testclient import TestClient

from dashboard_api.auth import areas, tokens
from gateway.store import Batch, Deed, NewAccount, NewSession, WindowSet
from tests.integration.dashboard_api.conftest import Running, Town

HERE, THERE = "j-01", "j-02"
HOUR = 3_600_000
ROUTES = {
    "GET /devices/{device}",
    "GET /devices/{device}/neighbours",
    "GET /devices/{device}/intervals",
    "GET /devices/{device}/series",
    "GET /faults/{number}",
    "POST /faults/{number}/acknowledge",
    "POST /faults/{number}/moves",
    "GET /faults/{number}/letters",
    "GET /faults/{number}/photos/1",
    "GET /cameras/{device}/uptime",
    "POST /maintenance",
    "DELETE /maintenance/{device}",
    "POST /out-of-service",
    "DELETE /out-of-service/{device}",
}
PERIOD = {"from": "2026-11-20T00:00:00+08:00", "to": "2026-11-21T00:00:00+08:00"}


def account(town: Town, *ids: str, role: str = "maintenance", name: str = "li") -> str:
    """The token of somebody with these areas."""
    now = town.now_ms()
    made = town.store.add_account(NewAccount(name, role, areas=ids), Deed(now, "test", "admin", "account made", name))
    assert made is not None
    token = tokens.new()
    town.store.create_session(NewSession(tokens.digest(token), made.id, "bearer", now, now + HOUR))
    return token


def camera(town: Town, junction: str) -> str:
    return next(
        one.device for one in town.village.places().values() if (one.junction, one.kind) == (junction, "camera")
    )


@pytest.fixture
def local(town: Town, resident: TestClient) -> TestClient:
    """Maintenance of one junction."""
    resident.headers["Authorization"] = f"Bearer {account(town, HERE)}"
    return resident


def asked(client: TestClient, route: str, device: str, number: str) -> tuple[int, str | None]:
    """The status of a route about one device or its fault, and the reason."""
    method, path = route.split(" ")
    body = {
        # What is not refused for its place is refused for its age: nobody has to wait for a gateway here.
        "/faults/{number}/acknowledge": {"version": 99},
        "/faults/{number}/moves": {"move": "acknowledged", "version": 99},
        "/maintenance": {"target": device, **PERIOD},
        "/out-of-service": {"target": device, **PERIOD},
    }.get(path)
    query = {"from": PERIOD["from"]} if method == "DELETE" else PERIOD if "uptime" in path else {}
    address = "/api/v1" + path.format(device=device, number=number)
    answer = client.request(method, address, params=query, json=body if method == "POST" else None)
    return answer.status_code, answer.json().get("reason") if answer.content else None


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_what_lies_elsewhere_is_refused_on_every_route(town: Town, local: TestClient, route: str) -> None:
    faults = {place: town.breaks(camera(town, place), "frozen").id for place in (HERE, THERE)}
    assert asked(local, route, camera(town, THERE), faults[THERE]) == (403, "area")
    assert asked(local, route, camera(town, HERE), faults[HERE])[1] != "area"


def test_lists_hold_what_is_there_and_nothing_else(town: Town, local: TestClient) -> None:
    town.all_well()
    faults = {place: town.breaks(camera(town, place), "frozen").id for place in (HERE, THERE)}
    assert {one["junction"] for one in local.get("/api/v1/devices").json()["items"]} == {HERE}
    for path in ("faults", "orders"):
        assert [one["id"] for one in local.get(f"/api/v1/{path}").json()["items"]] == [faults[HERE]]


def test_windows_of_elsewhere_are_not_listed(town: Town, local: TestClient) -> None:
    now = town.now_ms()
    town.store.record(Batch(now, windows=[WindowSet("planned", one, now, now + HOUR, now) for one in (HERE, THERE)]))
    assert [one["target"] for one in local.get("/api/v1/maintenance").json()["items"]] == [HERE]


def test_an_account_without_an_area_sees_nothing(town: Town, resident: TestClient) -> None:
    town.breaks(camera(town, HERE), "frozen")
    resident.headers["Authorization"] = f"Bearer {account(town)}"
    for path in ("devices", "faults", "orders", "unheard", "messages"):
        assert resident.get(f"/api/v1/{path}").json()["items"] == []


def test_the_stream_tells_of_elsewhere_only_what_everybody_hears(town: Town, running: Running) -> None:
    events = running.events({"Authorization": f"Bearer {account(town, HERE)}"})
    next(events)
    for place in (THERE, HERE):
        town.sees(camera(town, place))
    heard = [next(events) for _ in range(2)]
    assert ['"stream"' in one["data"] for one in heard] == [False, True]


def test_a_supply_that_reaches_into_an_area_is_a_part_of_it(town: Town) -> None:
    whole = areas.area(town.village, ("*",))
    assert whole is None
    feeder = town.village.feeders[0].id
    fed = next(place.id for _, place, node in town.village.nodes() if node.feeder == feeder)
    mine = areas.area(town.village, (fed,))
    assert mine is not None
    assert feeder in mine.assets
    nothing = areas.area(town.village, ("j-99",))
    assert nothing is not None
    assert (nothing.junctions, feeder in nothing.assets) == (frozenset(), False)


def test_a_grid_is_all_of_its_junctions(town: Town) -> None:
    grid = town.village.grids[0]
    mine = areas.area(town.village, (grid.id,))
    assert mine is not None
    assert mine.junctions == {one.id for one in grid.junctions}
