"""When a resident's phone first shows something: Chromium on a slow line and processor, by its DevTools protocol."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from websockets.sync.client import connect
from websockets.sync.connection import Connection

from demo import afternoon
from demo.bench_figure import Figure, Missing
from demo.bench_page import wait
from demo.bench_servers import program, running
from demo.workplace import Workplace, free_port
from gateway.store import open_store

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
    "--remote-debugging-port=0",
)
# The line: 1.6 Mbit/s down, 0.75 up, 150 ms there and back. The processor: four times slower than this one.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
SLOWER = 4
PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
TIMES, WITHIN_S = 5, 60.0
PAINTED = "performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)[0] ?? -1"


class Browser:
    """One page of a Chromium, spoken to directly."""

    def __init__(self, line: Connection) -> None:
        self._line, self._n = line, 0

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """What the browser answers; raises :class:`RuntimeError` with its reason."""
        self._n += 1
        self._line.send(json.dumps({"id": self._n, "method": method, "params": params}))
        while True:
            heard = json.loads(self._line.recv(WITHIN_S))
            if heard.get("id") == self._n:
                if "error" in heard:
                    raise RuntimeError(f"{method}: {heard['error']}")
                answer: dict[str, Any] = heard["result"]
                return answer

    def value(self, expression: str) -> Any:
        """What a script's expression gives."""
        return self.ask("Runtime.evaluate", expression=expression)["result"].get("value")

    def painted_ms(self, address: str) -> float:
        """From the press to the first text or picture, nothing kept from before."""
        self.ask("Network.clearBrowserCache")
        self.ask("Page.navigate", url="about:blank")
        self.ask("Page.navigate", url=address)
        end = time.monotonic() + WITHIN_S
        while (at := float(self.value(PAINTED) or -1)) < 0:
            if time.monotonic() > end:
                raise RuntimeError(f"{address}: nothing is shown")
            time.sleep(0.05)
        return at


@contextlib.contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """A page on the slow line and processor. Raises :class:`Missing`."""
    chromium = next((path for name in BROWSERS if (path := program(name))), None)
    if chromium is None:
        raise Missing("needs Chromium (apt install chromium)")
    argv = [chromium, *SWITCHES, f"--user-data-dir={folder / 'chromium'}", "about:blank"]
    with running(argv, folder / "chromium.log"), connect(_page(folder / "chromium"), max_size=None) as line:
        page = Browser(line)
        for domain in ("Page", "Network", "Runtime"):
            page.ask(f"{domain}.enable")
        page.ask("Network.emulateNetworkConditions", **LINE)
        page.ask("Emulation.setCPUThrottlingRate", rate=SLOWER)
        page.ask("Emulation.setDeviceMetricsOverride", **PHONE)
        yield page


def _page(profile: Path) -> str:
    """Where the browser's first page is spoken to."""
    end = time.monotonic() + WITHIN_S
    while time.monotonic() < end:
        with contextlib.suppress(OSError, IndexError, StopIteration, ValueError):
            port = int((profile / "DevToolsActivePort").read_text(encoding="ascii").split()[0])
            with urlopen(f"http://127.0.0.1:{port}/json/list", timeout=5) as answer:  # our own browser
                pages = json.loads(answer.read())
            return str(next(one["webSocketDebuggerUrl"] for one in pages if one["type"] == "page"))
        time.sleep(0.1)
    raise RuntimeError("Chromium does not come up")


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The pages of a whole village in the middle of an afternoon; gives their address."""
    place = Workplace(folder, free_port(), village=afternoon.beigu())
    place.write()
    store = open_store(f"sqlite:///{place.database}")
    afternoon.write(store, place.village, time.time_ns() // 1_000_000)
    store.close()
    argv, log = [sys.executable, "-m", "dashboard_api", "--config", str(place.config("dashboard_api"))], folder / "log"
    with log.open("wb") as out, subprocess.Popen(argv, stdout=out, stderr=out) as server:
        try:
            wait(place.page_port, server, log)
            yield place.page
        finally:
            server.terminate()


def first_paint_ms(folder: Path, quick: bool) -> Figure:
    """Milliseconds until the residents' page is first painted: the best of some, since others may use the machine."""
    with serving(folder) as address, browsing(folder) as page:
        times = sorted(page.painted_ms(f"{address}/") for _ in range(2 if quick else TIMES))
    return Figure(
        times[0], f"best of {len(times)}, worst {times[-1]:.0f}; 1.6 Mbit/s, 150 ms, CPU {SLOWER} times slower"
    )
