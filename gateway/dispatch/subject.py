"""What a letter speaks of, and to whom: values that whoever carries letters fills in. Times: see ``words``."""

from collections.abc import Mapping

from msgspec import Struct

from contracts.inventory import Name
from contracts.states import State
from gateway.dispatch.words import Lang, LetterKind
from gateway.faults.catalogue.texts import Role
from gateway.faults.changes import Fact
from gateway.faults.kinds import AssetKind


class Subject(Struct, frozen=True, kw_only=True):
    """One thing to be told.

    ``codes``: what is wrong with ``asset``, the one that the letter is about first; several where messages of one
    asset are bundled. ``fault``: the number a link takes on; ``more``: those bundled with it. ``place``: a junction's,
    road's or feeder's name. ``since_ms``: the fault's opened; ``at_ms``: when the message went to dispatch;
    ``ended_ms``: when it was over. ``names``: what people call the things that ``facts`` name. ``cause``: name of what
    it turned out to be a part of (``update``). ``state``: the device's, now that it is steady (``flapping_end``).

    For reminders: ``step`` 1 to 3; ``told_ms`` when the first letter went out; ``told``: who has been told so far;
    ``taken_by`` and ``taken_ms``: who took it and has not moved since. ``post``: why the reader is told, for others to
    read; it is not said.
    """

    kind: LetterKind
    asset: str
    asset_kind: AssetKind
    name: Name
    place: Name
    codes: tuple[str, ...]
    severity: int
    since_ms: int
    at_ms: int
    grid: Name | None = None
    fault: str | None = None
    more: tuple[str, ...] = ()
    ended_ms: int | None = None
    facts: tuple[Fact, ...] = ()
    names: Mapping[str, Name] = {}
    cause: Name | None = None
    state: State | None = None
    step: int = 0
    post: str = ""
    told_ms: int | None = None
    told: tuple[Name, ...] = ()
    taken_by: str | None = None
    taken_ms: int | None = None


class Reader(Struct, frozen=True):
    """For whom: ``role`` decides the first step, ``now_ms`` what "today" means."""

    lang: Lang
    role: Role
    now_ms: int


class Words(Struct, frozen=True):
    """A letter's words: ``Letter``'s fields of the same names."""

    title: str
    text: str
    template: str
    variables: dict[str, str]
