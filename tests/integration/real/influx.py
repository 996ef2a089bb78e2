"""InfluxDB as anybody else would ask it: InfluxQL over HTTP, without a line of the product."""

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

USER, DATABASE = "vsm", "vsm"
KINDS = "/^(camera|warning_light|charge_point|contact|node)$/"


@dataclass(frozen=True)
class Influx:
    """The server at ``port`` of this machine."""

    port: int
    password: str

    def ask(self, query: str) -> list[dict[str, Any]]:
        """The series of the answer: ``name``, ``columns`` and ``values``, times in ms. Raises OSError."""
        login, asked = urlencode({"u": USER, "p": self.password}), {"db": DATABASE, "epoch": "ms", "q": query}
        request = Request(f"http://127.0.0.1:{self.port}/query?{login}", urlencode(asked).encode())
        with urlopen(request, timeout=10) as answer:  # noqa: S310  # our own server
            result = json.loads(answer.read())["results"][0]
        assert "error" not in result, result
        return list(result.get("series", ()))

    def prepare(self) -> bool:
        """Make the user and the database, as the README says; False while the server does not answer."""
        with suppress(URLError, OSError):
            self.ask(f"CREATE USER {USER} WITH PASSWORD '{self.password}' WITH ALL PRIVILEGES")
            self.ask(f"CREATE DATABASE {DATABASE}")
            return True
        return False

    def points(self) -> int:
        """Stored readings: points that carry their record's number."""
        return sum(round(series["values"][0][1]) for series in self.ask(f'SELECT count("n") FROM {KINDS}'))  # noqa: S608  # a constant

    def events(self, fault: str, from_ms: int) -> list[str]:
        """What happened to a fault by its number, in the order of time: ``fault_opened unreachable`` …"""
        found = self.ask(f"SELECT kind, code FROM event WHERE fault = '{fault}' AND time >= {from_ms}ms")  # noqa: S608  # the test's own words
        return [f"{kind} {code}" for series in found for _, kind, code in series["values"]]
