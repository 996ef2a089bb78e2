"""Making an archive while the gateway runs."""

import grp
import io
import os
import pwd
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gateway.backup.disk import sync_folder
from gateway.backup.manifest import FORMAT, NAME, BackupError, Entry, Folder, Manifest, digest, encode
from gateway.backup.restore import COMPANIONS, KEPT, verify
from gateway.store import snapshot

STAGING = ".vsm-backup-"
ADMIN = "influxdb-admin-password"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to keep: the store, more SQLite files, folders of small files (settings, keys, certificates)."""

    village: str
    software: str
    made: str
    database: Path
    others: list[Path] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Part:
    entry: Entry
    content: bytes | Path


def make(wanted: Wanted, out: Path) -> Manifest:
    """Write ``out`` (0600): all of it, or nothing. Raises :class:`BackupError`, StoreError and OSError."""
    with tempfile.TemporaryDirectory(prefix=STAGING, dir=out.parent) as staging:
        parts = list(_databases(wanted, Path(staging)))
        parts += [_small(file) for file in _files(wanted, out)]
        folders = {folder for top in wanted.folders for folder in (top, *filter(Path.is_dir, _below(top)))}
        folders |= {part.parent for part in (wanted.database, *wanted.others)}
        manifest = Manifest(
            FORMAT,
            wanted.software,
            wanted.made,
            wanted.village,
            snapshot.file_revision(Path(staging) / "0"),
            str(wanted.database),
            [Folder(str(folder), *_owner(folder.stat())) for folder in sorted(folders)],
            [part.entry for part in parts],
        )
        fresh = Path(staging) / "archive"
        _write(fresh, manifest, parts)
        verify(fresh)
        fresh.replace(out)
    sync_folder(out.parent)
    return manifest


def _databases(wanted: Wanted, staging: Path) -> Iterator[_Part]:
    for number, file in enumerate((wanted.database, *wanted.others)):
        if not file.exists():
            raise BackupError(f"{file}: is not there; the gateway makes it when it starts")
        copy = staging / str(number)
        snapshot.snapshot(file, copy)
        with copy.open("rb") as stream:
            yield _Part(_entry(file, *digest(stream)), copy)


def _below(folder: Path) -> Iterator[Path]:
    """All that lies in it, but for what another backup is just making."""
    return (path for path in folder.rglob("*") if not any(part.startswith(STAGING) for part in path.parts))


def _files(wanted: Wanted, out: Path) -> list[Path]:
    """The files of the folders. Where the databases lie among them, they are kept as a snapshot, once; and no archive
    goes into another.
    """
    found = {path for folder in wanted.folders for path in _below(folder) if path.is_file()}
    databases = (wanted.database, *wanted.others)
    beside = {file.with_name(file.name + end) for file in databases for end in ("", *COMPANIONS)}
    kept = f"{wanted.database.name}{KEPT}"
    found -= beside | {out}
    # Points are not in the archive, and another machine's InfluxDB has an administrator of its own.
    return sorted(path for path in found if not path.name.startswith((kept, ADMIN)))


def _small(file: Path) -> _Part:
    """Read once, so that what is hashed is what is kept."""
    content = file.read_bytes()
    return _Part(_entry(file, *digest(io.BytesIO(content))), content)


def _entry(file: Path, size: int, sha256: str) -> Entry:
    return Entry(str(file), *_owner(file.stat()), size, sha256)


def _owner(found: os.stat_result) -> tuple[int, str, str]:
    """Mode, and the names of owner and group: numbers differ from machine to machine."""
    try:
        return found.st_mode & 0o777, pwd.getpwuid(found.st_uid).pw_name, grp.getgrgid(found.st_gid).gr_name
    except KeyError as error:
        raise BackupError(f"a file belongs to somebody without a name: {error.args[0]}; give it an owner") from error


def _write(file: Path, manifest: Manifest, parts: list[_Part]) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        with tarfile.open(fileobj=out, mode="w:gz", compresslevel=6) as archive:
            _add(archive, NAME, encode(manifest))
            for part in parts:
                _add(archive, part.entry.member, part.content)
        out.flush()
        os.fsync(out.fileno())


def _add(archive: tarfile.TarFile, name: str, content: bytes | Path) -> None:
    member = tarfile.TarInfo(name)
    member.mode = 0o600
    if isinstance(content, bytes):
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
        return
    with content.open("rb") as stream:
        member.size = content.stat().st_size
        archive.addfile(member, stream)
