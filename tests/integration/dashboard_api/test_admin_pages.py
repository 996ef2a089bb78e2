"""The administration's pages: what they say is what the store and the inventory say, and nobody else reads them."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dashboard_api.settings import Settings
from demo import afternoon
from gateway.store import open_store
from tests.integration.dashboard_api.conftest import Town, bearer

PAGES = ("/admin", "/admin/health", "/admin/inventory", "/admin/inventory/n-05", "/admin/settings")
FILE = "/admin/inventory.csv"


@pytest.fixture(scope="module")
def beigu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The afternoon's village; its tests leave it as it is."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('admin') / 'gateway.db'}")
    village = afternoon.beigu()
    afternoon.write(store, village)
    secret = {"link_key": "k" * 40, "database": "postgresql+psycopg://vsm:hidden@db/vsm"}
    settings = Settings.model_validate({"inventory": Path("-"), **secret})
    yield Town(store, village, afternoon.AT_MS, settings=settings)
    store.close()


@pytest.fixture(scope="module")
def page(beigu: Town) -> Iterator[Callable[[str], str]]:
    """A page as the administrator reads it."""
    with TestClient(beigu.app()) as client:
        client.headers.update(bearer(beigu, client, "admin"))

        def read(path: str, lang: str = "en") -> str:
            answer = client.get(path, params=None, headers={"Cookie": f"lang={lang}"})
            assert answer.status_code == 200, (path, answer.text)
            return answer.text

        yield read


def test_only_the_administrator_reads_them_but_maintenance_the_health(beigu: Town) -> None:
    with TestClient(beigu.app()) as client:
        for role in ("maintenance", "electrician", "police", "duty_desk", "safety_centre", "admin"):
            headers = bearer(beigu, client, role)
            for path in (*PAGES, FILE):
                may = role == "admin" or (role == "maintenance" and path == "/admin/health")
                assert client.get(path, headers=headers).status_code == (200 if may else 403), (role, path)
        assert client.get("/admin", headers={"Accept": "text/html"}).status_code == 401


def test_every_thing_of_the_inventory_is_in_each_form(beigu: Town, page: Callable[[str], str]) -> None:
    for way in ("feeder", "uplink", "junction"):
        text = page(f"/admin/inventory?by={way}")
        missing = [device for device in beigu.village.places() if f'href="/admin/inventory/{device}"' not in text]
        assert missing == [], way
    assert page("/admin/inventory?by=list").count("<tr>") == 1 + int(_count(page("/admin/inventory")))


def _count(text: str) -> str:
    found = re.search(r'<h1>[^<]*<span class="count">(\d+)', text)
    assert found
    return found[1]


def test_the_tree_hangs_things_where_the_inventory_does(beigu: Town, page: Callable[[str], str]) -> None:
    text = page("/admin/inventory?by=feeder")
    for branch in text.split('<li class="card branch">')[1:]:
        head = re.search(r'data-device="([^"]+)"', branch)
        assert head
        said = set(re.findall(r'data-device="(n-[^"]+)"', branch))
        feeders = {node.id for _, _, node in beigu.village.nodes() if node.feeder == head[1]}
        assert said == feeders, head[1]


def test_filters_and_words_leave_what_was_asked_for(page: Callable[[str], str]) -> None:
    found = re.findall(
        r'<th scope="row"[^>]*><span><a [^>]*>[^<]*</a> <code>([^<]+)', page("/admin/inventory?by=list&kind=camera")
    )
    assert found
    assert all(one.startswith("cam-") for one in found)
    assert "There is no such thing" in page("/admin/inventory?by=list&q=nothing-has-this-name")
    only = page("/admin/inventory?q=cam-05&by=feeder")
    assert "/admin/inventory/cam-05" in only
    assert 'data-device="cam-06"' not in only


def test_a_list_sorts_both_ways(page: Callable[[str], str]) -> None:
    def names(sort: str) -> list[str]:
        return re.findall(
            r'<th scope="row"[^>]*><span><a [^>]*>([^<]*)</a>', page(f"/admin/inventory?by=list&sort={sort}")
        )

    assert names("name") == sorted(names("name"))
    assert names("-name") == list(reversed(names("name")))


def test_the_file_holds_each_thing_once_and_no_secret(beigu: Town, page: Callable[[str], str]) -> None:
    text = page(FILE)
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids)) == int(_count(page("/admin/inventory")))
    assert set(beigu.village.places()) < set(ids)
    node = next(row for row in rows if row["id"] == "n-12")
    assert (node["software"], node["software_wanted"], node["config"]) == ("0.0.9", "0.1.0", node["config_wanted"])
    assert not re.search(r"rtsp://[^ ]*@|\?", text)
    assert len(list(csv.DictReader(io.StringIO(page(f"{FILE}?kind=camera"))))) == 20


def test_one_thing_says_what_it_hangs_on_up_to_the_gateway(page: Callable[[str], str]) -> None:
    text = page("/admin/inventory/cam-05")
    chain = text[text.index('<ol class="chain">') : text.index("</ol>", text.index('<ol class="chain">'))]
    assert re.findall(r'data-device="([^"]+)"', chain)[0] == "n-05"
    assert re.findall(r'data-device="([^"]+)"', chain)[-1] == "gateway"


def test_what_is_not_there_is_not_there(beigu: Town) -> None:
    with TestClient(beigu.app()) as client:
        assert client.get("/admin/inventory/cam-99", headers=bearer(beigu, client, "admin")).status_code == 404


def test_the_health_page_names_what_is_to_be_looked_at(page: Callable[[str], str]) -> None:
    text = page("/admin/health")
    for said in ("91.4 MB", "108 MB", "412 records", "should be 0.1.0", "7,200 ms", "107 records", "47 days"):
        assert said in text, said
    assert "108 MB" in page("/admin/health?show=bad")
    assert "108 MB" not in page("/admin/health?show=attention")
    first = re.search(r'<th scope="row"[^>]*><span>.*?<code>([^<]+)', page("/admin/health?sort=-data"))
    assert first
    assert first[1] == "n-11"


def test_the_landing_page_says_the_worst_and_leads_to_everything(page: Callable[[str], str]) -> None:
    text = page("/admin")
    assert 'class="card panel glance bad"' in text
    for path in ("/admin/health", "/admin/inventory", "/users", "/tokens", "/staff/channels", "/staff/roster"):
        assert f'href="{path}"' in text, path


def test_settings_show_no_secret(page: Callable[[str], str]) -> None:
    text = page("/admin/settings")
    assert "k" * 40 not in text
    assert "hidden@db" not in text
    assert "backlog_points" in text
    assert text.count("set, not shown") == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_text_is_missing_in_either_language(page: Callable[..., str], lang: str) -> None:
    for path in PAGES:
        assert "{" not in re.sub(r"<meta[^>]*>|data-[a-z-]+=\"[^\"]*\"", "", page(path, lang)), path
