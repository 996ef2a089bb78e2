"""Everything the fakes stand for: the cameras, lamps, contacts and charge points of an inventory, the lines its nodes
report over, what is broken, and who has power.
"""

import asyncio
import time
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from contracts.inventory import Camera, ChargePoint, Contact, Node, Village, WarningLight
from demo import charge_point, reach
from demo.lamp import Lamp, LampFault, LampWires
from demo.relay import Line
from demo.rtsp import RtspServer
from demo.scenario import Break
from demo.scene import Scene
from demo.video import Fault, Stream

CAMERA_WORDS: Mapping[str, Fault] = {
    "freeze": "frozen",
    "black": "black",
    "cover": "occluded",
    "turn": "moved",
    "defocus": "blur",
    "night": "night",
    "stall": "stalled",
    "refuse": "unreachable",
}
# The picture is there, and its recorder has nothing of it.
UNRECORDED = "unrecorded"
LAMP_WORDS: Mapping[str, LampFault] = {"dark": "dark", "stuck_on": "stuck_on"}
# A closed loop carries current as a lamp that is lit without flashing does; an open one is dark.
LOOP_WORDS: Mapping[str, LampFault] = {"open": "dark"}
# The same things by the names of what is then reported.
ALSO = {f"camera_{fault}": word for word, fault in CAMERA_WORDS.items()} | {
    f"light_{word}": word for word in LAMP_WORDS
}
RTSP_PORT = 554


class BadOrder(ValueError):
    """An order that cannot be carried out; the text says why and what is possible."""


@dataclass
class _Eye:
    """One camera: where it is served, what is wrong with it, whether it has power."""

    server: RtspServer
    stream: Stream
    fault: Fault | None = None
    powered: bool = True
    path: str = ""

    def record(self, on: bool) -> None:
        """Whether the recorder has anything of it."""
        self.server.kept[self.path] = lambda _at: on

    def apply(self) -> None:
        self.stream.break_(self.fault if self.powered else "unreachable")
        if self.stream.fault == "unreachable":
            self.server.hang_up(self.stream)


