"""``python -m demo.child MODULE [ARG…]``: runs a module as ``python -m`` does, and ends it when the demo that started
it is gone.

The demo holds the other end of standard input: it closes however the demo dies, so a ``kill -9`` of the demo leaves
no process behind.
"""

import os
import runpy
import signal
import sys
import threading
import time

GRACE_S = 5.0


def _follow() -> None:
    while os.read(0, 1024):
        continue
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os.kill(os.getpid(), signal.SIGKILL)


def follow_parent() -> None:
    """From now on this process ends when its standard input does."""
    threading.Thread(target=_follow, name="follow-parent", daemon=True).start()


def main() -> None:
    """Run the module named first, with the rest as its command line."""
    module, sys.argv = sys.argv[1], sys.argv[1:]
    follow_parent()
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
