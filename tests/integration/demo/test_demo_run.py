import contextlib
import http.client
import re
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from demo import letters, people, tally
from demo.vendors import Received
from demo.workplace import Workplace

pytestmark = pytest.mark.timeout(300)
MEMORY_MIB, CORE_SHARE = 1024, 0.8
FAULT_MS = 2000

UNSAID = """
steps:
  - name: nobody was told of this
    at_s: 20
    break: {what: dark, device: wl-01}
    mend_at_s: 420
    expect: []
"""
BREAK = """
steps:
  - name: a line comes and goes
    at_s: 20
    break: {BREAK}
    mend_at_s: 500
    expect: [EXPECT]
    within_s: 180
    protocol_s: 10
    close_within_s: 60
    close_protocol_s: 35
    messages:
      - {kind: problem, CAUSE}
      - {kind: recovery, CAUSE}
"""
LINE, SITES = "asset: u-telecom, code: uplink_down", "{each: site, code: site_dark, root: u-telecom}"
SITE = "asset: j-03, code: site_dark"


def scenario(broken: str, cause: str, *parts: str) -> str:
    """A step whose break has ``cause``, of which ``parts`` are listed."""
    expect = ", ".join([f"{{{cause}}}", *parts])
    return BREAK.replace("BREAK", broken).replace("EXPECT", expect).replace("CAUSE", cause)


def test_the_default_scenario_at_full_scale_is_seen_from_break_to_mend_and_nothing_is_lost(
    start: Callable[..., Any],
) -> None:
    demo = start("--seconds", "110")
    assert demo.end() == 0, demo.output
    report = demo.report
    assert (report["village"], report["scenario"], report["speed"]) == ("beigu", "default", 20)
    assert {step["expected"]["code"] for step in report["steps"]} == {"dark", "frozen", "GroundFailure", "site_dark"}
    assert all(step["ok"] for step in report["steps"])
    assert report["faults"] == {"opened": 4, "closed": 4, "unexpected": 0}
    messages = report["messages"]
    assert (messages["sent"], messages["problem"], messages["recovery"], messages["unexpected"]) == (8, 4, 4, 0)
    assert all(step["ok"] for step in messages["steps"])
    assert "taken on by 王维保, through the link in the letter" in demo.output
    everybody_told(report)
    assert report["letters"]["received"] >= 2 * messages["sent"]
    readings = report["readings"]
    assert readings["produced"] == readings["acked"] == readings["stored"] > 1500
    assert (readings["lost"], readings["duplicated"]) == (0, 0)
    latency = report["latency_ms"]
    assert latency["stored"]["p95"] < latency["sse"]["p95"] < 2000
    assert latency["change_sse"]["p95"] < 2000
    assert 0 <= latency["fault_sse"]["p95"] <= FAULT_MS
    assert report["memory_mib"] <= MEMORY_MIB
    assert report["core_share"] <= CORE_SHARE


def everybody_told(report: dict[str, Any]) -> None:
    found = report["letters"]
    wrong = ("missing", "doubled", "disordered", "strange")
    assert [found[what] for what in wrong] == [0, 0, 0, 0], found
    assert found["confirmed"] == found["received"]


def test_the_phones_get_every_letter_of_a_run_and_without_any_one_of_them_it_would_fail(
    start: Callable[..., Any],
) -> None:
    demo = start("--village", "three", "--scenario", "short", "--seconds", "40", "--keep")
    assert demo.end() == 0, demo.output
    everybody_told(demo.report)
    kept = re.search("kept: (.+)", demo.output)
    assert kept is not None
    folder = Path(kept[1])
    came = [msgspec.json.decode(line, type=Received) for line in (folder / "received.jsonl").read_bytes().splitlines()]
    place = Workplace(folder, 0)
    found = people.phones(place.village, people.roster_for(place.village))
    told, rows = tally.messages(place.database), tally.outbox(place.database)
    shutil.rmtree(folder)

    def counted(received: list[Received]) -> letters.Letters:
        return letters.count(letters.Post(place.village.id, found, told, rows, received, letters.Storm(10, 30)))

    assert len(told) == 6
    assert list(counted(came).reasons()) == []
    assert len(came) == demo.report["letters"]["received"] >= 12
    for index in range(len(came)):
        assert counted(came[:index] + came[index + 1 :]).missing


def test_each_judgement_that_is_blind_fails_the_run_by_its_own_step(start: Callable[..., Any]) -> None:
    kinds = {"camera": "unreachable", "warning_light": "dark", "charge_point": "GroundFailure"}
    short = ("--village", "three", "--seconds", "40", "--scenario", "short")
    demos = {kind: start(*short, "--blind", kind) for kind in kinds}
    for kind, demo in demos.items():
        assert demo.end() == 1, demo.output
        missed = [step["expected"]["code"] for step in demo.report["steps"] if not step["ok"]]
        assert missed == [kinds[kind]], demo.output
        (name,) = [step["name"] for step in demo.report["steps"] if not step["ok"]]
        assert f"step missed: {name}: " in demo.output


