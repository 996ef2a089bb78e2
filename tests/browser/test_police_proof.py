"""On a running village: a camera freezes, another is covered, a third goes black while its node is cut off. The
police's month and statement say so to the second; the exported journal replayed says the same, and so does the book of
what was broken. The covered one's fault shows what was seen before and after.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from dashboard_api.web.texts import HTML_LANG, Lang
from demo import ledger
from demo.control import Control
from gateway.uptime.months import iso, month_at
from tests.browser.running import Small, until

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
# A picture fault is one after ten minutes; at this speed after ten seconds.
SPEED = 60.0
FROZEN, COVERED, BLACK, LINE = "cam-01", "cam-02", "cam-03", "u-mobile"
DOWN = ((FROZEN, "frozen"), (COVERED, "occluded"), (BLACK, "black"))
# A camera has seen enough of its view to notice that it is hidden.
LEARNED_S = 25
# Three equal key pictures 2 s apart, up to 2 s of new ones before, and a look a second: the first bad look comes so
# late at most; as late is the first good one after the mend. Twice as much where others use the machine.
NOTICED_MS = 20_000
FIGURES = ("S", "U", "D", "K", "M", "O", "known", "strict", "upper", "coverage")


class Stretch(NamedTuple):
    """When a camera was down, in whole seconds, as ISO in China's time."""

    begin: str
    end: str


@dataclass(frozen=True)
class Afternoon:
    """What happened. ``replayed``: what the exported journal gives; ``to_ms``: up to when all is counted."""

    small: Small
    replayed: dict[str, Any]
    to_ms: int

    def fault(self, camera: str, code: str) -> Stretch:
        """Replay's."""
        [one] = [row for row in self.replayed["faults"] if (row["asset"], row["code"]) == (camera, code)]
        return Stretch(one["opened"], one["closed"])

    def broken(self, camera: str) -> tuple[int, int]:
        """Unix ms, by the fakes' own book."""
        lines = ledger.lines(self.small.place.ledger, ledger.ORDERED)
        at = {line["do"]: line["at_ms"] for line in lines if line.get("device") == camera}
        return at["break"], at["mend"]


@pytest.fixture(scope="module")
def afternoon(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Afternoon]:
    small = Small(tmp_path_factory.mktemp("proof"), verified_s=3, cut=LINE, speed=SPEED)
    small.start()
    try:
        _break_and_mend(small)
        to_ms = _next_minute()
        yield Afternoon(small, _replayed(small, root, to_ms), to_ms)
    finally:
        small.end()


def _break_and_mend(small: Small) -> None:
    """The line is cut before the camera behind it goes black, and mended after it is well again."""
    order = Control(small.place.control).send
    time.sleep(LEARNED_S)
    small.breaks("freeze", FROZEN)
    small.breaks("cover", COVERED)
    order(do="break", what="cut", uplink=LINE)
    until(lambda: _state(small, BLACK) == "unknown", "the node behind the line is lost")
    small.breaks("black", BLACK)
    small.fault(FROZEN, "frozen")
    small.fault(COVERED, "occluded")
    time.sleep(25)  # black for longer than it takes to be one; nobody can be asked meanwhile
    small.mends("black", BLACK)
    time.sleep(10)  # good again for longer than it takes to be over
    order(do="mend", what="cut", uplink=LINE)
    small.mends("freeze", FROZEN)
    small.mends("cover", COVERED)
    until(lambda: small.fault(COVERED, "occluded").cleared_ms, "the covered camera is well")
    until(lambda: small.fault(FROZEN, "frozen").cleared_ms, "the frozen camera is well")
    until(lambda: small.fault(BLACK, "black").cleared_ms, "what was kept behind the line arrives")
    until(lambda: _state(small, BLACK) == "up", "the camera behind the line is heard again")


def _state(small: Small, camera: str) -> str:
    now_ms = time.time_ns() // 1_000_000
    return str(small.store.intervals(camera, now_ms - 1000, now_ms)[-1].state)


