"""``web.month_1000_*``: the police's month with 1,000 cameras, from the press to the last row painted in Chromium, on a
tablet and on a desk, beside a plain table of as many cells on the same machine in the same run.
"""

import functools
import http.server
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from contracts.inventory import Village, load_inventory
from demo.bench_figure import Figure
from demo.bench_page import wait
from demo.bench_paint import Browser, browsing
from demo.bench_uptime import PER_MONTH, WHY
from demo.bench_village import described
from demo.workplace import HOST, Workplace, free_port
from firmware_config import yamltext
from gateway.months import freeze
from gateway.store import Batch, IntervalFill, IntervalRow, Store, open_store
from gateway.uptime.months import FREEZES_AFTER_MS, Month, month_at

NODES, CAMERAS = 125, 8
SIZES = {"tablet": (820, 1180), "desk": (1920, 1080)}
TIMES, WITHIN_S = 3, 60.0
# Runs before any script of the page: when the last byte was laid out and a frame with it was made.
WATCH = """addEventListener("load", () => requestAnimationFrame(() => setTimeout(() => {
    window.paintedAt = performance.now(); })));"""
ROWS = "document.querySelectorAll('tbody tr[id]').length"
KIB = "performance.getEntriesByType('navigation').map(one => [one.transferSize, one.decodedBodySize])[0].join(' ')"
WHOLE_LINE = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}


@dataclass
class _Looks:
    """Milliseconds of each look by size, and the page's KiB on the line and unpacked."""

    ms: dict[str, list[float]]
    kib: tuple[float, float] = (0.0, 0.0)


def month_frozen_ms(folder: Path, quick: bool) -> Figure:
    """The month before, as it was frozen."""
    return _figure(folder, quick, running=False)


def month_running_ms(folder: Path, quick: bool) -> Figure:
    """The month that runs, with news of a camera before each look."""
    return _figure(folder, quick, running=True)


def _figure(folder: Path, quick: bool, running: bool) -> Figure:
    times, now_ms = 2 if quick else TIMES, time.time_ns() // 1_000_000  # a measurement has its own clock
    before = month_at(month_at(now_ms).from_ms - 1)
    with _serving(folder, before, now_ms) as (place, store), browsing(folder) as page:
        _unhurried(page, place)
        address = f"{place.page}/police/month?month={(month_at(now_ms) if running else before).name}"
        looks = _Looks({})
        for name, (width, height) in SIZES.items():
            page.ask(
                "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
            )
            looks.ms[name] = [_look(page, address, store, looks) for _ in range(times)]
        with _plain(folder) as plain:
            bare = min(_painted(page, plain) for _ in range(times))
    best = {name: min(found) for name, found in looks.ms.items()}
    told = ", ".join(f"{name} {ms:.0f} ms" for name, ms in best.items())
    worst = max(max(found) for found in looks.ms.values())
    kib = f"{looks.kib[0]:.0f} KiB on the line, {looks.kib[1]:.0f} unpacked"
    value = max(best.values())
    return Figure(value, f"{told}, worst {worst:.0f}; {kib}; {value / bare:.2f} x a plain table ({bare:.0f} ms)")


def _unhurried(page: Browser, place: Workplace) -> None:
    """A desk's line and processor, signed in."""
    page.ask("Network.emulateNetworkConditions", **WHOLE_LINE)
    page.ask("Emulation.setCPUThrottlingRate", rate=1)
    config = str(place.config("dashboard_api"))
    words = [sys.executable, "-m", "dashboard_api", "invite", "--config", config, "--role", "police"]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout  # our own module
    link = next(word for word in said.split() if "/sign-in/" in word)
    page.ask("Page.navigate", url=place.page + link[link.index("/sign-in/") :])
    _until(page, "document.querySelector('button.primary') ? 1 : 0")
    page.value("document.querySelector('button.primary').click()")
    _until(page, "location.pathname.startsWith('/sign-in') ? 0 : 1")
    page.ask("Page.addScriptToEvaluateOnNewDocument", source=WATCH)


def _look(page: Browser, address: str, store: Store, looks: _Looks) -> float:
    """One look at all rows, after something has changed, so that nothing is known from the look before."""
    at_ms = time.time_ns() // 1_000_000  # as above
    store.record(
        Batch(at_ms, intervals=[IntervalFill("cam-00000-0", at_ms - 60_000, at_ms, "down", "black", over=True)])
    )
    took = _painted(page, address)
    rows = page.value(ROWS)
    if rows != NODES * CAMERAS:
        raise RuntimeError(f"{address}: {rows} rows")
    wire, body = (int(part) / 1024 for part in str(page.value(KIB)).split())
    looks.kib = (wire, body)
    return took


def _painted(page: Browser, address: str) -> float:
    page.ask("Network.clearBrowserCache")
    page.ask("Page.navigate", url="about:blank")
    page.ask("Page.navigate", url=address)
    return _until(page, f"location.href.startsWith({address!r}) && window.paintedAt || 0")


def _until(page: Browser, expression: str) -> float:
    end = time.monotonic() + WITHIN_S  # as above
    while not (found := float(page.value(expression) or 0)):
        if time.monotonic() > end:  # as above
            raise RuntimeError(f"not within {WITHIN_S:g} s: {expression}")
        time.sleep(0.05)
    return found


@contextmanager
def _serving(folder: Path, before: Month, now_ms: int) -> Iterator[tuple[Workplace, Store]]:
    """The pages of a village with a thousand cameras, the month before frozen."""
    (folder / "thousand.yaml").write_text(yamltext.dump(described(NODES, CAMERAS)), encoding="utf-8")
    place = Workplace(folder, free_port(), village=load_inventory(folder / "thousand.yaml"))
    village = place.write()
    store = open_store(f"sqlite:///{place.database}")
    argv, log = [sys.executable, "-m", "dashboard_api", "--config", str(place.config("dashboard_api"))], folder / "log"
    try:
        _fill(store, village, before, now_ms)
        with log.open("wb") as out, subprocess.Popen(argv, stdout=out, stderr=out) as server:
            try:
                wait(place.page_port, server, log)
                yield place, store
            finally:
                server.terminate()
    finally:
        store.close()


def _fill(store: Store, village: Village, before: Month, now_ms: int) -> None:
    """Two months of each camera, with as many stretches a month as a bad line gives; the first one frozen."""
    draw = random.Random(1)
    for device in village.places():
        cuts = sorted(draw.sample(range(before.from_ms, now_ms - 120_000), 2 * PER_MONTH))
        rows = [IntervalRow(device, before.from_ms, None, "up")]
        for number, at_ms in enumerate(cuts):
            state, code, cause = ("up", None, None) if number % 2 else draw.choice(WHY)
            rows.append(IntervalRow(device, at_ms, None, state, code, cause))
        store.record(Batch(now_ms, intervals=[*rows]))
    freeze(store, village, max(now_ms, before.to_ms + FREEZES_AFTER_MS))


@contextmanager
def _plain(folder: Path) -> Iterator[str]:
    """The address of a plain table of as many cells."""
    cells = "".join(f"<td>{number}</td>" for number in range(7))
    rows = "".join(f"<tr id=r{number}>{cells}</tr>" for number in range(NODES * CAMERAS))
    site = folder / "plain"
    site.mkdir()
    (site / "plain.html").write_text(f"<!doctype html><title>x</title><table><tbody>{rows}</table>", encoding="utf-8")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer((HOST, 0), functools.partial(Quiet, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_port}/plain.html"
        server.shutdown()
