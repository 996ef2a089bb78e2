"""A picture of every page, on one made-up afternoon (:mod:`demo.afternoon`). Called by scripts/screens."""

import argparse
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright
from pydantic import SecretStr
from small_png import small_png

from contracts.inventory import Village
from dashboard_api.app import create_app
from dashboard_api.auth import sign_in
from dashboard_api.front.app import create_front, prepare
from dashboard_api.front.settings import FrontSettings
from dashboard_api.front.village import Mark, VillageTold
from dashboard_api.outpost.caller import told
from dashboard_api.settings import Settings
from demo import afternoon
from demo.village import OUTLINES
from gateway.dispatch.links import sign
from gateway.faults import Rules
from gateway.store import Store, open_store
from gateway.telemetry.opening import reading

INTO = Path(__file__).resolve().parents[1] / "docs" / "screens"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
PHONE, TALL, TABLET, DESK, FULL = (360, 740), (390, 844), (820, 1180), (1280, 800), (1920, 1080)
WALL = FULL
# What a page is still drawing when it is loaded: charts, and the lamp that says that changes are heard.
SETTLE_MS = 700
SILENT_S = 3780
# What a worker has kept grows an hour older.
OLDER = """async ([path, ms]) => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name), found = await cache.match(path), then = found?.headers.get("x-vsm-kept");
    if (!then) continue;
    const headers = new Headers(found.headers);
    headers.set("x-vsm-kept", Number(then) - ms);
    await cache.put(path, new Response(await found.text(), { headers }));
  }
}"""


@dataclass(frozen=True)
class Shot:
    """One picture. ``path``: braces stand for a fault's number by its code. ``below``: what it begins with.
    ``front``: of a public front that has not heard its village for an hour; ``press``: what is pressed first;
    ``kept``: what the phone kept an hour ago, now that it has no line."""

    name: str
    path: str
    role: str = ""
    size: tuple[int, int] = PHONE
    choice: str = "lang=zh&size=normal"
    dark: bool = False
    below: str = ""
    front: bool = False
    press: str = ""
    kept: bool = False