def _next_minute() -> int:
    """A month that runs is counted up to whole minutes."""
    to_ms = (time.time_ns() // 60_000_000_000 + 1) * 60_000
    until(lambda: time.time_ns() > (to_ms + 1000) * 1_000_000, "the next minute")
    return to_ms


def _replayed(small: Small, root: Path, to_ms: int) -> dict[str, Any]:
    """The journal by the gateway's own export, through scripts/replay."""
    history = small.place.folder / f"history-{to_ms}.jsonl"
    period = ("--from", iso(month_at(to_ms).from_ms), "--to", iso(to_ms))
    export = [sys.executable, "-m", "gateway", "export", "--config", str(small.place.config("gateway")), *period]
    env = {**os.environ, **small.place.secrets("gateway")}
    said = subprocess.run([*export, "--out", str(history)], check=False, capture_output=True, text=True, env=env)
    assert said.returncode == 0, said.stderr
    return _judged(small, root, history)


def _judged(small: Small, root: Path, history: Path) -> dict[str, Any]:
    out = history.with_suffix(".json")
    replay = [str(root / "scripts" / "replay"), str(history), "--rules", str(small.place.rules), "--json", str(out)]
    said = subprocess.run(replay, check=False, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


@pytest.fixture
def police(browser: Browser, afternoon: Afternoon) -> Iterator[Callable[[tuple[int, int], Lang], Page]]:
    """Somebody of the police station before a screen."""
    contexts = []

    def sit_down(size: tuple[int, int], lang: Lang) -> Page:
        base, (width, height) = afternoon.small.place.page, size
        screen = ViewportSize(width=width, height=height)
        context = browser.new_context(viewport=screen, locale=HTML_LANG[lang], base_url=base)
        context.set_default_timeout(60_000)
        context.add_cookies([{"name": "lang", "value": lang, "url": base}])
        contexts.append(context)
        page = context.new_page()
        page.goto(afternoon.small.link("police"))
        page.click("button.primary")
        page.wait_for_url(lambda address: "/sign-in/" not in address)
        return page

    yield sit_down
    for context in contexts:
        context.close()


def window(afternoon: Afternoon, stretch: Stretch) -> str:
    """A minute before it until a moment of which all is counted."""
    begin_ms = round(datetime.fromisoformat(stretch.begin).timestamp()) * 1000 - 60_000
    return f"from={iso(begin_ms)}&to={iso(afternoon.to_ms)}".replace("+", "%2B")


def downs(page: Page, code: str) -> list[Stretch]:
    """The lines of the statement on the screen that name ``code``."""
    rows = page.locator(".pieces tbody tr").filter(has_text=code)
    cells = [row.locator("td").all_inner_texts() for row in rows.all()]
    return [Stretch(*(re.sub(r"\s+", "T", text.strip()) + "+08:00" for text in row[:2])) for row in cells]


def shown(afternoon: Afternoon, page: Page) -> dict[str, Any]:
    """What a browser that is signed in gets of the month as figures."""
    answer = page.request.get(f"/api/v1/reports/{month_at(afternoon.to_ms).name}")
    assert answer.ok, answer.text()
    found: dict[str, Any] = answer.json()
    return found


SCREENS = [((820, 1180), "zh"), ((820, 1180), "en"), ((1920, 1080), "zh"), ((1920, 1080), "en")]
SCREENS += [((3840, 2160), "zh"), ((3840, 2160), "en")]


@pytest.mark.parametrize(("size", "lang"), SCREENS, ids=str)
def test_the_statement_on_the_screen_is_what_replay_makes_of_the_journal(
    afternoon: Afternoon, police: Callable[[tuple[int, int], Lang], Page], size: tuple[int, int], lang: Lang
) -> None:
    page = police(size, lang)
    for camera, code in DOWN:
        stretch = afternoon.fault(camera, code)
        page.goto(f"/police/statement/{camera}?{window(afternoon, stretch)}")
        assert downs(page, code) == [stretch]
        assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    month = page.goto("/police/month")
    assert month is not None
    assert month.ok
    for camera, _ in DOWN:
        seconds = afternoon.replayed["uptime"][camera]["D"]
        told = re.sub(r"\s", "", page.locator(f"#c-{camera} td").nth(3).inner_text())
        assert told == _said(seconds, lang)


def _said(seconds: int, lang: Lang) -> str:
    minutes, rest = divmod(seconds, 60)
    units = ("分", "秒") if lang == "zh" else ("min", "s")
    return "".join(f"{n}{unit}" for n, unit in zip((minutes, rest), units, strict=True) if n)


def test_the_month_is_what_replay_makes_of_the_journal(
    afternoon: Afternoon, police: Callable[[tuple[int, int], Lang], Page], root: Path
) -> None:
    found = shown(afternoon, police((1920, 1080), "en"))
    cameras = {one["camera"]: {name: one[name] for name in FIGURES} for one in found["cameras"]}
    # It is counted up to the minute in which it was asked for, and so is the journal here.
    until_ms = round(datetime.fromisoformat(found["to"]).timestamp()) * 1000
    uptime = _replayed(afternoon.small, root, until_ms)["uptime"]
    assert cameras == {name: uptime[name] for name in cameras}
    assert min(cameras[camera]["D"] for camera, _ in DOWN) > 0


@pytest.mark.parametrize(("camera", "code"), DOWN)
def test_it_is_what_the_fakes_wrote_down_that_they_broke(afternoon: Afternoon, camera: str, code: str) -> None:
    """A look is the first bad one when it is seen to be bad; the debounce dates it back to that, so it adds nothing."""
    stretch = afternoon.fault(camera, code)
    for told, really_ms in zip(stretch, afternoon.broken(camera), strict=True):
        late_ms = datetime.fromisoformat(told).timestamp() * 1000 - really_ms
        assert -1000 <= late_ms <= NOTICED_MS, (told, late_ms)


def test_what_was_seen_before_it_was_covered_and_after_stands_on_its_page(
    afternoon: Afternoon, police: Callable[[tuple[int, int], Lang], Page]
) -> None:
    fault = afternoon.small.fault(COVERED, "occluded")
    page = police((820, 1180), "zh")
    page.goto(f"/staff/faults/{fault.id}")
    before, after = (page.locator(f".pair img >> nth={n}") for n in (0, 1))
    pictures = [page.request.get(str(one.get_attribute("src"))).body() for one in (before, after)]
    assert all(0 < len(body) <= 64 * 1024 and body.startswith(b"\xff\xd8") for body in pictures)
    assert pictures[0] != pictures[1]
    before.scroll_into_view_if_needed()
    page.wait_for_function("[...document.querySelectorAll('.pair img')].every((one) => one.naturalWidth > 0)")
    looks = [row for row in afternoon.small.store.audit() if (row.action, row.subject) == ("evidence viewed", fault.id)]
    assert len(looks) >= len(pictures)


def test_one_second_in_the_journal_would_be_seen(
    afternoon: Afternoon, police: Callable[[tuple[int, int], Lang], Page], root: Path
) -> None:
    """The control: each reading of the frozen picture a second later, and nothing agrees any more."""
    history = afternoon.small.place.folder / f"history-{afternoon.to_ms}.jsonl"
    head, *lines = map(json.loads, history.read_text(encoding="utf-8").splitlines())
    moved = sorted(map(_a_second_later, lines), key=lambda line: datetime.fromisoformat(line["t"]))
    wrong = history.with_name("wrong.jsonl")
    wrong.write_text("\n".join(map(json.dumps, [head, *moved])), encoding="utf-8")
    replayed = _judged(afternoon.small, root, wrong)
    assert Afternoon(afternoon.small, replayed, afternoon.to_ms).fault(FROZEN, "frozen") != afternoon.fault(
        FROZEN, "frozen"
    )
    [seen] = [one for one in shown(afternoon, police((820, 1180), "zh"))["cameras"] if one["camera"] == FROZEN]
    assert replayed["uptime"][FROZEN]["D"] != seen["D"]


def _a_second_later(line: dict[str, Any]) -> dict[str, Any]:
    if line.get("device") != FROZEN or "frozen" not in json.dumps(line):
        return line
    return {**line, "t": (datetime.fromisoformat(line["t"]) + timedelta(seconds=1)).isoformat()}
