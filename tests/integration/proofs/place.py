"""A village of as many junctions as a proof needs, its people, and what a letter says, read as its reader reads it."""

import re
from typing import Any, NamedTuple

from contracts.inventory import Village
from demo.vendors.ledger import Received
from gateway.dispatch.roster import Roster
from tests.rosters import DESK, duty, person

CLASSES = ("safety", "function", "picture", "link", "power")
DEPARTMENTS = ("maintenance", "fire-squad", "electrician", "power-supply", "safety-centre")
_NUMBER = re.compile(r"J(\d{4})|East (feeder)")
_COUNT = re.compile(r"(\d+) messages in one")
# How a letter begins; a template's name where the vendor refuses free text.
_HEADS = {
    "problem": ("URGENT: ", "Fault: ", "Minor: ", "fault: ", "fault_urgent: "),
    "recovery": ("Over: ", "recovery: "),
    "update": ("Update: ", "update: "),
    "flapping": ("Unsteady: ",),
    "flapping_end": ("Steady again: ",),
    "reminder": ("URGENT, nobody has it: ", "Nobody has it: ", "No progress: ", "reminder: "),
    "digest": ("Digest, ", "digest: "),
}


class Said(NamedTuple):
    """What a letter is, of which junctions (4 digits each) and feeder it speaks, how many messages it stands for."""

    kind: str
    numbers: tuple[str, ...]
    stands_for: int = 1
    urgent: bool = False


def said(letter: Received) -> Said:
    """Read one."""
    numbers = tuple(dict.fromkeys(one[1] or one[2] for one in _NUMBER.finditer(letter.text)))
    if found := _COUNT.search(letter.text):
        return Said("summary", numbers, int(found[1]))
    if letter.template == "summary":
        return Said("summary", numbers, int(letter.variables["count"]))
    kinds = [kind for kind, heads in _HEADS.items() if letter.text.startswith(heads)]
    if letter.template == "flapping":  # one text for both, which says how it is now once it is steady
        kinds = ["flapping_end" if letter.variables["state"].startswith("now ") else "flapping"]
    assert kinds, letter.text
    urgent = letter.text.startswith("URGENT") or letter.template == "fault_urgent"
    return Said(kinds[0], numbers, urgent=urgent)


def name(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def _devices(number: str) -> list[dict[str, Any]]:
    here = {"camera": f"Camera J{number}", "light": f"Light J{number}", "pile": f"Pile J{number}"}
    names = {kind: name(text) for kind, text in here.items()}
    camera = {"kind": "camera", "driver": "opencv", "id": f"cam-{number}", "source": "usb:0"}
    light = {"kind": "warning_light", "driver": "warning_light", "id": f"light-{number}", "pin": "GPIO17"}
    pile = {"kind": "charge_point", "driver": "ocpp16", "id": f"cp-{number}", "identity": f"CP{number}"}
    return [
        camera | {"name": names["camera"]},
        light | {"name": names["light"], "isolation": "opto", "supply": "mains"},
        pile | {"name": names["pile"], "connectors": [{"number": 1}]},
    ]


def junction(number: int) -> dict[str, Any]:
    digits = f"{number:04d}"
    node = {"id": f"n-{digits}", "interval_s": 60, "feeder": "f-east", "devices": _devices(digits)}
    return {"id": f"j-{digits}", "name": name(f"J{digits}"), "lat": 30.5, "lon": 120.5, "nodes": [node]}


def village(junctions: int) -> Village:
    """Junctions 1, 2, 3 … in one grid and on one feeder; everything but the feeder is the maintenance firm's."""
    roles = {"safety-centre": "duty_phone"}
    departments = [{"id": one, "name": name(one), "role": roles.get(one)} for one in DEPARTMENTS]
    classes = dict.fromkeys(CLASSES, "maintenance")
    grid = {"id": "g-1", "name": name("Grid"), "junctions": [junction(number + 1) for number in range(junctions)]}
    routing = {"classes": classes, "codes": {"feeder_down": "power-supply"}}
    feeders = [{"id": "f-east", "name": name("East feeder"), "department": "power-supply"}]
    everything = {"id": "v-01", "name": name("Village"), "departments": departments, "routing": routing}
    return Village.model_validate(everything | {"feeders": feeders, "grids": [grid]})


def english(one: str, *via: str, **more: Any) -> dict[str, Any]:
    """Somebody who reads English, with all addresses."""
    return person(one, *via, lang="en", addresses={"hook": one}, **more)


def room(post: str, channel: str = "wecom", **more: Any) -> dict[str, Any]:
    """A post's group."""
    return {"id": f"{post}-room", "post": post, "channel": channel, "lang": "en", **more}


def roster(people: list[dict[str, Any]], duties: list[dict[str, Any]], *rooms: dict[str, Any]) -> Roster:
    return Roster.model_validate({"desk": DESK, "people": people, "duties": duties, "groups": list(rooms)})


def staff(*via: str) -> Roster:
    """One at each post of the ladder, and the maintenance firm's room. By SMS, then voice, if nothing else is said."""
    names = {
        "maintenance": "li",
        "maintenance.head": "head",
        "safety-centre": "desk",
        "safety-centre.head": "chief",
        "fire-squad": "fire",
        "electrician": "sparks",
        "power-supply": "power",
    }
    duties = [duty(post, one) for post, one in names.items()] + [duty("grid_lead", "lead", "g-1")]
    people = [english(one, *via) for one in ("lead", *names.values())]
    return roster(people, duties, room("maintenance"))
