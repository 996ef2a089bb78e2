"""Every thing of the inventory with what it hangs on. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import BaseModel

from contracts.inventory import ChargePoint, Name, Node, Village, connector_id
from contracts.names import name_of
from contracts.strict import Strict
from contracts.topics import GATEWAY

Kind = Literal[
    "gateway",
    "feeder",
    "uplink",
    "junction",
    "node",
    "camera",
    "warning_light",
    "charge_point",
    "connector",
    "contact",
    "mirror",
    "speed_bump",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Parts of the description that are shown as things of their own, or as what they are to each other.
_NOT_SET = {"id", "kind", "name", "devices", "nodes", "assets", "connectors", "number"}
_NOT_SET |= {"depends_on", "feeder", "uplink"}
_INSTALLED = ("pole", "breaker", "warranty_end", "contractor")


@dataclass(frozen=True, slots=True)
class Thing:
    """``parents``: what it hangs on, the nearest first; ``at``: its junction, "" = none; ``node``: the node that looks
    at it. ``what``: its description, None = it has none but its name."""

    id: str
    kind: Kind
    zh: str
    en: str
    parents: tuple[str, ...]
    at: str
    node: str
    what: Strict | None

    def called(self, lang: str) -> str:
        """Its name."""
        return self.en if lang == "en" else self.zh

    @property
    def installed(self) -> dict[str, str]:
        """What the person with the ladder needs: pole, breaker, warranty, contractor; "" where nobody wrote it down."""
        return {key: str(getattr(self.what, key, None) or "") for key in _INSTALLED}

    def said(self, keys: Iterable[str]) -> dict[str, str]:
        """Some of its settings, as far as it has them and they say anything."""
        found = {key: _text(key, getattr(self.what, key, None)) for key in keys}
        return {key: value for key, value in found.items() if value}

    @property
    def settings(self) -> list["Setting"]:
        """How it is set up, in the order of its description. A login is the name of a secret, never the secret."""
        return list(_settings(self.what)) if self.what is not None else []


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and whether the inventory says it, or it is the shipped one. ``what``: its description, in English."""

    key: str
    value: str
    given: bool
    what: str


def things(village: Village, known: Mapping[str, Name]) -> dict[str, Thing]:
    """By id: the gateway, supplies, then junction by junction; ``known``: what each is called."""

    def made(
        id_: str, kind: Kind, parents: tuple[str, ...], at: str = "", node: str = "", what: Strict | None = None
    ) -> Thing:
        name = name_of(known, id_)
        return Thing(id_, kind, name.zh, name.en, parents, at, node, what)

    found = [made(GATEWAY, "gateway", ())]
    found += [made(one.id, "feeder", (*one.depends_on, GATEWAY), what=one) for one in village.feeders]
    found += [made(one.id, "uplink", (*one.depends_on, GATEWAY), what=one) for one in village.uplinks]
    for _, junction in village.junctions():
        found.append(made(junction.id, "junction", (), junction.id, what=junction))
        for node in junction.nodes:
            found.append(made(node.id, "node", _above(node), junction.id, node.id, node))
            for device, kind, parents, what in _devices(node):
                found.append(made(device, kind, parents, junction.id, node.id, what))
        found += [made(one.id, one.kind, (junction.id,), junction.id, what=one) for one in junction.assets]
    return {thing.id: thing for thing in found}


def _above(node: Node) -> tuple[str, ...]:
    own = [parent for parent in (node.feeder, node.uplink) if parent] or [GATEWAY]
    return (*own, *node.depends_on)


def _devices(node: Node) -> Iterator[tuple[str, Kind, tuple[str, ...], Strict]]:
    for device in node.devices:
        yield device.id, device.kind, (node.id, *device.depends_on), device
        if isinstance(device, ChargePoint):
            for one in device.connectors:
                yield connector_id(device.id, one.number), "connector", (device.id,), one


def below(found: Mapping[str, Thing]) -> dict[str, list[Thing]]:
    """What hangs on each, in the inventory's order."""
    made: dict[str, list[Thing]] = {}
    for thing in found.values():
        for parent in dict.fromkeys(thing.parents):
            made.setdefault(parent, []).append(thing)
    return made


def _settings(what: Strict) -> Iterator[Setting]:
    for key, field in type(what).model_fields.items():
        if key in _NOT_SET or key in _INSTALLED:
            continue
        value = getattr(what, key)
        yield Setting(key, _text(key, value), key in what.model_fields_set, field.description or "")


def _text(key: str, value: object) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, BaseModel):
        return "; ".join(f"{name} {_text(name, one)}" for name, one in value)
    if isinstance(value, float):
        return f"{value:g}" if key not in {"lat", "lon"} else f"{value:.6f}"
    # An address may carry a key in its query, which is nobody's business here.
    return str(value).partition("?")[0] if "://" in str(value) else str(value)
