"""One node of the harness: the product's spool and line at speed, on a card that a SIGKILL cuts off from its power.

``python -m demo.chaos.node_run FILE``; FILE is a :class:`Setting` as JSON.
"""

import random
import secrets
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from demo.chaos.card import Card
from demo.chaos.setting import Setting
from demo.child import follow_parent


def main(argv: list[str]) -> int:
    """Run until SIGTERM."""
    follow_parent()
    setting = msgspec.json.decode(Path(argv[0]).read_bytes(), type=Setting)
    # The files of the spool lie on the card, so the card comes first.
    folder = Path(setting.folder)
    folder.mkdir(parents=True, exist_ok=True)
    Card(folder, random.Random(f"{setting.talk.seed}/{setting.node}/card"), setting.talk.syncs).insert()
    from demo.chaos.carrier import Carrier  # noqa: PLC0415  # it brings the spool

    stopping: list[int] = []
    carrier = Carrier(setting, secrets.token_hex(8))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _stop(stopping, carrier.wake.set))
    while not stopping:
        carrier.step(time.monotonic())
    carrier.close()
    return 0


def _stop(stopping: list[int], wake: Callable[[], None]) -> None:
    stopping.append(1)
    wake()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
