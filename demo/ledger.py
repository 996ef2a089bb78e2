"""What the demo writes down outside the product: what a spool has accepted, what was acknowledged, what the gateway
has committed.

One JSON object a line: ``{"node", "stream", "n", "t", "d"?}``; ``t`` is monotonic seconds, which all processes of one
machine share.
Each process start writes a file of its own, so a line torn by a kill stays the last of its file.
"""

import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

PRODUCED, ACKED, COMMITTED = "produced", "acked", "committed"
HUSH = "hush"


class Key(NamedTuple):
    """One record of one node."""

    node: str
    stream: str
    n: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a record, when (monotonic seconds), and its devices (``produced`` only)."""

    key: Key
    t: float
    devices: tuple[str, ...] = ()


class Ledger:
    """Appends lines to a new file of ``folder``. ``durable``: they survive a kill of the machine once :meth:`write`
    returns.
    """

    def __init__(self, folder: Path, kind: str, durable: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._durable = durable
        name = folder / f"{kind}-{os.getpid()}-{time.monotonic_ns()}.jsonl"
        self._file = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)

    def write(self, entries: Iterable[tuple[Key, tuple[str, ...]]]) -> None:
        """Write records down with the time of this moment."""
        now = time.monotonic()
        lines = [_line(key, now, devices) for key, devices in entries]
        if not lines:
            return
        os.write(self._file, "".join(lines).encode())
        if self._durable:
            os.fsync(self._file)


def _line(key: Key, now: float, devices: tuple[str, ...]) -> str:
    line: dict[str, object] = {"node": key.node, "stream": key.stream, "n": key.n, "t": now}
    if devices:
        line["d"] = devices
    return json.dumps(line, separators=(",", ":")) + "\n"


def read(folder: Path, kind: str) -> Iterator[Entry]:
    """Every whole line of a kind, in the order of writing within a file."""
    for path in sorted(folder.glob(f"{kind}-*.jsonl")):
        for line in path.read_bytes().split(b"\n")[:-1]:
            data = json.loads(line)
            yield Entry(Key(data["node"], data["stream"], data["n"]), data["t"], tuple(data.get("d", ())))
