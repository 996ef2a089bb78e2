"""The demo as a client of the API: faults and devices by polling, changes by the event stream, acknowledgements as a
signed-in person.
"""

import contextlib
import http.client
import json
import threading
import time
from typing import Any

from demo.ledger import Key
from demo.timeline import Fault

TIMEOUT_S = 5.0


class ApiError(Exception):
    """The API cannot be reached, or does not answer as documented."""


class Api:
    """Requests to one address; a connection for each keeps restarts of the server simple."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._token: str | None = None

    def sign_in(self, invitation: str) -> None:
        """Be somebody from now on; raises :class:`ApiError`."""
        self._token = self.ask("/api/v1/sign-in", {"token": invitation})["token"]

    def headers(self, accept: str) -> dict[str, str]:
        """What goes along with every request."""
        signed = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        return {"Accept": accept, **signed}

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The JSON of GET ``path``, or of POST with ``body``; raises :class:`ApiError`."""
        headers = self.headers("application/json") | ({} if body is None else {"Content-Type": "application/json"})
        try:
            with contextlib.closing(http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_S)) as connection:
                connection.request(
                    "GET" if body is None else "POST", path, None if body is None else json.dumps(body), headers
                )
                answer = connection.getresponse()
                text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise ApiError(f"{path}: {error}") from error
        if answer.status >= 400:
            raise ApiError(f"{path}: HTTP {answer.status}: {text[:300].decode(errors='replace')}")
        try:
            return json.loads(text) if text else None
        except ValueError as error:
            raise ApiError(f"{path}: not JSON: {text[:100]!r}") from error

    def items(self, path: str) -> list[dict[str, Any]]:
        """All items of a list, over all its pages."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = self.ask(path if cursor is None else f"{path}{'&' if '?' in path else '?'}cursor={cursor}")
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                return found

    def faults(self) -> list[Fault]:
        """Every fault there ever was, as the API shows it."""
        return [
            Fault(
                number=item["id"],
                asset=item["asset"],
                code=item["code"],
                cleared=item["cleared"] is not None,
                closed=item["closed"] is not None,
                reopened=item.get("reopened", 0),
                root=item["root"],
                taken=item["acknowledged_by"] is not None,
            )
            for item in self.items("/api/v1/faults?state=all&limit=100")
        ]


class Listener:
    """Listens to the event stream in a thread and remembers when it first heard of each record (``heard``, monotonic
    seconds) and of each fault (``faults``, by number, Unix milliseconds).

    ``news`` is set by every event that tells of a fault.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self._stop = threading.Event()
        self._last_id: str | None = None
        self.heard: dict[Key, float] = {}
        self.faults: dict[str, float] = {}
        self.news = threading.Event()
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)

    def start(self) -> None:
        """Begin to listen; connects again by itself, from the last event it has."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._listen()
            self._stop.wait(0.3)

    def _listen(self) -> None:
        headers = self._api.headers("text/event-stream")
        if self._last_id is not None:
            headers["Last-Event-ID"] = self._last_id
        with contextlib.closing(http.client.HTTPConnection(self._api.host, self._api.port, timeout=60)) as connection:
            connection.request("GET", "/api/v1/events", headers=headers)
            answer = connection.getresponse()
            while line := answer.readline():
                if self._stop.is_set():
                    return
                self._take(line.decode(errors="replace").rstrip("\r\n"))

    def _take(self, line: str) -> None:
        name, _, value = line.partition(":")
        if name == "id":
            self._last_id = value.strip()
        elif name == "data":
            self._note(value.strip(), time.monotonic())

    def _note(self, text: str, now: float) -> None:
        try:
            data = json.loads(text)
        except ValueError:
            return
        if not isinstance(data, dict):
            return
        if data.get("n") is not None:
            self.heard.setdefault(Key(data["node"], data["stream"], data["n"]), now)
        elif data.get("type") == "fault":
            self.faults.setdefault(data["id"], 1000 * time.time())
        if data.get("type") in {"fault", "reset"}:
            self.news.set()