EN, LARGE = "lang=en&size=normal", "lang=zh&size=large"
STAFF = "maintenance"
SHEET = "/police/statement/cam-09?from=2026-11-08T00:10:00&to=2026-11-08T00:55:00"
SHOTS = (
    Shot("set-up", "/sign-in/{set_up}"),
    Shot("residents", "/"),
    Shot("residents-en", "/", choice=EN),
    Shot("residents-large-dark", "/", choice=LARGE, dark=True),
    Shot("residents-wide", "/", size=DESK),
    Shot("charger", "/c/cp-02"),
    Shot("charger-e-bikes", "/c/eb-01"),
    Shot("charger-help", "/c/cp-02", below=".r-help"),
    Shot("poster", "/poster/j-04", size=(820, 1180)),
    Shot("village", "/village"),
    Shot("village-wide", "/village", STAFF, DESK),
    Shot("village-wide-dark-en", "/village", STAFF, DESK, EN, dark=True),
    Shot("work", "/staff", STAFF),
    Shot("work-en-dark", "/staff", STAFF, choice=EN, dark=True),
    Shot("work-wide", "/staff", STAFF, DESK),
    Shot("fault", "/staff/faults/{GroundFailure}", STAFF),
    Shot("fault-en", "/staff/faults/{frozen}", STAFF, choice=EN),
    Shot("fault-cause", "/staff/faults/{feeder_down}", STAFF),
    Shot("fault-wide", "/staff/faults/{frozen}", STAFF, DESK),
    Shot("fault-evidence", "/staff/faults/{blur}", STAFF, size=DESK, below="#evidence"),
    Shot("fault-evidence-en", "/staff/faults/{blur}", STAFF, choice=EN, below="#evidence"),
    Shot("device-commands", "/staff/devices/cam-02", STAFF, below="#commands"),
    Shot("fault-acknowledge", "/staff/faults/{dark}/acknowledged", STAFF),
    Shot("map", "/staff/map", STAFF),
    Shot("map-wide", "/staff/map", STAFF, DESK),
    Shot("devices", "/staff/devices", STAFF),
    Shot("device", "/staff/devices/cam-05", STAFF),
    Shot("device-chart", "/staff/devices/cam-05", STAFF, below="[data-chart], .chart, .charts"),
    Shot("device-wide", "/staff/devices/cam-05", STAFF, DESK),
    Shot("maintenance", "/staff/maintenance", STAFF),
    Shot("maintenance-new", "/staff/maintenance/new", STAFF),
    Shot("here", "/here/j-05", STAFF),
    Shot("labels", "/staff/labels", STAFF, (820, 1180)),
    Shot("roster", "/staff/roster", STAFF),
    Shot("channels", "/staff/channels", STAFF),
    Shot("more", "/staff/more", STAFF),
    Shot("desk", "/desk", "duty_desk", WALL),
    Shot("desk-en", "/desk/{dark}", "duty_desk", (1280, 800), EN),
    Shot("desk-tablet", "/desk/{frozen}", "duty_desk", (820, 1180)),
    Shot("hand-over", "/desk/hand-over", "duty_desk", (820, 1180)),
    Shot("wall", "/wall", "safety_centre", WALL),
    Shot("wall-en", "/wall", "safety_centre", WALL, EN),
    Shot("wall-4k", "/wall", "safety_centre", (3840, 2160)),
    Shot("police", "/police", "police", TABLET),
    Shot("police-en", "/police", "police", FULL, EN),
    Shot("police-replies", "/police", "police", TABLET, below="#replies"),
    Shot("police-month", "/police/month?month=2026-10", "police", FULL),
    Shot("police-month-tablet-dark-en", "/police/month?month=2026-10", "police", TABLET, EN, dark=True),
    Shot("police-month-causes", "/police/month?month=2026-10", "police", DESK, below="#causes"),
    Shot("police-statement-form", "/police/statement?camera=cam-09", "police", TABLET),
    Shot("police-statement", SHEET, "police", TABLET),
    Shot("police-statement-en", SHEET, "police", TABLET, EN, below=".two-up"),
    Shot("police-archive", "/police/archive", "police", TABLET),
    Shot("police-changes-en", "/police/archive/2026-10/2", "police", DESK, EN),
    Shot("sign-in", "/sign-in"),
    Shot("account", "/account", "admin"),
    Shot("users", "/users", "admin"),
    Shot("users-wide-en", "/users", "admin", DESK, EN),
    Shot("tokens", "/tokens", "admin"),
    Shot("admin", "/admin", "admin", TABLET),
    Shot("admin-en", "/admin", "admin", FULL, EN),
    Shot("admin-health", "/admin/health", "admin", FULL),
    Shot("admin-health-en-tablet", "/admin/health", "admin", TABLET, EN),
    Shot("admin-health-nodes-4k", "/admin/health", "admin", (3840, 2160)),
    Shot("admin-inventory", "/admin/inventory", "admin", FULL),
    Shot("admin-inventory-tablet-en", "/admin/inventory", "admin", TABLET, EN),
    Shot("admin-inventory-list-en", "/admin/inventory?by=list", "admin", FULL, EN),
    Shot("admin-thing", "/admin/inventory/cam-05", "admin", TABLET),
    Shot("rules", "/admin/rules", "admin", TABLET),
    Shot("rules-en", "/admin/rules?edit=text", "admin", FULL, EN),
    Shot("audit", "/admin/audit?verify=true", "admin", TABLET),
    Shot("audit-en", "/admin/audit?verify=true", "admin", FULL, EN),
    Shot("front-silent", "/", front=True),
    Shot("front-silent-en-wide", "/", size=DESK, choice=EN, front=True),
    Shot("front-silent-charger", "/c/cp-02", front=True),
    Shot("front-link", "{letter}", front=True),
    Shot("front-link-en-dark", "{letter}", choice=EN, dark=True, front=True),
    Shot("front-written-down", "{letter}", front=True, press="button.primary"),
    Shot("kept-residents", "/", size=TALL, kept=True),
    Shot("kept-residents-tablet-en", "/", size=TABLET, choice=EN, kept=True),
    Shot("kept-charger-dark-en", "/c/cp-02", size=TALL, choice=EN, dark=True, kept=True),
    Shot("kept-work", "/staff", STAFF, TALL, kept=True),
    Shot("kept-work-tablet-en", "/staff", STAFF, TABLET, EN, kept=True),
    Shot("kept-fault", "/staff/faults/{frozen}", STAFF, TALL, kept=True),
    Shot("kept-fault-tablet-dark-en", "/staff/faults/{GroundFailure}", STAFF, TABLET, EN, dark=True, kept=True),
    Shot("front-written-down-en", "{letter}", choice=EN, front=True, press="button.primary"),
)


