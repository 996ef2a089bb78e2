"""`--check`: what the process would reach, and whether it can be reached now."""

import importlib.util
import os
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from contracts import inventory
from edge.link import Event, Link, Login, Opened
from edge.pins import open_factory
from edge.settings import EdgeSettings, broker_password

WITHIN_S = 5.0
_RTSP_PORT = 554


class Answer(NamedTuple):
    """One line of the check's output."""

    ok: bool
    what: str
    detail: str

    def __str__(self) -> str:
        return f"{'ok' if self.ok else 'failed':6} {self.what}: {self.detail}"


def check(settings: EdgeSettings, nodes: list[inventory.Node], secret: Callable[[str], str | None]) -> Iterator[Answer]:
    """Reach everything once; one answer a thing."""
    yield _try(f"spool folder {settings.data_dir}", lambda: _writable(settings.data_dir))
    devices = [device for node in nodes for device in node.devices]
    broker = f"broker {settings.broker.host}:{settings.broker.port}"
    for node in nodes:
        yield _try(f"{broker} as {node.id}", _login(settings, node, secret))
    for node in nodes:
        if any(device.kind in {"warning_light", "contact"} for device in node.devices):
            yield _try(f"pin factory of {node.id}", partial(_pins, settings.pin_factory, node.id))
    if any(device.kind == "charge_point" for device in devices):
        where = (settings.ocpp.host, settings.ocpp.port)
        yield _try(f"OCPP end point {where[0]}:{where[1]}", lambda: _free(where))
    for device in devices:
        if isinstance(device, inventory.Camera):
            yield _try(f"camera {device.id} {device.source}", partial(_camera, device, secret))


def _try(what: str, attempt: Callable[[], str]) -> Answer:
    try:
        return Answer(True, what, attempt())
    except Exception as error:  # noqa: BLE001  # a check says what is wrong, whatever a library raises for it
        return Answer(False, what, f"{type(error).__name__}: {error}")


def _writable(folder: Path) -> str:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    probe = folder / ".check"
    probe.write_bytes(b"")
    probe.unlink()
    free = os.statvfs(folder)
    return f"can be written, {free.f_bavail * free.f_frsize // 2**20} MiB free"


def _login(settings: EdgeSettings, node: inventory.Node, secret: Callable[[str], str | None]) -> Callable[[], str]:
    def attempt() -> str:
        answered, answers = threading.Event(), list[Event]()

        def tell(event: Event) -> None:
            answers.append(event)
            answered.set()

        # Under a name of its own and without a will, so that a node that runs is not pushed off.
        login = Login(settings.broker, node.id, broker_password(node.id, settings.broker, secret))
        link = Link(login, tell, client_id=f"{node.id}-check")
        answered.wait(2 * WITHIN_S)
        link.close()
        link.join(WITHIN_S)
        if not answers or not isinstance(answers[0], Opened):
            raise ConnectionError(getattr(answers[0], "reason", "?") if answers else "no answer")
        return "login accepted"

    return attempt


def _pins(name: str | None, node: str) -> str:
    factory = open_factory(name, node)
    if factory is None:
        return "left to gpiozero"
    factory.close()
    return f"{type(factory).__name__} opens"


def _free(where: tuple[str, int]) -> str:
    with socket.create_server(where, family=socket.AF_INET6 if ":" in where[0] else socket.AF_INET):
        return "is free"


def _camera(camera: inventory.Camera, secret: Callable[[str], str | None]) -> str:
    if camera.login and secret(camera.login) is None:
        raise LookupError(f"the secret {camera.login!r} is not set")
    parts = urlsplit(camera.source)
    if parts.hostname:
        with socket.create_connection((parts.hostname, parts.port or _RTSP_PORT), WITHIN_S):
            return "answers"
    if camera.source.startswith("usb:"):
        device = Path("/dev") / f"video{camera.source.removeprefix('usb:')}"
        device.stat()
        return f"{device} is there"
    if camera.source.startswith("csi:"):
        if importlib.util.find_spec("picamera2") is None:
            raise LookupError("Picamera2 is missing: apt install python3-picamera2, and a venv that sees it")
        return "Picamera2 is there"
    path = Path(camera.source)
    return f"{len(list(path.iterdir()))} files" if path.is_dir() else f"{path.stat().st_size} bytes"
