"""From the lines of a history to timed events: repetitions put in, readings of a node and second made one record."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from contracts.messages import Reading
from gateway.replay.events import (
    AcknowledgeLine,
    CancelLine,
    GatewayLine,
    Happening,
    InServiceLine,
    LateLine,
    LinkLine,
    MainsLine,
    OutOfServiceLine,
    PlannedLine,
    Readings,
    TimedEvent,
)
from gateway.replay.history import Source
from gateway.replay.lines import (
    Acknowledge,
    Cancel,
    CancelPart,
    Device,
    Gateway,
    InService,
    Late,
    Line,
    Link,
    Mains,
    OutOfService,
    Planned,
    PlannedPart,
    whole_ms,
)
from gateway.replay.meaning import code_of
from gateway.replay.names import Names
from gateway.replay.repeats import Repeats, said

_Item = tuple[int, Reading] | Happening


def expand(history: Source) -> Iterator[TimedEvent]:
    """All events of a history in order, those after its end left out.

    ``until`` includes its moment; a repetition that falls on the second of the device's next line, of its node's
    ``lost`` or ``disconnected``, or of the gateway's ``stop`` is not said any more. Lines of people may come before
    the period's begin.
    """
    return _records(_items(history), history.names)


def _items(history: Source) -> Iterator[_Item]:
    names, repeats = history.names, Repeats(history.names)
    lines = (line for _, line in history.lines())
    for at_ms, together in groupby(lines, key=lambda line: whole_ms(line.t)):
        yield from repeats.upto(at_ms - 1)
        items = [_item(line, repeats, names) for line in together]
        yield from repeats.upto(at_ms)
        yield from items
    yield from repeats.upto(history.to_ms)


def _item(line: Line, repeats: Repeats, names: Names) -> _Item:
    """One line, and what it starts or ends of repetitions."""
    match line:
        case Device():
            repeats.end(line.device)
            reading = said(line, names)
            if line.until is not None:
                repeats.start(reading, whole_ms(line.until))
            return reading.at_ms, reading.reading(reading.at_ms, 0)
        case Link() if line.link != "up":
            repeats.end_node(line.node)
        case Gateway() if line.gateway == "stop":
            repeats.end_all()
        case _:
            pass
    return happening(line, names)


def _records(items: Iterable[_Item], names: Names) -> Iterator[TimedEvent]:
    """Neighbours of one node and second are one record, in which each device stands once."""
    open_: list[Reading] = []
    key = (0, "")
    for item in items:
        if not isinstance(item, tuple):
            yield from _record(key, open_)
            open_ = []
            yield item
            continue
        at_ms, reading = item
        here = (at_ms, names.node_of[reading.d])
        if here != key or any(reading.d == other.d for other in open_):
            yield from _record(key, open_)
            open_ = []
        key = here
        open_.append(reading)
    yield from _record(key, open_)


def _record(key: tuple[int, str], readings: list[Reading]) -> Iterator[TimedEvent]:
    if readings:
        yield Readings(*key, tuple(readings))


def happening(line: Line, names: Names) -> Happening:
    """Any line but a device's, as an event."""
    at_ms = whole_ms(line.t)
    match line:
        case Link():
            return LinkLine(at_ms, line.node, line.link)
        case Mains():
            return MainsLine(at_ms, line.node, line.mains)
        case Gateway():
            return GatewayLine(at_ms, line.gateway)
        case Late(late=late):
            node, code = names.node_of[late.device], code_of(late, names)
            return LateLine(at_ms, node, late.device, whole_ms(late.start), whole_ms(late.end), late.state, code)
        case Device():
            raise TypeError("a device line is a reading")
        case _:
            return _announced(line, at_ms)


def _announced(line: Planned | Cancel | OutOfService | InService | Acknowledge, at_ms: int) -> Happening:
    match line:
        case Planned(planned=part):
            return PlannedLine(at_ms, part.site is not None, _target(part), whole_ms(part.start), whole_ms(part.end))
        case Cancel(cancel=part):
            return CancelLine(at_ms, part.site is not None, _target(part), whole_ms(part.start))
        case OutOfService(out_of_service=part):
            end_ms = None if part.end is None else whole_ms(part.end)
            return OutOfServiceLine(at_ms, part.device, whole_ms(part.start), end_ms)
        case InService(in_service=part):
            return InServiceLine(at_ms, part.device, whole_ms(part.start))
        case Acknowledge(acknowledge=part):
            return AcknowledgeLine(at_ms, part.device, part.code, part.by, part.measured_dead)


def _target(part: PlannedPart | CancelPart) -> str:
    return part.device or part.site or ""
