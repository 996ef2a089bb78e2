"""InfluxDB 1.x, 2.x and 3 Core through one client: line protocol in, InfluxQL out (the one language that all of them
answer)."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError

from gateway.telemetry import influxql, reading
from gateway.telemetry.base import OK, Outcome, Sample, Step, TelemetryError
from gateway.telemetry.refusal import Sorting
from gateway.telemetry.rollup import Level, Sum, Totals, figures_of
from gateway.telemetry.trouble import LONGEST, Target, query_refused, refused, unreached

_REFUSED = (400, 413, 422)
# A question for people, and one that counts or deletes much.
ASKING_S, COUNTING_S = 10, 120


class _Away(Exception):
    """Nothing can be stored now; the text says why."""


class Influx:
    """One database (bucket).

    ``login`` is a token, or ``user:password`` with ``basic``; ``version`` overrides what the server says;
    ``asking_s``: how long a question for people may take.
    """

    def __init__(  # noqa: PLR0913  # each is a setting of its own
        self,
        url: str,
        bucket: str,
        *,
        org: str = "",
        login: str = "",
        basic: bool = False,
        version: str | None = None,
        asking_s: float = ASKING_S,
    ) -> None:
        self._url, self._bucket, self._org, self._version = url, bucket, org, version
        self._asking_s = asking_s
        self._suspects: set[str] = set()
        self._target = Target(url, bucket, org, bool(login), basic)
        # The library ships half of its types; what crosses its border is checked here.
        self._client: Any = InfluxDBClient(
            url, token=login, org=org, timeout=round(asking_s * 1000), auth_basic=bool(login) and basic
        )
        self._api: Any = self._client.api_client

    def write(self, lines: Sequence[str]) -> Outcome:
        """Store points; where the server refuses some, they are found, and the others are stored."""
        try:
            reason = self._post(lines)
            return OK if reason is None else Sorting(self._post, self._suspects).out(lines, reason)
        except _Away as error:
            return Outcome("retry", reason=str(error))

    def _post(self, lines: Sequence[str]) -> str | None:
        """None, or why some of ``lines`` are refused for good. Raises :class:`_Away`."""
        try:
            self._send(lines)
        except ApiException as error:
            if error.status not in _REFUSED:
                raise _Away(self._refused(error)) from error
            return self._refused(error)
        except (HTTPError, OSError) as error:
            raise _Away(unreached(self._target, error)) from error
        return None

    def _send(self, lines: Sequence[str]) -> None:
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
        """Below 1.8 there is no ``/api/v2/write``."""
        return self._numbers() < (1, 8)

    def _numbers(self) -> tuple[int, int]:
        """The version's first two numbers. Asked once the server answers; without an answer, as of a newer one."""
        if self._version is None:
            self._version = self._client.version() or ""
        numbers = self._version.removeprefix("v").split(".")[:2]
        if len(numbers) == 2 and all(part.isdigit() for part in numbers):
            return int(numbers[0]), int(numbers[1])
        return 2, 0

    def series(self, measurement: str, device: str, field: str, from_ms: int, to_ms: int, step_ms: int) -> list[Step]:
        """Steps that hold a point."""

        def ask(level: Level | None, begin: int, end: int, step: int) -> dict[int, Sum]:
            rows = self._ask(influxql.sums(measurement, device, field, level, (begin, end), step))
            return {
                int(t): Sum(float(sum_), float(count), float(least), float(most), *rest)
                for t, sum_, count, least, most, *rest in rows
                if count
            }

        return reading.series(ask, from_ms, to_ms, step_ms)

    def latest(self, measurement: str, device: str, field: str) -> Sample | None:
        """The newest value."""
        rows = self._ask(influxql.newest(measurement, field, f'"device" = {influxql.literal(device)}'))
        return Sample(int(rows[0][0]), float(rows[0][1])) if rows else None

    def newest_before(self, measurement: str, before_ms: int) -> int | None:
        """When the newest of the older points is."""
        rows = self._ask(influxql.newest(measurement, "n", f"time < {before_ms}ms"))
        return int(rows[0][0]) if rows else None

    def oldest(self, measurement: str) -> int | None:
        """When the oldest point is."""
        rows = self._ask(influxql.oldest(measurement, "n"))
        return int(rows[0][0]) if rows else None

    def count(self, measurement: str, field: str = "n") -> int:
        """Stored points."""
        rows = self._ask(f"SELECT count({influxql.name(field)}) FROM {influxql.name(measurement)}")  # noqa: S608  # quoted
        return int(rows[0][1]) if rows else 0

    def totals(self, measurement: str, level: Level, from_ms: int, to_ms: int) -> Iterator[Totals]:
        """Figures, series by series as the server counts them."""
        for series in self._answers(influxql.totals(measurement, level, (from_ms, to_ms)), COUNTING_S):
            columns = series["columns"][1:]
            for t, *values in series["values"]:
                fields = figures_of(level, dict(zip(columns, values, strict=True)))
                # A question without steps is answered with the begin of its time.
                yield Totals(series.get("tags", {}), int(t), fields)

    def delete(self, measurement: str, before_ms: int) -> None:
        """Delete what is older; 3 Core cannot."""
        if self._numbers()[0] == 1:
            query = f"DELETE FROM {influxql.name(measurement)} WHERE time < {before_ms}ms"  # noqa: S608  # quoted
            for _ in self._answers(query, COUNTING_S, "POST"):
                pass
            return
        seconds, ms = divmod(before_ms - 1, 1000)  # its `stop` is deleted too
        stop = f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{ms:03}999999Z"
        span = {"start": "1970-01-01T00:00:00Z", "stop": stop, "predicate": f'_measurement="{measurement}"'}
        place = [("org", self._org), ("bucket", self._bucket)]
        self._call("/api/v2/delete", "POST", place, COUNTING_S, body=span)

    def _call(self, path: str, method: str, query: list[tuple[str, str]], within_s: float, **what: Any) -> Any:
        try:
            return self._api.call_api(path, method, query_params=query, _request_timeout=round(within_s * 1000), **what)
        except ApiException as error:
            raise TelemetryError(self._refused(error)) from error
        except (HTTPError, OSError) as error:
            raise TelemetryError(unreached(self._target, error)) from error

    def _ask(self, query: str) -> list[list[Any]]:
        return [row for series in self._answers(query, self._asking_s) for row in series["values"]]

    def _answers(self, query: str, within_s: float, method: str = "GET") -> Iterator[dict[str, Any]]:
        """The series of the answer, which comes in pieces, so that it may be long."""
        params = [("db", self._bucket), ("q", query), ("epoch", "ms"), ("chunked", "true")]
        how = {"_preload_content": False, "_return_http_data_only": True}
        answer = self._call("/query", method, params, within_s, **how)
        try:
            for piece in answer:
                for result in json.loads(piece)["results"]:
                    if "error" in result:  # InfluxQL reports a refused query in the body of a 200
                        raise TelemetryError(query_refused(self._target, str(result["error"])))
                    yield from result.get("series", ())
        except (HTTPError, OSError) as error:
            raise TelemetryError(unreached(self._target, error)) from error
        except (ValueError, LookupError) as error:
            raise TelemetryError(f"InfluxDB at {self._url} gave no answer of InfluxQL: {error}"[:LONGEST]) from error
        finally:
            answer.release_conn() if answer.isclosed() else answer.close()

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