@dataclass
class Model:
    """Made by :func:`build`; :meth:`start` opens all sockets, :meth:`close` closes them."""

    village: Village
    lines: dict[str, Line] = field(default_factory=dict)
    cameras: dict[str, _Eye] = field(default_factory=dict)
    lamps: dict[str, tuple[Lamp, LampWires]] = field(default_factory=dict)
    loops: dict[str, tuple[Lamp, LampWires]] = field(default_factory=dict)
    piles: dict[str, charge_point.ChargePoint] = field(default_factory=dict)
    servers: dict[tuple[str, int], RtspServer] = field(default_factory=dict)
    wires: list[LampWires] = field(default_factory=list)
    _dead: dict[str, frozenset[str]] = field(default_factory=dict)
    _dialling: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Serve the cameras, wire the lamps, join the lines, let the charge points dial. Raises :class:`OSError` for a
        port or path that is taken.
        """
        for line in self.lines.values():
            await line.start()
        for (host, port), server in self.servers.items():
            await server.start(host, port)
        for wires in self.wires:
            await wires.start()
        self._dialling = [asyncio.create_task(pile.run(), name=name) for name, pile in self.piles.items()]

    async def close(self) -> None:
        """Hang up everywhere."""
        for task in self._dialling:
            task.cancel()
        await asyncio.gather(*self._dialling, return_exceptions=True)
        for wires in self.wires:
            await wires.close()
        for server in self.servers.values():
            await server.close()
        for line in self.lines.values():
            await line.close()

    def power(self, place: Break, on: bool) -> None:
        """Cut or give the mains of a junction or feeder. Raises :class:`BadOrder` for one that feeds nothing here.

        Who hangs on two that are cut is dark until both are back.
        """
        devices = frozenset(reach.dead_devices(self.village, place))
        if not devices and not reach.dead_nodes(self.village, place):
            raise BadOrder(f"nothing hangs on a junction or feeder {place.place!r}")
        before = frozenset[str]().union(*self._dead.values())
        self._dead = {name: dark for name, dark in self._dead.items() if name != place.place}
        self._dead |= {} if on else {place.place: devices}
        after = frozenset[str]().union(*self._dead.values())
        for device in before ^ after:
            self._supply(device, device not in after)

    def _supply(self, device: str, on: bool) -> None:
        if (eye := self.cameras.get(device)) is not None:
            eye.powered = on
            eye.apply()
        elif (lit := self.lamps.get(device) or self.loops.get(device)) is not None:
            lit[0].powered = on
            lit[1].update()
        elif (pile := self.piles.get(device)) is not None:
            pile.power(on)

    async def line(self, place: Break, broken: bool) -> None:
        """Cut, hang or flap an uplink, or mend it. Raises :class:`BadOrder`: unknown, or no node reports over it."""
        line = self.lines.get(place.place)
        if line is None:
            raise BadOrder(f"there is no line {place.place!r}; there are {', '.join(self.lines) or 'none'}")
        if not broken:
            await line.mend()
            return
        if not line.carried:
            raise BadOrder(f"nobody reports over {place.place} now, so breaking it would show nothing")
        match place.what:
            case "cut":
                line.cut()
            case "hang":
                line.hang()
            case _:
                line.flap(place.down_s or 0.0, place.up_s or 0.0)

    def change(self, device: str, what: str, code: str | None, broken: bool) -> None:
        """Break ``what`` of a device, or mend it. Raises :class:`BadOrder`."""
        word = ALSO.get(what, what)
        pile, _dot, number = device.partition(".")
        if (eye := self.cameras.get(device)) is not None:
            self._change_camera(eye, word, broken)
        elif (lit := self.lamps.get(device) or self.loops.get(device)) is not None:
            words = LAMP_WORDS if device in self.lamps else LOOP_WORDS
            lit[0].fault = words[_one_of(word, words)] if broken else None
            lit[1].update()
        elif pile in self.piles and (not number or number.isdigit()):
            self._change_pile(
                self.piles[pile], int(number or 0), code or "GroundFailure" if what == "fault" else what, broken
            )
        else:
            known = [*self.cameras, *self.lamps, *self.loops, *self.piles]
            raise BadOrder(f"there is no device {device!r}; there are {', '.join(known)}")

    def _change_camera(self, eye: _Eye, word: str, broken: bool) -> None:
        if _one_of(word, [*CAMERA_WORDS, UNRECORDED]) == UNRECORDED:
            eye.record(not broken)
            return
        eye.fault = CAMERA_WORDS[word] if broken else None
        eye.apply()

    def _change_pile(self, pile: charge_point.ChargePoint, number: int, what: str, broken: bool) -> None:
        try:
            (pile.break_ if broken else pile.mend)(what, number)
        except ValueError as error:
            raise BadOrder(str(error)) from error


def _one_of(word: str, known: Iterable[str]) -> str:
    if word not in known:
        raise BadOrder(f"{word!r} cannot be done to this device; possible: {', '.join(known)}")
    return word


@dataclass(frozen=True)
class Where:
    """``pins``: the pins' sockets, ``{node}`` for the node's id. ``ocpp``: the end point's ``host:port`` by node,
    ``*`` for the others.

    ``daylight``: 0 night .. 1 day, None to follow the sun. ``lines``: uplinks that can be broken.
    """

    pins: str
    ocpp: Mapping[str, str]
    daylight: float | None = None
    lines: Mapping[str, Line] = field(default_factory=dict)


def build(village: Village, where: Where) -> Model:
    """Fakes for every RTSP camera, lamp, contact and charge point of ``village``; nothing is opened yet."""
    model = Model(village, dict(where.lines))
    for _grid, _junction, node in village.nodes():
        _add_cameras(model, node, where)
        _add_lamps(model, node, where)
        _add_piles(model, node, where)
    return model


def _add_cameras(model: Model, node: Node, where: Where) -> None:
    for device in node.devices:
        if isinstance(device, Camera) and device.source.startswith("rtsp://"):
            at = urlsplit(device.source)
            title = device.name.zh if device.name else device.id
            stream = Stream(Scene(title, zlib.crc32(device.id.encode()), where.daylight))
            server = model.servers.setdefault((at.hostname or "127.0.0.1", at.port or RTSP_PORT), RtspServer())
            server.add(at.path, stream)
            model.cameras[device.id] = _Eye(server, stream, path=at.path)


def _add_lamps(model: Model, node: Node, where: Where) -> None:
    lights = [one for one in node.devices if isinstance(one, WarningLight)]
    lamps = [Lamp(one.id, one.pin, one.active, one.pattern == "flashing", one.period_s) for one in lights]
    loops = [Lamp(one.id, one.pin, one.active, flashing=False) for one in node.devices if isinstance(one, Contact)]
    if lamps or loops:
        wires = LampWires(Path(where.pins.replace("{node}", node.id)), [*lamps, *loops], time.monotonic)
        model.wires.append(wires)
        model.lamps |= {lamp.id: (lamp, wires) for lamp in lamps}
        model.loops |= {loop.id: (loop, wires) for loop in loops}


def _add_piles(model: Model, node: Node, where: Where) -> None:
    for device in node.devices:
        end_point = where.ocpp.get(node.id, where.ocpp.get("*"))
        if isinstance(device, ChargePoint) and end_point is not None:
            url = f"ws://{end_point}/{device.identity}"
            numbers = [connector.number for connector in device.connectors]
            model.piles[device.id] = charge_point.ChargePoint(url, numbers, zlib.crc32(device.id.encode()), time.time)
