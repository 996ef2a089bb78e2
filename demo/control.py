"""Orders to the fakes: JSON lines on a Unix socket, such as ``{"do": "break", "what": "dark", "device":
"light-01"}``.

The answer is ``{"ok": true}`` or ``{"ok": false, "error": …}``. ``what`` of a camera: freeze, black, stall, refuse;
of a light: dark, stuck_on; of a charge point: offline, rubbish, an OCPP error code, or ``fault`` with the code in
``code``; of a ``junction``: power.
"""

import asyncio
import contextlib
import json
import socket
from pathlib import Path
from typing import Any

from demo.model import BadOrder, Model

ANSWER_WITHIN_S = 5.0


class Refused(Exception):
    """The fakes do not do it; the text says why."""


class Control:
    """The fakes at the control socket ``path``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(
        self, *, do: str, what: str, device: str | None = None, junction: str | None = None, code: str | None = None
    ) -> None:
        """Break or mend something. Raises :class:`Refused` with the reason, :class:`OSError` when nobody answers."""
        order = {"do": do, "what": what, "device": device, "junction": junction, "code": code}
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(ANSWER_WITHIN_S)
            wire.connect(str(self._path))
            wire.sendall(json.dumps(order).encode() + b"\n")
            with wire.makefile(encoding="utf-8") as lines:
                answer = json.loads(lines.readline() or '{"error": "hung up"}')
        if not answer.get("ok"):
            raise Refused(answer.get("error"))


def obey(model: Model, order: Any) -> None:
    """Carry out one order. Raises :class:`BadOrder`."""
    if not isinstance(order, dict) or order.get("do") not in {"break", "mend"}:
        raise BadOrder('an order is {"do": "break" or "mend", "what": …, "device" or "junction": …}')
    broken, what, device, junction = (
        order["do"] == "break",
        order.get("what"),
        order.get("device"),
        order.get("junction"),
    )
    if what == "power" and isinstance(junction, str):
        model.power(junction, on=not broken)
    elif isinstance(what, str) and isinstance(device, str):
        code = order.get("code")
        model.change(device, what, code if isinstance(code, str) else None, broken)
    else:
        raise BadOrder("'power' needs a junction, everything else a device")


class ControlServer:
    """Listens at ``path`` for orders to ``model``."""

    def __init__(self, path: Path, model: Model) -> None:
        self._path, self._model = path, model
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
                writer.write(json.dumps(self._answer(line), ensure_ascii=False).encode() + b"\n")
                await writer.drain()
        writer.close()

    def _answer(self, line: bytes) -> dict[str, object]:
        try:
            obey(self._model, json.loads(line))
        except BadOrder as error:
            return {"ok": False, "error": str(error)}
        except ValueError as error:
            return {"ok": False, "error": f"not JSON: {error}"}
        return {"ok": True}
