"""A small disk of one's own: ext4 in a file, mounted through a loop device. Its power can be cut, its writes counted.

Needs root and loop devices; `why_not` says what is missing.
"""

import contextlib
import fcntl
import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
# EXT4_IOC_SHUTDOWN without a flush of the journal: what has not reached the disk by now never does.
_SHUTDOWN, _NO_FLUSH = 0x8004587D, 2
_SECTOR_BYTES = 512
_SECTORS_WRITTEN = 6


class MountError(Exception):
    """The disk cannot be made, mounted or let go of; the text says why."""


@dataclass(slots=True)
class LoopMount:
    """One disk. ``place``: where it is mounted."""

    place: Path
    device: str = ""
    _mounted: bool = False

    @classmethod
    def make(cls, folder: Path, size_mib: int) -> "LoopMount":
        """A new, empty, mounted disk, its file in ``folder``; raises :class:`MountError`."""
        image, disk = folder / "disk.img", cls(folder / "disk")
        disk.place.mkdir()
        with image.open("wb") as file:
            file.truncate(size_mib << 20)
        _run("mkfs.ext4", "-q", "-F", "-b", "4096", "-m", "0", str(image))
        disk.device = _run("losetup", "--find", "--show", str(image)).strip()
        try:
            disk.mount()
        except MountError:
            disk.close()
            raise
        return disk

    def mount(self) -> None:
        """Mount it (again)."""
        _run("mount", "-t", "ext4", self.device, str(self.place))
        self._mounted = True

    def unmount(self) -> None:
        """Unmount it; whoever had files open on it must have closed them."""
        if self._mounted:
            _run("umount", str(self.place))
            self._mounted = False

    def cut_power(self) -> None:
        """From now on nothing is written any more, and whoever tries gets an error. Then `unmount` and `mount`."""
        folder = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, _SHUTDOWN, struct.pack("I", _NO_FLUSH))
        finally:
            os.close(folder)

    def written_bytes(self) -> int:
        """Bytes that have reached the device since the machine started, as the kernel counts them."""
        told = Path("/sys/block", Path(self.device).name, "stat").read_text(encoding="ascii")
        return int(told.split()[_SECTORS_WRITTEN]) * _SECTOR_BYTES

    def free_bytes(self) -> int:
        """Room left on it."""
        return shutil.disk_usage(self.place).free

    def close(self) -> None:
        """Give everything back, whatever state it is in."""
        try:
            self.unmount()
        except MountError:  # somebody still has a file open: it goes when that is closed
            _run("umount", "--lazy", str(self.place))
        with contextlib.suppress(MountError):
            _run("losetup", "--detach", self.device)


def why_not() -> str | None:
    """Why no such disk can be made here; None when it can."""
    if os.geteuid() != 0:
        return "needs root, to mount a disk of its own"
    if missing := [name for name in ("mkfs.ext4", "losetup", "mount") if not shutil.which(name, path=_PATH)]:
        return f"needs {', '.join(missing)} (on Debian: apt install e2fsprogs mount)"
    try:
        with tempfile.TemporaryDirectory(prefix="vsm-disk-") as folder:
            LoopMount.make(Path(folder), 8).close()
    except (MountError, OSError) as error:
        return f"no loop device can be mounted: {error}"
    return None


def _run(*command: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={"PATH": _PATH, "LC_ALL": "C"}, timeout=60
    )
    if done.returncode:
        raise MountError(f"{' '.join(command[:1])}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def taken_bytes(files: Sequence[Path]) -> int:
    """What files take on their disk, in whole blocks."""
    return sum(file.stat().st_blocks * _SECTOR_BYTES for file in files)
