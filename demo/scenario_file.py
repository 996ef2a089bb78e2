"""Scenario files: where the shipped ones are, and reading one with every mistake at once."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from contracts.codes import CODES, GATEWAY_CODES
from contracts.inventory import Village
from contracts.yamlfile import InputError, InputErrors, Path_, describe, line_of, read, validate
from demo import people, reach
from demo.plan import cue
from demo.scenario import DEVICE_BREAKS, LINE_BREAKS, PLACES, SUPPLY_BREAKS, Break, Scenario

FOLDER = Path(__file__).parent / "scenarios"
_ONE_OF_A_LIST = re.compile(r"^(steps\[(\d+)\]\.(expect|messages))\[0\]")
# What stands for the whole village, and is in no inventory.
WHOLE = frozenset({"gateway", "weather"})
Found = Iterator[tuple[Path_, str]]


def find(name: str) -> Path:
    """A shipped scenario's file by its name, else the file of that path. Raises :class:`InputErrors` for neither."""
    shipped, given = FOLDER / f"{name}.yaml", Path(name)
    if shipped.is_file():
        return shipped
    if not given.is_file():
        text = f"no scenario of this name and no file; shipped are {', '.join(names())}"
        raise InputErrors([InputError(name, 0, "", text)])
    return given


def names() -> list[str]:
    """The shipped scenarios."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load(path: Path, village: Village, speed: float) -> Scenario:
    """The scenario of ``path``; raises :class:`InputErrors` with all mistakes: of single values, names that are not
    in the village, and what ``speed`` makes impossible.
    """
    data = read(path)
    errors = [_error(path, data, place, text) for place, text in _mistakes(data, village)]
    try:
        scenario = validate(Scenario, data, str(path))
    except InputErrors as found:
        errors += [_as_written(error, data) for error in found.errors]
        raise InputErrors(_sorted(errors)) from found
    errors += [_error(path, data, place, text) for place, text in _too_fast(scenario, village, speed)]
    if errors:
        raise InputErrors(_sorted(errors))
    return scenario


def _error(path: Path, data: Any, place: Path_, text: str) -> InputError:
    return InputError(str(path), line_of(data, place), describe(place), text)


def _sorted(errors: list[InputError]) -> list[InputError]:
    return sorted(errors, key=lambda error: (error.line, error.key))


def _as_written(error: InputError, data: Any) -> InputError:
    """A single fault or message is read as a list of one; its mistakes are named as the file has them."""
    found = _ONE_OF_A_LIST.match(error.key)
    if found is None or not isinstance(data["steps"][int(found[2])][found[3]], dict):
        return error
    return replace(error, key=found[1] + error.key[found.end() :])


def _mistakes(data: Any, village: Village) -> Found:
    """Mistakes between the steps and the village; what is of the wrong shape is the model's matter."""
    steps = data.get("steps")
    seen: set[object] = set()
    for index, step in enumerate(steps if isinstance(steps, list) else ()):
        if not isinstance(step, dict):
            continue
        name, here = step.get("name"), ("steps", index)
        if name in seen:
            yield (*here, "name"), f"{name!r} is the name of an earlier step; each must be unique"
        seen.add(name)
        broken = step.get("break")
        if isinstance(broken, dict):
            yield from (((*here, "break", key), text) for key, text in _break_mistakes(broken, village))
        for key in ("expect", "messages"):
            yield from (((*here, key, *place), text) for place, text in _listed_mistakes(step.get(key), village))
        if isinstance(step.get("take"), str) and step["take"] not in (known := _recipients(village)):
            yield (*here, "take"), f"{step['take']!r} is nobody of demo/roster.yaml; it has {', '.join(known)}"


def _recipients(village: Village) -> list[str]:
    """Who can be told by a letter with a link in it."""
    kinds = {"wecom", "smtp", "webhook"}
    phones = people.phones(village, people.roster_for(village))
    return [phone.id for phone in phones if any(kind in kinds for kind, _ in phone.at)]


def _known(village: Village) -> dict[str, list[str]]:
    """Ids by the kind of place a break may name."""
    return {
        "device": list(village.places()),
        "junction": [junction.id for _, junction in village.junctions()],
        "feeder": [feeder.id for feeder in village.feeders],
        "uplink": [uplink.id for uplink in village.uplinks],
    }


def _possible(place: str, name: str, village: Village) -> tuple[str, ...]:
    if place == "device":
        return DEVICE_BREAKS[village.places()[name].kind]
    return LINE_BREAKS if place == "uplink" else SUPPLY_BREAKS


def _break_mistakes(broken: dict[str, Any], village: Village) -> Iterator[tuple[str, str]]:
    known, what = _known(village), broken.get("what")
    for place in PLACES:
        name = broken.get(place)
        if name is None:
            continue
        if name not in known[place]:
            yield place, f"{name!r} is no {place} of the inventory; it has {', '.join(known[place]) or 'none'}"
        elif what is not None and what not in (possible := _possible(place, name, village)):
            yield "what", f"{what!r} cannot be done to {name}; possible: {', '.join(possible)}"


def _listed_mistakes(given: Any, village: Village) -> Found:
    """A misspelt name would be waited for in vain."""
    listed = isinstance(given, list)
    for index, one in enumerate(given if listed else [given]):
        if isinstance(one, dict):
            here = (index,) if listed else ()
            yield from (((*here, key), text) for key, text in _name_mistakes(one, village))


def _name_mistakes(one: dict[str, Any], village: Village) -> Iterator[tuple[str, str]]:
    code, named = one.get("code"), {name for names in _known(village).values() for name in names}
    known = named | {node.id for _, _, node in village.nodes()} | WHOLE
    for key in ("asset", "root"):
        name = one.get(key)
        if name is not None and name not in known:
            yield key, f"{name!r} is not in the inventory; it has {', '.join(sorted(known))}"
    if code is not None and code not in CODES.keys() | GATEWAY_CODES:
        yield "code", f"{code!r} is no fault code (docs/faults.md)"


def _too_fast(scenario: Scenario, village: Village, speed: float) -> Found:
    """What is mended before its fault is due, and what silences nobody, could only fail."""
    for index, step in enumerate(scenario.steps):
        here, one = ("steps", index), cue(step, village, speed)
        lasts_s = one.mend_at_s - one.at_s
        if one.expected and lasts_s < one.within_s:
            text = (
                f"mended {lasts_s:.1f} s after the break at speed {speed:g}, where its fault may take "
                f"{one.within_s:.1f} s (within_s / speed + protocol_s): mend later, or take a lower --speed"
            )
            yield (*here, "mend_at_s"), text
        if not isinstance(step.break_.device, str) and not _silences(village, step.break_):
            yield (*here, "break"), f"nothing of this village hangs on {step.break_.place}"


def _silences(village: Village, broken: Break) -> bool:
    return bool(reach.unseen(village, broken) or (broken.what == "power" and reach.dead_devices(village, broken)))
