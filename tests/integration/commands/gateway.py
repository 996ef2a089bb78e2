"""The real gateway, which is to die or to forget: ``python -m tests.integration.commands.gateway --dies|--says-once
--config FILE``. ``--dies``: in the moment between a command's row and its message.
"""

import argparse
import os
import signal
import sys
from typing import Any

from gateway import uplink
from gateway.commands import sender
from gateway.main import main as gateway


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--dies", action="store_true")
    parser.add_argument("--says-once", action="store_true", help="a command that was sent is never sent again")
    options, rest = parser.parse_known_args()
    patched: Any = (uplink.Uplink, sender.Sender)
    if options.dies:
        patched[0].command = _die
    if options.says_once:
        go_on = patched[1]._go_on
        patched[1]._go_on = lambda self, row, *given: None if row.state == "sent" else go_on(self, row, *given)
    return gateway(rest)


if __name__ == "__main__":
    sys.exit(main())
