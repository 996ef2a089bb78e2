"""Writing files so that a crash leaves the old one or the new one, and a secret is never readable by others."""

import os
from pathlib import Path


def write(file: Path, content: bytes, mode: int = 0o644) -> bool:
    """Write ``content`` with ``mode``; a file that is as it should be is left alone. True if it was written."""
    if file.exists() and file.read_bytes() == content and file.stat().st_mode & 0o777 == mode:
        return False
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        os.fchmod(out.fileno(), mode)
        out.write(content)
        out.flush()
    fresh.replace(file)
    return True


def keep_or_write(file: Path, content: bytes) -> None:
    """A secret: what is there already stays."""
    if not file.exists():
        write(file, content, 0o600)
    file.chmod(0o600)
