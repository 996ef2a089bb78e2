"""How a demo ends before its time, and what it leaves behind: nothing."""

import contextlib
import http.client
import re
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from demo import tally
from demo.workplace import Workplace
from tests.integration.demo.breaks import LINE, SITES, scenario
from tests.servers import wait_for

pytestmark = pytest.mark.timeout(300)
BREAKS = {
    "power": scenario("what: power, junction: j-03", "asset: j-03, code: site_dark"),
    "cut": scenario("what: cut, uplink: u-telecom", LINE, SITES),
}


class Stopped(NamedTuple):
    """A demo that Ctrl-C ended in the middle of a break, and what there was of it before: what page and phones
    answered, its processes, its folder."""

    demo: Any
    answers: list[int]
    children: list[int]
    folder: Path


@pytest.fixture(scope="module")
def stopped(start_once: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stopped]:
    """One for each of the breaks, all at once."""
    files = tmp_path_factory.mktemp("scenarios")
    for name, text in BREAKS.items():
        (files / f"{name}.yaml").write_text(text, encoding="utf-8")
    demos = {name: start_once("--village", "three", "--scenario", f"{files}/{name}.yaml") for name in BREAKS}
    found = {}
    for name, demo in demos.items():
        demo.read_until("comes and goes: broken")
        found[name] = Stopped(demo, answers(demo.output), demo.children(), demo.folder())
    for one in found.values():
        wait_for(partial(tally.messages, Workplace(one.folder, 0).database), 60)  # the fault is open, and has been told
        one.demo.process.send_signal(signal.SIGINT)
    return found


def answers(output: str) -> list[int]:
    """What page and phones answer where it says."""
    found = []
    for address in re.findall(r"(?:page|phones): +http://([\d.]+:\d+)/", output):
        with contextlib.closing(http.client.HTTPConnection(address, timeout=10)) as connection:
            connection.request("GET", "/")
            found.append(connection.getresponse().status)
    return found


@pytest.mark.parametrize("broken", BREAKS)
def test_ctrl_c_in_the_middle_of_a_break_mends_it_and_loses_nothing(stopped: dict[str, Stopped], broken: str) -> None:
    demo = stopped[broken].demo
    assert demo.end() == 0, demo.output
    assert "comes and goes: mended" in demo.output
    readings = demo.report["readings"]
    assert (readings["lost"], readings["duplicated"]) == (0, 0)


@pytest.mark.parametrize("broken", BREAKS)
def test_page_and_phones_answer_where_it_says_and_ctrl_c_leaves_nothing_behind(
    stopped: dict[str, Stopped], broken: str
) -> None:
    one = stopped[broken]
    assert one.demo.end() == 0, one.demo.output
    assert one.answers == [200, 200]
    assert len(one.children) > 5
    assert not [pid for pid in one.children if Path(f"/proc/{pid}").exists()]
    assert not one.folder.exists()


def test_a_killed_demo_takes_its_processes_along_and_the_next_one_clears_its_folder(start: Callable[..., Any]) -> None:
    demo = start("--village", "three", "--scenario", "quiet")
    demo.read_until("sign in:")
    children, folder = demo.children(), demo.folder()
    demo.process.kill()
    demo.process.wait()
    end = time.monotonic() + 60
    while time.monotonic() < end and any(_runs(pid) for pid in children):
        time.sleep(0.2)
    assert not [pid for pid in children if _runs(pid)]
    following = start("--village", "three", "--scenario", "quiet")
    following.read_until("waiting for")
    assert not folder.exists()


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
