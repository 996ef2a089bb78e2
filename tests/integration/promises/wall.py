"""A process's wall clock, moved from outside while it runs."""

import mmap
import struct
import subprocess
import time
from pathlib import Path

SOURCE = Path(__file__).with_name("wall.c")
_TOLD = struct.Struct("qq")
DAY_S = 86_400.0


def build(folder: Path) -> Path:
    """The library that is loaded before all others."""
    made = folder / "wall.so"
    subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-o", made, SOURCE], check=True)
    return made


class Wall:
    """One clock, of all processes with the environment :meth:`env`."""

    def __init__(self, library: Path, file: Path) -> None:
        self._library, self._file = library, file
        file.write_bytes(bytes(_TOLD.size))
        with file.open("r+b") as opened:
            self._told = mmap.mmap(opened.fileno(), _TOLD.size)

    def env(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self._library), "WALL_FILE": str(self._file)}

    def ahead(self, seconds: float, *, kept: bool = False) -> None:
        """So far ahead of the truth from now on, and whether the system says that it keeps it in step."""
        self._told[:] = _TOLD.pack(round(seconds * 1e9), kept)

    @staticmethod
    def of(name: str) -> float:
        """How far a clock of that name is ahead."""
        return {"a day on": DAY_S, "a day back": -DAY_S, "a year on": 365 * DAY_S, "1970": 60 - time.time()}[name]
