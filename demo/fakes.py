"""``python -m demo.fakes --inventory FILE …``: the cameras, lamps, contacts and piles of a village, and the lines its
nodes report over, in one process, until SIGTERM.
"""

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

import cv2

from contracts.inventory import load_inventory
from contracts.yamlfile import InputErrors
from demo.control import ControlServer
from demo.model import Where, build
from demo.relay import Line

LIGHT = {"day": 1.0, "dusk": 0.5, "night": 0.0, "sun": None}


async def serve(inventory: Path, control: Path, where: Where, book: Path | None = None) -> None:
    """Run everything until SIGTERM or SIGINT. The control socket appears last: where it is, all the rest is up."""
    cv2.setNumThreads(1)  # pictures are small: handing their halves to threads costs more than it saves
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    model = build(load_inventory(inventory), where)
    server = ControlServer(control, model, book)
    await model.start()
    await server.start()
    await stop.wait()
    await server.close()
    await model.close()


def end_points(words: list[str]) -> dict[str, str]:
    """``NODE=HOST:PORT`` and plain ``HOST:PORT`` as a table by node; ``*`` is every other node."""
    pairs = (word.rpartition("=") for word in words)
    return {node or "*": address for node, _, address in pairs}


def line(word: str) -> tuple[str, Line]:
    """``UPLINK=PORT:HOST:PORT`` as the uplink's id and its line; raises :class:`ValueError`."""
    uplink, _, ports = word.partition("=")
    own, far, far_port = ports.split(":")
    return uplink, Line("127.0.0.1", int(own), (far, int(far_port)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo.fakes", description=__doc__)
    parser.add_argument(
        "--inventory",
        type=Path,
        required=True,
        help="the cameras are served where it says they are (rtsp://host:port/path)",
    )
    parser.add_argument("--control", type=Path, required=True, help="Unix socket for orders (demo/control.py)")
    parser.add_argument("--ledger", type=Path, metavar="FOLDER", help="where what was broken when is written down")
    parser.add_argument(
        "--pins", required=True, help="Unix sockets of the nodes' pins; {node} stands for the node's id"
    )
    parser.add_argument(
        "--ocpp",
        action="append",
        default=[],
        metavar="[NODE=]HOST:PORT",
        help="where charge points dial; may be repeated",
    )
    parser.add_argument(
        "--light", choices=LIGHT, default="sun", help="how light the scenes are (default: as the sun has it)"
    )
    parser.add_argument(
        "--line",
        action="append",
        default=[],
        type=line,
        metavar="UPLINK=PORT:HOST:PORT",
        help="a line that can be broken: the port nodes dial, and the broker it leads to; may be repeated",
    )
    return parser


def main(argv: list[str] | None = None) -> int:
    """Parse the command line and serve. 2: the inventory is of no use; 1: a port or path is taken."""
    options = _parser().parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="fakes: %(message)s")
    # A socket left by a killed process would say that everything is up.
    options.control.unlink(missing_ok=True)
    where = Where(options.pins, end_points(options.ocpp), LIGHT[options.light], dict(options.line))
    try:
        asyncio.run(serve(options.inventory, options.control, where, options.ledger))
    except InputErrors as errors:
        print(*errors.errors, sep="\n", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"cannot start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
