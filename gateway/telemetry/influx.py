"""InfluxDB 1.x, 2.x and 3 Core through one client: line protocol in, InfluxQL out (the one language that all of them
answer)."""

import json
from collections.abc import Sequence
from typing import Any

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError

from gateway.telemetry.base import OK, Outcome, Sample, TelemetryError
from gateway.telemetry.trouble import LONGEST, Target, query_refused, refused, unreached

_REFUSED = (400, 413, 422)


class Influx:
    """One database (bucket).

    ``login`` is a token, or ``user:password`` with ``basic``; ``version`` overrides what the server says.
    """

    def __init__(
        self, url: str, bucket: str, *, org: str = "", login: str = "", basic: bool = False, version: str | None = None
    ) -> None:
        self._url, self._bucket, self._org, self._version = url, bucket, org, version
        self._target = Target(url, bucket, org, bool(login), basic)
        # The library ships half of its types; what crosses its border is checked here.
        self._client: Any = InfluxDBClient(url, token=login, org=org, timeout=10_000, auth_basic=bool(login) and basic)
        self._api: Any = self._client.api_client

    def write(self, lines: Sequence[str]) -> Outcome:
        """Store points; where the server refuses some, they are found by halving, since a rewrite of the good ones
        does no harm."""
        try:
            self._post(lines)
        except ApiException as error:
            if error.status not in _REFUSED:
                return Outcome("retry", reason=self._refused(error))
            if len(lines) == 1:
                return Outcome("ok", ((lines[0], self._refused(error)),))
        except (HTTPError, OSError) as error:
            return Outcome("retry", reason=unreached(self._target, error))
        else:
            return OK
        return self._halves(lines)

    def _halves(self, lines: Sequence[str]) -> Outcome:
        middle = len(lines) // 2
        parked: tuple[tuple[str, str], ...] = ()
        for half in (lines[:middle], lines[middle:]):
            outcome = self.write(half)
            if outcome.status == "retry":
                return outcome
            parked += outcome.parked
        return Outcome("ok", parked)

    def _post(self, lines: Sequence[str]) -> None:
        if self._is_old():
            path, query = "/write", [("db", self._bucket), ("precision", "ms")]
        else:
            path, query = "/api/v2/write", [("org", self._org), ("bucket", self._bucket), ("precision", "ms")]
        self._api.call_api(
            path,
            "POST",
            query_params=query,
            header_params={"Content-Type": "text/plain; charset=utf-8"},
            body="\n".join(lines),
        )

    def _is_old(self) -> bool:
        """Below 1.8 there is no ``/api/v2/write``.

        Asked once the server answers; without an answer, as at a newer one.
        """
        if self._version is None:
            self._version = self._client.version() or ""
        numbers = self._version.removeprefix("v").split(".")[:2]
        return len(numbers) == 2 and all(part.isdigit() for part in numbers) and tuple(map(int, numbers)) < (1, 8)

    def series(self, measurement: str, device: str, field: str, from_ms: int, to_ms: int, step_ms: int) -> list[Sample]:
        """Means of steps that hold a point."""
        rows = self._ask(
            f'SELECT mean({_name(field)}) FROM {_name(measurement)} WHERE "device" = {_text(device)}'  # noqa: S608  # quoted below
            f" AND time >= {from_ms}ms AND time < {to_ms}ms GROUP BY time({step_ms}ms) fill(none)"
        )
        return [Sample(int(t), float(value)) for t, value, *_ in rows]

    def latest(self, measurement: str, device: str, field: str) -> Sample | None:
        """The newest value."""
        of = f'{_name(measurement)} WHERE "device" = {_text(device)}'
        rows = self._ask(f"SELECT {_name(field)} FROM {of} ORDER BY time DESC LIMIT 1")  # noqa: S608  # quoted
        return Sample(int(rows[0][0]), float(rows[0][1])) if rows else None

    def count(self, measurement: str, field: str = "n") -> int:
        """Stored points."""
        rows = self._ask(f"SELECT count({_name(field)}) FROM {_name(measurement)}")  # noqa: S608  # quoted
        return int(rows[0][1]) if rows else 0

    def _ask(self, query: str) -> list[list[Any]]:
        params = [("db", self._bucket), ("q", query), ("epoch", "ms")]
        try:
            answer = self._api.call_api(
                "/query", "GET", query_params=params, _preload_content=False, _return_http_data_only=True
            )
            result = json.loads(answer.data)["results"][0]
        except ApiException as error:
            raise TelemetryError(self._refused(error)) from error
        except (HTTPError, OSError) as error:
            raise TelemetryError(unreached(self._target, error)) from error
        except (ValueError, LookupError) as error:
            raise TelemetryError(f"InfluxDB at {self._url} gave no answer of InfluxQL: {error}"[:LONGEST]) from error
        if "error" in result:  # InfluxQL reports a refused query in the body of a 200
            raise TelemetryError(query_refused(self._target, str(result["error"])))
        return [row for series in result.get("series", ()) for row in series["values"]]

    def _refused(self, error: ApiException) -> str:
        return refused(self._target, error.status, error.body or error.reason, self._version)

    def describe(self) -> str:
        """What it is."""
        try:
            version = self._version or self._client.version()
        except (ApiException, HTTPError, OSError) as error:
            return f"InfluxDB {self._url}, not reached: {type(error).__name__}"
        return f"InfluxDB {version} at {self._url}, bucket {self._bucket}"

    def close(self) -> None:
        """Close connections."""
        self._client.close()


def _name(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
