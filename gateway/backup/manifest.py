"""The first file of an archive: what else is in it, with hashes, and where it belongs."""

import hashlib
import tarfile
from pathlib import PurePosixPath
from typing import IO, Annotated

import msgspec

FORMAT = 1
NAME = "MANIFEST.json"
_BLOCK = 1 << 20
_LARGEST = 64 << 20


class BackupError(Exception):
    """A backup cannot be made or restored; the text says what to do."""


class Folder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A folder that is made again where it is missing."""

    path: str
    mode: Annotated[int, msgspec.Meta(ge=0, le=0o777)]
    owner: str
    group: str


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file: where it belongs, and what it must be."""

    path: str
    mode: Annotated[int, msgspec.Meta(ge=0, le=0o777)]
    owner: str
    group: str
    size: Annotated[int, msgspec.Meta(ge=0)]
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]

    @property
    def member(self) -> str:
        """Its name in the archive."""
        return f"files{self.path}"


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``made``: ISO 8601 in UTC; ``revision``: of the database's tables; ``database``: which of the files it is."""

    format: int
    software: str
    made: str
    village: str
    revision: str
    database: str
    folders: list[Folder]
    files: list[Entry]


def encode(manifest: Manifest) -> bytes:
    """JSON that people can read."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def read(archive: tarfile.TarFile) -> Manifest:
    """The manifest of an opened archive; every path in it is absolute and goes nowhere else."""
    first = archive.next()
    if first is None or first.name != NAME or first.size > _LARGEST:
        raise BackupError("is no backup of a gateway: it does not begin with a manifest")
    content = archive.extractfile(first)
    found = msgspec.json.decode(content.read() if content else b"", type=Manifest)
    if found.format != FORMAT:
        raise BackupError(f"is of format {found.format}, this program knows {FORMAT}; use a newer one")
    paths = [folder.path for folder in found.folders] + [entry.path for entry in found.files]
    for text in paths:
        path = PurePosixPath(text)
        if not path.is_absolute() or ".." in path.parts or str(path) != text:
            raise BackupError(f"names the path {text!r}, which is none that a backup would hold")
    if found.database not in {entry.path for entry in found.files}:
        raise BackupError(f"does not hold the database {found.database}, which it names")
    return found


def digest(stream: IO[bytes]) -> tuple[int, str]:
    """Size and SHA-256 of the rest of ``stream``."""
    size, found = 0, hashlib.sha256()
    while block := stream.read(_BLOCK):
        size += len(block)
        found.update(block)
    return size, found.hexdigest()
