"""What it means when an InfluxDB refuses or does not answer, and what to do about it. Texts only."""

import json

from msgspec import Struct
from urllib3.exceptions import MaxRetryError

LONGEST = 500


class Target(Struct, frozen=True):
    """Who was asked, for what, and with which kind of login."""

    url: str
    bucket: str
    org: str = ""
    login: bool = False
    basic: bool = False


def refused(target: Target, status: int, body: object, version: str | None) -> str:
    """One line: who, what it said, what to do. ``body`` as it came; ``version`` if it is known."""
    said = _said(body)
    what = f"InfluxDB {version or '(version unknown)'} at {target.url}: HTTP {status}: {said}"
    return "; ".join([what, *_advice(target, status, said)])[:LONGEST]


def unreached(target: Target, error: Exception) -> str:
    """The same where nothing answered."""
    cause = error.reason if isinstance(error, MaxRetryError) and error.reason else error
    why = str(cause).rpartition(": ")[2]
    return f"InfluxDB at {target.url} does not answer: {why}; does it run there (telemetry.url)?"[:LONGEST]


def query_refused(target: Target, said: str) -> str:
    """What InfluxQL reports in the body of a 200."""
    return "; ".join([f"InfluxDB at {target.url}: {said}", *_advice(target, 404, said)])[:LONGEST]


def _said(body: object) -> str:
    """Both generations answer in JSON, each in its own words; something in between may not."""
    text = body.decode(errors="replace") if isinstance(body, bytes) else str(body or "")
    try:
        said = json.loads(text)
        return str(said.get("message") or said["error"])
    except (ValueError, LookupError, AttributeError):
        return text.strip()


def _advice(target: Target, status: int, said: str) -> list[str]:
    bucket, org = target.bucket, target.org
    if status == 401:
        return [_login_advice(target)]
    if status == 403 and target.basic:
        return [f"the user has no right there: influx -execute 'GRANT ALL ON \"{bucket}\" TO …'"]
    if status == 403:
        return [f"the token lacks the right to read and write the bucket {bucket}"]
    if "database not found" in said and not org:
        return [f"create it: influx -execute 'CREATE DATABASE \"{bucket}\"' (1.x; with -username and -password)"]
    if status == 404 and ("bucket" in said or "database" in said):
        return [f"create it: influx bucket create --org {org} --name {bucket} (2.x)"]
    if status == 404 and "organization" in said:
        return ["telemetry.org names no organisation there (influx org list)"]
    return _points_advice(said)


def _points_advice(said: str) -> list[str]:
    """Of points that are refused for good."""
    if "limit exceeded" in said:
        return [
            "raise it in influxdb.conf ([data]; 0: no limit), restart InfluxDB, then: python -m gateway parked replay"
        ]
    if "type conflict" in said:
        return ["somebody else wrote this field as another type; see: python -m gateway parked --help"]
    return []


def _login_advice(target: Target) -> str:
    if not target.login:
        return "it asks for a login: set telemetry.username and password (1.x), or telemetry.token (2.x)"
    if target.basic:
        return "wrong telemetry.username or password (or their VSM_TELEMETRY__… variables)"
    return "wrong telemetry.token (or VSM_TELEMETRY__TOKEN, VSM_TELEMETRY__TOKEN_FILE)"
