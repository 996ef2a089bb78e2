"""What the harness writes down outside the product: every record that a spool has accepted, every ack that a node got.

One JSON object a line (:mod:`demo.ledger`), a folder for each node: ``accepted`` is fsynced when the spool's commit has
returned, {"stream", "n", "boot", "digest", "e", "r"}; ``acked`` {"stream", "n"}; ``quiet`` {"stream", "n"}: nothing
comes after record n any more. ``t`` is monotonic seconds.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from demo import ledger
from demo.ledger import Ledger

ACCEPTED, ACKED, QUIET, HUSH = "accepted", "acked", "quiet", ledger.HUSH
# What of a record never changes, whoever sends it when.
_CONTENT = ("ts", "mono", "tq", "r")


class Key(NamedTuple):
    """One record."""

    node: str
    stream: str
    n: int


class Content(NamedTuple):
    """What a record says: ``devices`` of its readings, and whether it tells of a change."""

    boot: str
    digest: str
    event: bool
    devices: tuple[str, ...]


def content(boot: str, record: dict[str, Any]) -> Content:
    """Of a record as the spool keeps it or as it was sent: parsed JSON either way."""
    same = json.dumps({name: record[name] for name in _CONTENT}, sort_keys=True)
    event = any(reading.get("m", {}).get("event") for reading in record["r"])
    digest = hashlib.sha256(f"{boot} {same}".encode()).hexdigest()[:16]
    return Content(boot, digest, event, tuple(reading["d"] for reading in record["r"]))


class Books:
    """One process of a node writes; ``folder`` is the node's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._accepted = Ledger(folder, ACCEPTED, durable=True)
        self._others = {kind: Ledger(folder, kind, durable=False) for kind in (ACKED, QUIET)}

    @property
    def hushed(self) -> bool:
        """Whether nothing new may be recorded."""
        return (self._folder.parent / HUSH).exists()

    def newest(self, stream: str) -> int:
        """The newest record of ``stream`` in the ledger."""
        return max((line["n"] for line in ledger.lines(self._folder, ACCEPTED) if line["stream"] == stream), default=0)

    def accepted(self, stream: str, boot: str, n: int, body: bytes) -> dict[str, object]:
        """A line for :meth:`write`."""
        said = content(boot, json.loads(body))
        return {"stream": stream, "n": n, "boot": boot, "digest": said.digest, "e": said.event, "r": said.devices}

    def write(self, lines: Iterable[dict[str, object]]) -> None:
        """The spool has said yes to these."""
        self._accepted.note(lines)

    def note(self, kind: str, stream: str, n: int = 0) -> None:
        """One line of another kind."""
        self._others[kind].note([{"stream": stream, "n": n, "t": round(time.monotonic(), 3)}])


def accepted(folder: Path) -> Iterator[tuple[Key, Content]]:
    """All that was ever accepted, node by node; a number that was given twice comes twice."""
    for node in _nodes(folder):
        for line in ledger.lines(node, ACCEPTED):
            said = Content(line["boot"], line["digest"], line["e"], tuple(line["r"]))
            yield Key(node.name, line["stream"], line["n"]), said


class Marks:
    """The highest n of each (node, stream) in the ledgers of ``kind``; reads only what is new."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._folder, self._kind = folder, kind
        self._read: dict[Path, int] = {}
        self._found: dict[tuple[str, str], int] = {}

    def now(self) -> dict[tuple[str, str], int]:
        """As it is now."""
        for path in self._folder.glob(f"*/{self._kind}-*.jsonl"):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                whole = file.read().rpartition(b"\n")[0]
            if whole:
                self._read[path] = self._read.get(path, 0) + len(whole) + 1
                self._take(path.parent.name, whole.split(b"\n"))
        return self._found

    def _take(self, node: str, lines: Iterable[bytes]) -> None:
        for line in map(json.loads, lines):
            card = (node, line["stream"])
            self._found[card] = max(self._found.get(card, 0), line["n"])


def _nodes(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir())
