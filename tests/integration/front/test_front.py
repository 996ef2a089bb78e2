"""What people see at the public front: the village as it is, and its last state with its age while it is away."""

import http.client
import json
import re
import threading
import time
from contextlib import closing, suppress

import pytest

from tests.integration.front.conftest import STALE_S, Pair, Process, until

# Processes that start on a busy machine.
pytestmark = pytest.mark.timeout(400)

FREE = re.compile('空闲|>Free<|AVAILABLE|"word":"free"')


def test_it_says_what_the_village_says(pair: Pair) -> None:
    ours, theirs = (re.sub(r'data-(now|seq)="\d+"', "", one.get("/c/cp-01")) for one in (pair.box, pair.front))
    assert (
        ours.partition('<div id="now"')[2].partition("<footer")[0]
        == theirs.partition('<div id="now"')[2].partition("<footer")[0]
    )
    assert (
        json.loads(pair.box.get("/public/chargers"))["items"] == json.loads(pair.front.get("/public/chargers"))["items"]
    )
    assert "AVAILABLE" in pair.front.get("/ocpi/2.2.1/locations")


def listen(stream: http.client.HTTPResponse, heard: list[str]) -> None:
    """Every line, until the connection is closed under it."""
    with suppress(AttributeError, OSError, ValueError):
        heard.extend(iter(lambda: stream.readline().decode(), ""))


def test_a_change_is_there_at_once_and_on_the_stream(pair: Pair) -> None:
    heard: list[str] = []
    with closing(http.client.HTTPConnection("127.0.0.1", pair.front.port, timeout=40)) as line:
        line.request("GET", "/api/v1/events")
        stream = line.getresponse()
        reader = threading.Thread(target=listen, args=(stream, heard), daemon=True)
        reader.start()
        pair.town.sees("cp-01.2", word="free", for_s=1)
        until(lambda: pair.word(2) == "free", "the front says so")
        event = until(lambda: [one for one in heard if '"cp-01.2"' in one], "the stream says so")[0]
    said = json.loads(event.partition("data: ")[2])
    assert set(said) == {"type", "id", "state", "word", "seen"}
    assert (said["id"], said["state"], said["word"]) == ("cp-01.2", "up", "free")


def test_cut_off_it_never_says_free_and_says_how_old_its_news_are(pair: Pair) -> None:
    assert all(FREE.search(pair.front.get(path)) for path in ("/", "/c/cp-01", "/public/chargers"))
    pair.cut()
    until(lambda: pair.word() == "unknown", "it is called unknown")
    page, one = pair.front.get("/"), pair.front.get("/c/cp-01")
    assert "起和村里断了联系，已经" in page
    assert "时空闲，现在不清楚" in one
    assert 'class="r-big some' not in page
    assert "空闲</span>" not in page.partition('id="now"')[2]
    items = json.loads(pair.front.get("/public/chargers"))["items"]
    assert [socket["last_known"] for socket in items[0]["sockets"]] == ["free", "in_use"]
    locations = json.loads(pair.front.get("/ocpi/2.2.1/locations"))["data"]
    assert {evse["status"] for place in locations for evse in place["evses"]} == {"UNKNOWN"}
    pair.town.sees("cp-01.1", word="in_use", for_s=1)
    pair.mend()
    until(lambda: pair.word() == "in_use", "it has caught up by itself")
    assert "断了联系" not in pair.front.get("/")


def test_a_front_that_was_killed_knows_what_it_knew(pair: Pair) -> None:
    pair.box.kill()
    pair.front.kill()
    pair.front.start()
    assert json.loads(pair.front.get("/public/chargers"))["items"][0]["sockets"][0]["last_known"] in ("free", None)
    until(lambda: pair.word() == "unknown", "it is called unknown")
    pair.box.start()
    until(lambda: pair.word() == "free", "it has caught up by itself")


def test_a_front_that_lost_its_folder_is_told_again(pair: Pair) -> None:
    pair.front.kill()
    for file in (pair.front.config.parent / "kept").glob("*.json"):
        file.unlink()
    pair.front.start()
    until(pair.reached, "it is told again")


def test_a_front_that_never_heard_says_so(front: Process) -> None:
    status, page = front.ask("GET", "/")
    assert (status, "还没有收到村里的消息" in page) == (503, True)
    assert front.ask("GET", "/public/chargers")[0] == 503
    assert front.ask("GET", "/ocpi/2.2.1/locations")[0] == 503


def test_who_watches_over_the_machine_sees_how_long_ago_the_village_was_heard(pair: Pair) -> None:
    ready = json.loads(pair.front.get("/api/v1/ready"))
    assert (ready["silent"], ready["waiting"]) == (False, 0)
    assert 0 <= ready["heard_s"] < STALE_S
    pair.cut()
    silent = until(lambda: (one := json.loads(pair.front.get("/api/v1/ready")))["silent"] and one, "it says so")
    assert silent["heard_s"] >= STALE_S, "told in whole tenths"
    until(lambda: json.loads(pair.front.get("/api/v1/ready"))["heard_s"] > STALE_S, "and it grows")


def test_ages_count_by_the_villages_time_and_not_by_the_machines(pair: Pair) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", pair.front.port, timeout=20)) as line:
        line.request("GET", "/")
        answer = line.getresponse()
        drawn = re.search(r'data-now="(\d+)"', answer.read().decode())
    assert drawn
    assert 0 <= int(answer.headers["X-Vsm-Now"]) - int(drawn[1]) < 60_000


def test_nothing_else_is_there(pair: Pair) -> None:
    foreign = (
        "/staff",
        "/sign-in",
        "/village",
        "/api/v1/devices",
        "/metrics",
        "/here/j-01",
        "/front/exchange",
        "/front/x",
    )
    assert {path: pair.front.ask("GET", path)[0] for path in foreign} == dict.fromkeys(foreign, 404) | {
        "/front/exchange": 405
    }
    assert "/village" not in pair.front.get("/")
    tag = _etag(pair.front)
    assert pair.front.ask("GET", "/public/chargers", headers={"If-None-Match": tag})[0] in (200, 304)


def _etag(front: Process) -> str:
    with closing(http.client.HTTPConnection("127.0.0.1", front.port, timeout=20)) as line:
        line.request("GET", "/public/chargers")
        return line.getresponse().headers["etag"]


def test_an_idle_village_costs_little_on_a_metered_line(pair: Pair) -> None:
    """Signs of life of each second, and a village whose readings come: bytes of what is said, without TLS and IP."""
    time.sleep(1.5)
    before, calls_before = pair.cable.bytes, mark(pair)
    for _ in range(4):
        pair.town.sees("cp-01.1", word="free", for_s=4200, age_s=0)
        pair.town.sees("cp-01.2", word="in_use", for_s=4200, age_s=0)
        time.sleep(1)
    calls = mark(pair) - calls_before
    each = (pair.cable.bytes - before) / calls
    assert calls >= 2
    assert each < 1_200, f"{each:.0f} bytes a call"


def mark(pair: Pair) -> int:
    """The number of the newest call."""
    number: int = json.loads((pair.front.config.parent / "kept" / "mark.json").read_bytes())["number"]
    return number
