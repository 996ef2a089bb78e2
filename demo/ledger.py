"""What the demo writes down outside the product: what a spool has accepted, what was acknowledged, what the gateway
has committed, when a fault was due, and what was broken and mended when.

One JSON object a line: ``{"node", "stream", "n", "t", "d"?, "e"?}``; ``t`` is monotonic seconds, which all processes of
one machine share; ``e`` marks a record that told of a change. Of faults: ``{"asset", "code", "due_ms"}``. Of
orders to the fakes: the order and ``at_ms``, Unix ms, once it is carried out.
Each process start writes a file of its own, so a line torn by a kill stays the last of its file.
"""

import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

PRODUCED, ACKED, COMMITTED, CONFIRMED, ORDERED = "produced", "acked", "committed", "confirmed", "ordered"
HUSH = "hush"


class Key(NamedTuple):
    """One record of one node."""

    node: str
    stream: str
    n: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a record, when (monotonic seconds), its devices and whether it told of a change (``produced`` only)."""

    key: Key
    t: float
    devices: tuple[str, ...] = ()
    event: bool = False


class Ledger:
    """Appends lines to a new file of ``folder``. ``durable``: they survive a kill of the machine once they are
    written.
    """

    def __init__(self, folder: Path, kind: str, durable: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._durable = durable
        name = folder / f"{kind}-{os.getpid()}-{time.monotonic_ns()}.jsonl"
        self._file = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)

    def write(self, keys: Iterable[Key]) -> None:
        """Write records down with the time of this moment."""
        now = time.monotonic()
        self.enter(Entry(key, now) for key in keys)

    def enter(self, entries: Iterable[Entry]) -> None:
        """Write whole entries down."""
        self.note(_line(entry) for entry in entries)

    def note(self, lines: Iterable[dict[str, object]]) -> None:
        """Write anything down, a line each."""
        text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
        if not text:
            return
        os.write(self._file, text.encode())
        if self._durable:
            os.fsync(self._file)


def _line(entry: Entry) -> dict[str, object]:
    key = entry.key
    line: dict[str, object] = {"node": key.node, "stream": key.stream, "n": key.n, "t": entry.t}
    return line | ({"d": entry.devices} if entry.devices else {}) | ({"e": True} if entry.event else {})


def lines(folder: Path, kind: str) -> Iterator[dict[str, Any]]:
    """Every whole line of a kind, in the order of writing within a file."""
    for path in sorted(folder.glob(f"{kind}-*.jsonl")):
        for line in path.read_bytes().split(b"\n")[:-1]:
            yield json.loads(line)


def entry(data: dict[str, Any]) -> Entry:
    """A line's record."""
    key = Key(data["node"], data["stream"], data["n"])
    return Entry(key, data["t"], tuple(data.get("d", ())), data.get("e", False))


def read(folder: Path, kind: str) -> Iterator[Entry]:
    """Every whole line of a kind of record, as :func:`lines` has them."""
    return map(entry, lines(folder, kind))


class Tail:
    """Gives each whole line of a kind once, whichever file it comes to lie in."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._folder, self._kind = folder, kind
        self._read: dict[Path, int] = {}

    def news(self) -> Iterator[Entry]:
        """What was written since the last call."""
        for path in sorted(self._folder.glob(f"{self._kind}-*.jsonl")):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                whole = file.read().rpartition(b"\n")[0]
            if whole:
                self._read[path] = self._read.get(path, 0) + len(whole) + 1
                yield from (entry(json.loads(line)) for line in whole.split(b"\n"))
