"""The power of a disk that a process writes to, cut and back again."""

import time
from random import Random
from subprocess import Popen

from demo.loop_mount import LoopMount


class Cuts:
    """All cuts of one disk. What a process wrote down while it was dark it would not have lived to write."""

    def __init__(self, disk: LoopMount) -> None:
        self._disk = disk
        self._dark: list[tuple[float, float]] = []
        self._dice = Random()

    def cut(self, writer: "Popen[bytes]") -> None:
        """Within the next half second the power goes; the writer ends, and the disk is mounted again."""
        time.sleep(self._dice.uniform(0.0, 0.5))
        begun = time.monotonic()
        self._disk.cut_power()
        writer.wait(60)
        self._dark.append((begun, time.monotonic()))
        self._disk.unmount()
        self._disk.mount()

    def in_the_light(self, moment: float) -> bool:
        """Whether there was power at a moment of the machine's monotonic clock."""
        return not any(begun <= moment <= over for begun, over in self._dark)
