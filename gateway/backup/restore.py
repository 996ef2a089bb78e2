"""Putting an archive back: everything is checked before anything is touched."""

import gzip
import os
import shutil
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedWriter
from itertools import islice
from pathlib import Path

import msgspec

from gateway.backup.disk import sync_folder
from gateway.backup.manifest import BackupError, Entry, Folder, Manifest, digest, read
from gateway.backup.owners import Owners
from gateway.store import snapshot

# What a write-ahead log leaves beside a database belongs to that database alone.
COMPANIONS = ("-wal", "-shm", "-journal")
_BLOCK = 1 << 20
_DAMAGE = (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, msgspec.MsgspecError, UnicodeDecodeError)
FRESH, KEPT = ".restoring", ".before-restore"


def restore(file: Path, root: Path, progress: Callable[[str], None]) -> Manifest:
    """Put what ``file`` holds below ``root``; a database that was there stays beside it as ``….before-restore``, or,
    where that name is taken, ``….before-restore.2`` and so on.

    Raises :class:`BackupError` and StoreError (damaged, a newer program's, in use: nothing is changed) and OSError.
    """
    with _readable(file):
        manifest = verify(file)
        progress(f"{len(manifest.files)} files of {manifest.made}, every hash fits")
        owners = Owners.of(root)
        owners.check([*manifest.folders, *manifest.files])
        staged = [_place(root, entry.path) for entry in manifest.files]
        try:
            _stage(file, manifest, root, owners)
            database = _place(root, manifest.database)
            snapshot.check(_fresh(database))
            snapshot.file_revision(_fresh(database))
            if snapshot.in_use(database):
                raise BackupError(f"{database} is in use; first: systemctl stop vsm-gateway vsm-dashboard")
            kept = _keep(database)
            for place in staged:
                _drop_log(place)
                _fresh(place).replace(place)
            for folder in {place.parent for place in staged}:
                sync_folder(folder)
            if kept:
                progress(f"the database that was there is kept as {kept}")
        finally:
            for place in staged:
                _fresh(place).unlink(missing_ok=True)
    return manifest


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise BackupError(f"{file}: is damaged ({error}); nothing was changed, take another backup") from error
    except BackupError as error:
        raise BackupError(f"{file}: {error}") from error


def verify(file: Path) -> Manifest:
    """Read all of it once."""
    with gzip.open(file) as plain, tarfile.open(fileobj=plain, mode="r:") as archive:
        manifest = read(archive)
        missing = {entry.member: entry for entry in manifest.files}
        for member in islice(archive, 1, None):
            entry = missing.pop(member.name, None)
            if entry is None or not member.isreg():
                raise BackupError(f"is damaged ({member.name!r} is not named, or twice there); nothing was changed")
            stream = archive.extractfile(member)
            if stream is None or digest(stream) != (entry.size, entry.sha256):
                raise BackupError(f"{entry.path} in it is damaged; nothing was changed, take another backup")
        while plain.read(_BLOCK):  # to the checksum behind the last file, which covers the manifest too
            pass
    if missing:
        raise BackupError(f"is damaged (lacks {min(missing)}); nothing was changed, take another backup")
    return manifest


def _place(root: Path, path: str) -> Path:
    return root / path.lstrip("/")


def _fresh(place: Path) -> Path:
    return place.with_name(place.name + FRESH)


def _stage(file: Path, manifest: Manifest, root: Path, owners: Owners) -> None:
    """Write everything beside its place, as it will be."""
    for folder in manifest.folders:
        _make(_place(root, folder.path), folder, owners)
    entries = {entry.member: entry for entry in manifest.files}
    with tarfile.open(file, "r:gz") as archive:
        read(archive)
        for member in islice(archive, 1, None):
            stream = archive.extractfile(member)
            assert stream is not None  # noqa: S101  # what was verified is a regular file
            entry = entries[member.name]
            with _created(_fresh(_place(root, entry.path)), entry, owners) as out:
                shutil.copyfileobj(stream, out)
                out.flush()
                os.fsync(out.fileno())


def _make(place: Path, folder: Folder, owners: Owners) -> None:
    if place.is_dir():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    place.mkdir(mode=folder.mode)
    place.chmod(folder.mode)
    owners.give(place, folder)


@contextmanager
def _created(place: Path, entry: Entry, owners: Owners) -> Iterator[BufferedWriter]:
    place.unlink(missing_ok=True)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        yield out
    place.chmod(entry.mode)
    owners.give(place, entry)


def _drop_log(place: Path) -> None:
    """The log of the file that was there would be played into the one that comes."""
    for companion in COMPANIONS:
        place.with_name(place.name + companion).unlink(missing_ok=True)


def _keep(database: Path) -> Path | None:
    """A second name for the database that was there, so that at no moment there is none; None: there was none."""
    if not database.exists():
        return None
    endings = ("", *(f".{number}" for number in range(2, 1000)))
    names = (database.with_name(f"{database.name}{KEPT}{ending}") for ending in endings)
    kept = next(name for name in names if not name.exists())
    os.link(database, kept)
    return kept
