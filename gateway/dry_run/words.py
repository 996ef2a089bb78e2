"""What is asked of a dry run, and what it found; both travel as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Wanted(Struct, frozen=True):
    """``database``: the store's URL; ``inventory``: the village's file; ``now`` and ``then``: the rules in force and
    those that are tried; lines of ``[from_ms, to_ms)``, Unix ms of whole seconds. ``assets``: what is asked about,
    None = all; everything is judged all the same, as one thing's fault may be another's cause."""

    database: str
    inventory: str
    now: Mapping[str, Any]
    then: Mapping[str, Any]
    from_ms: int
    to_ms: int
    assets: Sequence[str] | None = None


class Fault(Struct, frozen=True):
    """A fault as replay reports it; times are ISO 8601 with China's offset."""

    asset: str
    code: str
    root: str | None
    severity: int
    opened: str
    closed: str | None
    reopened: int


class Message(Struct, frozen=True):
    """A message as replay reports it."""

    t: str
    kind: str
    asset: str
    code: str


class Uptime(Struct, frozen=True):
    """A device's account as replay reports it: seconds, and percentages."""

    S: int
    U: int
    D: int
    K: int
    M: int
    O: int  # noqa: E741  # as the report calls it
    known: float | None
    strict: float | None
    upper: float | None
    coverage: float | None


class Both(Struct, Generic[T], frozen=True):
    """One thing under the rules in force, and under the others."""

    now: T
    then: T


class Differing(Struct, Generic[T], frozen=True):
    """``added``: only under the other rules; ``gone``: only under those in force; ``changed``: under both, but not
    alike. ``same``: how many are alike."""

    added: list[T]
    gone: list[T]
    changed: list[Both[T]]
    same: int


class Found(Struct, frozen=True):
    """``lines``: of the journal that were judged; ``uptime``: of the devices whose account differs; ``left_out``: what
    of the journal could not be taken along, and how often."""

    lines: int
    faults: Differing[Fault]
    messages: Differing[Message]
    uptime: dict[str, Both[Uptime]]
    left_out: dict[str, int]
