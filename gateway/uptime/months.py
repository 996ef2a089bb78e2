"""Frozen months: which are due, what is written of one, and what a later revision changed.

A month is cut at Asia/Shanghai and freezes on day 5 of the next one at 00:00 there.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeAlias

import msgspec
from msgspec import Struct

from gateway.uptime.figures import Uptime, figures

CHINA = timezone(timedelta(hours=8))
FREEZES_AFTER_MS = 4 * 24 * 3600 * 1000
# What is written of one device: figures by name, `down_by` and the like by code, windows as lists.
Entry: TypeAlias = dict[str, object]
Scalar: TypeAlias = str | int | float | None


class Month(Struct, frozen=True):
    """``2026-10`` and its bounds."""

    name: str
    from_ms: int
    to_ms: int


class Body(Struct, frozen=True):
    """A frozen month. ``before``: hash of what was frozen before it, of any month ('' for the very first), so that the
    newest hash vouches for all that stand before it. ``from`` and ``to`` are its bounds in China.
    """

    village: str
    month: str
    from_: str = msgspec.field(name="from")
    to: str
    before: str
    devices: dict[str, Entry]


class Difference(Struct, frozen=True):
    """A figure that a revision changed: None where it was or is not there."""

    device: str
    field: str
    before: Scalar
    after: Scalar


def month_at(at_ms: int) -> Month:
    """The month in which a moment lies."""
    at = datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(CHINA)
    begin = datetime(at.year, at.month, 1, tzinfo=CHINA)
    end = datetime(at.year + at.month // 12, at.month % 12 + 1, 1, tzinfo=CHINA)
    return Month(f"{at:%Y-%m}", round(begin.timestamp()) * 1000, round(end.timestamp()) * 1000)


def due(first_ms: int, now_ms: int) -> Iterator[Month]:
    """Every month from that of ``first_ms`` on whose day of freezing has come, oldest first."""
    month = month_at(first_ms)
    while month.to_ms + FREEZES_AFTER_MS <= now_ms:
        yield month
        month = month_at(month.to_ms)


def entry(found: Uptime, kind: str, targets: Iterable[str]) -> Entry:
    """One device. ``targets``: whose windows hit it, so that the month can be counted again when it has gone."""
    late = [[window.target, iso(window.from_ms), iso(window.known_ms)] for window in found.late]
    without = found.known_without_mains
    return {
        "kind": kind,
        "targets": list(targets),
        **figures(found),
        "known_without_mains": None if without is None else float(without),
        "degraded": found.degraded,
        "weather": found.weather,
        "blips": sum(span.seconds for span in found.blips),
        "down_by": found.down_by,
        "unknown_by": found.unknown_by,
        "degraded_by": found.degraded_by,
        "late": late,
    }


def canonical(month: Month, village: str, before: str, devices: Mapping[str, Entry]) -> bytes:
    """The month's bytes: JSON with sorted keys and without spaces, the same for the same figures."""
    body = Body(village, month.name, iso(month.from_ms), iso(month.to_ms), before, dict(devices))
    return msgspec.json.encode(body, order="deterministic")


def digest(body: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(body).hexdigest()


def parsed(body: bytes) -> Body:
    """Back from its bytes; raises :class:`msgspec.DecodeError`."""
    return msgspec.json.decode(body, type=Body)


def differences(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> list[Difference]:
    """What differs, by device and field; ``down_by.frozen`` is the field of a list by code."""
    found = []
    for device in sorted(before.keys() | after.keys()):
        old, new = dict(_flat(before.get(device, {}))), dict(_flat(after.get(device, {})))
        changed = (name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name))
        found += [Difference(device, name, old.get(name), new.get(name)) for name in changed]
    return found


def iso(at_ms: int) -> str:
    """A moment in China, to the second."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(CHINA).isoformat()


def _flat(entry: Entry) -> Iterator[tuple[str, Scalar]]:
    for name, value in entry.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{key}", inner) for key, inner in value.items())
        elif isinstance(value, list | tuple):
            yield name, msgspec.json.encode(value).decode()
        elif value is None or isinstance(value, str | int | float):
            yield name, value
