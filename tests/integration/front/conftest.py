"""A village's box and its public front as the processes that a village runs, and the line between them to cut."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest

from gateway.dispatch.links import sign
from tests.integration.dashboard_api.conftest import Clerk, Town, town

__all__ = ["Clerk", "town"]

KEY, LINK_KEY = "f" * 40, "k" * 40
STALE_S = 5.0
WITHIN_S = 90.0


def until(done: Callable[[], Any], what: str, within_s: float = WITHIN_S) -> Any:
    """What ``done`` gives once it is something."""
    end = time.monotonic() + within_s
    while True:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if found := done():
                return found
        assert time.monotonic() < end, f"{what}: not within {within_s:g} s"
        time.sleep(0.05)


class Cable:
    """A TCP relay to ``port``: what is cut falls silent, and nobody is told. Counts what goes through."""

    def __init__(self, port: int) -> None:
        self._to, self.cut, self.bytes = port, False, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self._to))
                except OSError:  # nobody is there now; the next may find somebody
                    near.close()
                    continue
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError), one, other:
            while data := one.recv(65_536):
                if self.cut:
                    return
                self.bytes += len(data)
                other.sendall(data)

    def close(self) -> None:
        self._listener.close()


@dataclass
class Process:
    """``python -m dashboard_api`` with a configuration of its own."""

    config: Path
    environment: dict[str, str] = field(default_factory=dict)
    program: tuple[str, ...] = ("dashboard_api",)
    port: int = 0
    process: "subprocess.Popen[str] | None" = None
    said: list[str] = field(default_factory=list)
    reader: threading.Thread | None = None

    def start(self) -> Self:
        """On the port it had before, if any."""
        environment = {"PATH": os.environ.get("PATH", ""), "VSM_PORT": str(self.port), **self.environment}
        command = [sys.executable, "-m", *self.program, "--config", str(self.config)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, env=environment, stdout=pipe, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.search(r"port=(\d+)", line):
                self.port = int(found[1])
                break
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self.reader.start()
        until(lambda: self.get("/static/app.css"), "it answers")
        return self

    def _read(self, out: Iterable[str]) -> None:
        self.said.extend(out)

    def kill(self) -> None:
        """As a power cut does."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        if self.reader is not None:
            self.reader.join()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None

    def ask(
        self, method: str, path: str, body: str | bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """Status and text of one request."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WITHIN_S)
        with contextlib.closing(line):
            line.request(method, path, body or None, headers or {})
            answer = line.getresponse()
            return answer.status, answer.read().decode()

    def get(self, path: str, **headers: str) -> str:
        return self.ask("GET", path, headers=headers)[1]

    def post(self, path: str, body: str = "") -> tuple[int, str]:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, body, kind)


@dataclass
class Pair:
    """``town`` is what the box has; the front is all that people reach."""

    town: Town
    box: Process
    front: Process
    cable: Cable

    def cut(self) -> None:
        """The village's line falls silent."""
        self.cable.cut = True

    def mend(self) -> None:
        self.cable.cut = False

    def word(self, number: int = 1) -> str:
        """What the front says of a socket."""
        sockets = json.loads(self.front.get("/public/chargers"))["items"][0]["sockets"]
        return str(sockets[number - 1]["word"])

    def reached(self) -> bool:
        """Whether the front hears the village."""
        return not json.loads(self.front.get("/public/chargers")).get("silent", True)

    def letter(self, fault: str, recipient: str = "wang") -> str:
        """The path of a signed link."""
        now = self.town.now_ms()
        return "/a/" + sign(LINK_KEY.encode(), fault, recipient, 0, now, now + 3_600_000)


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Process]:
    path = tmp_path / "front.yaml"
    path.write_text(json.dumps({"role": "front", "key": KEY, "stale_after_s": STALE_S, "folder": "kept"}))
    made = Process(path).start()
    yield made
    made.kill()


@pytest.fixture
def pair(tmp_path: Path, root: Path, town: Town, front: Process) -> Iterator[Pair]:
    town.all_well()
    cable = Cable(front.port)
    path = tmp_path / "box.yaml"
    known = {
        "inventory": str(root / "firmware_config" / "villages" / "three-junctions.yaml"),
        "database": "sqlite:///gateway.db",
        "link_key": LINK_KEY,
        "front": {"url": f"http://127.0.0.1:{cable.port}", "key": KEY, "wait_s": 1},
    }
    path.write_text(json.dumps(known))
    made = Pair(town, Process(path).start(), front, cable)
    until(made.reached, "the front has heard the village")
    yield made
    made.box.kill()
    cable.close()
