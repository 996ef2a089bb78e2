"""Files that are there whole or not at all, also after a power cut."""

import os
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """On the disk when this returns; readable by this user alone."""
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    _sync(path.parent)


def remove(path: Path) -> None:
    """Gone for good when this returns."""
    path.unlink(missing_ok=True)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
