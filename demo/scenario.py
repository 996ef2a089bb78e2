"""Scenario files: what breaks when, what must be seen of it, and when it is mended."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from contracts.codes import CODES, GATEWAY_CODES
from contracts.inventory import Village
from contracts.strict import Strict
from contracts.yamlfile import InputError, InputErrors, Path_, describe, line_of, read, validate

FOLDER = Path(__file__).parent / "scenarios"
DEVICE_BREAKS = {
    "camera": ("freeze", "black", "stall", "refuse"),
    "warning_light": ("dark", "stuck_on"),
    "charge_point": ("fault", "offline", "rubbish"),
    "connector": ("fault",),
}
JUNCTION_BREAKS = ("power",)
AtS = Annotated[float, Field(ge=0, le=86_400)]
ForS = Annotated[float, Field(gt=0, le=86_400)]


class Break(Strict):
    """What is broken: something of one device, or the power of a junction."""

    what: str = Field(min_length=1, description="a word of the fakes, or 'power' of a junction")
    device: str | None = None
    junction: str | None = None
    code: str | None = Field(default=None, description="the error code a charge point then reports")

    @model_validator(mode="after")
    def _one_place(self) -> "Break":
        if (self.device is None) == (self.junction is None):
            raise ValueError("name either a device or a junction")
        return self


class Expect(Strict):
    """The fault that must open."""

    asset: str
    code: str


class Acknowledge(Strict):
    """What a person records after the fault has cleared, so that a latched one is released."""

    measured_dead: bool = True
    comment: str = Field(default="measured dead, insulation tested", max_length=200)


class Step(Strict):
    """Times are seconds: ``at_s`` and ``mend_at_s`` from the scenario's start, ``within_s`` from the break,
    ``close_within_s`` from the mend.
    """

    name: str = Field(min_length=1, max_length=80)
    at_s: AtS
    break_: Break = Field(alias="break")
    mend_at_s: AtS
    expect: Expect
    within_s: ForS
    close_within_s: ForS
    acknowledge: Acknowledge | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Step":
        if self.mend_at_s <= self.at_s:
            raise ValueError("mend_at_s must be later than at_s")
        return self

    @property
    def over_s(self) -> float:
        """When the step is decided at the latest."""
        return self.mend_at_s + self.close_within_s


class Scenario(Strict):
    """A list of steps; none is a quiet run."""

    steps: tuple[Step, ...]

    @property
    def length_s(self) -> float:
        """When the last step is decided at the latest."""
        return max((step.over_s for step in self.steps), default=0.0)


def find(name: str) -> Path:
    """A shipped scenario's file by its name, else the file of that path."""
    shipped = FOLDER / f"{name}.yaml"
    return shipped if shipped.is_file() else Path(name)


def names() -> list[str]:
    """The shipped scenarios."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load(path: Path, village: Village) -> Scenario:
    """The scenario of ``path``; raises :class:`InputErrors` with all mistakes, names that are not in the village
    included.
    """
    data = read(path)
    errors = [
        InputError(str(path), line_of(data, place), describe(place), text) for place, text in _mistakes(data, village)
    ]
    scenario: Scenario | None = None
    try:
        scenario = validate(Scenario, data, str(path))
    except InputErrors as found:
        errors += found.errors
    if errors or scenario is None:
        raise InputErrors(sorted(errors, key=lambda error: error.line))
    return scenario


def _mistakes(data: object, village: Village) -> list[tuple[Path_, str]]:
    """Mistakes between the steps and the village."""
    steps = data.get("steps") if isinstance(data, dict) else None
    found: list[tuple[Path_, str]] = []
    seen: set[object] = set()
    for index, step in enumerate(steps if isinstance(steps, list) else ()):
        if not isinstance(step, dict):
            continue
        if step.get("name") in seen:
            found.append(
                (("steps", index, "name"), f"{step.get('name')!r} is the name of an earlier step; each must be unique")
            )
        seen.add(step.get("name"))
        found += [(("steps", index, "break", key), text) for key, text in _break_mistakes(step.get("break"), village)]
        found += [
            (("steps", index, "expect", key), text) for key, text in _expect_mistakes(step.get("expect"), village)
        ]
    return found


def _break_mistakes(broken: object, village: Village) -> list[tuple[str, str]]:
    if not isinstance(broken, dict):
        return []
    places, junctions = village.places(), {junction.id for _, junction in village.junctions()}
    what, device, junction = broken.get("what"), broken.get("device"), broken.get("junction")
    if device is not None and device not in places:
        return [("device", f"{device!r} is not in the inventory; it has {', '.join(places)}")]
    if junction is not None and junction not in junctions:
        return [("junction", f"{junction!r} is not in the inventory; it has {', '.join(sorted(junctions))}")]
    known = DEVICE_BREAKS[places[device].kind] if device is not None else JUNCTION_BREAKS
    if what is not None and what not in known:
        return [("what", f"{what!r} cannot be done to {device or junction}; possible: {', '.join(known)}")]
    return []


def _expect_mistakes(expected: object, village: Village) -> list[tuple[str, str]]:
    """A misspelt name would be waited for in vain."""
    if not isinstance(expected, dict):
        return []
    asset, code = expected.get("asset"), expected.get("code")
    assets = {*village.places(), *(item.id for _, place, node in village.nodes() for item in (place, node))}
    found = []
    if asset is not None and asset not in assets:
        found.append(("asset", f"{asset!r} is not in the inventory; it has {', '.join(sorted(assets))}"))
    if code is not None and code not in CODES.keys() | GATEWAY_CODES:
        found.append(("code", f"{code!r} is no fault code (docs/faults.md)"))
    return found
