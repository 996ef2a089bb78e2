"""What a history becomes for the engine: timed events, in order.

``at_ms`` is Unix milliseconds (UTC) of a whole second, and never less than that of the event before. At one second the
repetitions of earlier lines (``until``) come first, then the lines in file order.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from contracts.messages import Reading
from contracts.states import State

LinkWord = Literal["up", "lost", "disconnected"]
MainsWord = Literal["lost", "back"]
GatewayWord = Literal["start", "stop", "broker_lost", "broker_back"]


class Readings(Struct, frozen=True, tag=True):
    """One record of a node: its readings of one second that are neighbours in order. ``since_s`` are whole seconds."""

    at_ms: int
    node: str
    readings: tuple[Reading, ...]


class LinkLine(Struct, frozen=True, tag=True):
    """The node's link came up, was lost, or ended as planned."""

    at_ms: int
    node: str
    link: LinkWord


class MainsLine(Struct, frozen=True, tag=True):
    """The node says that its mains went away or came back: a sense, or its last gasp."""

    at_ms: int
    node: str
    mains: MainsWord


class GatewayLine(Struct, frozen=True, tag=True):
    """The gateway started or stopped, or its session with the broker went away or came back."""

    at_ms: int
    gateway: GatewayWord


class LateLine(Struct, frozen=True, tag=True):
    """Learnt at ``at_ms``: the device of ``node`` had been ``state`` because of ``code`` in ``[from_ms, to_ms)``."""

    at_ms: int
    node: str
    device: str
    from_ms: int
    to_ms: int
    state: State
    code: str | None


class PlannedLine(Struct, frozen=True, tag=True):
    """Planned maintenance of ``[from_ms, to_ms)``, approved at ``at_ms``, of one device or of a site.

    ``target`` is a device, or (``site``) a junction or a node with all its devices.
    """

    at_ms: int
    site: bool
    target: str
    from_ms: int
    to_ms: int


class CancelLine(Struct, frozen=True, tag=True):
    """What is left at ``at_ms`` of the maintenance of ``target`` that was to begin at ``from_ms`` is void."""

    at_ms: int
    site: bool
    target: str
    from_ms: int


class OutOfServiceLine(Struct, frozen=True, tag=True):
    """The device is out of service in ``[from_ms, to_ms)``; ``to_ms`` None = until it is put in service."""

    at_ms: int
    device: str
    from_ms: int
    to_ms: int | None


class InServiceLine(Struct, frozen=True, tag=True):
    """The device is in service again from ``from_ms``."""

    at_ms: int
    device: str
    from_ms: int


class AcknowledgeLine(Struct, frozen=True, tag=True):
    """``by`` took the fault ``code`` of ``asset``. ``measured_dead``: recorded on site."""

    at_ms: int
    asset: str
    code: str
    by: str
    measured_dead: bool


Happening: TypeAlias = (
    LinkLine
    | MainsLine
    | GatewayLine
    | LateLine
    | PlannedLine
    | CancelLine
    | OutOfServiceLine
    | InServiceLine
    | AcknowledgeLine
)
TimedEvent: TypeAlias = Readings | Happening
