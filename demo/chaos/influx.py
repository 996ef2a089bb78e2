"""The real InfluxDB 1.x of the operating system beside the harness, and what it holds, asked over plain HTTP."""

import json
from collections.abc import Iterable
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from demo.chaos.place import DATABASE
from demo.workplace import HOST, free_port

TIMEOUT_S = 5.0
CONFIG = """
reporting-disabled = true
bind-address = "{host}:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
[monitor]
  store-enabled = false
[http]
  bind-address = "{host}:{port}"
  log-enabled = false
"""


class Influx:
    """One server on files of its own below ``folder``; it asks nobody for a login, and listens to this machine only."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.config, self._port = folder / "influxdb.conf", free_port()
        self.config.write_text(CONFIG.format(folder=folder, host=HOST, port=self._port, rpc=free_port()))

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self._port}"

    def ready(self) -> bool:
        """Whether it answers, and has the database."""
        try:
            self._ask(f"CREATE DATABASE {DATABASE}", post=True)
        except (URLError, OSError, ValueError):
            return False
        return True

    def counts(self, measurements: Iterable[str]) -> dict[str, int] | None:
        """Points with the field ``n`` of each measurement; None while it does not answer."""
        try:
            return {name: self._count(name) for name in measurements}
        except (URLError, OSError, ValueError):
            return None

    def _count(self, measurement: str) -> int:
        (result,) = self._ask(f'SELECT count("n") FROM "{measurement}"')["results"]  # noqa: S608  # our own words
        if "error" in result:
            raise ValueError(result["error"])
        return sum(int(row[1]) for series in result.get("series", ()) for row in series["values"])

    def _ask(self, query: str, post: bool = False) -> dict[str, list[dict[str, list[dict[str, list[list[int]]]]]]]:
        words = urlencode({"db": DATABASE, "q": query})
        address = f"{self.url}/query?{words}"
        with urlopen(Request(address, method="POST" if post else "GET"), timeout=TIMEOUT_S) as answer:  # noqa: S310  # our own server
            found = json.loads(answer.read())
        if not isinstance(found, dict):
            raise ValueError("not InfluxQL's answer")
        return found
