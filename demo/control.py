"""Orders to the fakes: JSON lines on a Unix socket, such as ``{"do": "break", "what": "dark", "device": "wl-01"}``.

``do`` is break or mend; the rest is what a scenario's ``break`` says (:class:`demo.scenario.Break`), times in real
seconds. The answer is ``{"ok": true}`` or ``{"ok": false, "error": …}``. ``what`` of a camera: freeze, black, stall,
refuse, unrecorded; of a light: dark, stuck_on; of a charge point: offline, rubbish, an OCPP error code, or ``fault``
with the code in ``code``; of a contact: open; of a ``junction`` or ``feeder``: power; of an ``uplink``: cut, hang,
flap.
"""

import asyncio
import contextlib
import json
import socket
import time
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from demo.ledger import ORDERED, Ledger
from demo.model import BadOrder, Model
from demo.scenario import Break

ANSWER_WITHIN_S = 5.0


class Refused(Exception):
    """The fakes do not do it; the text says why."""


class Control:
    """The fakes at the control socket ``path``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, *, do: str, what: str, **rest: object) -> None:
        """Break or mend something; ``rest`` as in :class:`demo.scenario.Break`.

        Raises :class:`Refused` with the reason, :class:`OSError` when nobody answers.
        """
        order = {"do": do, "what": what, **rest}
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(ANSWER_WITHIN_S)
            wire.connect(str(self._path))
            wire.sendall(json.dumps(order).encode() + b"\n")
            with wire.makefile(encoding="utf-8") as lines:
                answer = json.loads(lines.readline() or '{"error": "hung up"}')
        if not answer.get("ok"):
            raise Refused(answer.get("error"))


async def obey(model: Model, order: Any) -> None:
    """Carry out one order. Raises :class:`BadOrder`."""
    if not isinstance(order, dict) or order.get("do") not in {"break", "mend"}:
        raise BadOrder('an order is {"do": "break" or "mend", "what": …, "device" or "junction" or …}')
    broken = order["do"] == "break"
    place = _read({key: value for key, value in order.items() if key != "do"})
    if place.uplink is not None:
        await model.line(place, broken)
    elif place.device is not None:
        model.change(place.device, place.what, place.code, broken)
    elif place.what == "power":
        model.power(place, on=not broken)
    else:
        raise BadOrder(f"{place.what!r} needs a device; a junction or feeder only knows 'power'")


def _read(order: dict[str, Any]) -> Break:
    try:
        return Break.model_validate(order)
    except ValidationError as error:
        raise BadOrder(
            "; ".join(f"{'.'.join(map(str, item['loc']))} {item['msg']}" for item in error.errors())
        ) from error


class ControlServer:
    """Listens at ``path`` for orders to ``model``; ``book``: the folder in which what was done when is written down."""

    def __init__(self, path: Path, model: Model, book: Path | None = None) -> None:
        self._path, self._model = path, model
        self._book = None if book is None else Ledger(book, ORDERED, durable=False)
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen; only the own user may connect. Raises :class:`OSError`."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._connected, self._path)
        self._path.chmod(0o600)

    async def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
        self._path.unlink(missing_ok=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Gone in mid-line, a line beyond asyncio's limit, or the fakes stop.
        with contextlib.suppress(ConnectionError, ValueError, asyncio.CancelledError):
            while line := await reader.readline():
                writer.write(json.dumps(await self._answer(line), ensure_ascii=False).encode() + b"\n")
                await writer.drain()
        writer.close()

    async def _answer(self, line: bytes) -> dict[str, object]:
        try:
            order = json.loads(line)
            await obey(self._model, order)
        except BadOrder as error:
            return {"ok": False, "error": str(error)}
        except ValueError as error:
            return {"ok": False, "error": f"not JSON: {error}"}
        if self._book is not None:
            self._book.note([{**order, "at_ms": time.time_ns() // 1_000_000}])
        return {"ok": True}
