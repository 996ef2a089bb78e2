"""Command line of firmware_config."""

import argparse
import datetime as dt
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from contracts.inventory import Village, json_schema, load_inventory
from contracts.topics import ID_PATTERN
from contracts.yamlfile import InputErrors
from firmware_config import graph
from firmware_config.certificates import CertificateError
from firmware_config.channels import HEARTBEAT, Channels, holds_channels, read_channels
from firmware_config.generate import Order, Outcome, generate
from firmware_config.layout import FRONT, Site

MISTAKES = 2
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 = fine, 1 = could not work, 2 = the inventory has mistakes (each with file, line and key)."""
    options = _parser().parse_args(argv)
    if options.command == "schema":
        return _schema(options.out)
    if options.command == "check":
        return _check(options.inventory)
    try:
        village = load_inventory(options.inventory)
    except InputErrors as found:
        return _mistakes(options.inventory, found)
    if options.command == "graph":
        print(graph.dot(village) if options.dot else graph.tree(village), end="")
        return 0
    try:
        channels = read_channels(options.channels) if options.channels else None
    except InputErrors as found:
        return _mistakes(options.channels, found)
    if channels is None and holds_channels(options.out):
        print(
            f"{options.out}: has channels, and without them nobody would be told: give --channels FILE again, or a "
            "FILE with `channels: {}` to take them away",
            file=sys.stderr,
        )
        return 1
    if (wrong := _front_mistake(options)) is not None:
        print(wrong, file=sys.stderr)
        return 1
    return _generate(village, channels, options)


def _front_mistake(options: argparse.Namespace) -> str | None:
    """What is wrong with what was said of the public front."""
    if options.front and not (options.public_url or "").startswith("https://"):
        return "--front needs --public-url https://…, the address that people open: the front's"
    if options.new_front_key and not options.front:
        return "--new-front-key needs --front"
    if not options.front and (options.out / FRONT).exists():
        return (
            f"{options.out}: has a public front, and without --front nobody would tell it anything: give --front "
            f"again, or remove {options.out / FRONT} to take it away"
        )
    return None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m firmware_config", description="The village inventory and what is made from it."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="report every mistake of an inventory, with file and line")
    check.add_argument("inventory", type=Path, nargs="+", help="YAML inventory of a village")
    _add_generate(commands.add_parser("generate", help="make the configuration of every machine, with keys and units"))
    picture = commands.add_parser("graph", help="print who hangs on whom")
    picture.add_argument("inventory", type=Path, help="YAML inventory of a village")
    picture.add_argument("--dot", action="store_true", help="for Graphviz, instead of a tree")
    schema = commands.add_parser("schema", help="write the JSON schema of an inventory, for editors")
    schema.add_argument("--out", type=Path, help="file to write; standard output when omitted")
    return parser


def _add_generate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("inventory", type=Path, help="YAML inventory of a village")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write; README.txt explains it"
    )
    parser.add_argument(
        "--gateway-host", type=_host, default="vsm-gateway", help="name or address by which nodes reach the gateway"
    )
    parser.add_argument(
        "--public-url", type=_url, help="address people use, when something that ends TLS stands in front"
    )
    parser.add_argument(
        "--front",
        action="store_true",
        help="a public front serves --public-url: this box calls it, and nothing dials in (docs/front.md)",
    )
    parser.add_argument(
        "--channels",
        type=Path,
        metavar="FILE",
        help="the ways to people, YAML without secrets; firmware_config/villages/channels.example.yaml is one to copy",
    )
    parser.add_argument("--ca", type=Path, metavar="DIR", help="where ca.crt and ca.key are kept; DIR/ca when omitted")
    parser.add_argument(
        "--revoke",
        action="append",
        default=[],
        type=_id,
        metavar="NODE",
        help="refuse the certificate that NODE has now (lost, stolen, given up); in the inventory it gets a new one",
    )
    parser.add_argument(
        "--new-front-key", action="store_true", help="replace the key of box and public front alone (a stolen front)"
    )
    parser.add_argument(
        "--new-keys", action="store_true", help="replace every key, password and certificate, the authority's too"
    )


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no host name or address")
    return text


def _id(text: str) -> str:
    if not re.fullmatch(ID_PATTERN, text):
        raise argparse.ArgumentTypeError(f"{text!r} is no id of a node")
    return text


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole address such as https://village.example")
    return text.rstrip("/")


def _check(files: Sequence[Path]) -> int:
    status = 0
    for file in files:
        try:
            village = load_inventory(file)
        except InputErrors as found:
            status = _mistakes(file, found)
        else:
            print(f"{file}: {summary(village)}")
    return status


def _mistakes(file: Path, found: InputErrors) -> int:
    print(found, file=sys.stderr)
    mistakes = "1 mistake" if len(found.errors) == 1 else f"{len(found.errors)} mistakes"
    print(f"{file}: {mistakes}; correct and check again", file=sys.stderr)
    return MISTAKES


def summary(village: Village) -> str:
    """One line of counts."""
    kinds = [place.kind for place in village.places().values()]
    counted = ", ".join(f"{kinds.count(kind)} {kind}" for kind in sorted(set(kinds)))
    return f"{village.name.en} ({village.name.zh}): {len(list(village.nodes()))} nodes, {counted}; no mistakes"


def _generate(village: Village, channels: Channels | None, options: argparse.Namespace) -> int:
    text = options.inventory.read_text(encoding="utf-8")
    site = Site(village, text, options.gateway_host, options.public_url, channels, front=options.front)
    now, ca = dt.datetime.now(dt.UTC), options.ca or options.out / "ca"
    order = Order(site, options.out, ca, now, options.new_keys, options.new_front_key, tuple(options.revoke))
    try:
        outcome = generate(order, _progress)
    except CertificateError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        return _unwritable(error, "give --out a folder that you may write to")
    _tell(options.out, site, outcome)
    if options.revoke:
        print(f"revoked: {', '.join(options.revoke)}; it holds once the gateway's box has the new list: on it run")
        print(f"  scripts/install-gateway {options.out} (in containers: docker compose down, then up)")
    return 0


def _progress(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{what}: {done}/{total}", end="" if done < total else "\n", file=sys.stderr, flush=True)
    elif done == total or done % 50 == 0:
        print(f"{what}: {done}/{total}", file=sys.stderr)


def _tell(out: Path, site: Site, outcome: Outcome) -> None:
    print(f"{out}: {len(site.nodes)} nodes, {outcome.files} files, {outcome.certificates} new certificates")
    if outcome.ca_key:
        print(f"keep offline: {outcome.ca_key} signs new nodes; move it to a medium in a drawer")
    if outcome.empty_logins:
        print(f"to fill in (user:password): {len(outcome.empty_logins)} files such as {outcome.empty_logins[0]}")
    _tell_secrets(outcome.empty_secrets)
    if outcome.strangers:
        print(f"no longer in the inventory, left where they are: {', '.join(outcome.strangers)}")


def _tell_secrets(empty: dict[str, Path]) -> None:
    """All of them: a gateway with a channel without its secret does not start."""
    needed = [str(file) for name, file in empty.items() if name != HEARTBEAT]
    if needed:
        print(f"to fill in (the channel's secret alone): {', '.join(needed)}")
    if HEARTBEAT in empty:
        print(f"to fill in if there is an outward heartbeat (its address), and generate again: {empty[HEARTBEAT]}")


def _schema(out: Path | None) -> int:
    text = json.dumps(json_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if out is None:
        print(text, end="")
    else:
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            return _unwritable(error, "give --out a file in a folder that you may write to")
    return 0


def _unwritable(error: OSError, advice: str) -> int:
    print(f"{error.filename}: cannot be written: {error.strerror}; {advice}", file=sys.stderr)
    return 1