def test_what_breaks_without_being_expected_fails_the_run_by_its_name(
    start: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "unsaid.yaml"
    file.write_text(UNSAID, encoding="utf-8")
    demo = start("--village", "three", "--scenario", str(file), "--seconds", "22")
    assert demo.end() == 1, demo.output
    assert "unexpected: dark of wl-01 opened" in demo.output
    assert "unexpected: problem of wl-01 dark was sent" in demo.output
    assert (demo.report["faults"]["unexpected"], demo.report["messages"]["unexpected"]) == (1, 1)


def test_a_line_that_comes_and_goes_is_one_cause_of_which_people_are_told_once(
    start: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "flap.yaml"
    broken = "what: flap, uplink: u-telecom, down_s: 240, up_s: 40"
    file.write_text(scenario(broken, LINE, SITES), encoding="utf-8")
    demo = start("--village", "three", "--scenario", str(file), "--seconds", "65")
    assert demo.end() == 0, demo.output
    assert [step["expected"]["asset"] for step in demo.report["steps"]] == ["u-telecom", "j-01", "j-02"]
    assert demo.report["faults"] == {"opened": 3, "closed": 3, "unexpected": 0}
    messages = demo.report["messages"]
    assert (messages["sent"], messages["problem"], messages["recovery"], messages["unexpected"]) == (2, 1, 1, 0)


@pytest.mark.parametrize(
    "steps",
    [
        scenario("what: power, junction: j-03", SITE),
        scenario("what: cut, uplink: u-telecom", LINE, SITES),
    ],
    ids=["power", "cut"],
)
def test_ctrl_c_in_the_middle_of_a_break_mends_it_and_loses_nothing(
    start: Callable[..., Any], tmp_path: Path, steps: str
) -> None:
    file = tmp_path / "cut.yaml"
    file.write_text(steps, encoding="utf-8")
    demo = start("--village", "three", "--scenario", str(file))
    demo.read_until("comes and goes: broken")
    time.sleep(13)  # the fault is open, and has been told
    demo.process.send_signal(signal.SIGINT)
    assert demo.end() == 0, demo.output
    assert "comes and goes: mended" in demo.output
    readings = demo.report["readings"]
    assert (readings["lost"], readings["duplicated"]) == (0, 0)


def test_page_and_phones_answer_where_it_says_and_ctrl_c_leaves_nothing_behind(
    start: Callable[..., Any],
) -> None:
    demo = start("--village", "three", "--scenario", "quiet")
    demo.read_until("sign in:")
    demo.read_until("phones:")
    addresses = re.findall(r"(?:page|phones): +http://([\d.]+:\d+)/", demo.output)
    assert len(addresses) == 2
    for address in addresses:
        with contextlib.closing(http.client.HTTPConnection(address, timeout=10)) as connection:
            connection.request("GET", "/")
            assert connection.getresponse().status == 200
    children, folder = demo.children(), demo.folder()
    demo.process.send_signal(signal.SIGINT)
    assert demo.end() == 0, demo.output
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]
    assert not folder.exists()


def test_a_killed_demo_takes_its_processes_along_and_the_next_one_clears_its_folder(start: Callable[..., Any]) -> None:
    demo = start("--village", "three", "--scenario", "quiet")
    demo.read_until("sign in:")
    children, folder = demo.children(), demo.folder()
    demo.process.kill()
    demo.process.wait()
    end = time.monotonic() + 15
    while time.monotonic() < end and any(_runs(pid) for pid in children):
        time.sleep(0.2)
    assert not [pid for pid in children if _runs(pid)]
    following = start("--village", "three", "--scenario", "quiet")
    following.read_until("waiting for")
    assert not folder.exists()


def test_a_scenario_with_mistakes_is_refused_with_all_of_them(start: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("steps:\n  - name: x\n    at_s: -1\n", encoding="utf-8")
    demo = start("--scenario", str(file))
    assert demo.end() == 2
    assert f"{file}:3: steps[0].at_s: " in demo.output
    assert demo.output.count("this key is required and missing") == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--scenario", "dawn"), "shipped are default, night, quiet, short, storm"),
        (("--village", "beigo"), "--village beigo: is no file, and no village is shipped by that name"),
        (("--speed", "fast"), "'fast' is no speed from 0.5 to 200"),
        (("--speed", "100"), "take a lower --speed"),
        (("--seconds", "ten"), "'ten' is no number of seconds"),
        (("--port", "80.5"), "'80.5' is no whole number"),
        (("--secs", "5"), "unrecognized arguments: --secs 5"),
    ],
)
def test_a_mistyped_call_is_refused_with_what_would_do(
    start: Callable[..., Any], options: tuple[str, ...], message: str
) -> None:
    demo = start(*options)
    assert demo.end() == 2
    assert message in demo.output


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
