"""The folder in which files of frozen revisions are kept. A file that is there is never written again; a later revision
has files of its own.

``2026-10/bei-gu-2026-10-r1.zh.pdf`` …, and ``2026-10/bei-gu-2026-10-r1.sha256`` once all are there, which
``sha256sum --check`` reads.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from gateway.store import MonthHead

_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")
LANGS, FORMATS = ("zh", "en"), ("csv", "xlsx", "pdf")


class Kept(Struct, frozen=True):
    """A file of the archive, with the SHA-256 that it had when it was written."""

    name: str
    lang: str
    format: str
    size: int
    sha256: str


class Archive:
    """``folder`` is made when it is first written to."""

    def __init__(self, folder: Path, village: str) -> None:
        self.folder, self._village = folder, village

    def stem(self, month: str, revision: int) -> str:
        """What the files of a revision are called, without language and ending."""
        return f"{self._village}-{month}-r{revision}"

    def complete(self, head: MonthHead) -> bool:
        """Whether all files of a revision are there."""
        return self._sums(head.month, head.revision).is_file()

    def files(self, month: str, revision: int) -> list[Kept]:
        """The files of a revision; none until all are there. Raises OSError."""
        sums = self._sums(month, revision)
        if not sums.is_file():
            return []
        found = []
        for digest, name in _LINE.findall(sums.read_text(encoding="ascii")):
            path = sums.with_name(name)
            _, lang, format_ = name.rsplit(".", 2)
            found.append(Kept(name, lang, format_, path.stat().st_size if path.is_file() else 0, digest))
        return found

    def read(self, month: str, revision: int, lang: str, format_: str) -> bytes | None:
        """A file as it was written; None if it is not there, or is another by now. Raises OSError."""
        for kept in self.files(month, revision):
            if (kept.lang, kept.format) == (lang, format_):
                path = self.folder / month / kept.name
                body = path.read_bytes() if path.is_file() else b""
                return body if hashlib.sha256(body).hexdigest() == kept.sha256 else None
        return None

    def keep(self, head: MonthHead, made: Mapping[tuple[str, str], Callable[[], bytes]]) -> None:
        """Write what is missing of a revision: by language and format how it is made. Raises OSError."""
        lines = []
        for (lang, format_), make in made.items():
            path = self.folder / head.month / f"{self.stem(head.month, head.revision)}.{lang}.{format_}"
            if not path.exists():
                write_once(path, make())
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
        write_once(self._sums(head.month, head.revision), "".join(lines).encode("ascii"))

    def _sums(self, month: str, revision: int) -> Path:
        return self.folder / month / f"{self.stem(month, revision)}.sha256"


def write_once(path: Path, body: bytes) -> None:
    """A whole file or none, on the disk; one that is there stays. Raises OSError."""
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-") as draft:
        draft.write(body)
        draft.flush()
        os.fsync(draft.fileno())
        try:
            os.link(draft.name, path)
        except FileExistsError:
            return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
