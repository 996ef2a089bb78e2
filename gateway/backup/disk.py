"""What makes a new name survive a power cut."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Write the folder's own entries to the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
