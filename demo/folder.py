"""What a demo has to itself on this machine: its working directory and the page's port. Both are locked while it lives,
so that what a killed demo has left behind is known from what another one uses.
"""

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from demo.workplace import free_port

DEFAULT_PORTS = range(8000, 8020)
PREFIX = "vsm-demo-"
LOCK = "lock"


@contextlib.contextmanager
def page_port(wanted: int | None) -> Iterator[int]:
    """A free port that no other demo takes meanwhile; raises :class:`OSError` when ``wanted`` is taken."""
    with contextlib.ExitStack() as held:
        for port in (wanted,) if wanted else DEFAULT_PORTS:
            lock = held.enter_context((_root() / f"{PREFIX}port-{port}.lock").open("a"))
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                held.callback(Path(lock.name).unlink, missing_ok=True)  # while it is still locked
                if free_port(port) == port:
                    yield port
                    return
        ports = wanted or f"{DEFAULT_PORTS[0]} to {DEFAULT_PORTS[-1]}"
        raise OSError(f"port {ports} is taken; name another with --port")


@contextlib.contextmanager
def workfolder(keep: bool) -> Iterator[Path]:
    """A new folder, gone afterwards unless ``keep``; what killed demos have left is removed first."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    with contextlib.ExitStack() as held:
        try:
            if not keep:
                _lock(folder, held)
            yield folder
        finally:
            if keep:
                print(f"kept: {folder}")
            else:
                shutil.rmtree(folder, ignore_errors=True)


def sweep() -> list[Path]:
    """Remove the folders of demos that live no more; those removed."""
    found = [lock.parent for lock in _root().glob(f"{PREFIX}*/{LOCK}") if _is_free(lock)]
    for folder in found:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def _root() -> Path:
    return Path(tempfile.gettempdir())


def _lock(folder: Path, held: contextlib.ExitStack) -> None:
    """The lock gets its name only when it is locked: it is never seen free while its demo lives."""
    unnamed = folder / f"{LOCK}.new"
    file = held.enter_context(unnamed.open("w"))
    fcntl.flock(file, fcntl.LOCK_EX)
    unnamed.rename(folder / LOCK)


def _is_free(lock: Path) -> bool:
    with contextlib.suppress(OSError), lock.open() as file:  # another user's, or gone in this moment
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
