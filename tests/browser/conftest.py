"""A real browser before a real server, on the village of the dashboard's other tests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pydantic import SecretStr

from demo import afternoon
from gateway.telemetry.opening import reading
from tests.browser.axe import Axe
from tests.integration.dashboard_api.conftest import Clerk, Running, Town, clerk, running, town
from tests.npm import installed

__all__ = ["Clerk", "Running", "Town", "clerk", "running", "town"]

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, TABLET, DESK = (360, 740), (820, 1180), (1280, 800)

# No test is timed: what is waited for may take its time on a busy machine.
expect.set_options(timeout=20_000)


@dataclass
class Tab:
    """One page; ``complaints`` are what its console had to say, ``hosts`` whom it asked for anything."""

    page: Page
    context: BrowserContext
    address: str
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.address + path)
        return self.page

    def live(self, path: str = "/") -> Page:
        """Open and wait until changes are heard."""
        self.open(path)
        self.page.wait_for_selector("#live[data-state=live], #live[data-state=quiet]")
        return self.page

    def sign_in(self, town: Town, role: str = "maintenance") -> None:
        self.open(f"/sign-in/{town.link(role)}")
        self.page.click("button.primary")


NewTab = Callable[..., Tab]


@pytest.fixture(scope="session")
def axe(pytestconfig: pytest.Config) -> Axe:
    """The checker, installed once as its lock says."""
    assert pytestconfig.cache is not None
    folder = installed(Path(pytestconfig.cache.mkdir("pages")), Path(__file__).parent, "axe-core")
    return Axe((folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))


@pytest.fixture
def afternoon_town(town: Town, tmp_path: Path) -> Town:
    """A whole village with whatever the pages can show."""
    town.village, town.fixed_ms = afternoon.beigu(), afternoon.AT_MS
    known = {"public_url": "https://cun.example", "secure_cookie": "never", "link_key": SecretStr("k" * 40)}
    town.settings = town.settings.model_copy(update=known)
    afternoon.write(town.store, town.village)
    afternoon.measure(tmp_path / "telemetry.db", town.village)
    town.telemetry = lambda: reading(None, tmp_path / "telemetry.db", 5)
    return town


# Not for the whole session: playwright keeps an event loop running in this thread, and other tests start their own.
@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(chromium), args=SWITCHES)
        yield opened
        opened.close()


@pytest.fixture
def new_tab(browser: Browser, running: Running) -> Iterator[NewTab]:
    contexts = []

    def make(size: tuple[int, int] = PHONE, *, scripts: bool = True) -> Tab:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        tab = Tab(context.new_page(), context, running.address)
        tab.page.on("console", lambda said: tab.complaints.append(said.text))
        tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.page.on("request", lambda request: tab.hosts.add(request.url.split("/")[2]))
        return tab

    yield make
    for context in contexts:
        context.close()
