"""The lines of a history, as they stand in the file. One JSON object a line; which kind it is, one key says.

Times carry an offset. Each struct is what its line may hold; whatever else stands there is a mistake.
An optional key may as well be null.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from contracts.messages import CodeName, Seconds
from contracts.states import State
from gateway.replay.events import GatewayWord, LinkWord, MainsWord

Time = Annotated[datetime, Meta(tz=True)]
Looks = Annotated[int, Meta(ge=1, le=2**53)]
Word = Annotated[str, Meta(min_length=1, max_length=32)]
Person = Annotated[str, Meta(min_length=1, max_length=200)]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def exact_ms(time: datetime) -> int:
    """Unix milliseconds."""
    return (time - _EPOCH) // _MS


def whole_ms(time: datetime) -> int:
    """Unix milliseconds, rounded down to the whole second."""
    return exact_ms(time) // 1000 * 1000


class _Line(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all lines and their parts: unknown keys are refused."""


class Header(_Line, frozen=True):
    """The first line: the inventory (its path relative to the file) and the period that is judged."""

    start: Time = field(name="from")
    end: Time = field(name="to")
    inventory: Annotated[str, Meta(min_length=1)] | None = None


class FindingPart(_Line, frozen=True):
    """One code of a reading. ``s`` omitted: the state that the code means."""

    code: CodeName
    s: State | None = None
    since_s: Seconds = 0.0
    looks: Looks = 1


class Device(_Line, frozen=True):
    """A reading of a device. ``f``, or ``code`` for a single finding; ``until``: said again each interval."""

    t: Time
    device: str
    state: State
    since_s: Seconds = 0.0
    looks: Looks = 1
    code: CodeName | None = None
    f: tuple[FindingPart, ...] | None = None
    nc: tuple[CodeName, ...] = ()
    word: Word | None = None
    until: Time | None = None


class Link(_Line, frozen=True):
    """A node's link."""

    t: Time
    node: str
    link: LinkWord


class Mains(_Line, frozen=True):
    """A node's mains."""

    t: Time
    node: str
    mains: MainsWord


class Gateway(_Line, frozen=True):
    """The gateway itself."""

    t: Time
    gateway: GatewayWord


class LatePart(_Line, frozen=True):
    """What a device was in the past."""

    device: str
    start: Time = field(name="from")
    end: Time = field(name="to")
    state: State
    code: CodeName | None = None


class Late(_Line, frozen=True):
    """History after an outage; ``t``: when it reached the gateway."""

    t: Time
    late: LatePart


class PlannedPart(_Line, frozen=True):
    """Maintenance of a device or a site."""

    start: Time = field(name="from")
    end: Time = field(name="to")
    device: str | None = None
    site: str | None = None


class Planned(_Line, frozen=True):
    """Planned maintenance; ``t``: when it was approved."""

    t: Time
    planned: PlannedPart


class CancelPart(_Line, frozen=True):
    """Which maintenance: that of a device or site which begins then."""

    start: Time = field(name="from")
    device: str | None = None
    site: str | None = None


class Cancel(_Line, frozen=True):
    """The rest of planned maintenance is void from ``t``."""

    t: Time
    cancel: CancelPart


class OutPart(_Line, frozen=True):
    """A device taken out of service; without ``to`` until it is in service again."""

    device: str
    start: Time = field(name="from")
    end: Time | None = field(name="to", default=None)


class OutOfService(_Line, frozen=True):
    """Out of service."""

    t: Time
    out_of_service: OutPart


class InPart(_Line, frozen=True):
    """A device put in service."""

    device: str
    start: Time = field(name="from")


class InService(_Line, frozen=True):
    """In service again."""

    t: Time
    in_service: InPart


class TakenPart(_Line, frozen=True):
    """Which fault (its asset, not only a device's) and who took it. ``measured_dead``: recorded on site."""

    device: str
    code: CodeName
    by: Person
    measured_dead: bool = False


class Acknowledge(_Line, frozen=True):
    """A person took a fault."""

    t: Time
    acknowledge: TakenPart


Line: TypeAlias = Device | Link | Mains | Gateway | Late | Planned | Cancel | OutOfService | InService | Acknowledge
# What people announce, and may well announce before the period begins.
ANNOUNCED = (Planned, Cancel, OutOfService, InService)
# The key that says what a line is.
KINDS: dict[str, type[Struct]] = {
    "device": Device,
    "link": Link,
    "mains": Mains,
    "gateway": Gateway,
    "late": Late,
    "planned": Planned,
    "cancel": Cancel,
    "out_of_service": OutOfService,
    "in_service": InService,
    "acknowledge": Acknowledge,
}
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {key: msgspec.json.Decoder(kind) for key, kind in KINDS.items()}
_Keys = msgspec.defstruct("_Keys", [(key, msgspec.Raw | UnsetType, UNSET) for key in KINDS])
_keys = msgspec.json.Decoder(_Keys).decode


def kinds_of(text: bytes) -> list[str]:
    """The keys of :data:`KINDS` that a line has; raises msgspec.DecodeError if it is no JSON object."""
    keys = _keys(text)
    return [key for key in KINDS if getattr(keys, key) is not UNSET]


def decode(text: bytes) -> Line:
    """A line that has been read without mistakes before; raises ValueError or msgspec.DecodeError for another one."""
    (kind,) = kinds_of(text)
    line: Line = _DECODERS[kind].decode(text)
    return line
