"""Command line of firmware_config."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from contracts.inventory import Village, json_schema, load_inventory
from contracts.yamlfile import InputErrors


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 = fine, 2 = the inventory has mistakes (each printed with file, line and key)."""
    options = _parser().parse_args(argv)
    return _schema(options.out) if options.command == "schema" else _check(options.inventory)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m firmware_config", description="The village inventory and what is made from it."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="report every mistake of an inventory, with file and line")
    check.add_argument("inventory", type=Path, nargs="+", help="YAML inventory of a village")
    schema = commands.add_parser("schema", help="write the JSON schema of an inventory, for editors")
    schema.add_argument("--out", type=Path, help="file to write; standard output when omitted")
    return parser


def _check(files: Sequence[Path]) -> int:
    status = 0
    for file in files:
        try:
            village = load_inventory(file)
        except InputErrors as found:
            print(found, file=sys.stderr)
            print(f"{file}: {len(found.errors)} mistakes; correct them and check again", file=sys.stderr)
            status = 2
        else:
            print(f"{file}: {summary(village)}")
    return status


def summary(village: Village) -> str:
    """One line of counts."""
    kinds = [place.kind for place in village.places().values()]
    counted = ", ".join(f"{kinds.count(kind)} {kind}" for kind in sorted(set(kinds)))
    return f"{village.name.en} ({village.name.zh}): {len(list(village.nodes()))} nodes, {counted}; no mistakes"


def _schema(out: Path | None) -> int:
    text = json.dumps(json_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if out is None:
        print(text, end="")
    else:
        out.write_text(text, encoding="utf-8")
    return 0