@contextmanager
def serving(store: Store, village: Village, folder: Path) -> Iterator[str]:
    """The pages on a free port; gives their address."""
    known = {"public_url": "https://beigu.example.org", "outline": OUTLINES["beigu"], "secure_cookie": "never"}
    settings = Settings.model_validate({"inventory": Path("-"), "database": "-", **known})
    telemetry = folder / "telemetry.db"
    app = create_app(store, village, Rules(), settings, lambda: afternoon.AT_MS, lambda: reading(None, telemetry, 5))
    with listening(app) as address:
        yield address


@contextmanager
def silent_front(store: Store, village: Village, folder: Path) -> Iterator[str]:
    """A public front that heard the village an hour ago, at the afternoon's moment."""
    now_ms = afternoon.AT_MS + SILENT_S * 1000
    settings = FrontSettings(role="front", key=SecretStr("k" * 40), folder=folder / "front")
    prepare(settings.folder)
    known = Settings(inventory=Path("-"), database="-", public_url="https://beigu.example.org")
    board = create_app(store, village, Rules(), known, lambda: afternoon.AT_MS).state.board
    told_by = VillageTold(settings.folder, 90, lambda: afternoon.AT_MS, lambda: 0)
    told_by.hear(Mark().after(1, 1, afternoon.AT_MS, afternoon.AT_MS), told(board.look()))
    with listening(create_front(settings, lambda: now_ms, lambda: 0)) as address:
        yield address


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """``app`` on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


class Studio:
    """A browser before the pages: one context for each role and look."""

    def __init__(self, browser: Browser, store: Store, address: str, front: str) -> None:
        self._browser, self._store, self._address, self._front = browser, store, address, front
        self._people: dict[str, Any] = {}
        self._faults = {fault.code: fault.id for fault in store.faults("open", 100)[0] if fault.root is None}

    def take(self, shot: Shot, into: Path) -> list[str]:
        """Take it; what is wrong with the page."""
        context = self._browser.new_context(
            viewport={"width": shot.size[0], "height": shot.size[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if shot.dark else "light",
            reduced_motion="reduce",
        )
        if not shot.kept:  # a worker goes by the machine's clock
            context.clock.set_fixed_time(afternoon.AT_MS / 1000 + (SILENT_S if shot.front else 0))
        page = context.new_page()
        if shot.role:
            self._sign_in(page, shot.role)
        address = self._front if shot.front else self._address
        page.goto(f"{address}/?{shot.choice}")
        answer = page.goto(address + self._path(shot))
        if shot.kept and not self._cut_off(page, self._path(shot)):
            context.close()
            return [f"{shot.name}: nothing was kept of {shot.path}"]
        if shot.press:
            page.fill("#who", "王师傅")
            page.click(shot.press)
        page.wait_for_timeout(SETTLE_MS)
        wrong = [] if answer is not None and (answer.ok or shot.front) else [f"{shot.name}: {shot.path} is not there"]
        wide = page.evaluate("document.documentElement.scrollWidth") - shot.size[0]
        wrong += [f"{shot.name}: {wide} px run out at the side"] if wide > 0 else []
        self._shoot(page, shot, into)
        context.close()
        return wrong

    def _cut_off(self, page: Page, path: str) -> bool:
        """Once the phone has kept it, the line is gone and an hour goes by. Whether anything was kept."""
        for _ in range(100):
            if page.evaluate("path => caches.match(path).then(Boolean)", path):
                break
            page.wait_for_timeout(200)
        page.context.set_offline(True)
        page.wait_for_timeout(SETTLE_MS)  # its worker hears of it a little later
        page.evaluate(OLDER, [path, SILENT_S * 1000])
        page.reload()
        return bool(page.evaluate("'kept' in document.body.dataset"))

    def _sign_in(self, page: Page, role: str) -> None:
        """As the one person of that role."""
        if role in self._people:
            page.context.add_cookies(self._people[role])
            return
        page.goto(f"{self._address}/sign-in/{sign_in.invite(self._store, role, 1, afternoon.AT_MS)}")
        page.click("button.primary")
        self._people[role] = page.context.cookies()

    def _path(self, shot: Shot) -> str:
        if "{set_up}" in shot.path:
            return f"/sign-in/{sign_in.set_up(self._store, 1, afternoon.AT_MS)}"
        return shot.path.format(**self._faults, letter=f"/a/{self._letter()}")

    def _letter(self) -> str:
        now = afternoon.AT_MS
        return sign(b"k" * 40, self._faults["frozen"], "group:maintenance-room", 0, now, now + 4 * 3_600_000)

    def _shoot(self, page: Page, shot: Shot, into: Path) -> None:
        if shot.below:
            page.locator(shot.below).first.evaluate("part => scrollTo(0, part.getBoundingClientRect().top - 80)")
            page.wait_for_timeout(SETTLE_MS)
        (into / f"{shot.name}.png").write_bytes(small_png(page.screenshot()))


def chromium() -> str:
    """Where the browser is; ends the program where there is none."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        sys.exit("screens: no Chromium (on Debian: sudo apt install chromium fonts-noto-cjk)")
    return found


