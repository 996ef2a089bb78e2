"""The real gateway, which is to die or to forget: ``python -m tests.integration.commands.gateway
--dies|--dies-with-a-picture|--says-once --config FILE``. ``--dies``: in the moment between a command's row and its
message; ``--dies-with-a-picture``: in that between a picture's commit and its ack.
"""

import argparse
import os
import signal
import sys
from typing import Any

from contracts.messages import Ack
from gateway import uplink
from gateway.commands import sender
from gateway.main import main as gateway


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--dies", action="store_true")
    parser.add_argument("--dies-with-a-picture", action="store_true")
    parser.add_argument("--says-once", action="store_true", help="a command that was sent is never sent again")
    options, rest = parser.parse_known_args()
    patched: Any = (uplink.Uplink, sender.Sender)
    if options.dies:
        patched[0].command = _die
    if options.dies_with_a_picture:
        acknowledge = patched[0].acknowledge

        def dies(self: Any, acks: list[tuple[str, Ack]]) -> None:
            if any(ack.pictures for _, ack in acks):
                _die()
            acknowledge(self, acks)

        patched[0].acknowledge = dies
    if options.says_once:
        go_on = patched[1]._go_on
        patched[1]._go_on = lambda self, row, *given: None if row.state == "sent" else go_on(self, row, *given)
    return gateway(rest)


if __name__ == "__main__":
    sys.exit(main())
