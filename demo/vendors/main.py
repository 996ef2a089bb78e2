"""Vendors of WeCom, SMS, calls, webhooks and mail on this computer, until SIGTERM."""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from demo.vendors.page import People, people_of
from demo.vendors.registered import texts
from demo.vendors.server import SECRET, Vendors


def main(argv: Sequence[str] | None = None) -> int:
    """0 = stopped, 1 = a port is taken, 2 = mistakes in a file."""
    parser = argparse.ArgumentParser(prog="python -m demo.vendors", description=__doc__)
    parser.add_argument("--port", type=int, default=0, metavar="P", help="port of HTTP (default: any free one)")
    parser.add_argument("--smtp-port", type=int, default=0, metavar="P", help="port of mail (default: any free one)")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep what was received in this file too")
    parser.add_argument(
        "--secret-file", type=Path, metavar="FILE", help="the secret of all of them (default: a known one)"
    )
    parser.add_argument(
        "--templates", type=Path, metavar="FILE", help="JSON: id -> text, ${variable} in it (default: ours)"
    )
    parser.add_argument("--people", type=Path, metavar="FILE", help="JSON: whose the phones of the page at / are")
    options = parser.parse_args(argv)
    try:
        secret = options.secret_file.read_text(encoding="utf-8").strip() if options.secret_file else SECRET
        templates = json.loads(options.templates.read_text(encoding="utf-8")) if options.templates else texts()
        people = people_of(options.people) if options.people else People()
    except (OSError, ValueError) as error:
        print(f"{error}; --secret-file, --templates and --people name files this user can read", file=sys.stderr)
        return 2
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    ports = (options.port, options.smtp_port)
    try:
        with Vendors(secret=secret, templates=templates, ports=ports, state=options.state) as vendors:
            vendors.app.show(people)
            print(f"vendors: {vendors.url}, mail on port {vendors.smtp_port}", flush=True)
            stop.wait()
    except OSError as error:
        print(f"{error}; take other ports with --port and --smtp-port", file=sys.stderr)
        return 1
    return 0
