import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from demo import letters, people, tally
from demo.vendors import Received
from demo.workplace import Workplace
from tests.integration.demo.breaks import LINE, SITES, UNSAID, scenario

pytestmark = pytest.mark.timeout(300)
MEMORY_MIB, CORE_SHARE = 1024, 0.8
FAULT_MS = 2000


def test_the_default_scenario_at_full_scale_is_seen_from_break_to_mend_and_nothing_is_lost(
    start: Callable[..., Any],
) -> None:
    demo = start("--seconds", "100")
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
    assert 0 < latency["stored"]["p95"] < 2000
    assert 0 < latency["sse"]["p95"] < 2000
    assert latency["change_sse"]["p95"] < 2000
    assert 0 <= latency["fault_sse"]["p95"] <= FAULT_MS
    assert report["memory_mib"] <= MEMORY_MIB
    assert report["core_share"] <= CORE_SHARE


@pytest.fixture(scope="module")
def played(start_once: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Runs of the small village, all at once, since they have nothing to do with each other."""
    folder = tmp_path_factory.mktemp("scenarios")
    broken = "what: flap, uplink: u-telecom, down_s: 240, up_s: 40"
    for name, text in (("unsaid", UNSAID), ("flap", scenario(broken, LINE, SITES))):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    options = {
        "short": ("--scenario", "short", "--seconds", "40", "--keep"),
        "unsaid": ("--scenario", f"{folder}/unsaid.yaml", "--seconds", "22"),
        "flap": ("--scenario", f"{folder}/flap.yaml", "--seconds", "65"),
    }
    demos = {name: start_once("--village", "three", *words) for name, words in options.items()}
    for demo in demos.values():
        demo.end()
    return demos


def everybody_told(report: dict[str, Any]) -> None:
    found = report["letters"]
    wrong = ("missing", "doubled", "disordered", "strange")
    assert [found[what] for what in wrong] == [0, 0, 0, 0], found
    assert found["confirmed"] == found["received"]


def test_the_phones_get_every_letter_of_a_run_and_without_any_one_of_them_it_would_fail(
    played: dict[str, Any],
) -> None:
    demo = played["short"]
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


@pytest.mark.long
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


def test_what_breaks_without_being_expected_fails_the_run_by_its_name(played: dict[str, Any]) -> None:
    demo = played["unsaid"]
    assert demo.end() == 1, demo.output
    assert "unexpected: dark of wl-01 opened" in demo.output
    assert "unexpected: problem of wl-01 dark was sent" in demo.output
    assert (demo.report["faults"]["unexpected"], demo.report["messages"]["unexpected"]) == (1, 1)


def test_a_line_that_comes_and_goes_is_one_cause_of_which_people_are_told_once(played: dict[str, Any]) -> None:
    demo = played["flap"]
    assert demo.end() == 0, demo.output
    assert [step["expected"]["asset"] for step in demo.report["steps"]] == ["u-telecom", "j-01", "j-02"]
    assert demo.report["faults"] == {"opened": 3, "closed": 3, "unexpected": 0}
    messages = demo.report["messages"]
    assert (messages["sent"], messages["problem"], messages["recovery"], messages["unexpected"]) == (2, 1, 1, 0)