def chosen(names: Sequence[str]) -> list[Shot]:
    """Those whose names begin with one of ``names``; all without any."""
    return [shot for shot in SHOTS if not names or shot.name.startswith(tuple(names))]


def main() -> int:
    """0; 1 when something is wrong with a page; 2 for a wrong call."""
    parser = argparse.ArgumentParser(prog="scripts/screens", description="Takes the pictures of all pages.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="pictures whose names begin with it")
    parser.add_argument("--into", type=Path, default=INTO, metavar="FOLDER", help="where they are written")
    options = parser.parse_args()
    shots, program = chosen(options.names), chromium()
    if not shots:
        parser.error(f"no picture has such a name; there are {', '.join(shot.name for shot in SHOTS)}")
    options.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="vsm-screens-") as made:
        return _session(shots, program, Path(made), options.into)


def _session(shots: Sequence[Shot], program: str, folder: Path, into: Path) -> int:
    village, store = afternoon.beigu(), open_store(f"sqlite:///{folder / 'gateway.db'}")
    afternoon.write(store, village)
    afternoon.measure(folder / "telemetry.db", village)
    wrong = []
    served, silent = serving(store, village, folder), silent_front(store, village, folder)
    with served as address, silent as front, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(SWITCHES))
        studio = Studio(browser, store, address, front)
        for number, shot in enumerate(shots, 1):
            print(f"screens: [{number}/{len(shots)}] {shot.name}", file=sys.stderr)
            wrong += studio.take(shot, into)
        browser.close()
    store.close()
    print("".join(f"screens: {one}\n" for one in wrong), end="", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
