"""Command line of the edge process: wiring, loop, signals. Here alone the package reads clock and environment."""

import argparse
import os
import secrets
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import structlog

from contracts.inventory import Village, load_inventory
from contracts.yamlfile import InputError, InputErrors
from edge import check, settings
from edge.clock import Clock
from edge.process import Builder, Outside, Site, chosen, run, stop
from edge.sdnotify import notifier
from edge.spool import SpoolError
from edge.timequality import quality
from edge.wake import Wake

log = structlog.get_logger()
BAD_CONFIGURATION = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT. 0 = a clean stop, 1 = could not work, 2 = mistakes in the configuration."""
    options = _parser().parse_args(argv)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        found = settings.load(options.config, os.environ)
        village = load_inventory(found.inventory)
        chosen(found, village)
    except InputErrors as mistakes:
        print(mistakes, file=sys.stderr)
        return BAD_CONFIGURATION
    except LookupError as error:
        print(InputError(str(options.config), 0, "nodes", str(error.args[0])), file=sys.stderr)
        return BAD_CONFIGURATION
    if options.check:
        return _check(found, village)
    try:
        return _work(found, village)
    except (SpoolError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m edge", description="Looks at the devices of a junction and reports them to the gateway."
    )
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="edge.yaml")
    parser.add_argument("--check", action="store_true", help="validate, reach everything once, say so, and exit")
    return parser


def _check(found: settings.EdgeSettings, village: Village) -> int:
    nodes = chosen(found, village)
    print(f"{village.name.en}: {len(nodes)} nodes, {sum(len(node.devices) for node in nodes)} devices")
    status = 0
    for answer in check.check(found, nodes, settings.secrets_of(os.environ)):
        print(answer, flush=True)
        status = status if answer.ok else 1
    return status


def _work(found: settings.EdgeSettings, village: Village) -> int:
    stopped: list[int] = []
    wake = Wake()

    def on_signal(number: int, _frame: object) -> None:
        stopped.append(number)
        wake.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    outside = Outside(
        clock=Clock(time.monotonic, lambda: time.time_ns() // 1_000_000, quality),
        wake=wake,
        draw=secrets.token_hex,
        secret=settings.secrets_of(os.environ),
        notify=notifier(os.environ.get("NOTIFY_SOCKET")),
    )
    builder = Builder(found, village, outside, boot=secrets.token_hex(8))
    sites: list[Site] = []
    try:
        sites += [builder.site(node) for node in chosen(found, village)]
        log.info("started", nodes=[site.node.id for site in sites], boot=builder.boot)
        run(sites, outside, lambda: bool(stopped))
    finally:
        stop(sites, outside)
    log.info("stopped", signal=signal.Signals(stopped[0]).name)
    return 0
