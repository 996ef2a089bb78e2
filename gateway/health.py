"""A sign of life that costs a health check nothing: a file that the loop touches."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

EVERY_S = 1.0


def heartbeat(file: Path | None, mono_s: Callable[[], float]) -> Callable[[], None]:
    """A function for each turn of the loop: it touches ``file``, at most once a second; None: it does nothing.

    The file is made at once; raises :class:`OSError` if that cannot be.
    """
    if file is None:
        return lambda: None
    file.touch()
    before = mono_s()

    def beat() -> None:
        nonlocal before
        if mono_s() - before >= EVERY_S:
            before = mono_s()
            # A file that cannot be touched grows old, and that is what the health check will see.
            with suppress(OSError):
                file.touch()

    return beat
