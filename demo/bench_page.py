"""What a phone transfers to see the page for the first time: the page and everything it names, compressed, nothing
cached.
"""

import contextlib
import gzip
import http.client
import subprocess
import sys
import time
from collections import deque
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from demo.workplace import HOST, Workplace, free_port

START_WITHIN_S = 30.0
LOADED_RELS = frozenset({"stylesheet", "icon", "manifest", "modulepreload", "preload"})


class Parts(HTMLParser):
    """Collects the addresses that a browser loads with a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what ``tag`` loads."""
        values = dict(attrs)
        loaded = LOADED_RELS & set((values.get("rel") or "").split())
        address = (
            values.get("href") if tag == "link" and loaded else values.get("src") if tag in {"script", "img"} else None
        )
        if address and not address.startswith("data:"):
            self.found.append(address)


def fetch(port: int, path: str) -> tuple[int, bytes, str]:
    """Bytes on the wire (status line and headers too), the body and its type."""
    with contextlib.closing(http.client.HTTPConnection(HOST, port, timeout=10)) as connection:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip", "Accept": "*/*"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"GET {path}: HTTP {answer.status}")
        head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + 19
        return head + len(body), body, answer.getheader("Content-Encoding") or ""


def _text(body: bytes, encoding: str) -> str:
    if encoding == "gzip":
        body = gzip.decompress(body)
    return body.decode()


def transferred(port: int) -> int:
    """Bytes of the page and of all its parts."""
    size, body, encoding = fetch(port, "/")
    parts = Parts()
    parts.feed(_text(body, encoding))
    waiting = deque(urldefrag(urljoin("/", address)).url for address in parts.found)
    done: set[str] = set()
    while waiting:
        path = waiting.popleft()
        if path not in done:
            done.add(path)
            size += fetch(port, path)[0]
    return size


def page_first_kib(folder: Path, _quick: bool) -> float:
    """KiB of a first visit to the demo village's page."""
    place = Workplace(folder, free_port())
    place.write()
    argv = [sys.executable, "-m", "dashboard_api", "--config", str(place.config("dashboard_api"))]
    log = folder / "log"
    with log.open("wb") as out, subprocess.Popen(argv, stdout=out, stderr=out) as server:
        try:
            wait(place.page_port, server, log)
            return transferred(place.page_port) / 1024
        finally:
            server.terminate()


def wait(port: int, server: subprocess.Popen[bytes], log: Path, path: str = "/api/v1/health") -> None:
    """Until ``path`` is answered; raises :class:`RuntimeError` with the end of ``log``."""
    end = time.monotonic() + START_WITHIN_S
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            fetch(port, path)
            return
        time.sleep(0.1)
    raise RuntimeError(f"the page does not come up: {log.read_text(errors='replace')[-500:]}")
