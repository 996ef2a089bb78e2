"""Small files on a node's card that are replaced as a whole."""

import os
from pathlib import Path

from edge.segments import sync_folder, write_all


def replace(path: Path, content: bytes) -> None:
    """Write ``path``, so that a power cut leaves the old one or the new one. Raises OSError."""
    new = path.with_suffix(".new")
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        write_all(fd, content, 0)
        os.fsync(fd)
    finally:
        os.close(fd)
    new.replace(path)
    sync_folder(path.parent)
