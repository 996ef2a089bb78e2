"""What a line of good form means in its village, and what is wrong with that."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from contracts.codes import CODES, GATEWAY_CODES
from contracts.messages import Finding
from contracts.states import worst
from gateway.replay.explain import Mistake
from gateway.replay.lines import (
    Acknowledge,
    Cancel,
    CancelPart,
    Device,
    FindingPart,
    Gateway,
    InService,
    Late,
    LatePart,
    Line,
    Link,
    Mains,
    OutOfService,
    OutPart,
    Planned,
    PlannedPart,
    whole_ms,
)
from gateway.replay.names import Names


def code_of(said: Device | LatePart, names: Names) -> str | None:
    """The one code of a line without ``f``: as written, or the usual one of a ``down`` that names none."""
    if said.code is not None or said.state != "down":
        return said.code
    return names.default_down(said.device)


def findings(line: Device, names: Names) -> tuple[Finding, ...]:
    """The findings of a reading, with what was left out put in. Raises KeyError for an unknown code without ``s``."""
    if line.f is None:
        code = code_of(line, names)
        return () if code is None else (Finding(code, line.state, line.since_s, line.looks),)
    return tuple(_finding(part) for part in line.f)


def _finding(part: FindingPart) -> Finding:
    return Finding(part.code, part.s or CODES[part.code].state, part.since_s, part.looks)


def mistakes(line: Line, names: Names) -> Iterator[Mistake]:
    """All that is wrong with the meaning of a line."""
    match line:
        case Device():
            yield from _device(line, names)
        case Link() | Mains():
            yield from _known("node", line.node, names.nodes, "node")
        case Gateway():
            pass
        case Late():
            yield from _late(line, names)
        case Planned():
            yield from _target("planned", line.planned, names)
            yield from _order("planned", line.planned)
        case Cancel():
            yield from _target("cancel", line.cancel, names)
        case OutOfService():
            yield from _known("out_of_service.device", line.out_of_service.device, names.places, "device")
            yield from _order("out_of_service", line.out_of_service)
        case InService():
            yield from _known("in_service.device", line.in_service.device, names.places, "device")
        case Acknowledge():
            yield from _known("acknowledge.device", line.acknowledge.device, names.assets, "device or other asset")
            yield from _known("acknowledge.code", line.acknowledge.code, CODES.keys() | GATEWAY_CODES, "code")


def _known(key: str, name: str, known: Collection[str], what: str) -> Iterator[Mistake]:
    if name not in known:
        yield Mistake(key, f"there is no {what} {name!r}{_perhaps(name, known)}")


def _perhaps(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, sorted(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _device(line: Device, names: Names) -> Iterator[Mistake]:
    if line.until is not None and line.until < line.t:
        yield Mistake("until", "lies before `t`")
    if line.device not in names.kinds:
        yield from _known("device", line.device, names.kinds, "device or node")
        return
    for code in line.nc:
        yield from _code("nc", line.device, code, names)
    if line.f is None:
        yield from _single("", line, names)
        return
    if line.code is not None:
        yield Mistake("code", "give `code` or `f`, not both")
    found = list(_listed(line.device, line.f, names))
    yield from found
    if line.f and not found and worst(_finding(part).s for part in line.f) != line.state:
        state = worst(_finding(part).s for part in line.f)
        yield Mistake("state", f"is {line.state!r}, but the worst of its findings is {state!r}")


def _single(inside: str, said: Device | LatePart, names: Names) -> Iterator[Mistake]:
    """A state with at most one code."""
    if said.code is not None:
        yield from _code(f"{inside}code", said.device, said.code, names)
    if said.state == "up" and said.code is not None:
        yield Mistake(f"{inside}state", f"is 'up', but the code {said.code!r} is a fault; leave `code` out")
    if said.state in ("degraded", "down") and code_of(said, names) is None:
        codes = ", ".join(names.codes_of(said.device))
        yield Mistake(f"{inside}code", f"{said.state!r} of {said.device!r} needs a code: one of {codes}")


def _listed(device: str, parts: tuple[FindingPart, ...], names: Names) -> Iterator[Mistake]:
    seen: set[str] = set()
    for index, part in enumerate(parts):
        key = f"f[{index}].code"
        if part.code in seen:
            yield Mistake(key, f"{part.code!r} stands in `f` twice")
        seen.add(part.code)
        # A node may say what this program does not know; its state is then as said.
        if part.code in CODES or part.s is None:
            yield from _code(key, device, part.code, names, ", or give its `s` if a newer node has it")


def _code(key: str, device: str, code: str, names: Names, else_: str = "") -> Iterator[Mistake]:
    kind = names.kinds[device]
    if code not in CODES:
        yield Mistake(key, f"there is no code {code!r} of a {kind}{_perhaps(code, names.codes_of(device))}{else_}")
    elif kind not in CODES[code].kinds:
        kinds = " or ".join(sorted(CODES[code].kinds))
        yield Mistake(key, f"{code!r} is a code of {kinds}, and {device!r} is a {kind}")


def _late(line: Late, names: Names) -> Iterator[Mistake]:
    late = line.late
    yield from _order("late", late)
    if whole_ms(late.end) > whole_ms(line.t):
        yield Mistake("late.to", "lies after `t`, the moment it reached the gateway")
    if late.device not in names.kinds:
        yield from _known("late.device", late.device, names.kinds, "device or node")
        return
    yield from _single("late.", late, names)


def _target(inside: str, part: PlannedPart | CancelPart, names: Names) -> Iterator[Mistake]:
    if (part.device is None) == (part.site is None):
        yield Mistake(inside, "give `device` or `site`, one of them")
    if part.device is not None:
        yield from _known(f"{inside}.device", part.device, names.places, "device")
    if part.site is not None:
        yield from _known(f"{inside}.site", part.site, names.sites, "site (junction or node)")


def _order(inside: str, part: LatePart | PlannedPart | OutPart) -> Iterator[Mistake]:
    if part.end is not None and part.end <= part.start:
        yield Mistake(f"{inside}.to", "must lie after `from`")
