"""Words and moments that these tests share."""

from datetime import datetime
from pathlib import Path
from typing import Any

from contracts.inventory import Village
from gateway.dispatch import Roster, Setup
from gateway.dispatch.words import Address, ChannelKind
from gateway.faults.times import DispatchTimes

ROOT = Path(__file__).resolve().parents[1] / "firmware_config" / "villages"
CHANNELS: dict[str, ChannelKind] = {"wecom": "wecom", "sms": "sms", "voice": "voice", "mail": "smtp", "any": "apprise"}
DESK = {"name": "desk", "phone": "025-00000001"}


def ms(text: str) -> int:
    """``2026-10-01 08:00`` of the village's time, Unix ms."""
    return round(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


DAY, NIGHT = ms("2026-11-11 10:00"), ms("2026-11-11 23:00")


def person(name: str, *via: str, **more: Any) -> dict[str, Any]:
    """Somebody with all addresses; by SMS and voice if nothing else is said."""
    number = f"+86 100 0000 {sum(map(ord, name)) % 10_000:04d}"
    return {"id": name, "name": name.title(), "phone": number, "email": f"{name}@example.org"} | {
        "via": list(via or ("sms", "voice")),
        **more,
    }


def duty(post: str, name: str, grid: str | None = None, **more: Any) -> dict[str, Any]:
    """A duty, every day and all day if nothing else is said."""
    return {"post": post, "person": name, **({"grid": grid} if grid else {}), **more}


def roster(*people: dict[str, Any], **lists: list[dict[str, Any]]) -> Roster:
    """A roster of these."""
    return Roster.model_validate({"desk": DESK, "people": list(people), **lists})


def setup(village: Village, found: Roster | None, **times: Any) -> Setup:
    """A setup with all channels."""
    return Setup(village, found, CHANNELS, DispatchTimes(**times))


def told(rows: tuple[Address, ...]) -> list[tuple[str, str, str]]:
    """Who is told by what, and why."""
    return [(row.recipient, row.channel, row.post) for row in rows]


def before(rows: tuple[Address, ...]) -> set[tuple[str, str]]:
    """Who was told by what, as it stands in the outbox."""
    return {(row.recipient, row.channel) for row in rows}


# A camera of grid 1 has somebody at each step, and two shifts.
PEOPLE = (person("li"), person("wang"), person("lead"), person("head"), person("chief"))
DUTIES = [
    duty("maintenance", "li", **{"from": "08:00", "to": "20:00"}),
    duty("maintenance", "wang", **{"from": "20:00", "to": "08:00"}),
    duty("grid_lead", "lead", "g-1"),
    duty("maintenance.head", "head"),
    duty("safety-centre.head", "chief"),
]
